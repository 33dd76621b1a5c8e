"""The identity of a registry."""

import uuid

import psycopg

from sluicegate.registry_api.store.pool import Database
from sluicegate.registry_api.store.postgres import PostgresStore
from tests.contracts.store.conftest import Bench


def test_registry_id_is_a_uuid_that_stays(bench: Bench) -> None:
    first = bench.reader.registry_id()
    bench.create()
    assert str(uuid.UUID(first)) == bench.reader.registry_id() == first


def test_registry_id_is_shared_by_all_processes(database_url: str) -> None:
    with Database(database_url) as one, Database(database_url) as other:
        assert PostgresStore(one).registry_id() == PostgresStore(other).registry_id()


def test_database_has_one_registry_id(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        assert connection.execute("select count(*) from sluicegate.registry").fetchone() == (1,)
