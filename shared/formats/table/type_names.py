"""Names of types: PostgreSQL's with aliases, MySQL's unambiguous ones, and hints for others."""

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from sluicegate.shared.formats.table.model import SqlKind
from sluicegate.shared.formats.table.refusals import Flaw, TableSchemaCode

FLOAT: Final = "float"
TINYINT: Final = "tinyint"

_NAMES: Mapping[SqlKind, str] = MappingProxyType(
    {
        SqlKind.SMALLINT: "smallint, int2, year",
        SqlKind.INTEGER: "integer, int, int4, mediumint",
        SqlKind.BIGINT: "bigint, int8",
        SqlKind.NUMERIC: "numeric, decimal, dec",
        SqlKind.REAL: "real, float4",
        SqlKind.DOUBLE: "double precision, float8, double",
        SqlKind.CHAR: "char, character, nchar, national char, national character",
        SqlKind.VARCHAR: "varchar, character varying, char varying, nvarchar, national char varying, national character varying",
        SqlKind.TEXT: "text, tinytext, mediumtext, longtext",
        SqlKind.ENUM: "enum",
        SqlKind.BYTEA: "bytea, blob, tinyblob, mediumblob, longblob",
        SqlKind.BOOLEAN: "boolean, bool",
        SqlKind.DATE: "date",
        SqlKind.TIME: "time",
        SqlKind.TIMETZ: "timetz",
        SqlKind.TIMESTAMP: "timestamp, datetime",
        SqlKind.TIMESTAMPTZ: "timestamptz",
        SqlKind.INTERVAL: "interval",
        SqlKind.UUID: "uuid",
        SqlKind.JSON: "json",
        SqlKind.JSONB: "jsonb",
        SqlKind.INET: "inet",
        SqlKind.CIDR: "cidr",
        SqlKind.MACADDR: "macaddr",
        SqlKind.MACADDR8: "macaddr8",
        SqlKind.BIT: "bit",
        SqlKind.VARBIT: "varbit, bit varying",
    }
)

KINDS: Mapping[str, SqlKind] = MappingProxyType(
    {name: kind for kind, names in _NAMES.items() for name in names.split(", ")}
)
"""Name -> kind. `float` and `tinyint` are missing: their kind depends on the parameter."""

SERIALS: Mapping[str, SqlKind] = MappingProxyType(
    {
        "smallserial": SqlKind.SMALLINT,
        "serial2": SqlKind.SMALLINT,
        "serial": SqlKind.INTEGER,
        "serial4": SqlKind.INTEGER,
        "bigserial": SqlKind.BIGINT,
        "serial8": SqlKind.BIGINT,
    }
)
"""Whole numbers that the database counts: never null, and with a default."""

WIDEST = max(len(name.split()) for name in KINDS)
"""Words of the longest name."""

_INSTEAD: Mapping[str, str] = MappingProxyType(
    {
        "binary": "bytea",
        "byte": "smallint",
        "citext": "text",
        "clob": "text",
        "datetime2": "timestamp",
        "datetimeoffset": "timestamptz",
        "guid": "uuid",
        "hstore": "jsonb",
        "long": "bigint",
        "money": "numeric(19, 2)",
        "number": "numeric",
        "object": "jsonb",
        "oid": "bigint",
        "set": "text[]",
        "str": "text",
        "string": "text",
        "uniqueidentifier": "uuid",
        "varbinary": "bytea",
        "varchar2": "varchar",
        "xml": "text",
    }
)
"""Types of other databases, and the types that they may mean."""


def unknown(name: str) -> Flaw:
    """Why a name is refused, with the one that may be meant."""
    known = (*KINDS, *SERIALS, FLOAT, TINYINT, *_INSTEAD)
    close = name if name in _INSTEAD else next(iter(get_close_matches(name[:50], known, n=1)), None)
    near = close and _INSTEAD.get(close, close)
    hint = (
        f"Is {near} meant?" if near else "Use a type of PostgreSQL, such as integer, numeric(10, 2), text or timestamp"
    )
    return Flaw(TableSchemaCode.TYPE_UNKNOWN, f"The type {name[:60]!r} is not known. {hint}")
