"""Requests of the previous release keep working on a database with references."""

from collections.abc import Iterator
from typing import LiteralString

import psycopg
import pytest

from sluicegate.registry_api.core.model import Address, Caller, Content, NewSchema, Reference
from sluicegate.registry_api.store.pool import Database
from sluicegate.registry_api.store.postgres import PostgresStore
from sluicegate.shared.model import SchemaFormat, SchemaId, VersionNumber
from tests.fakes.registrations import add, create

CALLER = Caller("new", "request-new")
ONE, TWO = SchemaId(1), SchemaId(2)

# The statements of the release before, in its own words.
CREATE: LiteralString = """
    select outcome, schema_id, number from sluicegate.create_schema(
        %(name)s, '', '', null, null, 'json', %(text)s, %(text)s, array['a'], array['a'], 'old', 'request-old')
"""
ADD: LiteralString = """
    select outcome, number from sluicegate.add_version(
        %(schema_id)s, %(newest)s, %(active)s, '', %(text)s, %(text)s, '{}', '{}', 'old', 'request-old')
"""
DELETE_SCHEMA: LiteralString = "select sluicegate.deactivate_schema(%(schema_id)s, 'old', 'request-old')"
DELETE_VERSION: LiteralString = "select sluicegate.deactivate_version(%(schema_id)s, %(number)s, 'old', 'request-old')"
READ: LiteralString = """
    select v.number, coalesce(v.text, c.text) from sluicegate.version v
    join sluicegate.content c on c.context = v.context and c.id = v.content_id
    where v.schema_id = %(schema_id)s and v.deactivated_at is null order by v.number
"""


@pytest.fixture
def old(database_url: str) -> Iterator[psycopg.Connection]:
    """A connection of the release before."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def store(database_url: str) -> Iterator[PostgresStore]:
    """The store of this release."""
    with Database(database_url) as database:
        yield PostgresStore(database)


def content(text: str) -> Content:
    return Content(SchemaFormat.JSON, text, text, ())


def asked(connection: psycopg.Connection, statement: LiteralString, **parameters: object) -> list[tuple[object, ...]]:
    return connection.execute(statement, parameters).fetchall()


def test_both_releases_write_and_read_the_same_schemas(old: psycopg.Connection, store: PostgresStore) -> None:
    assert asked(old, CREATE, name="line", text="one") == [("added", 1, 1)]
    add(store, ONE, content("two"), CALLER)
    newest = asked(old, "select max(id) from sluicegate.version where schema_id = 1")[0][0]
    assert asked(old, ADD, schema_id=1, newest=newest, active=2, text="three") == [("added", 3)]
    reference = Reference("x", Address(ONE, VersionNumber(3)))
    create(store, NewSchema("refers"), content("four"), CALLER, (reference,))

    assert asked(old, READ, schema_id=1) == [(1, "one"), (2, "two"), (3, "three")]
    assert asked(old, READ, schema_id=2) == [(1, "four")]
    schema = store.schema(ONE)
    assert schema is not None
    assert [(version.text, version.references) for version in schema.versions] == [
        ("one", ()),
        ("two", ()),
        ("three", ()),
    ]
    assert asked(old, CREATE, name="again", text="four") == [("exists", 2, 1)]


def test_the_release_before_cannot_deactivate_what_is_referred_to(
    old: psycopg.Connection, store: PostgresStore
) -> None:
    """It knows no answer for that, so it hears that there is nothing to deactivate."""
    asked(old, CREATE, name="line", text="one")
    reference = Reference("x", Address(ONE, VersionNumber(1)))
    create(store, NewSchema("refers"), content("two"), CALLER, (reference,))

    assert asked(old, DELETE_VERSION, schema_id=1, number=1) == [(False,)]
    assert asked(old, DELETE_SCHEMA, schema_id=1) == [(False,)]
    assert store.version(ONE, VersionNumber(1)) is not None
    assert asked(old, DELETE_SCHEMA, schema_id=2) == [(True,)]
    assert asked(old, DELETE_VERSION, schema_id=1, number=1) == [(True,)]
    assert asked(old, DELETE_VERSION, schema_id=1, number=1) == [(False,)]


@pytest.mark.parametrize("table", ["sluicegate.version", "sluicegate.schema"])
def test_what_is_referred_to_cannot_be_removed(old: psycopg.Connection, store: PostgresStore, table: str) -> None:
    """Not even by hand."""
    asked(old, CREATE, name="line", text="one")
    reference = Reference("x", Address(ONE, VersionNumber(1)))
    create(store, NewSchema("refers"), content("two"), CALLER, (reference,))
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        old.execute(f"delete from {table} where id = 1")
