"""A table as the engine sees it. Values only, never changed once made."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sluicegate.shared.model import Violation

FRACTION_DIGITS = 6
"""Digits of a second that PostgreSQL keeps when a type does not say."""


class SqlKind(StrEnum):
    """PostgreSQL's types, by the shortest of their names; `enum` stands for any enumerated type."""

    SMALLINT = "smallint"
    INTEGER = "integer"
    BIGINT = "bigint"
    NUMERIC = "numeric"
    REAL = "real"
    DOUBLE = "double precision"
    CHAR = "char"
    VARCHAR = "varchar"
    TEXT = "text"
    ENUM = "enum"
    BYTEA = "bytea"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    TIMETZ = "timetz"
    TIMESTAMP = "timestamp"
    TIMESTAMPTZ = "timestamptz"
    INTERVAL = "interval"
    UUID = "uuid"
    JSON = "json"
    JSONB = "jsonb"
    INET = "inet"
    CIDR = "cidr"
    MACADDR = "macaddr"
    MACADDR8 = "macaddr8"
    BIT = "bit"
    VARBIT = "varbit"


CLOCKS = frozenset({SqlKind.TIME, SqlKind.TIMETZ, SqlKind.TIMESTAMP, SqlKind.TIMESTAMPTZ, SqlKind.INTERVAL})
"""Types that keep digits of a second."""

WHOLE = (SqlKind.SMALLINT, SqlKind.INTEGER, SqlKind.BIGINT)
"""Whole numbers, the narrowest first."""


@dataclass(frozen=True, slots=True)
class SqlType:
    """A type with its parameters.

    `size` is the digits of a numeric (None: any number), the characters of a char or varchar (None:
    any number), the bits of a bit or varbit, the digits of a second of dates and times; `scale` is
    a numeric's digits after the point; `labels` are an enum's values.
    """

    kind: SqlKind
    size: int | None = None
    scale: int | None = None
    labels: tuple[str, ...] = ()
    is_array: bool = False

    @property
    def element(self) -> "SqlType":
        """The type of an array's elements; of other types, itself."""
        return SqlType(self.kind, self.size, self.scale, self.labels)

    def __str__(self) -> str:
        """As SQL writes it, in one way only."""
        return self.kind + self._parameters() + ("[]" if self.is_array else "")

    def _parameters(self) -> str:
        if self.kind is SqlKind.ENUM:
            return "({})".format(", ".join("'{}'".format(label.replace("'", "''")) for label in self.labels))
        if self.size is None or (self.kind in CLOCKS and self.size == FRACTION_DIGITS):
            return ""
        return f"({self.size}, {self.scale})" if self.scale else f"({self.size})"


@dataclass(frozen=True, slots=True)
class ColumnDefault:
    """The database's value for a missing column: a value as in a row, or an expression."""

    value: object = None
    expression: str | None = None


GENERATED = ColumnDefault(expression="generated")
"""The database counts: serial types, identity and generated columns."""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """The column of another table whose values a column may hold; None is that table's primary key."""

    table: str
    column: str | None = None


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column. It is not nullable also when the primary key says so."""

    type: SqlType
    nullable: bool = True
    default: ColumnDefault | None = None
    references: ForeignKey | None = None

    @property
    def optional(self) -> bool:
        """Whether a row may leave the column out."""
        return self.nullable or self.default is not None


@dataclass(frozen=True, slots=True)
class Table:
    """A table. Keys are sorted tuples of names: their order does not matter, nor that of columns."""

    name: str
    columns: Mapping[str, TableColumn]
    primary_key: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class TableSchema:
    """The result of `parse`: the document, its table, and the violations."""

    document: dict[str, object]
    table: Table
    violations: tuple[Violation, ...]
