"""Deletion in two steps: softly, after which ids still resolve, and then permanently."""

from collections.abc import Sequence

from sluicegate.registry_api.core.commands import LATEST
from sluicegate.registry_api.core.model import Caller, Referrer
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.ports import State, Store
from sluicegate.registry_api.core.subject_errors import (
    NotPermitted,
    ReferenceExists,
    SubjectNotFound,
    SubjectNotSoftDeleted,
    SubjectSoftDeleted,
    SubjectVersionNotFound,
    VersionNotSoftDeleted,
    VersionSoftDeleted,
)
from sluicegate.shared.model import VersionNumber

Numbers = Sequence[tuple[VersionNumber, bool]]
Referrers = Sequence[tuple[VersionNumber, Referrer]]


class Deletions:
    """Deletes. Thread-safe.

    | before | softly | permanently |
    |---|---|---|
    | nothing there | `SubjectNotFound`, `SubjectVersionNotFound` | the same |
    | there | deleted | `SubjectNotSoftDeleted`, `VersionNotSoftDeleted` |
    | softly deleted | `SubjectSoftDeleted`, `VersionSoftDeleted` | gone |

    Every method raises `NotPermitted` in a read-only mode, and `ReferenceExists` while versions
    refer to the ones to be deleted; soft-deleted ones do not count against a soft deletion.
    """

    def __init__(self, store: Store) -> None:
        """Take the port."""
        self._store = store

    def delete_subject(
        self, subject: SubjectName, caller: Caller, *, permanent: bool = False
    ) -> tuple[VersionNumber, ...]:
        """Delete all versions of a subject; their numbers, lowest first."""

        def choose(state: State, numbers: Numbers, referrers: Referrers) -> tuple[VersionNumber, ...]:
            if not numbers:
                raise SubjectNotFound(subject)
            active = tuple(number for number, deleted in numbers if not deleted)
            if not (permanent or active):
                raise SubjectSoftDeleted(subject)
            require_writable(state)
            if permanent and active:
                raise SubjectNotSoftDeleted(subject)
            chosen = tuple(number for number, _ in numbers) if permanent else active
            others = [(number, referrer) for number, referrer in referrers if referrer.subject != state.subject]
            require_unreferenced(state, chosen, others, permanent=permanent)
            return chosen

        return tuple(self._store.delete(subject, choose, caller, permanent=permanent))

    def delete_version(
        self, subject: SubjectName, number: VersionNumber, caller: Caller, *, permanent: bool = False
    ) -> VersionNumber:
        """Delete one version (`LATEST`: the newest that is not deleted); its number."""

        def choose(state: State, numbers: Numbers, referrers: Referrers) -> tuple[VersionNumber, ...]:
            chosen, deleted = _chosen(numbers, subject, number)
            if deleted and not permanent:
                raise VersionSoftDeleted(subject, chosen)
            require_writable(state)
            if permanent and not deleted:
                raise VersionNotSoftDeleted(subject, chosen)
            require_unreferenced(state, (chosen,), referrers, permanent=permanent)
            return (chosen,)

        (deleted,) = self._store.delete(subject, choose, caller, permanent=permanent)
        return deleted


def _chosen(numbers: Numbers, subject: SubjectName, number: VersionNumber) -> tuple[VersionNumber, bool]:
    """The version that a request names, and whether it is deleted."""
    if not numbers:
        raise SubjectNotFound(subject)
    for each, deleted in reversed(numbers):
        if each == number or (number == LATEST and not deleted):
            return each, deleted
    raise SubjectVersionNotFound(number)


def require_writable(state: State) -> None:
    """Raise `NotPermitted` when the mode of a subject forbids changes."""
    if state.scopes.mode.read_only:
        raise NotPermitted(f"Subject {state.subject} in context {state.subject.prefix} is in read-only mode")


def require_unreferenced(
    state: State, chosen: Sequence[VersionNumber], referrers: Referrers, *, permanent: bool
) -> None:
    """Raise `ReferenceExists` if other versions refer to the chosen ones.

    Deactivated ones count only for a permanent deletion.
    """
    wanted = set(chosen)
    for number, referrer in referrers:
        if number in wanted and (permanent or not referrer.deleted):
            raise ReferenceExists(state.subject, number)
