"""SQL type -> the check of a JSON value."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from sluicegate.shared.formats.table.model import SqlKind, SqlType
from sluicegate.shared.formats.table.payload import numbers, texts, times
from sluicegate.shared.formats.table.payload.faults import RowCode
from sluicegate.shared.formats.table.payload.numbers import Check

MAX_DIMENSIONS: Final = 6

_CHECKS: Mapping[SqlKind, Callable[[SqlType], Check]] = MappingProxyType(
    {
        SqlKind.SMALLINT: numbers.whole,
        SqlKind.INTEGER: numbers.whole,
        SqlKind.BIGINT: numbers.whole,
        SqlKind.NUMERIC: numbers.numeric,
        SqlKind.REAL: numbers.real,
        SqlKind.DOUBLE: numbers.double,
        SqlKind.CHAR: texts.text,
        SqlKind.VARCHAR: texts.text,
        SqlKind.TEXT: texts.text,
        SqlKind.ENUM: texts.label,
        SqlKind.BYTEA: texts.octets,
        SqlKind.BOOLEAN: texts.boolean,
        SqlKind.DATE: times.date,
        SqlKind.TIME: times.time,
        SqlKind.TIMETZ: times.time,
        SqlKind.TIMESTAMP: times.timestamp,
        SqlKind.TIMESTAMPTZ: times.timestamp,
        SqlKind.INTERVAL: times.interval,
        SqlKind.UUID: texts.uuid,
        SqlKind.JSON: texts.anything,
        SqlKind.JSONB: texts.anything,
        SqlKind.INET: texts.inet,
        SqlKind.CIDR: texts.cidr,
        SqlKind.MACADDR: texts.macaddr,
        SqlKind.MACADDR8: texts.macaddr8,
        SqlKind.BIT: texts.bits,
        SqlKind.VARBIT: texts.bits,
    }
)


def check_of(of: SqlType) -> Check:
    """Return the check of values that are not null."""
    element = _CHECKS[of.kind](of)
    return _array(element) if of.is_array else element


def _array(element: Check) -> Check:
    """Return the check of nested lists, up to six levels, equally long on each as in PostgreSQL.

    Elements may be null.
    """

    def check(value: object) -> RowCode | None:
        if type(value) is not list:
            return RowCode.TYPE
        elements = flattened(value)
        if elements is None:
            return RowCode.DIMENSIONS
        return next((code for each in elements if each is not None and (code := element(each)) is not None), None)

    return check


def flattened(value: list[object]) -> list[object] | None:
    """The elements of an array, or None when its inner lists do not make one."""
    level = value
    for _ in range(MAX_DIMENSIONS - 1):
        inner = [each for each in level if type(each) is list]
        if not inner:
            return level
        if len(inner) != len(level) or any(len(each) != len(inner[0]) for each in inner):
            return None
        level = [each for part in inner for each in part]
    return None if any(type(each) is list for each in level) else level
