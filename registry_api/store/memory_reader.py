"""Reads of the store in memory."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from sluicegate.registry_api.core.access.grants import EVERYTHING, Readable
from sluicegate.registry_api.core.commands import LATEST, ListVersions, Part
from sluicegate.registry_api.core.lookup import shown
from sluicegate.registry_api.core.metadata import CONFLUENT_VERSION
from sluicegate.registry_api.core.model import Address, ContextId, HistoryEntry, Holder, Referrer, Schema, Version
from sluicegate.registry_api.core.names import DEFAULT_CONTEXT, DEFAULT_SCOPE, GLOBAL_SCOPE, WILDCARD, SubjectName
from sluicegate.registry_api.core.ports import NONE_YET, State, Tail
from sluicegate.registry_api.core.scopes import CompatibilityPolicy, Config, Scopes, ScopeSettings
from sluicegate.registry_api.store.matching import listing_part
from sluicegate.registry_api.store.memory_tables import MemoryTables, looked_up
from sluicegate.shared.model import GlobalId, SchemaId, VersionNumber

NOTHING = ScopeSettings()


class MemoryReader:
    """`StoreReader` in memory. Thread-safe."""

    def __init__(self, tables: MemoryTables) -> None:
        """Take the tables, which others change too."""
        self._tables = tables

    def state(self, target: SubjectName | SchemaId) -> State:
        """See `StoreReader`."""
        with self._tables.lock:
            return self.state_within(target)

    def versions(self, addresses: Collection[Address]) -> Sequence[Version]:
        """See `View`."""
        with self._tables.lock:
            found = map(self._tables.version, addresses)
            return [looked_up(version) for version in found if version]

    def addresses(self, wanted: Collection[tuple[SubjectName, VersionNumber]]) -> Sequence[Address | None]:
        """See `View`."""
        found = [self.subject_version(subject, number) for subject, number in wanted]
        return [each.address if each else None for each in found]

    def candidates(
        self, schema_id: SchemaId, identities: Collection[str], fingerprint: str, *, deleted: bool = False
    ) -> Sequence[Version]:
        """See `View`."""
        with self._tables.lock:
            schema = self._tables.schemas.get(schema_id)
        versions = schema.versions[::-1] if schema else ()
        return [
            looked_up(each)
            for each in versions
            if (deleted or each.active)
            and (each.identity in identities or each.fingerprint == fingerprint or _is_irregular(each))
        ]

    def history(self, schema_id: SchemaId, *, deleted: bool = False) -> Sequence[HistoryEntry]:
        """See `View`."""
        with self._tables.lock:
            schema = self._tables.schemas.get(schema_id)
        return [each.entry for each in (schema.versions[::-1] if schema else ()) if deleted or each.active]

    def tail(self, schema_id: SchemaId, after: VersionNumber) -> Tail:
        """See `View`."""
        with self._tables.lock:
            schema = self._tables.schemas.get(schema_id)
            revision = sum(event.schema_id == schema_id for event in self._tables.events)
        if schema is None:
            return Tail(None, NONE_YET, None, ())
        active = [each for each in schema.versions if each.active]
        mark = next(((each.version_id, each.created_at) for each in active if each.number == after), None)
        return Tail(revision, schema.last_version, mark, [looked_up(each) for each in active if each.number > after])

    def published(
        self, publisher_id: str, fingerprint: str, identity: str | None, readable: Readable = EVERYTHING
    ) -> Address | None:
        """See `View`."""
        with self._tables.lock:
            return self.published_within(publisher_id, fingerprint, identity, readable)

    def resolved(self, subject: SubjectName) -> SubjectName:
        """See `StoreReader`."""
        with self._tables.lock:
            return self._target(subject)

    def subject_version(self, subject: SubjectName, number: VersionNumber) -> Version | None:
        """See `StoreReader`."""
        with self._tables.lock:
            schema = self._schema(subject)
        versions = schema.versions[::-1] if schema else ()
        return next((each for each in versions if each.number == number or (number == LATEST and each.active)), None)

    def numbers(self, subject: SubjectName) -> Sequence[tuple[VersionNumber, bool]]:
        """See `StoreReader`."""
        with self._tables.lock:
            return self._numbers(subject)

    def version_with(self, subject: SubjectName, global_id: GlobalId) -> Version | None:
        """See `StoreReader`."""
        with self._tables.lock:
            schema = self._schema(subject)
        versions = schema.versions[::-1] if schema else ()
        return next((version for version in versions if version.global_id == global_id), None)

    def identified(self, context: str, global_id: GlobalId, readable: Readable = EVERYTHING) -> Version | None:
        """See `StoreReader`."""
        with self._tables.lock:
            found = [each for each in self._with_id(context, global_id) if readable.has(each.subject)]
            return min(found, key=lambda each: (each.deleted, each.deprecated_at is not None)) if found else None

    def holders(self, context: str, global_id: GlobalId) -> Sequence[Holder]:
        """See `StoreReader`."""
        with self._tables.lock:
            found = self._with_id(context, global_id)
        return sorted(Holder(version.subject, version.number, version.deleted) for version in found)

    def ids_of_guid(self, guid: str) -> Sequence[ContextId]:
        """See `StoreReader`."""
        with self._tables.lock:
            found = [
                ContextId(context, content.global_id)
                for context, contents in self._tables.contents.items()
                for content in contents.values()
                if content.guid == guid and not content.purged
            ]
        return sorted(found)

    def max_id(self, context: str) -> GlobalId:
        """See `StoreReader`."""
        with self._tables.lock:
            return max(self._tables.contents.get(context, {}), default=GlobalId(0))

    def subjects(self, prefix: SubjectName, readable: Readable = EVERYTHING) -> Sequence[tuple[SubjectName, bool]]:
        """See `StoreReader`."""
        with self._tables.lock:
            found = [
                (place, not any(version.active for version in schema.versions))
                for place, schema in self._places()
                if _begins(place, prefix) and readable.has(place)
            ]
        return sorted(found, key=lambda each: each[0].qualified)

    def namesakes(self, name: str) -> Sequence[SubjectName]:
        """See `StoreReader`."""
        with self._tables.lock:
            places = [place for place, _ in self._places()]
        return sorted(place for place in places if place.name == name and place.context != DEFAULT_CONTEXT)

    def listed(self, prefix: SubjectName, query: ListVersions, targets: Collection[SubjectName] = ()) -> Part[Version]:
        """See `StoreReader`."""
        with self._tables.lock:
            named = [place for place, _ in self._places() if _begins(place, prefix) or place in targets]
            named = list(filter(query.readable.has, named))
            places = sorted((place.qualified, place) for place in named)
            schemas = [self._tables.at(place) for _, place in places]
            found = [schema.versions if schema else () for schema in schemas]
        wanted = ([each for each in versions if shown(query.deleted, each.deleted)] for versions in found)
        shortened = (versions[-1:] if query.latest_only else versions for versions in wanted)
        return listing_part([each for versions in shortened for each in versions], query)

    def referrers(self, schema_id: SchemaId, number: VersionNumber) -> Sequence[Referrer]:
        """See `StoreReader`."""
        with self._tables.lock:
            return [referrer for at, referrer in self._referrers(schema_id) if at == number]

    def contexts(self) -> Sequence[str]:
        """See `StoreReader`."""
        with self._tables.lock:
            return sorted({DEFAULT_CONTEXT, *self._tables.used})

    def scopes(self, subject: SubjectName) -> Scopes:
        """See `StoreReader`."""
        with self._tables.lock:
            return self.scopes_within(subject)

    def scopes_within(self, subject: SubjectName) -> Scopes:
        """Return the settings for a subject; the caller holds the lock."""
        own = self._settings(subject)
        context = self._settings(subject.scope) if subject.name else own
        schema = self._tables.at(subject) if subject.name else None
        policy = None if schema is None or schema.policy is None else CompatibilityPolicy(schema.policy.value)
        return Scopes(own, context, self._settings(GLOBAL_SCOPE), self._settings(DEFAULT_SCOPE), policy)

    def scoped(self, prefix: SubjectName) -> Sequence[tuple[SubjectName, ScopeSettings]]:
        """See `StoreReader`."""
        with self._tables.lock:
            places = {*self._tables.settings, *(place for place, _ in self._places())}
            found = [(place, self._settings(place)) for place in sorted(places) if _begins(place, prefix)]
        return [(place, settings) for place, settings in found if settings != NOTHING]

    def _places(self) -> list[tuple[SubjectName, Schema]]:
        return [(self._tables.place(schema), schema) for schema in self._tables.schemas.values()]

    def state_within(self, target: SubjectName | SchemaId) -> State:
        """The state of a schema, for callers that hold the lock."""
        if isinstance(target, SubjectName):
            target = self._target(target)
            schema = self._tables.at(target)
            return _state_of(schema, target, self.scopes_within(target))
        schema = self._tables.schemas.get(target)
        if schema is None or not self._tables.in_default(schema):
            return State(DEFAULT_SCOPE, self.scopes_within(DEFAULT_SCOPE))
        place = self._tables.place(schema)
        return _state_of(schema, place, self.scopes_within(place))

    def _target(self, subject: SubjectName) -> SubjectName:
        """A subject, or the one that it is an alias of."""
        config = self._settings(subject).config
        return subject if config is None or config.alias is None else subject.referred(config.alias)

    def _schema(self, subject: SubjectName) -> Schema | None:
        return self._tables.at(self._target(subject))

    def _numbers(self, subject: SubjectName) -> Sequence[tuple[VersionNumber, bool]]:
        schema = self._schema(subject)
        return [(version.number, version.deleted) for version in schema.versions] if schema else []

    def published_within(
        self, publisher_id: str, fingerprint: str, identity: str | None, readable: Readable
    ) -> Address | None:
        """See `View.published`, for callers that hold the lock."""
        for _, schema in sorted(self._tables.schemas.items()):
            hidden = not readable.has(self._tables.place(schema))
            if self._tables.in_default(schema) and schema.publisher_id == publisher_id and not hidden:
                for version in reversed(schema.versions):
                    same = version.plain and version.fingerprint == fingerprint
                    same = same or (identity is not None and version.identity == identity)
                    if version.active and same:
                        return version.address
        return None

    def _with_id(self, context: str, global_id: GlobalId) -> list[Version]:
        return [
            version
            for place, schema in self._places()
            for version in schema.versions
            if place.context == context and version.global_id == global_id
        ]

    def _referrers(self, schema_id: SchemaId) -> list[tuple[VersionNumber, Referrer]]:
        return [
            (reference.number, Referrer(place, version.global_id, not version.active))
            for place, schema in self._places()
            for version in schema.versions
            for reference in version.references
            if reference.address.schema_id == schema_id
        ]

    def _settings(self, scope: SubjectName) -> ScopeSettings:
        """Return the settings of a scope.

        The modes of an existing subject are its schema's.
        """
        settings = self._tables.settings.get(scope, NOTHING)
        schema = self._tables.at(scope) if scope.name else None
        if schema is None:
            return settings
        settings = replace(settings, validity=schema.validity)
        if schema.compatibility is None:
            return settings
        return replace(settings, config=replace(settings.config or Config(), compatibility=schema.compatibility))


def _begins(place: SubjectName, prefix: SubjectName) -> bool:
    return prefix.context in (WILDCARD, place.context) and place.name.startswith(prefix.name)


def _state_of(schema: Schema | None, place: SubjectName, scopes: Scopes) -> State:
    if schema is None:
        return State(place, scopes)
    latest = next((version for version in reversed(schema.versions) if version.active), None)
    return State(
        subject=place,
        scopes=scopes,
        schema_id=schema.schema_id,
        format=schema.format,
        last_version=schema.last_version,
        latest=latest,
        occupied=bool(schema.versions),
    )


def _is_irregular(version: Version) -> bool:
    numbered = version.metadata is not None and CONFLUENT_VERSION in version.metadata.properties
    return bool(version.references) or numbered
