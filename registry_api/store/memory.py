"""The store in memory: for tests, and for trying out.

The same rules as in Postgres, under one lock.
"""

import queue
import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sluicegate.registry_api.core.access.grants import EVERYTHING, Readable
from sluicegate.registry_api.core.commands import Page, Query
from sluicegate.registry_api.core.errors import NotPermitted, VersionReferenced
from sluicegate.registry_api.core.model import Caller, Referral, Registration, Schema, Version
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.ports import Decide, Target
from sluicegate.registry_api.core.scopes import CompatibilityPolicy, Config, Mode
from sluicegate.registry_api.store.matching import RANKS, fits, page, with_matching
from sluicegate.registry_api.store.memory_registration import MemoryRegistration
from sluicegate.registry_api.store.memory_subjects import MemorySubjects
from sluicegate.registry_api.store.memory_tables import Event, MemoryTables
from sluicegate.shared.clock import Clock
from sluicegate.shared.formats.options import Policy
from sluicegate.shared.model import SchemaId, VersionNumber

_REFERRALS_SHOWN = 100


class MemoryStore(MemorySubjects):
    """`Store` and `Readiness` in memory. Thread-safe. Gone with the process."""

    def __init__(self, clock: Clock | None = None) -> None:
        """Start empty."""
        super().__init__(MemoryTables(clock))
        self._lock = self._tables.lock
        self._schemas = self._tables.schemas
        self._registry_id = str(uuid.uuid4())

    @property
    def tables(self) -> MemoryTables:
        """The tables."""
        return self._tables

    @property
    def events(self) -> list[Event]:
        """Every change that was made, the first one first."""
        return self._tables.events

    def register(
        self, target: Target, decide: Decide, caller: Caller, readable: Readable = EVERYTHING
    ) -> Registration | None:
        """See `Store`. Decided outside the lock, again and again until nothing changed meanwhile."""
        return MemoryRegistration(self, self._tables, caller, readable).register(target, decide)

    def delete_schema(self, schema_id: SchemaId, caller: Caller) -> bool:
        """See `Store`."""
        with self._lock:
            self._require_deletable(schema_id)
            self._require_unreferenced(schema_id, None)
            done = self._deactivate_chosen(schema_id, lambda version: True)
            if done:
                self._tables.record("schema_deactivated", schema_id, None, caller)
            return done

    def delete_version(self, schema_id: SchemaId, number: VersionNumber, caller: Caller) -> bool:
        """See `Store`."""
        with self._lock:
            self._require_deletable(schema_id)
            self._require_unreferenced(schema_id, number)
            done = self._deactivate_chosen(schema_id, lambda version: version.number == number)
            if done:
                self._tables.record("version_deactivated", schema_id, number, caller)
            return done

    def registry_id(self) -> str:
        """See `StoreReader`."""
        return self._registry_id

    def schema(self, schema_id: SchemaId, *, deactivated: bool = False) -> Schema | None:
        """See `StoreReader`."""
        found = self._search(Query(schema_id=schema_id, deactivated=deactivated)).schemas
        return next((replace(schema, policy=self._policy(schema)) for schema in found), None)

    def _policy(self, schema: Schema) -> Policy | None:
        """Return the policy of a schema: its subject's, its own, its context's, or the global one."""
        scopes = self.scopes_within(self._tables.place(schema))
        policy = scopes.config(Config()).compatibility_policy
        return Policy(policy.value) if policy in (CompatibilityPolicy.STRICT, CompatibilityPolicy.LENIENT) else None

    def version(self, schema_id: SchemaId, number: VersionNumber) -> Version | None:
        """See `StoreReader`."""
        found = self._search(Query(schema_id=schema_id, number=number)).schemas
        return next((version for schema in found for version in schema.versions), None)

    def latest(self, schema_id: SchemaId) -> Version | None:
        """See `StoreReader`."""
        schema = self.schema(schema_id)
        return schema.versions[-1] if schema else None

    def search(self, query: Query) -> Page:
        """See `StoreReader`."""
        found = self._search(query)
        return replace(found, schemas=tuple(_without_artifacts(schema) for schema in found.schemas))

    def _search(self, query: Query) -> Page:
        with self._lock:
            schemas = list(filter(self._tables.in_default, self._schemas.values()))
        found = [kept for schema in schemas if fits(schema, query) for kept in with_matching(schema, query)]
        found.sort(key=RANKS[query.order], reverse=query.descending)
        return page(found, query)

    def ping(self) -> None:
        """See `Readiness`: it always answers."""

    def on_change(self, listener: Callable[[SchemaId], None]) -> None:
        """Report every change to a feed.

        The listener runs in the writing thread under the store's lock, so it must only record the
        change.
        """
        with self._lock:
            self._tables.listeners.append(listener)

    def _require(self, subject: SubjectName, allows: Callable[[Mode], bool]) -> None:
        """Raise `NotPermitted` unless the mode in force allows it."""
        if not allows(self.scopes_within(subject).mode):
            raise NotPermitted

    def _require_deletable(self, schema_id: SchemaId) -> None:
        schema = self._schemas.get(schema_id)
        if schema is not None and self._tables.in_default(schema):
            self._require(self._tables.place(schema), lambda mode: not mode.read_only)

    def _require_unreferenced(self, schema_id: SchemaId, number: VersionNumber | None) -> None:
        referrals = [
            Referral(version.address, reference)
            for _, schema in sorted(self._schemas.items())
            for version in _active(schema)
            for reference in version.references
            if reference.address.schema_id == schema_id and number in (None, reference.address.number)
        ]
        if referrals:
            raise VersionReferenced(referrals[:_REFERRALS_SHOWN])

    def _deactivate_chosen(self, schema_id: SchemaId, chosen: Callable[[Version], bool]) -> bool:
        schema = self._schemas.get(schema_id)
        if schema is None or not self._tables.in_default(schema) or not any(map(chosen, _active(schema))):
            return False
        now = self._tables.clock.now()
        versions = tuple(_deactivated(version, now) if chosen(version) else version for version in schema.versions)
        self._schemas[schema_id] = replace(schema, versions=versions)
        return True


class MemoryFeed:
    """`ChangeFeed` of a memory store.

    It never misses anything, so there is no gap but the one at the start.
    """

    def __init__(self, store: MemoryStore) -> None:
        """Use the store; nothing runs before a subscription."""
        self._store = store
        self._queues: list[queue.SimpleQueue[SchemaId | None]] = []

    def subscribe(
        self, on_change: Callable[[SchemaId], None], on_gap: Callable[[], None], on_live: Callable[[], None]
    ) -> None:
        """See `ChangeFeed`."""
        changes: queue.SimpleQueue[SchemaId | None] = queue.SimpleQueue()
        self._queues.append(changes)

        def tell() -> None:
            on_gap()
            self._store.on_change(changes.put)
            on_live()
            for schema_id in iter(changes.get, None):
                on_change(schema_id)

        threading.Thread(target=tell, name="memory-feed", daemon=True).start()

    def close(self) -> None:
        """See `ChangeFeed`."""
        for changes in self._queues:
            changes.put(None)
        self._queues.clear()


def _active(schema: Schema) -> tuple[Version, ...]:
    return tuple(version for version in schema.versions if version.active)


def _without_artifacts(schema: Schema) -> Schema:
    return replace(schema, versions=tuple(replace(version, artifact=None) for version in schema.versions))


def _deactivated(version: Version, now: datetime) -> Version:
    return replace(version, deactivated_at=version.deactivated_at or now)
