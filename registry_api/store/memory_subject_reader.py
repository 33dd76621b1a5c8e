"""What stands in memory about subjects, over the same tables as the rest of the store."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from sluicegate.registry_api.core.model import Address, Reference, Schema, Version
from sluicegate.registry_api.core.subjects.catalogue import shown
from sluicegate.registry_api.core.subjects.model import LATEST, ContextId, ListVersions, Part, SubjectVersion
from sluicegate.registry_api.core.subjects.names import (
    DEFAULT_CONTEXT,
    DEFAULT_SCOPE,
    GLOBAL_SCOPE,
    WILDCARD,
    SubjectName,
)
from sluicegate.registry_api.core.subjects.ports import Holder, Referrer, SubjectState
from sluicegate.registry_api.core.subjects.scopes import CompatibilityPolicy, Config, Scopes, ScopeSettings
from sluicegate.registry_api.store.matching import listing_part
from sluicegate.registry_api.store.memory_tables import MemoryTables, looked_up
from sluicegate.shared.model import GlobalId, SchemaId, VersionNumber

NOTHING = ScopeSettings()


class MemorySubjectReader:
    """`SubjectReader` in memory. Thread-safe."""

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

    def numbers(self, subject: SubjectName) -> Sequence[tuple[VersionNumber, bool]]:
        """See `SubjectReader`."""
        return [(version.number, version.deleted) for version in self.state(subject).versions]

    def version_with(self, subject: SubjectName, global_id: GlobalId) -> SubjectVersion | None:
        """See `SubjectReader`."""
        versions = self.state(subject).versions[::-1]
        return next((version for version in versions if version.global_id == global_id), None)

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
                if content.guid == guid and not content.purged
            ]
        return sorted(found)

    def max_id(self, context: str) -> GlobalId:
        """See `SubjectReader`."""
        with self._tables.lock:
            return max(self._tables.contents.get(context, {}), default=GlobalId(0))

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

    def listed(
        self, prefix: SubjectName, query: ListVersions, targets: Collection[SubjectName] = ()
    ) -> Part[SubjectVersion]:
        """See `SubjectReader`."""
        with self._tables.lock:
            named = [place for place, _ in self._places() if _begins(place, prefix) or place in targets]
            places = sorted((place.qualified, place) for place in named)
            found = [self._state(place, aliased=False).versions for _, place in places]
        wanted = ([each for each in versions if shown(query.deleted, each.deleted)] for versions in found)
        shortened = (versions[-1:] if query.latest_only else versions for versions in wanted)
        return listing_part([each for versions in shortened for each in versions], query)

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
            return sorted({DEFAULT_CONTEXT, *self._tables.used})

    def scopes(self, subject: SubjectName) -> Scopes:
        """See `SubjectReader`."""
        with self._tables.lock:
            return self.scopes_within(subject)

    def scopes_within(self, subject: SubjectName) -> Scopes:
        """The settings for a subject, for those who hold the lock."""
        own = self._settings(subject)
        context = self._settings(subject.scope) if subject.name else own
        schema = self._tables.at(subject) if subject.name else None
        policy = None if schema is None or schema.policy is None else CompatibilityPolicy(schema.policy.value)
        return Scopes(own, context, self._settings(GLOBAL_SCOPE), self._settings(DEFAULT_SCOPE), policy)

    def scoped(self, prefix: SubjectName) -> Sequence[tuple[SubjectName, ScopeSettings]]:
        """See `SubjectReader`."""
        with self._tables.lock:
            places = {*self._tables.settings, *(place for place, _ in self._places())}
            found = [(place, self._settings(place)) for place in sorted(places) if _begins(place, prefix)]
        return [(place, settings) for place, settings in found if settings != NOTHING]

    def _versions(self, addresses: Collection[Address]) -> Sequence[Version]:
        with self._tables.lock:
            found = map(self._tables.version, addresses)
            return [looked_up(version) for version in found if version]

    def _places(self) -> list[tuple[SubjectName, Schema]]:
        return [(self._tables.place(schema), schema) for schema in self._tables.schemas.values()]

    def _state(self, subject: SubjectName, *, aliased: bool = True) -> SubjectState:
        settings = self._settings(subject).config
        if aliased and settings is not None and settings.alias is not None:
            subject = subject.referred(settings.alias)
        schema = self._tables.at(subject)
        versions = tuple(self._seen(schema, version) for version in schema.versions) if schema else ()
        schema_id, last = (schema.schema_id, schema.last_version) if schema else (None, VersionNumber(0))
        return SubjectState(subject, schema_id, versions, self.scopes_within(subject), last)

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
            references=self._tables.written.get(version.version_id)
            or tuple(self._tables.named(place.context, reference) for reference in version.references),
            metadata=stored.metadata,
            rules=stored.rules,
            created_at=version.created_at,
            deleted=not version.active,
            addresses=version.references,
            artifact=version.artifact,
            identity=stored.identity,
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

    def _settings(self, scope: SubjectName) -> ScopeSettings:
        """What is kept for a scope: the compatibility of a subject that is there is its schema's."""
        settings = self._tables.settings.get(scope, NOTHING)
        schema = self._tables.at(scope) if scope.name else None
        if schema is None or schema.compatibility is None:
            return settings
        return replace(settings, config=replace(settings.config or Config(), compatibility=schema.compatibility))


def _begins(place: SubjectName, prefix: SubjectName) -> bool:
    return prefix.context in (WILDCARD, place.context) and place.name.startswith(prefix.name)
