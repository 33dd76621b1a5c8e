"""Whether one type takes all values of another, and means the same by them.

Both have to be true: `timestamp` takes every string of `timestamptz`, but does not look at the
offset, and `double precision` takes every number of a `bigint`, rounded.
"""

from collections.abc import Callable
from typing import Final

from sluicegate.shared.formats.table.findings import Change
from sluicegate.shared.formats.table.model import CLOCKS, WHOLE, SqlKind, SqlType

WHOLE_DIGITS: Final = {SqlKind.SMALLINT: 5, SqlKind.INTEGER: 10, SqlKind.BIGINT: 19}

_FLOATING: Final = (SqlKind.REAL, SqlKind.DOUBLE)
_NUMBERS: Final = frozenset({*WHOLE, *_FLOATING, SqlKind.NUMERIC})
_EXACT_IN: Final = {
    SqlKind.REAL: frozenset({SqlKind.SMALLINT, SqlKind.REAL}),
    SqlKind.DOUBLE: frozenset({SqlKind.SMALLINT, SqlKind.INTEGER, SqlKind.REAL, SqlKind.DOUBLE}),
}
"""The numbers that four and eight bytes hold without rounding."""

_TEXTS: Final = frozenset({SqlKind.TEXT, SqlKind.VARCHAR, SqlKind.CHAR})
_BITS: Final = frozenset({SqlKind.BIT, SqlKind.VARBIT})
_JSON: Final = frozenset({SqlKind.JSON, SqlKind.JSONB})
_ZONES: Final = frozenset(
    {frozenset({SqlKind.TIME, SqlKind.TIMETZ}), frozenset({SqlKind.TIMESTAMP, SqlKind.TIMESTAMPTZ})}
)
_WIDER: Final = frozenset(
    {(SqlKind.INET, SqlKind.CIDR), (SqlKind.MACADDR8, SqlKind.MACADDR), (SqlKind.TIMESTAMP, SqlKind.DATE)}
)
"""(reader, writer): a type that takes all values of another one."""


def narrowing(reader: SqlType, writer: SqlType) -> Change | None:
    """Why values of the writer's type are too much for the reader's; None when they are not."""
    if reader == writer or (reader.kind in _JSON and not reader.is_array):
        return None
    if reader.is_array is not writer.is_array:
        return Change.TYPE_CHANGED
    for belongs, compare in _FAMILIES:
        if belongs(reader.kind, writer.kind):
            return compare(reader, writer)
    if (reader.kind, writer.kind) in _WIDER or (reader.kind in _JSON and reader.is_array):
        return None
    return Change.TYPE_CHANGED


def _numbers(reader: SqlType, writer: SqlType) -> Change | None:
    if reader.kind in WHOLE:
        return _to_whole(reader, writer)
    if reader.kind in _FLOATING:
        return _to_floating(reader, writer)
    return _to_numeric(reader, writer)


def _to_whole(reader: SqlType, writer: SqlType) -> Change | None:
    """Compare a whole number: it takes a numeric without digits after the point by range.

    As in PostgreSQL. Rows that write such a numeric as a string, with a point, or as "NaN" do not
    count (decision 0184).
    """
    if writer.kind is SqlKind.NUMERIC and writer.size is not None and (writer.scale or 0) <= 0:
        digits = writer.size - (writer.scale or 0)
        return Change.RANGE_REDUCED if digits >= WHOLE_DIGITS[reader.kind] else None
    if writer.kind not in WHOLE:
        return Change.TYPE_CHANGED
    return Change.RANGE_REDUCED if WHOLE.index(writer.kind) > WHOLE.index(reader.kind) else None


def _to_floating(reader: SqlType, writer: SqlType) -> Change | None:
    return None if writer.kind in _EXACT_IN[reader.kind] else Change.EXACTNESS_LOST


def _to_numeric(reader: SqlType, writer: SqlType) -> Change | None:
    """Compare a numeric reader: without parameters it accepts floating numbers.

    Those with over 16,383 digits after the point do not count.
    """
    if reader.size is None:
        return None
    if writer.kind in _FLOATING or (writer.kind is SqlKind.NUMERIC and writer.size is None):
        return Change.PRECISION_REDUCED
    scale, written = reader.scale or 0, writer.scale or 0
    digits = WHOLE_DIGITS[writer.kind] if writer.kind in WHOLE else (writer.size or 0) - written
    if reader.size - scale < digits:
        return Change.PRECISION_REDUCED
    return Change.SCALE_REDUCED if scale < written else None


def _texts(reader: SqlType, writer: SqlType) -> Change | None:
    """Compare a text reader: it accepts every type with string values.

    A limited text accepts those of known length.
    """
    if writer.kind in _NUMBERS or writer.kind in _JSON or writer.kind is SqlKind.BOOLEAN:
        return Change.TYPE_CHANGED
    if reader.size is None:
        return None
    longest = max(map(len, writer.labels), default=0) if writer.kind is SqlKind.ENUM else writer.size
    if writer.kind not in _TEXTS | _BITS | {SqlKind.ENUM}:
        return Change.TYPE_CHANGED
    return Change.LENGTH_REDUCED if longest is None or longest > reader.size else None


def _labels(reader: SqlType, writer: SqlType) -> Change | None:
    return None if set(writer.labels) <= set(reader.labels) else Change.ENUM_VALUES_REMOVED


def _bits(reader: SqlType, writer: SqlType) -> Change | None:
    if reader.kind is SqlKind.BIT and writer.kind is SqlKind.VARBIT:
        return Change.TYPE_CHANGED
    if reader.kind is SqlKind.BIT:
        return None if reader.size == writer.size else Change.TYPE_CHANGED
    return (
        None
        if reader.size is None or (writer.size is not None and writer.size <= reader.size)
        else Change.LENGTH_REDUCED
    )


def _zones(_: SqlType, __: SqlType) -> Change | None:
    return Change.TIME_ZONE_CHANGED


def _dates(_: SqlType, __: SqlType) -> Change | None:
    return Change.TIME_OF_DAY_LOST


def _seconds(reader: SqlType, writer: SqlType) -> Change | None:
    assert reader.size is not None
    assert writer.size is not None
    return Change.SCALE_REDUCED if reader.size < writer.size else None


_FAMILIES: Final[tuple[tuple[Callable[[SqlKind, SqlKind], bool], Callable[[SqlType, SqlType], Change | None]], ...]] = (
    (lambda reader, writer: reader in _NUMBERS and writer in _NUMBERS, _numbers),
    (lambda reader, _: reader in _TEXTS, _texts),
    (lambda reader, writer: reader is writer is SqlKind.ENUM, _labels),
    (lambda reader, writer: reader in _BITS and writer in _BITS, _bits),
    (lambda reader, writer: reader is writer and reader in CLOCKS, _seconds),
    (lambda reader, writer: frozenset({reader, writer}) in _ZONES, _zones),
    (lambda reader, writer: reader is SqlKind.DATE and writer in (SqlKind.TIMESTAMP, SqlKind.TIMESTAMPTZ), _dates),
)
