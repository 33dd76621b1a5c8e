"""The facts for a decision that its caller may see."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from sluicegate.registry_api.core.access.grants import EVERYTHING, Readable
from sluicegate.registry_api.core.guard.authority import Authority
from sluicegate.registry_api.core.model import Address, HistoryEntry, Version
from sluicegate.registry_api.core.names import DEFAULT_SCOPE, SubjectName
from sluicegate.registry_api.core.ports import State, Tail, View
from sluicegate.registry_api.core.scopes import Scopes, ScopeSettings
from sluicegate.shared.model import SchemaId, VersionNumber

_NOTHING = ScopeSettings()
ABSENT = State(DEFAULT_SCOPE, Scopes(_NOTHING, _NOTHING, _NOTHING, _NOTHING))
"""The state of a number that no schema has."""


class GuardedView:
    """`View` without invisible subjects."""

    def __init__(self, view: View, authority: Authority) -> None:
        """Take the view of a decision."""
        self._view = view
        self._authority = authority

    def versions(self, addresses: Collection[Address]) -> Sequence[Version]:
        """See `View`."""
        return [each for each in self._view.versions(addresses) if self._authority.reads(each.subject)]

    def addresses(self, wanted: Collection[tuple[SubjectName, VersionNumber]]) -> Sequence[Address | None]:
        """See `View`."""
        reads = self._authority.reads
        found = self._view.addresses(wanted)
        return [at if reads(subject) else None for (subject, _), at in zip(wanted, found, strict=True)]

    def candidates(
        self, schema_id: SchemaId, identities: Collection[str], fingerprint: str, *, deleted: bool = False
    ) -> Sequence[Version]:
        """See `View`."""
        found = self._view.candidates(schema_id, identities, fingerprint, deleted=deleted)
        return [each for each in found if self._authority.reads(each.subject)]

    def history(self, schema_id: SchemaId, *, deleted: bool = False) -> Sequence[HistoryEntry]:
        """See `View`. The id is that of a visible state, so the history is visible too."""
        return self._view.history(schema_id, deleted=deleted)

    def tail(self, schema_id: SchemaId, after: VersionNumber) -> Tail:
        """See `View`. The id is that of a visible state, so its versions are visible too."""
        return self._view.tail(schema_id, after)

    def published(
        self, publisher_id: str, fingerprint: str, identity: str | None, readable: Readable = EVERYTHING
    ) -> Address | None:
        """See `View`."""
        return self._view.published(publisher_id, fingerprint, identity, self._authority.readable)


def visible_state(state: State, authority: Authority) -> State:
    """The state of a subject, or, where it is invisible, that of a subject without a schema."""
    if authority.reads(state.subject):
        return state
    return State(state.subject, visible_scopes(state.scopes, state.subject, authority))


def visible_scopes(scopes: Scopes, scope: SubjectName, authority: Authority) -> Scopes:
    """The settings around a scope without those of an invisible subject or context."""
    if authority.reads(scope):
        return scopes
    context = scopes.context if authority.enters(scope.context) else _NOTHING
    return replace(scopes, subject=_NOTHING, context=context, policy=None)
