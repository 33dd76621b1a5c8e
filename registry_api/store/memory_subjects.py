"""Subjects in memory, over the same tables as the rest of the store."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

from sluicegate.registry_api.core.model import Address, Caller, Schema
from sluicegate.registry_api.core.subjects.errors import IdTaken, NumberTaken, ReferenceExists
from sluicegate.registry_api.core.subjects.general import SETTINGS_CHANGED
from sluicegate.registry_api.core.subjects.model import SubjectVersion
from sluicegate.registry_api.core.subjects.names import GLOBAL_SCOPE, SubjectName
from sluicegate.registry_api.core.subjects.ports import Choose, Decide, NewSubjectVersion, SubjectState
from sluicegate.registry_api.core.subjects.scopes import Scopes, ScopeSettings
from sluicegate.registry_api.store.memory_subject_reader import NOTHING, MemorySubjectReader
from sluicegate.registry_api.store.memory_tables import StoredContent
from sluicegate.shared.model import GlobalId, SchemaId, VersionNumber


class MemorySubjects(MemorySubjectReader):
    """`SubjectStore` in memory. Thread-safe."""

    def register(self, subject: SubjectName, decide: Decide, caller: Caller) -> SubjectVersion | None:
        """See `SubjectWriter`. Decided outside the lock, again and again until nothing changed meanwhile."""
        while True:
            state = self.state(subject)
            new = decide(state, self._versions)
            if new is None:
                return None
            with self._tables.lock:
                if self._state(subject) == state:
                    with self._tables.all_or_nothing():
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
        clear_deleted: Callable[[Scopes], bool] | None = None,
    ) -> ScopeSettings:
        """See `SubjectWriter`."""
        with self._tables.lock:
            inside = [(place, schema) for place, schema in self._places() if _holds(scope, place)]
            occupied = any(version.active for _, schema in inside for version in schema.versions)
            scopes = self.scopes_within(scope)
            settings = change(scopes, occupied)
            if clear_deleted is not None and clear_deleted(scopes):
                self._clear([schema for _, schema in inside if not any(each.active for each in schema.versions)])
            self._put(scope, settings)
            self._tables.record("settings_changed", SETTINGS_CHANGED, None, caller)
            return settings

    def clear_modes(self, context: SubjectName, caller: Caller) -> None:
        """See `SubjectWriter`."""
        with self._tables.lock:
            for place in list(self._tables.settings):
                if place.name and _holds(context, place):
                    self._put(place, replace(self._settings(place), mode=None))
            self._tables.record("settings_changed", SETTINGS_CHANGED, None, caller)

    def delete_context(self, context: str, caller: Caller) -> bool:
        """See `SubjectWriter`."""
        with self._tables.lock:
            if any(place.context == context for place, _ in self._places()):
                return False
            for scope in [scope for scope in self._tables.settings if scope.context == context]:
                del self._tables.settings[scope]
            self._tables.used.discard(context)
            self._tables.record("context_deleted", SETTINGS_CHANGED, None, caller)
            return True

    def _put(self, scope: SubjectName, settings: ScopeSettings) -> None:
        schema = self._tables.at(scope) if scope.name else None
        if schema is not None:
            mode = settings.config.compatibility if settings.config else None
            self._tables.keep_schema(replace(schema, compatibility=mode), scope.context)
            if settings.config is not None:
                settings = replace(settings, config=replace(settings.config, compatibility=None))
        if settings == NOTHING:
            self._tables.settings.pop(scope, None)
        else:
            self._tables.settings[scope] = settings

    def _keep(self, state: SubjectState, new: NewSubjectVersion, caller: Caller) -> SubjectVersion:
        tables = self._tables
        tables.require_active(new.references)
        schema = tables.at(state.subject) or self._new_schema(state.subject, new)
        stored = self._stored(state.subject, new)
        self._make_room(state.subject, schema.schema_id, new, stored)
        retired = self._retire(schema.schema_id, new.number, stored.global_id)
        schema = tables.schemas.get(schema.schema_id, schema)
        version = tables.new_version(schema, new.number, stored, new.content.text, new.references)
        tables.written[version.version_id] = new.named
        versions = tuple(sorted((*schema.versions, version), key=lambda each: each.number))
        last = VersionNumber(max(schema.last_version, new.number))
        schema = replace(schema, versions=versions, last_version=last, format=versions[-1].format)
        tables.keep_schema(schema, state.subject.context)
        for number in retired:
            tables.record("version_deleted", schema.schema_id, number, caller)
        tables.record("version_added" if state.versions else "schema_created", schema.schema_id, new.number, caller)
        return self._seen(schema, version)

    def _new_schema(self, subject: SubjectName, new: NewSubjectVersion) -> Schema:
        schema_id, _ = self._tables.free_subject(subject.name)
        settings = self._tables.settings.get(subject, NOTHING)
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
        """The content with the id that was asked for, or the same content, or a new one."""
        contents = self._tables.contents.setdefault(subject.context, {})
        if new.global_id is None:
            same = sorted(
                each.global_id for each in contents.values() if each.identity == new.identity and not each.purged
            )
            global_id = same[0] if same else self._tables.next_id(subject.context)
        else:
            global_id = new.global_id
        there = contents.get(global_id)
        if there is not None and there.identity != new.identity:
            raise IdTaken(subject.context, global_id)
        if there is not None and not there.purged:
            return there
        made = StoredContent(global_id, new.guid, new.identity, new.content, new.metadata, new.rules)
        return self._tables.add_content(subject.context, made)

    def _make_room(
        self, subject: SubjectName, schema_id: SchemaId, new: NewSubjectVersion, stored: StoredContent
    ) -> None:
        """Take a soft-deleted version out that an import brings back. Raises `NumberTaken` if the number is another content's."""
        schema, retired = self._tables.schemas[schema_id], self._tables.retired.get(schema_id, {})
        there = self._tables.version(Address(schema_id, new.number))
        if there is None:
            if retired.pop(new.number, new.identity) != new.identity:
                raise NumberTaken(subject, new.number)
            return
        if any(at == new.number for at, _ in self._referrers(schema_id)):
            raise ReferenceExists(subject, new.number)
        if there.active or there.global_id != stored.global_id:
            raise NumberTaken(subject, new.number)
        left = tuple(version for version in schema.versions if version.number != new.number)
        self._tables.schemas[schema_id] = replace(schema, versions=left)

    def _retire(self, schema_id: SchemaId, number: VersionNumber, global_id: GlobalId) -> list[VersionNumber]:
        """Remove soft-deleted versions that a new one takes the place of; their numbers."""
        referred = {at for at, _ in self._referrers(schema_id)}
        versions = self._tables.schemas[schema_id].versions
        old = [
            version.number
            for version in versions
            if not version.active and version.global_id == global_id and version.number < number
        ]
        gone = [at for at in old if at not in referred]
        self._remove(schema_id, gone, keep_schema=True, keep=global_id)
        return gone

    def _clear(self, schemas: Iterable[Schema]) -> None:
        """Remove schemas; not those that others refer to, which stay."""
        gone = {schema.schema_id: schema for schema in schemas}
        while True:
            referred = {
                reference.address.schema_id
                for schema in self._tables.schemas.values()
                if schema.schema_id not in gone
                for version in schema.versions
                for reference in version.references
            }
            if not referred & gone.keys():
                break
            gone = {schema_id: schema for schema_id, schema in gone.items() if schema_id not in referred}
        for schema_id, schema in gone.items():
            self._remove(schema_id, [version.number for version in schema.versions])

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
        retired = self._tables.retired.setdefault(schema_id, {})
        contents = self._tables.contents[context]
        for version in schema.versions:
            if version.number in numbers:
                retired[version.number] = contents[version.global_id].identity
        self._tables.schemas[schema_id] = replace(schema, versions=left)
        for global_id in gone - {keep}:
            if not self._with_id(context, global_id):
                contents[global_id] = replace(contents[global_id], purged=True)
        if numbers and not left and not keep_schema:
            self._tables.settings.pop(self._tables.place(schema), None)
            for table in (self._tables.schemas, self._tables.contexts, self._tables.retired):
                table.pop(schema_id, None)


def _holds(scope: SubjectName, place: SubjectName) -> bool:
    """Whether settings of a scope are for a subject."""
    if scope == GLOBAL_SCOPE:
        return True
    return place == scope if scope.name else place.context == scope.context
