"""The Postgres store during failures of the database."""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from sluicegate.registry_api.core.commands import Query
from sluicegate.registry_api.core.errors import StoreUnavailable
from sluicegate.registry_api.core.model import Caller, Content, NewSchema, Outcome, Registration
from sluicegate.registry_api.store.feed import PostgresFeed
from sluicegate.registry_api.store.migrate import migrate
from sluicegate.registry_api.store.pool import Database, PoolLimits
from sluicegate.registry_api.store.postgres import PostgresStore
from sluicegate.shared.model import SchemaFormat, SchemaId, VersionNumber
from sluicegate.shared.quickstart.postgres import PostgresServer
from tests.fakes.registrations import add, create

CALLER = Caller("alice", "request-1")
NOWHERE = "postgresql://nobody@127.0.0.1:1/none"
QUICK = PoolLimits(connection_seconds=1.0, statement_seconds=0.5)


def content(text: str = "{}") -> Content:
    return Content(SchemaFormat.JSON, text, f"hash of {text}", ())


def create_person(store: PostgresStore, text: str = "{}") -> Registration:
    return create(store, NewSchema("person"), content(text), CALLER)


def backends_ended(url: str) -> int:
    """Ends every connection to a database but its own; how many there were."""
    with psycopg.connect(url, autocommit=True) as connection:
        ended = connection.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        )
        return len(ended.fetchall())


@contextmanager
def own_server(*, durable: bool = False) -> Iterator[PostgresServer]:
    """Yield a server that a test may stop and freeze.

    If `durable`, it keeps committed data after a crash.
    """
    with TemporaryDirectory(prefix="postgres-") as folder:
        Path(folder).chmod(0o711)
        with PostgresServer(Path(folder) / "data", durable=durable) as server:
            migrate(server.url)
            yield server


def test_every_method_says_that_the_database_does_not_answer() -> None:
    with Database(NOWHERE, PoolLimits(connection_seconds=0.2)) as database:
        store = PostgresStore(database)
        one, first = SchemaId(1), VersionNumber(1)
        for call in (
            lambda: create_person(store),
            lambda: add(store, one, content(), CALLER),
            lambda: store.delete_schema(one, CALLER),
            lambda: store.delete_version(one, first, CALLER),
            lambda: store.schema(one),
            lambda: store.version(one, first),
            lambda: store.latest(one),
            lambda: store.search(Query()),
            store.ping,
        ):
            with pytest.raises(StoreUnavailable):
                call()


def test_a_closed_database_does_not_answer(database_url: str) -> None:
    database = Database(database_url)
    database.close()
    database.close()
    with pytest.raises(StoreUnavailable):
        PostgresStore(database).latest(SchemaId(1))


def test_a_database_without_tables_is_not_ready_and_says_what_to_do(empty_database_url: str) -> None:
    with Database(empty_database_url) as database:
        store = PostgresStore(database)
        calls: tuple[Callable[[], object], ...] = (store.ping, lambda: store.latest(SchemaId(1)))
        for call in calls:
            with pytest.raises(StoreUnavailable, match="sluicegate registry migrate"):
                call()
        migrate(empty_database_url)
        store.ping()


def test_a_database_that_lacks_a_migration_is_not_ready(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("delete from sluicegate.migration where name = '0001_initial'")
    with Database(database_url) as database, pytest.raises(StoreUnavailable, match="sluicegate registry migrate"):
        PostgresStore(database).ping()


def test_connections_that_were_ended_while_idle_are_replaced_unnoticed(database_url: str) -> None:
    with Database(database_url, PoolLimits(least=3, most=3)) as database:
        store = PostgresStore(database)
        create_person(store)
        assert backends_ended(database_url) >= 1
        for _ in range(6):
            assert store.latest(SchemaId(1)) is not None


def test_a_statement_that_takes_too_long_is_given_up(database_url: str) -> None:
    """Another transaction holds the schema's row for longer than a statement may take."""
    with Database(database_url, QUICK) as database:
        store = PostgresStore(database)
        create_person(store)
        with psycopg.connect(database_url) as holder:
            holder.execute("select 1 from sluicegate.schema where id = 1 for update")
            with pytest.raises(StoreUnavailable):
                store.delete_schema(SchemaId(1), CALLER)
        assert store.delete_schema(SchemaId(1), CALLER) is True


def test_a_read_only_database_does_not_answer_writers(database_url: str) -> None:
    """As a standby is, after a failover."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"alter database {connection.info.dbname} set default_transaction_read_only = on")
    with Database(database_url) as database, pytest.raises(StoreUnavailable):
        create_person(PostgresStore(database))


def test_a_database_with_a_stricter_isolation_of_its_own_serves_all_the_same(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            f"alter database {connection.info.dbname} set default_transaction_isolation = 'serializable'"
        )
    with Database(database_url) as database, psycopg.connect(database_url) as other:
        store = PostgresStore(database)
        create_person(store)
        other.execute("select * from sluicegate.schema")
        assert database.rows("show transaction_isolation", {}) == [("read committed",)]


def test_a_server_that_stops_and_starts_again_is_found_again() -> None:
    with own_server() as server, Database(server.url, PoolLimits(connection_seconds=2.0)) as database:
        store = PostgresStore(database)
        create_person(store)
        server.stop()
        with pytest.raises(StoreUnavailable):
            store.latest(SchemaId(1))
        server.start()
        for _ in range(10):
            try:
                assert store.latest(SchemaId(1)) is not None
                return
            except StoreUnavailable:
                continue
        pytest.fail("the store did not find the server again")


@pytest.mark.parametrize("blow", [signal.SIGTERM, signal.SIGKILL])
def test_a_registration_whose_connection_is_lost_is_in_doubt_and_the_next_one_is_served(blow: signal.Signals) -> None:
    """SIGTERM ends one session with a message, SIGKILL (a crash for Postgres) all without one."""
    with own_server(durable=True) as server, Database(server.url, PoolLimits(connection_seconds=20.0)) as database:
        store = PostgresStore(database)
        create_person(store, "one")
        with ThreadPoolExecutor(1) as thread, psycopg.connect(server.url) as holder:
            holder.execute("lock table sluicegate.event")
            waiting = thread.submit(create_person, store, "two")
            os.kill(backend_that_waits(holder), blow)
            with pytest.raises(StoreUnavailable):
                waiting.result()
            with contextlib.suppress(psycopg.OperationalError):
                holder.rollback()
        for _ in range(20):  # a crashed server refuses connections for a moment
            try:
                assert create_person(store, "two").outcome is Outcome.ADDED
                return
            except StoreUnavailable:
                continue
        pytest.fail("the store did not serve again")


def backend_that_waits(connection: "psycopg.Connection[tuple[int]]") -> int:
    """The process of the session that waits for a lock, as soon as there is one."""
    for _ in range(1000):
        row = connection.execute("select pid from pg_stat_activity where wait_event_type = 'Lock'").fetchone()
        if row:
            return int(row[0])
        connection.execute("select pg_stat_clear_snapshot(), pg_sleep(0.01)")
    raise AssertionError("nobody waits")


def test_a_frozen_server_is_not_ready_and_is_a_gap() -> None:
    """A server that neither answers nor closes: no timeout of its own can help."""
    gap, live = threading.Event(), threading.Event()
    with own_server() as server, Database(server.url) as database:
        store = PostgresStore(database)
        store.ping()
        feed = PostgresFeed(server.url)
        feed.subscribe(lambda schema_id: None, gap.set, live.set)
        assert live.wait(10)
        gap.clear()
        with frozen(server):
            with pytest.raises(StoreUnavailable):
                store.ping()
            assert gap.wait(10)
        store.ping()
        feed.close()


@contextmanager
def frozen(server: PostgresServer) -> Iterator[None]:
    """Freeze every process of a server."""
    with psycopg.connect(server.url) as connection:
        pids = [row[0] for row in connection.execute("select pid from pg_stat_activity where pid <> pg_backend_pid()")]
        postmaster = int((server.home / "cluster" / "postmaster.pid").read_text().split()[0])
    for pid in (postmaster, *pids):
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in (*pids, postmaster):
            os.kill(pid, signal.SIGCONT)
