"""The database of the registry's benchmark: filled through the store, counted, and its own limit."""

import contextlib
import json
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg

from sluicegate.registry_api.core.identity import guid, identity
from sluicegate.registry_api.core.model import Caller, Content, NewSchema, NewVersion
from sluicegate.registry_api.store.pool import Database, PoolLimits
from sluicegate.registry_api.store.postgres import PostgresStore
from sluicegate.shared.fingerprint import fingerprint
from sluicegate.shared.model import SchemaFormat, VersionNumber

_FILLER = Caller("benchmark", "fill")
_FILLERS = 4
_NOT_DURABLE = "&options=-c%20synchronous_commit%3Doff"


def fill(database_url: str, count: int) -> None:
    """Store schemas through the store, and clean up as autovacuum would.

    Only measured writes must be durable.
    """
    missing = range(counted(database_url), count)
    limits = PoolLimits(_FILLERS, _FILLERS, statement_seconds=60.0)
    with contextlib.closing(Database(database_url + _NOT_DURABLE, limits)) as database:
        store = PostgresStore(database)
        with ThreadPoolExecutor(_FILLERS) as pool:
            for _ in pool.map(lambda number: _register(store, number), missing, chunksize=100):
                pass
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("vacuum (analyze)")
        connection.execute("checkpoint")


def counted(database_url: str) -> int:
    """How many schemas there are."""
    with psycopg.connect(database_url) as connection:
        row = connection.execute("select count(*) from sluicegate.schema").fetchone()
        assert row is not None
        return int(row[0])


def commits(database_url: str, seconds: float = 2.0) -> float:
    """Return one client's inserts per second, each in its own transaction, without an index."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("create table if not exists public.bare_commit (body text)")
        done, started = 0, time.perf_counter()
        while time.perf_counter() - started < seconds:
            connection.execute("insert into public.bare_commit values (repeat('x', 900))", prepare=True)
            done += 1
        return done / (time.perf_counter() - started)


def _register(store: PostgresStore, number: int) -> None:
    names = tuple(f"field_{field}_{number}" for field in range(1, 13))
    properties = {name: {"type": "string", "maxLength": 10} for name in names}
    text = json.dumps({"type": "object", "properties": properties})
    content = Content(SchemaFormat.JSON, text, fingerprint(SchemaFormat.JSON, text), names)
    version = NewVersion(VersionNumber(1), content, guid(text), identity(SchemaFormat.JSON, text), by_fingerprint=True)
    store.register(NewSchema(f"orders-{number}"), lambda state, view: version, _FILLER)
