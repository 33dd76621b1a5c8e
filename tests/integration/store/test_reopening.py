"""Connections are replaced by wish, while others use them."""

from concurrent.futures import ThreadPoolExecutor

from registry_api.store.pool import Database, PoolLimits


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
