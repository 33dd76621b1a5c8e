"""The store in memory: for tests, and for trying out. The same rules as in Postgres, under one lock."""

import queue
import threading
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sluicegate.registry_api.core.errors import NotPermitted, SchemaNotFound, StoreUnavailable, VersionReferenced
from sluicegate.registry_api.core.model import (
    Address,
    Caller,
    Check,
    NewSchema,
    NewVersion,
    Outcome,
    Page,
    Query,
    Referral,
    Registration,
    Schema,
    Version,
)
from sluicegate.registry_api.core.subjects.names import DEFAULT_CONTEXT, SubjectName
from sluicegate.registry_api.core.subjects.scopes import CompatibilityPolicy, Config, Mode
from sluicegate.registry_api.store.matching import RANKS, fits, page, with_matching
from sluicegate.registry_api.store.memory_subjects import MemorySubjects
from sluicegate.registry_api.store.memory_tables import Event, MemoryTables, looked_up
from sluicegate.shared.clock import Clock
from sluicegate.shared.formats.options import Policy
from sluicegate.shared.model import CompatibilityMode, SchemaId, VersionNumber

_REFERRALS_SHOWN = 100


class MemoryStore:
    """`SchemaWriter`, `SchemaReader` and `Readiness` in memory. Thread-safe. Gone with the process."""

    def __init__(self, clock: Clock | None = None) -> None:
        """Start empty."""
        self.tables = MemoryTables(clock)
        self.subjects = MemorySubjects(self.tables)
        self._lock = self.tables.lock
        self._schemas = self.tables.schemas
        self._registry_id = str(uuid.uuid4())

    @property
    def events(self) -> list[Event]:
        """Every change that was made, the first one first."""
        return self.tables.events

    def create(self, new: NewSchema, caller: Caller) -> Registration:
        """See `SchemaWriter`."""
        with self._lock:
            for schema in filter(self.tables.in_default, self._schemas.values()):
                found = _active_with(schema, new.content.fingerprint)
                if found is not None and schema.publisher_id == new.publisher_id:
                    return Registration(Outcome.EXISTS, schema.schema_id, found.number)
            self._require(SubjectName(DEFAULT_CONTEXT, new.name), lambda mode: mode is Mode.READWRITE)
            self.tables.require_active(new.references)
            schema_id, subject = self.tables.free_subject(new.name)
            schema = Schema(
                schema_id=schema_id,
                subject=subject,
                name=new.name,
                format=new.content.format,
                description=new.description,
                publisher_id=new.publisher_id,
                compatibility=new.compatibility or self._configured(subject),
                validity=new.validity,
                last_version=VersionNumber(0),
                versions=(),
                policy=new.policy,
            )
            number = self._append(schema, new)
            self.tables.record("schema_created", schema_id, number, caller)
            return Registration(Outcome.ADDED, schema_id, number)

    def add_version(self, new: NewVersion, check: Check, caller: Caller) -> Registration:
        """See `SchemaWriter`. The check runs outside the lock, again and again until nothing changed meanwhile."""
        while True:
            history = self._history(new.schema_id)
            for version in history:
                if version.fingerprint == new.content.fingerprint:
                    return Registration(Outcome.EXISTS, new.schema_id, version.number)
            check(history, self.versions)
            with self._lock:
                schema = self._schemas.get(new.schema_id)
                if schema is None or _active(schema)[::-1] != history:
                    continue
                if schema.format is not new.content.format:
                    raise StoreUnavailable("The schema was given another type meanwhile. Try again.")
                self._require(self.tables.place(schema), lambda mode: mode is Mode.READWRITE)
                self.tables.require_active(new.references)
                number = self._append(replace(schema, description=new.description or schema.description), new)
                self.tables.record("version_added", new.schema_id, number, caller)
                return Registration(Outcome.ADDED, new.schema_id, number)

    def delete_schema(self, schema_id: SchemaId, caller: Caller) -> bool:
        """See `SchemaWriter`."""
        with self._lock:
            self._require_deletable(schema_id)
            self._require_unreferenced(schema_id, None)
            done = self._deactivate(schema_id, lambda version: True)
            if done:
                self.tables.record("schema_deactivated", schema_id, None, caller)
            return done

    def delete_version(self, schema_id: SchemaId, number: VersionNumber, caller: Caller) -> bool:
        """See `SchemaWriter`."""
        with self._lock:
            self._require_deletable(schema_id)
            self._require_unreferenced(schema_id, number)
            done = self._deactivate(schema_id, lambda version: version.number == number)
            if done:
                self.tables.record("version_deactivated", schema_id, number, caller)
            return done

    def registry_id(self) -> str:
        """See `SchemaReader`."""
        return self._registry_id

    def schema(self, schema_id: SchemaId, *, deactivated: bool = False) -> Schema | None:
        """See `SchemaReader`."""
        found = self._search(Query(schema_id=schema_id, deactivated=deactivated)).schemas
        return next((replace(schema, policy=self._policy(schema)) for schema in found), None)

    def _policy(self, schema: Schema) -> Policy | None:
        """The policy in force for a schema: its subject's, its own, its context's, that of everything."""
        scopes = self.subjects.scopes_within(self.tables.place(schema))
        policy = scopes.config(Config()).compatibility_policy
        return Policy(policy.value) if policy in (CompatibilityPolicy.STRICT, CompatibilityPolicy.LENIENT) else None

    def version(self, schema_id: SchemaId, number: VersionNumber) -> Version | None:
        """See `SchemaReader`."""
        found = self._search(Query(schema_id=schema_id, number=number)).schemas
        return next((version for schema in found for version in schema.versions), None)

    def latest(self, schema_id: SchemaId) -> Version | None:
        """See `SchemaReader`."""
        schema = self.schema(schema_id)
        return schema.versions[-1] if schema else None

    def versions(self, addresses: Collection[Address]) -> Sequence[Version]:
        """See `SchemaReader`."""
        with self._lock:
            found = map(self.tables.version, addresses)
            return [looked_up(version) for version in found if version]

    def search(self, query: Query) -> Page:
        """See `SchemaReader`."""
        found = self._search(query)
        return replace(found, schemas=tuple(_without_artifacts(schema) for schema in found.schemas))

    def _search(self, query: Query) -> Page:
        with self._lock:
            schemas = list(filter(self.tables.in_default, self._schemas.values()))
        found = [kept for schema in schemas if fits(schema, query) for kept in with_matching(schema, query)]
        found.sort(key=RANKS[query.order], reverse=query.descending)
        return page(found, query)

    def ping(self) -> None:
        """See `Readiness`: it always answers."""

    def on_change(self, listener: Callable[[SchemaId], None]) -> None:
        """Have a feed told of every change, from the thread that made it and under the store's lock: it must only take note."""
        with self._lock:
            self.tables.listeners.append(listener)

    def _require(self, subject: SubjectName, allows: Callable[[Mode], bool]) -> None:
        """Raise `NotPermitted` unless the mode in force allows it."""
        if not allows(self.subjects.scopes_within(subject).mode):
            raise NotPermitted

    def _require_deletable(self, schema_id: SchemaId) -> None:
        schema = self._schemas.get(schema_id)
        if schema is not None and self.tables.in_default(schema):
            self._require(self.tables.place(schema), lambda mode: not mode.read_only)

    def _configured(self, subject: str) -> CompatibilityMode | None:
        """What was configured for a subject before it was there."""
        config = self.subjects.scopes_within(SubjectName(DEFAULT_CONTEXT, subject)).subject.config
        return config.compatibility if config else None

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

    def _append(self, schema: Schema, new: NewSchema | NewVersion) -> VersionNumber:
        """Keep a schema with one version more."""
        tables, number = self.tables, VersionNumber(schema.last_version + 1)
        stored = tables.content_for(DEFAULT_CONTEXT, new.content, new.references)
        version = tables.new_version(schema, number, stored, new.content.text, new.references)
        version = replace(version, description=new.description, attributes=new.content.attributes)
        tables.keep_schema(replace(schema, last_version=number, versions=(*schema.versions, version)))
        return number

    def _deactivate(self, schema_id: SchemaId, chosen: Callable[[Version], bool]) -> bool:
        schema = self._schemas.get(schema_id)
        if schema is None or not self.tables.in_default(schema) or not any(map(chosen, _active(schema))):
            return False
        now = self.tables.clock.now()
        versions = tuple(_deactivated(version, now) if chosen(version) else version for version in schema.versions)
        self._schemas[schema_id] = replace(schema, versions=versions)
        return True

    def _history(self, schema_id: SchemaId) -> tuple[Version, ...]:
        """The active versions, highest number first."""
        with self._lock:
            schema = self._schemas.get(schema_id)
        history = _active(schema)[::-1] if schema and self.tables.in_default(schema) else ()
        if not history:
            raise SchemaNotFound(schema_id)
        return history


class MemoryFeed:
    """`ChangeFeed` of a memory store. It never misses anything, so there is no gap but the one at the start."""

    def __init__(self, store: MemoryStore) -> None:
        """Take the store; nothing runs until somebody subscribes."""
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


def _active_with(schema: Schema, fingerprint: str) -> Version | None:
    return next((version for version in _active(schema) if version.fingerprint == fingerprint), None)


def _deactivated(version: Version, now: datetime) -> Version:
    return replace(version, deactivated_at=version.deactivated_at or now)
