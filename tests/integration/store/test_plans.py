"""Postgres caches plans of empty tables without statistics: they must also suit full ones."""

import psycopg

from sluicegate.registry_api.core.model import Caller, Content, NewSchema
from sluicegate.registry_api.store.pool import Database, PoolLimits
from sluicegate.registry_api.store.postgres import PostgresStore
from sluicegate.shared.model import SchemaFormat
from tests.fakes.registrations import create

SCHEMAS = 300


def test_a_registration_reads_as_few_rows_in_a_full_database_as_in_an_empty_one(database_url: str) -> None:
    with Database(database_url, PoolLimits(1, 1)) as database:
        store = PostgresStore(database)
        for number in range(SCHEMAS):
            content = Content(SchemaFormat.JSON, f'{{"const": {number}}}', f"hash of {number}", (f"field_{number}",))
            create(store, NewSchema(f"schema-{number}"), content, Caller("alice", "request"))
        database.rows("select pg_stat_force_next_flush()", {})
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("select indexrelname, idx_tup_read from pg_stat_user_indexes").fetchall()
    assert {name: read for name, read in rows if read > 3 * SCHEMAS} == {}
    assert sum(read for _, read in rows) > SCHEMAS, "the statistics are not there yet"
