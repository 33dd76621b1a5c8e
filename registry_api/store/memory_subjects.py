"""Subjects in memory, over the same tables as the rest of the store."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

from registry_api.core.model import Address, Caller, Reference, Schema, Version
from registry_api.core.subjects.catalogue import shown
from registry_api.core.subjects.errors import NotPermitted, ReferenceExists
from registry_api.core.subjects.model import LATEST, ContextId, ListVersions, SubjectVersion
from registry_api.core.subjects.names import DEFAULT_CONTEXT, GLOBAL_SCOPE, WILDCARD, SubjectName
from registry_api.core.subjects.ports import Choose, Decide, Holder, NewSubjectVersion, Referrer, SubjectState
from registry_api.core.subjects.scopes import Config, Scopes, ScopeSettings
from registry_api.store.memory_tables import NO_SCHEMA, MemoryTables, StoredContent
from shared.model import GlobalId, SchemaId, VersionNumber

_NOTHING = ScopeSettings()


class MemorySubjects:
    """`SubjectStore` in memory. Thread-safe."""

    def __init__(self, tables: MemoryTables) -> None:
        """Take the tables, which others change too."""
        self._tables = tables

    def state(self, subject: SubjectName) -> SubjectState:
        """See `SubjectReader`."""
        with self._tables.lock:
            return self._state(subject)

    def subject_version(self, subject: SubjectName, number: VersionNumber) -> SubjectVersion | None:
        """See `SubjectReader`."""
        state = self.state(subject)
        if number == LATEST:
            return state.active[-1] if state.active else None
        return next((version for version in state.versions if version.number == number), None)

    def identified(self, context: str, global_id: GlobalId) -> SubjectVersion | None:
        """See `SubjectReader`."""
        with self._tables.lock:
            found = self._with_id(context, global_id)
            return min(found, key=lambda version: version.deleted) if found else None

    def holders(self, context: str, global_id: GlobalId) -> Sequence[Holder]:
        """See `SubjectReader`."""
        with self._tables.lock:
            found = self._with_id(context, global_id)
        return sorted(Holder(version.subject, version.number, version.deleted) for version in found)

    def ids_of_guid(self, guid: str) -> Sequence[ContextId]:
        """See `SubjectReader`."""
        with self._tables.lock:
            found = [
                ContextId(context, content.global_id)
                for context, contents in self._tables.contents.items()
                for content in contents.values()
                if content.guid == guid
            ]
        return sorted(found)

    def max_id(self, context: str) -> GlobalId:
        """See `SubjectReader`."""
        with self._tables.lock:
            return self._tables.highest.get(context, GlobalId(0))

    def subjects(self, prefix: SubjectName) -> Sequence[tuple[SubjectName, bool]]:
        """See `SubjectReader`."""
        with self._tables.lock:
            found = [
                (place, not any(version.active for version in schema.versions))
                for place, schema in self._places()
                if _begins(place, prefix)
            ]
        return sorted(found, key=lambda each: each[0].qualified)

    def namesakes(self, name: str) -> Sequence[SubjectName]:
        """See `SubjectReader`."""
        with self._tables.lock:
            places = [place for place, _ in self._places()]
        return sorted(place for place in places if place.name == name and place.context != DEFAULT_CONTEXT)

    def listed(self, prefix: SubjectName, query: ListVersions) -> Sequence[SubjectVersion]:
        """See `SubjectReader`."""
        with self._tables.lock:
            places = sorted((place.qualified, place) for place, _ in self._places() if _begins(place, prefix))
            found = [self._state(place, aliased=False).versions for _, place in places]
        wanted = ([each for each in versions if shown(query.deleted, each.deleted)] for versions in found)
        return [each for versions in wanted for each in (versions[-1:] if query.latest_only else versions)]

    def referrers(self, schema_id: SchemaId, number: VersionNumber) -> Sequence[Referrer]:
        """See `SubjectReader`."""
        with self._tables.lock:
            return [referrer for at, referrer in self._referrers(schema_id) if at == number]

    def addresses(self, wanted: Collection[tuple[SubjectName, VersionNumber]]) -> Sequence[Reference | None]:
        """See `SubjectReader`."""
        found = [self.subject_version(subject, number) for subject, number in wanted]
        return [Reference("", Address(each.schema_id, each.number)) if each else None for each in found]

    def contexts(self) -> Sequence[str]:
        """See `SubjectReader`."""
        with self._tables.lock:
            return sorted({DEFAULT_CONTEXT, *self._tables.highest})

    def scopes(self, subject: SubjectName) -> Scopes:
        """See `SubjectReader`."""
        with self._tables.lock:
            return self._scopes(subject)

    def scoped(self, prefix: SubjectName) -> Sequence[tuple[SubjectName, ScopeSettings]]:
        """See `SubjectReader`."""
        with self._tables.lock:
            places = {*self._tables.settings, *(place for place, _ in self._places())}
            found = [(place, self._settings(place)) for place in sorted(places) if _begins(place, prefix)]
        return [(place, settings) for place, settings in found if settings != _NOTHING]

    def register(self, subject: SubjectName, decide: Decide, caller: Caller) -> SubjectVersion | None:
        """See `SubjectWriter`. Decided outside the lock, again and again until nothing changed meanwhile."""
        while True:
            state = self.state(subject)
            new = decide(state, self._versions)
            if new is None:
                return None
            with self._tables.lock:
                if self._state(subject) == state:
                    return self._keep(state, new, caller)

    def delete(
        self, subject: SubjectName, choose: Choose, caller: Caller, *, permanent: bool
    ) -> Sequence[VersionNumber]:
        """See `SubjectWriter`."""
        with self._tables.lock:
            state = self._state(subject)
            referrers = [] if state.schema_id is None else self._referrers(state.schema_id)
            numbers = choose(state, referrers)
            if state.schema_id is None or not numbers:
                return numbers
            (self._remove if permanent else self._deactivate)(state.schema_id, numbers)
            kind = "deleted" if permanent else "deactivated"
            for number in numbers:
                self._tables.record(f"version_{kind}", state.schema_id, number, caller)
            return numbers

    def put_settings(
        self,
        scope: SubjectName,
        change: Callable[[Scopes, bool], ScopeSettings],
        caller: Caller,
        *,
        clear_deleted: bool = False,
    ) -> ScopeSettings:
        """See `SubjectWriter`."""
        with self._tables.lock:
            inside = [(place, schema) for place, schema in self._places() if _holds(scope, place)]
            occupied = any(version.active for _, schema in inside for version in schema.versions)
            settings = change(self._scopes(scope), occupied)
            if clear_deleted:
                for _, schema in inside:
                    gone = [version.number for version in schema.versions if not version.active]
                    self._remove(schema.schema_id, gone)
            self._put(scope, settings)
            self._tables.record("settings_changed", NO_SCHEMA, None, caller)
            return settings

    def clear_modes(self, context: SubjectName, caller: Caller) -> None:
        """See `SubjectWriter`."""
        with self._tables.lock:
            for place in list(self._tables.settings):
                if place.name and _holds(context, place):
                    self._put(place, replace(self._settings(place), mode=None))
            self._tables.record("settings_changed", NO_SCHEMA, None, caller)

    def delete_context(self, context: str, caller: Caller) -> bool:
        """See `SubjectWriter`."""
        with self._tables.lock:
            if any(place.context == context for place, _ in self._places()):
                return False
            for scope in [scope for scope in self._tables.settings if scope.context == context]:
                del self._tables.settings[scope]
            self._tables.highest.pop(context, None)
            self._tables.record("context_deleted", NO_SCHEMA, None, caller)
            return True

    def _versions(self, addresses: Collection[Address]) -> Sequence[Version]:
        with self._tables.lock:
            found = map(self._tables.version, addresses)
            return [replace(version, artifact=None) for version in found if version]

    def _places(self) -> list[tuple[SubjectName, Schema]]:
        return [(self._tables.place(schema), schema) for schema in self._tables.schemas.values()]

    def _state(self, subject: SubjectName, *, aliased: bool = True) -> SubjectState:
        settings = self._settings(subject).config
        if aliased and settings is not None and settings.alias is not None:
            subject = subject.referred(settings.alias)
        schema = self._tables.at(subject)
        versions = tuple(self._seen(schema, version) for version in schema.versions) if schema else ()
        return SubjectState(subject, schema.schema_id if schema else None, versions, self._scopes(subject))

    def _seen(self, schema: Schema, version: Version) -> SubjectVersion:
        place = self._tables.place(schema)
        stored = self._tables.contents[place.context][version.global_id]
        return SubjectVersion(
            subject=place,
            schema_id=schema.schema_id,
            version_id=version.version_id,
            number=version.number,
            global_id=version.global_id,
            guid=stored.guid,
            format=version.format,
            text=version.text,
            fingerprint=version.fingerprint,
            references=tuple(self._tables.named(place.context, reference) for reference in version.references),
            metadata=stored.metadata,
            rules=stored.rules,
            created_at=version.created_at,
            deleted=not version.active,
            addresses=version.references,
            artifact=version.artifact,
        )

    def _with_id(self, context: str, global_id: GlobalId) -> list[SubjectVersion]:
        return [
            self._seen(schema, version)
            for place, schema in self._places()
            for version in schema.versions
            if place.context == context and version.global_id == global_id
        ]

    def _referrers(self, schema_id: SchemaId) -> list[tuple[VersionNumber, Referrer]]:
        return [
            (reference.address.number, Referrer(place, version.global_id, not version.active))
            for place, schema in self._places()
            for version in schema.versions
            for reference in version.references
            if reference.address.schema_id == schema_id
        ]

    def _scopes(self, subject: SubjectName) -> Scopes:
        own = self._settings(subject)
        return Scopes(own, self._settings(subject.scope) if subject.name else own, self._settings(GLOBAL_SCOPE))

    def _settings(self, scope: SubjectName) -> ScopeSettings:
        """What is kept for a scope: the compatibility of a subject that is there is its schema's."""
        settings = self._tables.settings.get(scope, _NOTHING)
        schema = self._tables.at(scope) if scope.name else None
        if schema is None or schema.compatibility is None:
            return settings
        return replace(settings, config=replace(settings.config or Config(), compatibility=schema.compatibility))

    def _put(self, scope: SubjectName, settings: ScopeSettings) -> None:
        schema = self._tables.at(scope) if scope.name else None
        if schema is not None:
            mode = settings.config.compatibility if settings.config else None
            self._tables.keep_schema(replace(schema, compatibility=mode), scope.context)
            if settings.config is not None:
                settings = replace(settings, config=replace(settings.config, compatibility=None))
        if settings == _NOTHING:
            self._tables.settings.pop(scope, None)
        else:
            self._tables.settings[scope] = settings

    def _keep(self, state: SubjectState, new: NewSubjectVersion, caller: Caller) -> SubjectVersion:
        tables = self._tables
        tables.require_active(new.references)
        schema = tables.at(state.subject) or self._new_schema(state.subject, new)
        stored = self._stored(state.subject, new)
        self._make_room(schema.schema_id, new.number)
        self._retire(schema.schema_id, new.number, stored.global_id)
        schema = tables.schemas.get(schema.schema_id, schema)
        version = tables.new_version(schema, new.number, stored, new.content.text, new.references)
        versions = tuple(sorted((*schema.versions, version), key=lambda each: each.number))
        last = VersionNumber(max(schema.last_version, new.number))
        schema = replace(schema, versions=versions, last_version=last, format=versions[-1].format)
        tables.keep_schema(schema, state.subject.context)
        tables.record("version_added" if state.versions else "schema_created", schema.schema_id, new.number, caller)
        return self._seen(schema, version)

    def _new_schema(self, subject: SubjectName, new: NewSubjectVersion) -> Schema:
        schema_id, _ = self._tables.free_subject(subject.name)
        settings = self._tables.settings.get(subject, _NOTHING)
        schema = Schema(
            schema_id=schema_id,
            subject=subject.name,
            name=subject.name,
            format=new.content.format,
            description="",
            publisher_id="",
            compatibility=settings.config.compatibility if settings.config else None,
            validity=None,
            last_version=VersionNumber(0),
            versions=(),
        )
        self._tables.keep_schema(schema, subject.context)
        self._put(subject, settings)
        return schema

    def _stored(self, subject: SubjectName, new: NewSubjectVersion) -> StoredContent:
        """The content with the id that was asked for, or of the guid, or a new one."""
        contents = self._tables.contents.setdefault(subject.context, {})
        if new.global_id is None:
            same = sorted(each.global_id for each in contents.values() if each.guid == new.guid)
            global_id = same[0] if same else self._tables.next_id(subject.context)
        else:
            global_id = new.global_id
        there = contents.get(global_id)
        if there is None:
            made = StoredContent(global_id, new.guid, new.content, new.metadata, new.rules)
            return self._tables.add_content(subject.context, made)
        if there.guid != new.guid:
            where = f"in context {subject.prefix} is not permitted."
            raise NotPermitted(f"Overwrite new schema with id {global_id} {where}")
        return there

    def _make_room(self, schema_id: SchemaId, number: VersionNumber) -> None:
        """Remove what stands under a number that an import brings again."""
        if self._tables.version(Address(schema_id, number)) is not None:
            if any(at == number for at, _ in self._referrers(schema_id)):
                raise ReferenceExists(self._tables.place(self._tables.schemas[schema_id]), number)
            self._remove(schema_id, [number], keep_schema=True)

    def _retire(self, schema_id: SchemaId, number: VersionNumber, global_id: GlobalId) -> None:
        """Remove soft-deleted versions that a new one takes the place of."""
        referred = {at for at, _ in self._referrers(schema_id)}
        versions = self._tables.schemas[schema_id].versions
        old = [
            version.number
            for version in versions
            if not version.active and version.global_id == global_id and version.number < number
        ]
        self._remove(schema_id, [at for at in old if at not in referred], keep_schema=True, keep=global_id)

    def _deactivate(self, schema_id: SchemaId, numbers: Iterable[VersionNumber]) -> None:
        schema, now, chosen = self._tables.schemas[schema_id], self._tables.clock.now(), set(numbers)
        versions = tuple(
            replace(version, deactivated_at=now) if version.number in chosen and version.active else version
            for version in schema.versions
        )
        self._tables.schemas[schema_id] = replace(schema, versions=versions)

    def _remove(
        self,
        schema_id: SchemaId,
        numbers: Collection[VersionNumber],
        *,
        keep_schema: bool = False,
        keep: GlobalId | None = None,
    ) -> None:
        """Remove versions, then contents that nobody has any more, and an empty schema with its settings."""
        schema, context = self._tables.schemas[schema_id], self._tables.contexts[schema_id]
        gone = {version.global_id for version in schema.versions if version.number in numbers}
        left = tuple(version for version in schema.versions if version.number not in numbers)
        last = VersionNumber(max((version.number for version in left), default=0))
        self._tables.schemas[schema_id] = replace(schema, versions=left, last_version=last)
        for global_id in gone - {keep}:
            if not self._with_id(context, global_id):
                del self._tables.contents[context][global_id]
        if numbers and not left and not keep_schema:
            self._tables.settings.pop(self._tables.place(schema), None)
            del self._tables.schemas[schema_id], self._tables.contexts[schema_id]


def _begins(place: SubjectName, prefix: SubjectName) -> bool:
    return prefix.context in (WILDCARD, place.context) and place.name.startswith(prefix.name)


def _holds(scope: SubjectName, place: SubjectName) -> bool:
    """Whether settings of a scope are for a subject."""
    if scope == GLOBAL_SCOPE:
        return True
    return place == scope if scope.name else place.context == scope.context
