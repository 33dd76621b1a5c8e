"""The ports to the tables of keys, grants and the audit. Every method may raise `StoreUnavailable`."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sluicegate.registry_api.core.access.grants import Grant
from sluicegate.registry_api.core.access.records import ApiKey, AuditEntry, AuditQuery, KeptGrant, NewKey
from sluicegate.registry_api.core.model import Caller


class AccessStore(Protocol):
    """Keys and grants.

    Each change is one transaction, with its audit row, and is announced to every process.
    """

    def key(self, key_id: str) -> tuple[ApiKey, Sequence[Grant]] | None:
        """A key with its grants, in one round trip."""
        ...

    def granted(self, principals: Collection[str]) -> Sequence[Grant]:
        """The grants of some principals."""
        ...

    def keys(self) -> Sequence[ApiKey]:
        """Every key, oldest first."""
        ...

    def create_key(self, new: NewKey, caller: Caller) -> datetime | None:
        """Keep a key and return the time of its creation; None: there is a key of this id."""
        ...

    def rotate_key(self, old: str, new: NewKey, until: datetime, caller: Caller) -> ApiKey | None:
        """Keep a key with the name, owner and grants of another one, which ends at `until`.

        None: that is not valid now.
        """
        ...

    def revoke_key(self, key_id: str, caller: Caller) -> bool:
        """Revoke a key. False: there is none, or it was revoked before."""
        ...

    def note_use(self, key_ids: Collection[str], hour: datetime) -> None:
        """Note the hour in which keys were used last."""
        ...

    def grants(self, principal: str | None = None) -> Sequence[KeptGrant]:
        """Every grant, or those of one principal, oldest first."""
        ...

    def add_grant(self, principal: str, grant: Grant, caller: Caller) -> KeptGrant:
        """Keep a grant; one that is there already is returned as it is."""
        ...

    def grant(self, grant_id: int) -> KeptGrant | None:
        """One grant."""
        ...

    def remove_grant(self, grant_id: int, caller: Caller) -> bool:
        """Remove a grant. False: there is none."""
        ...


class AuditTrail(Protocol):
    """The audit. Rows of changes are written with the changes."""

    def audit(self, query: AuditQuery) -> Sequence[AuditEntry]:
        """The rows that a query names, newest first."""
        ...

    def note(self, entries: Sequence[AuditEntry]) -> None:
        """Write rows of refusals and logins, which no change accompanies.

        Their `id` is given by the store.
        """
        ...

    def prepare_audit(self, retention: timedelta) -> int:
        """Make room for the coming months, and drop those that are older than the retention.

        Returns the number dropped.
        """
        ...


class AccessTables(AccessStore, AuditTrail, Protocol):
    """All tables of access control."""
