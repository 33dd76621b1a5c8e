"""Both stores, each new for each test."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import psycopg
import pytest

from sluicegate.registry_api.core.access.grants import EVERYTHING, Readable
from sluicegate.registry_api.core.model import (
    Address,
    Caller,
    Content,
    Lookup,
    NewSchema,
    Reference,
    Registration,
    Version,
)
from sluicegate.registry_api.core.ports import Store, StoreReader
from sluicegate.registry_api.store.memory import MemoryStore
from sluicegate.registry_api.store.pool import Database
from sluicegate.registry_api.store.postgres import PostgresStore
from sluicegate.shared.model import CompatibilityMode, SchemaFormat, SchemaId, ValidityMode, VersionNumber
from tests.fakes.registrations import add, create

CALLER = Caller("alice", "request-1")


@dataclass(frozen=True, slots=True)
class Event:
    """What a test looks at of an event."""

    kind: str
    schema_id: int
    version: int | None
    actor: str
    request_id: str


class Bench:
    """A store with short words for what tests do to it."""

    def __init__(self, store: MemoryStore | PostgresStore, events: Callable[[], list[Event]]) -> None:
        self.writer: Store = store
        self.reader: StoreReader = store
        self.ping = store.ping
        self.events = events

    def create(
        self,
        text: str = "{}",
        name: str = "person",
        publisher: str = "",
        fingerprint: str | None = None,
        kind: SchemaFormat = SchemaFormat.JSON,
        attributes: tuple[str, ...] = (),
        description: str = "",
        compatibility: CompatibilityMode | None = None,
        validity: ValidityMode | None = None,
        references: tuple[Reference, ...] = (),
        artifact: bytes | None = None,
        readable: Readable = EVERYTHING,
        standard: str | None = None,
    ) -> Registration:
        """Create a schema; the text is the content's identity unless a standard text is given."""
        made = Content(kind, text, fingerprint or f"hash of {text}", attributes, artifact, standard)
        new = NewSchema(name, description, publisher, compatibility, validity)
        return create(self.writer, new, made, CALLER, references, readable)

    def add(
        self,
        schema_id: int,
        text: str,
        fingerprint: str | None = None,
        attributes: tuple[str, ...] = (),
        description: str = "",
        check: Callable[[Sequence[Version]], object] = lambda history: None,
        references: tuple[Reference, ...] = (),
        lookup: Callable[[Lookup], None] = lambda lookup: None,
    ) -> Registration:
        """Add a version; it passes its check unless one is given.

        `lookup` may read other versions during the check.
        """
        schema = self.reader.schema(SchemaId(schema_id), deactivated=True)
        kind = schema.format if schema else SchemaFormat.JSON
        made = Content(kind, text, fingerprint or f"hash of {text}", attributes)

        def both(history: Sequence[Version], found: Lookup) -> None:
            check(history)
            lookup(found)

        return add(self.writer, SchemaId(schema_id), made, CALLER, both, references, description)

    def versions(self, schema_id: int, *, deactivated: bool = True) -> tuple[Version, ...]:
        """The versions of a schema, lowest first."""
        schema = self.reader.schema(SchemaId(schema_id), deactivated=deactivated)
        return schema.versions if schema else ()


def reference(schema_id: int, number: int = 1, name: str = "") -> Reference:
    """A reference, by a name of its own unless one is given."""
    address = Address(SchemaId(schema_id), VersionNumber(number))
    return Reference(name or f"{schema_id}:{number}", address)


@pytest.fixture
def memory_bench() -> Bench:
    """The store in memory."""
    store = MemoryStore()

    def events() -> list[Event]:
        return [Event(e.kind, e.schema_id, e.version, e.actor, e.request_id) for e in store.events]

    return Bench(store, events)


@pytest.fixture
def postgres_bench(database_url: str) -> Iterator[Bench]:
    """The store in Postgres."""

    def events() -> list[Event]:
        with psycopg.connect(database_url) as connection:
            rows = connection.execute(
                "select kind, schema_id, version, actor, request_id from sluicegate.event order by id"
            )
            return [Event(*row) for row in rows]

    with Database(database_url) as database:
        yield Bench(PostgresStore(database), events)


@pytest.fixture
def pooled_bench(database_url: str, pooled_database_url: str) -> Iterator[Bench]:
    """The store in Postgres, behind PgBouncer in transaction mode."""

    def events() -> list[Event]:
        with psycopg.connect(database_url) as connection:
            rows = connection.execute(
                "select kind, schema_id, version, actor, request_id from sluicegate.event order by id"
            )
            return [Event(*row) for row in rows]

    with Database(pooled_database_url, pooler=True) as database:
        yield Bench(PostgresStore(database), events)


@pytest.fixture(params=["memory", "postgres", "pooled"])
def bench(request: pytest.FixtureRequest) -> Bench:
    """Each store in turn."""
    chosen: Bench = request.getfixturevalue(f"{request.param}_bench")
    return chosen
