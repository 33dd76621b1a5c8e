"""Messages about invalid values."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType

from sluicegate.shared.formats.table.model import WHOLE, SqlKind, SqlType
from sluicegate.shared.formats.table.payload.faults import RowCode
from sluicegate.shared.formats.table.payload.numbers import BOUNDS, DIGITS_AFTER, DIGITS_BEFORE
from sluicegate.shared.formats.table.refusals import shown

_TAKES: Mapping[SqlKind, str] = MappingProxyType(
    {
        SqlKind.SMALLINT: "a whole number, without point or exponent",
        SqlKind.INTEGER: "a whole number, without point or exponent",
        SqlKind.BIGINT: "a whole number, without point or exponent, or a string of its digits",
        SqlKind.NUMERIC: "a number, or a string that holds one",
        SqlKind.REAL: 'a number, "NaN", "Infinity" or "-Infinity"',
        SqlKind.DOUBLE: 'a number, "NaN", "Infinity" or "-Infinity"',
        SqlKind.BYTEA: r"a string of base64, or of \x and hexadecimal digits",
        SqlKind.BOOLEAN: "true or false",
        SqlKind.DATE: "a string such as 2024-12-31",
        SqlKind.TIME: "a string such as 23:59:59",
        SqlKind.TIMETZ: "a string with an offset, such as 23:59:59Z or 23:59:59+02:00",
        SqlKind.TIMESTAMP: "a string such as 2024-12-31T23:59:59",
        SqlKind.TIMESTAMPTZ: "a string with an offset, such as 2024-12-31T23:59:59Z or 2024-12-31T23:59:59+02:00",
        SqlKind.INTERVAL: "a string such as P1DT2H or 1 day 02:00:00",
        SqlKind.UUID: "a string such as 123e4567-e89b-12d3-a456-426614174000",
        SqlKind.INET: "a string such as 192.0.2.1 or 2001:db8::/32",
        SqlKind.CIDR: "a string such as 192.0.2.0/24, with no bit set behind the prefix",
        SqlKind.MACADDR: "a string such as 08:00:2b:01:02:03",
        SqlKind.MACADDR8: "a string such as 08:00:2b:01:02:03:04:05",
        SqlKind.BIT: "a string of 0 and 1",
        SqlKind.VARBIT: "a string of 0 and 1",
    }
)


def sentence(of: SqlType, code: RowCode, value: object) -> str:
    """Why a value does not fit a type."""
    if code is RowCode.TYPE and of.is_array:
        return f"{_written(value)} is {_kind(value)}; {of} takes a list"
    return _SENTENCES[code](of.element, value)


def _type(of: SqlType, value: object) -> str:
    return f"{_written(value)} is {_kind(value)}; {of} takes {_TAKES.get(of.kind, 'a string')}"


def _form(of: SqlType, value: object) -> str:
    return f"{_written(value)} is no {of}: it takes {_TAKES[of.kind]}"


def _range(of: SqlType, value: object) -> str:
    if of.kind in WHOLE:
        bound = BOUNDS[of.kind]
        return f"{_written(value)} is out of the range of {of}, which is {-bound} to {bound - 1}"
    return f"{_written(value)} is out of the range of {of}"


def _precision(of: SqlType, value: object) -> str:
    before = DIGITS_BEFORE if of.size is None else max(of.size - (of.scale or 0), 0)
    return f"{_written(value)} has too many digits before the point: {of} takes at most {before}"


def _scale(of: SqlType, value: object) -> str:
    if of.kind is not SqlKind.NUMERIC:
        return f"{_written(value)} has more digits of a second than {of} keeps, which is {of.size}"
    after = DIGITS_AFTER if of.size is None else of.scale or 0
    if after < 0:
        return f"{_written(value)} is no multiple of {10**-after}, to which {of} rounds"
    return f"{_written(value)} has too many digits after the point: {of} keeps {after}"


def _length(of: SqlType, value: object) -> str:
    if of.kind in (SqlKind.BIT, SqlKind.VARBIT):
        return f"{_written(value)} has {_count(value)} bits; {of} takes {'exactly' if of.kind is SqlKind.BIT else 'at most'} {of.size}"
    return f"{_written(value)} has {_count(value)} characters; {of} takes at most {of.size}"


def _label(of: SqlType, value: object) -> str:
    named = ", ".join(shown(label) for label in of.labels[:10])
    return f"{_written(value)} is not one of {named}{', ...' if len(of.labels) > 10 else ''}"


def _dimensions(_: SqlType, value: object) -> str:
    return f"{_written(value)} is no array: lists inside a list are equally long, and no more than six deep"


_SENTENCES: Mapping[RowCode, Callable[[SqlType, object], str]] = MappingProxyType(
    {
        RowCode.TYPE: _type,
        RowCode.FORM: _form,
        RowCode.RANGE: _range,
        RowCode.PRECISION: _precision,
        RowCode.SCALE: _scale,
        RowCode.LENGTH: _length,
        RowCode.LABEL: _label,
        RowCode.DIMENSIONS: _dimensions,
    }
)


def _count(value: object) -> int:
    return len(value) if isinstance(value, str) else 0


def _written(value: object) -> str:
    """A value as short JSON; lists and objects can be huge, so they are not written out to be cut."""
    if isinstance(value, list | dict):
        return "The list" if isinstance(value, list) else "The object"
    if isinstance(value, str):
        return shown(value[:100])
    if isinstance(value, Decimal):
        text = str(value)
        return text if len(text) <= 60 else f"{text[:60]}..."
    return shown(value)


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float() | Decimal():
            return "a number"
        case str():
            return "a string"
        case list():
            return "a list"
    return "an object"
