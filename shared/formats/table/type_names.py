"""Names of types: PostgreSQL's with aliases, MySQL's unambiguous ones, and hints for others."""

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from sluicegate.shared.formats.table.model import Kind
from sluicegate.shared.formats.table.refusals import Code, Flaw

FLOAT: Final = "float"
TINYINT: Final = "tinyint"

_NAMES: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.SMALLINT: "smallint, int2, year",
        Kind.INTEGER: "integer, int, int4, mediumint",
        Kind.BIGINT: "bigint, int8",
        Kind.NUMERIC: "numeric, decimal, dec",
        Kind.REAL: "real, float4",
        Kind.DOUBLE: "double precision, float8, double",
        Kind.CHAR: "char, character, nchar, national char, national character",
        Kind.VARCHAR: "varchar, character varying, char varying, nvarchar, national char varying, national character varying",
        Kind.TEXT: "text, tinytext, mediumtext, longtext",
        Kind.ENUM: "enum",
        Kind.BYTEA: "bytea, blob, tinyblob, mediumblob, longblob",
        Kind.BOOLEAN: "boolean, bool",
        Kind.DATE: "date",
        Kind.TIME: "time",
        Kind.TIMETZ: "timetz",
        Kind.TIMESTAMP: "timestamp, datetime",
        Kind.TIMESTAMPTZ: "timestamptz",
        Kind.INTERVAL: "interval",
        Kind.UUID: "uuid",
        Kind.JSON: "json",
        Kind.JSONB: "jsonb",
        Kind.INET: "inet",
        Kind.CIDR: "cidr",
        Kind.MACADDR: "macaddr",
        Kind.MACADDR8: "macaddr8",
        Kind.BIT: "bit",
        Kind.VARBIT: "varbit, bit varying",
    }
)

KINDS: Mapping[str, Kind] = MappingProxyType(
    {name: kind for kind, names in _NAMES.items() for name in names.split(", ")}
)
"""Name -> kind. `float` and `tinyint` are missing: their kind depends on the parameter."""

SERIALS: Mapping[str, Kind] = MappingProxyType(
    {
        "smallserial": Kind.SMALLINT,
        "serial2": Kind.SMALLINT,
        "serial": Kind.INTEGER,
        "serial4": Kind.INTEGER,
        "bigserial": Kind.BIGINT,
        "serial8": Kind.BIGINT,
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
    return Flaw(Code.TYPE_UNKNOWN, f"The type {name[:60]!r} is not known. {hint}")
