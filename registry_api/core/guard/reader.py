"""The reads of the store, without invisible subjects."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from sluicegate.registry_api.core.access.grants import EVERYTHING, Readable
from sluicegate.registry_api.core.commands import ListVersions, Page, Part, Query
from sluicegate.registry_api.core.guard.authority import Authority
from sluicegate.registry_api.core.guard.view import ABSENT, GuardedView, visible_scopes, visible_state
from sluicegate.registry_api.core.model import Address, ContextId, HistoryEntry, Holder, Referrer, Schema, Version
from sluicegate.registry_api.core.names import DEFAULT_CONTEXT, SubjectName
from sluicegate.registry_api.core.ports import State, Store, Tail
from sluicegate.registry_api.core.scopes import Scopes, ScopeSettings
from sluicegate.shared.model import GlobalId, SchemaId, VersionNumber


class GuardedReader:
    """`StoreReader` for the current caller.

    An alias is visible through its target, as versions say.
    """

    def __init__(self, store: Store, current: Callable[[], Authority]) -> None:
        """Take the store, and the function that returns the permissions of the caller."""
        self._store = store
        self._current = current

    def registry_id(self) -> str:
        """See `StoreReader`."""
        return self._store.registry_id()

    def state(self, target: SubjectName | SchemaId) -> State:
        """See `StoreReader`."""
        authority, state = self._current(), self._store.state(target)
        if isinstance(target, SubjectName) or authority.reads(state.subject):
            return visible_state(state, authority)
        return ABSENT

    def resolved(self, subject: SubjectName) -> SubjectName:
        """See `StoreReader`."""
        return self._store.resolved(subject)

    def schema(self, schema_id: SchemaId, *, deactivated: bool = False) -> Schema | None:
        """See `StoreReader`."""
        found = self._store.schema(schema_id, deactivated=deactivated)
        return found if found and self._current().reads(SubjectName(DEFAULT_CONTEXT, found.subject)) else None

    def version(self, schema_id: SchemaId, number: VersionNumber) -> Version | None:
        """See `StoreReader`."""
        return self._visible(self._store.version(schema_id, number))

    def latest(self, schema_id: SchemaId) -> Version | None:
        """See `StoreReader`."""
        return self._visible(self._store.latest(schema_id))

    def search(self, query: Query) -> Page:
        """See `StoreReader`."""
        return self._store.search(replace(query, readable=self._current().readable))

    def subject_version(self, subject: SubjectName, number: VersionNumber) -> Version | None:
        """See `StoreReader`."""
        return self._visible(self._store.subject_version(subject, number))

    def numbers(self, subject: SubjectName) -> Sequence[tuple[VersionNumber, bool]]:
        """See `StoreReader`."""
        authority = self._current()
        if not (authority.readable.everything or authority.reads(self._store.resolved(subject))):
            return ()
        return self._store.numbers(subject)

    def version_with(self, subject: SubjectName, global_id: GlobalId) -> Version | None:
        """See `StoreReader`."""
        return self._visible(self._store.version_with(subject, global_id))

    def identified(self, context: str, global_id: GlobalId, readable: Readable = EVERYTHING) -> Version | None:
        """See `StoreReader`."""
        return self._store.identified(context, global_id, self._current().readable)

    def holders(self, context: str, global_id: GlobalId) -> Sequence[Holder]:
        """See `StoreReader`."""
        reads = self._current().reads
        return [each for each in self._store.holders(context, global_id) if reads(each.subject)]

    def ids_of_guid(self, guid: str) -> Sequence[ContextId]:
        """See `StoreReader`."""
        found, readable = self._store.ids_of_guid(guid), self._current().readable
        if readable.everything:
            return found
        return [each for each in found if self._store.identified(each.context, each.global_id, readable)]

    def max_id(self, context: str) -> GlobalId:
        """See `StoreReader`. Ids are one sequence for all callers of a context."""
        return self._store.max_id(context) if self._current().enters(context) else GlobalId(0)

    def subjects(self, prefix: SubjectName, readable: Readable = EVERYTHING) -> Sequence[tuple[SubjectName, bool]]:
        """See `StoreReader`."""
        return self._store.subjects(prefix, self._current().readable)

    def namesakes(self, name: str) -> Sequence[SubjectName]:
        """See `StoreReader`."""
        return list(filter(self._current().reads, self._store.namesakes(name)))

    def listed(self, prefix: SubjectName, query: ListVersions, targets: Collection[SubjectName] = ()) -> Part[Version]:
        """See `StoreReader`."""
        return self._store.listed(prefix, replace(query, readable=self._current().readable), targets)

    def referrers(self, schema_id: SchemaId, number: VersionNumber) -> Sequence[Referrer]:
        """See `StoreReader`."""
        reads = self._current().reads
        return [each for each in self._store.referrers(schema_id, number) if reads(each.subject)]

    def contexts(self) -> Sequence[str]:
        """See `StoreReader`.

        To callers with roles on subjects, a context is there if it has a visible subject.
        """
        found, readable = self._store.contexts(), self._current().readable
        if readable.everything:
            return found
        return [each for each in found if each == DEFAULT_CONTEXT or self._occupied(each, readable)]

    def scopes(self, subject: SubjectName) -> Scopes:
        """See `StoreReader`."""
        return visible_scopes(self._store.scopes(subject), subject, self._current())

    def scoped(self, prefix: SubjectName) -> Sequence[tuple[SubjectName, ScopeSettings]]:
        """See `StoreReader`."""
        reads = self._current().reads
        return [(scope, settings) for scope, settings in self._store.scoped(prefix) if reads(scope)]

    def versions(self, addresses: Collection[Address]) -> Sequence[Version]:
        """See `View`."""
        return self._view().versions(addresses)

    def addresses(self, wanted: Collection[tuple[SubjectName, VersionNumber]]) -> Sequence[Address | None]:
        """See `View`."""
        return self._view().addresses(wanted)

    def candidates(
        self, schema_id: SchemaId, identities: Collection[str], fingerprint: str, *, deleted: bool = False
    ) -> Sequence[Version]:
        """See `View`."""
        return self._view().candidates(schema_id, identities, fingerprint, deleted=deleted)

    def history(self, schema_id: SchemaId, *, deleted: bool = False) -> Sequence[HistoryEntry]:
        """See `View`."""
        return self._view().history(schema_id, deleted=deleted)

    def tail(self, schema_id: SchemaId, after: VersionNumber) -> Tail:
        """See `View`."""
        return self._view().tail(schema_id, after)

    def published(
        self, publisher_id: str, fingerprint: str, identity: str | None, readable: Readable = EVERYTHING
    ) -> Address | None:
        """See `View`."""
        return self._view().published(publisher_id, fingerprint, identity)

    def _view(self) -> GuardedView:
        return GuardedView(self._store, self._current())

    def _visible(self, version: Version | None) -> Version | None:
        return version if version is not None and self._current().reads(version.subject) else None

    def _occupied(self, context: str, readable: Readable) -> bool:
        return readable.enters(context) and bool(self._store.subjects(SubjectName(context, ""), readable))
