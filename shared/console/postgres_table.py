"""The schema of a table in any PostgreSQL database, read from its catalogue.

Nothing is written there.
"""

from importlib import resources
from typing import Any, Final

import psycopg

from sluicegate.shared.errors import SampleUnusable
from sluicegate.shared.formats.table.inference import CatalogColumn, CatalogKey, from_database

CONNECT_SECONDS: Final = 10
STATEMENT_SECONDS: Final = 30

_SQL = resources.files(__package__).joinpath("sql")
_NAME, _COLUMNS, _KEYS = (
    _SQL.joinpath(f"{name}.sql").read_bytes() for name in ("table_name", "table_columns", "table_keys")
)


def schema_of(url: str, table: str) -> str:
    """The text of the schema of a table, which may be named with its namespace.

    Blocks on the database.

    Raises `SampleUnusable` when the database does not answer or has no such table. The message does
    not repeat the address.
    """
    try:
        with psycopg.connect(url, connect_timeout=CONNECT_SECONDS, application_name="sluicegate") as connection:
            connection.read_only = True
            connection.execute("select set_config('statement_timeout', %s, false)", [f"{STATEMENT_SECONDS}s"])
            return _described(connection, table)
    except psycopg.Error as error:
        raise SampleUnusable(f"The table {table!r} cannot be read: {_reason(error)}") from error


def _described(connection: psycopg.Connection[Any], table: str) -> str:
    found = connection.execute(_NAME, {"name": table}).fetchone()
    if found is None:
        raise SampleUnusable(f"The database has no table {table!r}, or it may not be seen. Name it as namespace.table")
    number, name = found
    columns = connection.execute(_COLUMNS, {"table": number}).fetchall()
    keys = connection.execute(_KEYS, {"table": number}).fetchall()
    return from_database(name, [_column(*row) for row in columns], [_key(*row) for row in keys])


def _column(
    name: str, of: str, is_nullable: bool, default: str | None, is_generated: bool, labels: list[str]
) -> CatalogColumn:
    return CatalogColumn(name, of, is_nullable, default, is_generated, tuple(labels))


def _key(kind: str, columns: list[str], table: str, referred: list[str]) -> CatalogKey:
    return CatalogKey(kind, tuple(columns), "" if table == "-" else table, tuple(referred))


def _reason(error: psycopg.Error) -> str:
    """Return the first line of a server's or client's error.

    The error about an unparsable address could contain a part of the password.
    """
    if isinstance(error, psycopg.ProgrammingError) and error.sqlstate is None:
        return "the address is not as PostgreSQL understands one (postgresql://user@host:port/database)"
    return str(error.diag.message_primary or error).strip().partition("\n")[0] or "the database does not answer"
