"""State of connections: each part is recreated after its loss."""

from concurrent.futures import ThreadPoolExecutor

from sluicegate.registry_api.core.model import Caller, Content, NewSchema, Outcome
from sluicegate.registry_api.store.pool import Database, PoolLimits
from sluicegate.registry_api.store.postgres import PostgresStore
from sluicegate.shared.model import SchemaFormat
from tests.fakes.registrations import create


def test_every_connection_is_replaced_and_no_query_is_lost(database_url: str) -> None:
    with Database(database_url, PoolLimits(2, 4)) as database:

        def pid() -> int:
            (row,) = database.rows("select pg_backend_pid() as pid", {})
            found: int = row[0]
            return found

        with ThreadPoolExecutor(4) as pool:
            before = set(pool.map(lambda _: pid(), range(40)))
            jobs = [pool.submit(pid) for _ in range(40)]
            database.reopen()
            assert all(job.result() for job in jobs)
            after = set(pool.map(lambda _: pid(), range(40)))
    assert before & after == set()


def test_a_rollback_loses_no_statement(database_url: str) -> None:
    """After a rollback, psycopg makes the server drop all prepared statements, also foreign ones."""

    def kept(database: Database, text: str) -> Outcome:
        content = Content(SchemaFormat.JSON, text, f"hash of {text}", ())
        return create(PostgresStore(database), NewSchema("s"), content, Caller("a", "r")).outcome

    with Database(database_url, PoolLimits(1, 1)) as database:
        assert kept(database, "1") is Outcome.ADDED
        for _ in range(10):  # so that psycopg prepares something, too
            database.rows("select 1", {})
        with database.connection() as connection, connection.transaction(force_rollback=True):
            connection.rows("select 1", {})
        assert kept(database, "2") is Outcome.ADDED
