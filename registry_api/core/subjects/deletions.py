"""Deleting in two steps: softly, which ids survive, and then for good."""

from collections.abc import Sequence

from sluicegate.registry_api.core.model import Caller
from sluicegate.registry_api.core.subjects.errors import (
    NotPermitted,
    ReferenceExists,
    SubjectNotFound,
    SubjectNotSoftDeleted,
    SubjectSoftDeleted,
    SubjectVersionNotFound,
    VersionNotSoftDeleted,
    VersionSoftDeleted,
)
from sluicegate.registry_api.core.subjects.model import LATEST, SubjectVersion
from sluicegate.registry_api.core.subjects.names import SubjectName
from sluicegate.registry_api.core.subjects.ports import Referrer, SubjectState, SubjectWriter
from sluicegate.shared.model import VersionNumber

Referrers = Sequence[tuple[VersionNumber, Referrer]]


class Deletions:
    """Deletes. Thread-safe.

    | before | softly | permanently |
    |---|---|---|
    | nothing there | `SubjectNotFound`, `SubjectVersionNotFound` | the same |
    | there | deleted | `SubjectNotSoftDeleted`, `VersionNotSoftDeleted` |
    | softly deleted | `SubjectSoftDeleted`, `VersionSoftDeleted` | gone |

    Every method raises `NotPermitted` in a read-only mode, and `ReferenceExists` while something refers to what would be deleted: a version
    that was deleted softly does not stand against a soft deletion.
    """

    def __init__(self, writer: SubjectWriter) -> None:
        """Take the port."""
        self._writer = writer

    def delete_subject(
        self, subject: SubjectName, caller: Caller, *, permanent: bool = False
    ) -> tuple[VersionNumber, ...]:
        """Delete all versions of a subject; their numbers, lowest first."""

        def choose(state: SubjectState, referrers: Referrers) -> tuple[VersionNumber, ...]:
            if not state.versions:
                raise SubjectNotFound(subject)
            if not (permanent or state.active):
                raise SubjectSoftDeleted(subject)
            _require_writable(state)
            chosen = state.versions if permanent else state.active
            if permanent and state.active:
                raise SubjectNotSoftDeleted(subject)
            others = [(number, referrer) for number, referrer in referrers if referrer.subject != state.subject]
            _require_unreferenced(state, chosen, others, permanent=permanent)
            return tuple(version.number for version in chosen)

        return tuple(self._writer.delete(subject, choose, caller, permanent=permanent))

    def delete_version(
        self, subject: SubjectName, number: VersionNumber, caller: Caller, *, permanent: bool = False
    ) -> VersionNumber:
        """Delete one version (`LATEST`: the newest that is not deleted); its number."""

        def choose(state: SubjectState, referrers: Referrers) -> tuple[VersionNumber, ...]:
            version = _chosen(state, subject, number)
            if version.deleted and not permanent:
                raise VersionSoftDeleted(subject, version.number)
            _require_writable(state)
            if permanent and not version.deleted:
                raise VersionNotSoftDeleted(subject, version.number)
            _require_unreferenced(state, (version,), referrers, permanent=permanent)
            return (version.number,)

        (deleted,) = self._writer.delete(subject, choose, caller, permanent=permanent)
        return deleted


def _chosen(state: SubjectState, subject: SubjectName, number: VersionNumber) -> SubjectVersion:
    if not state.versions:
        raise SubjectNotFound(subject)
    if number == LATEST:
        if not state.active:
            raise SubjectVersionNotFound(number)
        return state.active[-1]
    for version in state.versions:
        if version.number == number:
            return version
    raise SubjectVersionNotFound(number)


def _require_writable(state: SubjectState) -> None:
    if state.scopes.mode.read_only:
        raise NotPermitted(f"Subject {state.subject} in context {state.subject.prefix} is in read-only mode")


def _require_unreferenced(
    state: SubjectState, chosen: Sequence[SubjectVersion], referrers: Referrers, *, permanent: bool
) -> None:
    numbers = {version.number for version in chosen}
    for number, referrer in referrers:
        if number in numbers and (permanent or not referrer.deleted):
            raise ReferenceExists(state.subject, number)
