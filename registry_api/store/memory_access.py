"""Keys, grants and the audit in memory, for tests. The same rules as in Postgres."""

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sluicegate.registry_api.core.access.grants import Grant
from sluicegate.registry_api.core.access.records import KEY, ApiKey, AuditEntry, AuditQuery, KeptGrant, NewKey
from sluicegate.registry_api.core.access.resources import Cluster, GrantedResource, Prefix
from sluicegate.registry_api.core.model import Caller
from sluicegate.shared.clock import Clock, SystemClock


class MemoryAccess:
    """`AccessStore` and `AuditTrail` in memory. Thread-safe."""

    def __init__(self, clock: Clock | None = None, announce: Callable[[], None] = lambda: None) -> None:
        """Start empty. `announce` is called after each change of keys and grants."""
        self._clock = clock or SystemClock()
        self.announce = announce
        self._lock = threading.RLock()
        self._keys: dict[str, ApiKey] = {}
        self._grants: dict[int, KeptGrant] = {}
        self._entries: list[AuditEntry] = []
        self._last_grant = 0
        self.queries = 0
        """The number of reads of keys and grants."""

    def key(self, key_id: str) -> tuple[ApiKey, Sequence[Grant]] | None:
        """See `AccessStore`."""
        with self._lock:
            self.queries += 1
            found = self._keys.get(key_id)
            return None if found is None else (found, self._of([KEY + key_id]))

    def granted(self, principals: Collection[str]) -> Sequence[Grant]:
        """See `AccessStore`."""
        with self._lock:
            self.queries += 1
            return self._of(principals)

    def keys(self) -> Sequence[ApiKey]:
        """See `AccessStore`."""
        with self._lock:
            return sorted(self._keys.values(), key=lambda key: (key.created_at, key.id))

    def create_key(self, new: NewKey, caller: Caller) -> datetime | None:
        """See `AccessStore`."""
        with self._lock:
            if new.id in self._keys:
                return None
            now = self._clock.now()
            self._keys[new.id] = ApiKey(
                new.id, new.digest, new.hashing, new.name, new.owner, caller.actor, now, new.expires_at
            )
            self._changed("key_created", None, caller)
            return now

    def rotate_key(self, old: str, new: NewKey, until: datetime, caller: Caller) -> ApiKey | None:
        """See `AccessStore`."""
        with self._lock:
            found = self._keys.get(old)
            if found is None or not found.valid(self._clock.now()):
                return None
            ends = until if found.expires_at is None else min(found.expires_at, until)
            self._keys[old] = replace(found, expires_at=ends)
            made = ApiKey(
                new.id,
                new.digest,
                new.hashing,
                found.name,
                found.owner,
                caller.actor,
                self._clock.now(),
                new.expires_at,
                replaces=old,
            )
            self._keys[new.id] = made
            for grant in self._of([KEY + old]):
                self._keep(KEY + new.id, grant, caller)
            self._changed("key_rotated", None, caller)
            return made

    def revoke_key(self, key_id: str, caller: Caller) -> bool:
        """See `AccessStore`."""
        with self._lock:
            found = self._keys.get(key_id)
            if found is None or found.revoked_at is not None:
                return False
            self._keys[key_id] = replace(found, revoked_at=self._clock.now())
            self._changed("key_revoked", None, caller)
            return True

    def note_use(self, key_ids: Collection[str], hour: datetime) -> None:
        """See `AccessStore`."""
        with self._lock:
            for key_id in key_ids:
                found = self._keys.get(key_id)
                if found is not None and (found.last_used_at is None or found.last_used_at < hour):
                    self._keys[key_id] = replace(found, last_used_at=hour)

    def grants(self, principal: str | None = None) -> Sequence[KeptGrant]:
        """See `AccessStore`."""
        with self._lock:
            return [each for each in self._grants.values() if principal in (None, each.principal)]

    def add_grant(self, principal: str, grant: Grant, caller: Caller) -> KeptGrant:
        """See `AccessStore`."""
        with self._lock:
            for each in self._grants.values():
                if each.principal == principal and each.grant == grant:
                    return each
            made = self._keep(principal, grant, caller)
            self._changed("grant_added", grant.on, caller)
            return made

    def grant(self, grant_id: int) -> KeptGrant | None:
        """See `AccessStore`."""
        with self._lock:
            return self._grants.get(grant_id)

    def remove_grant(self, grant_id: int, caller: Caller) -> bool:
        """See `AccessStore`."""
        with self._lock:
            found = self._grants.pop(grant_id, None)
            if found is not None:
                self._changed("grant_removed", found.grant.on, caller)
            return found is not None

    def audit(self, query: AuditQuery) -> Sequence[AuditEntry]:
        """See `AuditTrail`."""
        with self._lock:
            found = sorted((each for each in self._entries if _meant(each, query)), key=_place, reverse=True)
            return found[: query.limit]

    def note(self, entries: Sequence[AuditEntry]) -> None:
        """See `AuditTrail`."""
        with self._lock:
            for entry in entries:
                self._entries.append(replace(entry, id=len(self._entries) + 1))

    def prepare_audit(self, retention: timedelta) -> int:
        """See `AuditTrail`. There are no months to drop: rows go alone."""
        with self._lock:
            self._entries = [each for each in self._entries if each.at >= self._clock.now() - retention]
            return 0

    def _of(self, principals: Collection[str]) -> Sequence[Grant]:
        return [each.grant for each in self._grants.values() if each.principal in principals]

    def _keep(self, principal: str, grant: Grant, caller: Caller) -> KeptGrant:
        self._last_grant += 1
        made = KeptGrant(self._last_grant, principal, grant, caller.actor, self._clock.now())
        self._grants[made.id] = made
        return made

    def _changed(self, change: str, resource: GrantedResource | None, caller: Caller) -> None:
        origin = caller.origin
        place = _named(resource)
        self._entries.append(
            AuditEntry(
                self._clock.now(),
                len(self._entries) + 1,
                caller.actor,
                caller.request_id,
                "done",
                origin.credential or None,
                origin.key_id or None,
                origin.source or None,
                origin.api or None,
                origin.operation or None,
                change,
                *place,
            )
        )
        self.announce()


def _named(resource: GrantedResource | None) -> tuple[str | None, str | None]:
    if resource is None or isinstance(resource, Cluster):
        return None, None
    if isinstance(resource, Prefix):
        return resource.context, resource.text
    return resource.context, resource.name


def _place(entry: AuditEntry) -> tuple[datetime, int]:
    return entry.at, entry.id


def _meant(entry: AuditEntry, query: AuditQuery) -> bool:
    return (
        all(
            wanted in (None, found)
            for wanted, found in (
                (query.principal, entry.principal),
                (query.context, entry.context),
                (query.subject, entry.subject),
                (query.operation, entry.operation),
                (query.outcome, entry.outcome),
            )
        )
        and (query.since is None or entry.at >= query.since)
        and (query.until is None or entry.at < query.until)
        and (query.before is None or _place(entry) < query.before)
    )
