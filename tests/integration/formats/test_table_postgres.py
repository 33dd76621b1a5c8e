"""Rules of table values against PostgreSQL: it accepts accepted values, and writes valid ones."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from tests.unit.formats.table.builders import ENGINE, table
from tests.unit.formats.table.samples import TAKEN

LABELS = "create type pg_temp.labels as enum ('new', 'it''s')"


@pytest.fixture(scope="module")
def connection(postgres_url: str) -> Iterator[psycopg.Connection]:
    """Yield a connection with private temporary objects."""
    with psycopg.connect(postgres_url, autocommit=True) as found:
        found.execute(LABELS)
        yield found


def _postgres(of: str) -> str:
    return "pg_temp.labels" if of.startswith("enum") else of


def _read(connection: psycopg.Connection, of: str, value: str) -> str | None:
    """Return a row with one column after PostgreSQL; None if it refuses."""
    query = sql.SQL("select row_to_json(r)::text from json_to_record(%s::json) as r(a {})").format(
        sql.SQL(_postgres(of))
    )
    try:
        row = connection.execute(query, [f'{{"a":{value}}}']).fetchone()
    except psycopg.DataError:
        return None
    assert row is not None
    return str(row[0])


@pytest.mark.parametrize(("of", "value"), [(of, value) for of, each in TAKEN.items() for value in each])
def test_postgres_takes_what_we_take_and_we_take_what_it_writes(
    connection: psycopg.Connection, of: str, value: str
) -> None:
    written = _read(connection, of, value)
    assert written is not None
    assert ENGINE.compile(table({"a": of})).explain(written.encode()) is None


@pytest.mark.parametrize("of", [of for of in TAKEN if of != "bytea"])
def test_what_a_type_takes_of_all_samples_postgres_takes(connection: psycopg.Connection, of: str) -> None:
    """Except bytea: base64 is ours."""
    validator = ENGINE.compile(table({"a": of}))
    values = [value for each in TAKEN.values() for value in each if validator.accepts(f'{{"a":{value}}}'.encode())]
    assert [value for value in values if _read(connection, of, value) is None] == []


def test_every_name_of_a_type_is_one_that_postgres_knows(connection: psycopg.Connection) -> None:
    for of in TAKEN:
        canonical = str(table({"a": of}).table.columns["a"].type)
        connection.execute(sql.SQL("create temporary table names (a {})").format(sql.SQL(_postgres(canonical))))
        connection.execute("drop table names")
