"""The tables hold references together, also where a person changes them by hand."""

import psycopg
import pytest

from sluicegate.registry_api.core.model import Address, Caller, Content, NewSchema, Reference
from sluicegate.registry_api.store.pool import Database
from sluicegate.registry_api.store.postgres import PostgresStore
from sluicegate.shared.model import SchemaFormat, SchemaId, VersionNumber
from tests.fakes.registrations import create

CALLER = Caller("new", "request-new")


def content(text: str) -> Content:
    return Content(SchemaFormat.JSON, text, text, ())


@pytest.mark.parametrize("table", ["sluicegate.version", "sluicegate.schema"])
def test_referenced_version_cannot_be_removed(database_url: str, table: str) -> None:
    with Database(database_url) as database:
        store = PostgresStore(database)
        create(store, NewSchema("line"), content("one"), CALLER)
        reference = Reference("x", Address(SchemaId(1), VersionNumber(1)))
        create(store, NewSchema("refers"), content("two"), CALLER, (reference,))
    with psycopg.connect(database_url) as connection, pytest.raises(psycopg.errors.ForeignKeyViolation):
        connection.execute(f"delete from {table} where id = 1")
