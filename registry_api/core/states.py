"""The states of versions: active, deprecated, deactivated."""

from collections.abc import Sequence

from sluicegate.registry_api.core.deletion import Numbers, Referrers, require_unreferenced, require_writable
from sluicegate.registry_api.core.model import Caller, VersionState
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.ports import State, Store
from sluicegate.registry_api.core.subject_errors import SubjectNotFound, SubjectVersionNotFound
from sluicegate.shared.model import VersionNumber


class States:
    """Changes states. Thread-safe."""

    def __init__(self, store: Store) -> None:
        """Take the port."""
        self._store = store

    def put(
        self, subject: SubjectName, number: VersionNumber | None, wanted: VersionState, caller: Caller
    ) -> tuple[VersionNumber, ...]:
        """Set the state of a version, deactivated or not; of all active ones with None, or of all where none is active.

        Returns their numbers. Raises `SubjectNotFound`, `SubjectVersionNotFound`, `NotPermitted` in a read-only mode,
        `ReferenceExists` while active versions refer to one that is to be deactivated, and `ReferenceGone` for a version
        that refers to a deactivated one and is to be active again.
        """

        def choose(state: State, numbers: Numbers, referrers: Referrers) -> Sequence[VersionNumber]:
            chosen = _chosen(subject, number, numbers)
            require_writable(state)
            if wanted is VersionState.DISABLED:
                others = [each for each in referrers if number is not None or each[1].subject != state.subject]
                require_unreferenced(state, chosen, others, permanent=False)
            return chosen

        return tuple(self._store.put_state(subject, choose, wanted, caller))


def _chosen(subject: SubjectName, number: VersionNumber | None, numbers: Numbers) -> tuple[VersionNumber, ...]:
    if not numbers:
        raise SubjectNotFound(subject)
    if number is None:
        active = tuple(each for each, deleted in numbers if not deleted)
        return active or tuple(each for each, _ in numbers)
    if number not in {each for each, _ in numbers}:
        raise SubjectVersionNotFound(number)
    return (number,)
