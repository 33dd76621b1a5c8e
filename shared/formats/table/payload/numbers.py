"""Whether a JSON value is a number of a SQL type.

Numbers are int, Decimal, or float of at most 15 digits, so that it is exact as `repr` writes it.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from math import isinf
from typing import Final

from sluicegate.shared.formats.table.model import SqlKind, SqlType
from sluicegate.shared.formats.table.payload.faults import RowCode

Check = Callable[[object], RowCode | None]
"""A value that is not null -> the code of its violation, or None. Never raises."""

BOUNDS: Final = {SqlKind.SMALLINT: 2**15, SqlKind.INTEGER: 2**31, SqlKind.BIGINT: 2**63}

DIGITS_BEFORE: Final = 131_072
DIGITS_AFTER: Final = 16_383
"""Of a numeric without parameters (PostgreSQL, "Numeric Types")."""

MAX_NUMBER_LENGTH: Final = 150_000
"""Characters: more than both together."""

_WHOLE = re.compile(r"[+-]?0*[0-9]{1,19}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]{1,6})?")
_NO_NUMBERS = frozenset({"NaN", "Infinity", "-Infinity"})

_MAX_REAL: Final = 3.4028235677973366e38
"""From here on a number rounds to infinity in four bytes."""

_SMALLEST_REAL: Final = 7.006492321624086e-46
"""Up to here a number rounds to zero in four bytes, which PostgreSQL refuses."""


def whole(of: SqlType) -> Check:
    """Whole numbers within the type's range.

    A bigint may be a string, too: many programs keep JSON's numbers as doubles.
    """
    bound, quoted = BOUNDS[of.kind], of.kind is SqlKind.BIGINT

    def check(value: object) -> RowCode | None:
        if type(value) is int:
            return None if -bound <= value < bound else RowCode.RANGE
        if quoted and type(value) is str:
            if not _WHOLE.fullmatch(value):
                return RowCode.FORM
            return None if -bound <= int(value) < bound else RowCode.RANGE
        if type(value) is Decimal and value.adjusted() > len(str(bound)):
            return RowCode.RANGE
        return RowCode.TYPE

    return check


def numeric(of: SqlType) -> Check:
    """Numbers, or strings that hold one, that the type keeps as they are: nothing is rounded."""
    before = DIGITS_BEFORE if of.size is None else of.size - (of.scale or 0)
    after = DIGITS_AFTER if of.size is None else of.scale or 0
    bound = 10 ** min(before, 18) if of.size is None or (after >= 0 and before > 0) else 0
    words = _NO_NUMBERS if of.size is None else frozenset({"NaN"})

    def check(value: object) -> RowCode | None:
        if type(value) is int and -bound < value < bound:
            return None
        if type(value) is float:
            return _fits(Decimal(repr(value)), before, after)
        if type(value) is int or type(value) is Decimal:
            return _fits(Decimal(value), before, after)
        if type(value) is not str:
            return RowCode.TYPE
        if value in words:
            return None
        if not _DECIMAL.fullmatch(value):
            return RowCode.FORM
        return RowCode.PRECISION if len(value) > MAX_NUMBER_LENGTH else _fits(Decimal(value), before, after)

    return check


def _fits(value: Decimal, before: int, after: int) -> RowCode | None:
    if not value:
        return None
    if value.adjusted() >= before:
        return RowCode.PRECISION
    digits, exponent = value.as_tuple()[1:]
    assert isinstance(exponent, int)  # neither NaN nor infinity is written as a number
    places = -exponent
    for digit in reversed(digits):
        if places <= after or digit:
            break
        places -= 1
    return None if places <= after else RowCode.SCALE


def real(_: SqlType) -> Check:
    """Numbers that four bytes can hold, rounded."""

    def check(value: object) -> RowCode | None:
        size = _size(value)
        if size is None:
            return _word(value)
        return None if _SMALLEST_REAL < size < _MAX_REAL or _is_zero(value) else RowCode.RANGE

    return check


def double(_: SqlType) -> Check:
    """Numbers that eight bytes can hold, rounded."""

    def check(value: object) -> RowCode | None:
        size = _size(value)
        if size is None:
            return _word(value)
        return RowCode.RANGE if isinf(size) or (size == 0 and not _is_zero(value)) else None

    return check


def _size(value: object) -> float | None:
    """Return the absolute number, infinity above the largest double; None for other values."""
    if type(value) is float:
        return abs(value)
    if type(value) is Decimal or type(value) is int:
        try:
            return abs(float(value))
        except OverflowError:
            return float("inf")
    return None


def _is_zero(value: object) -> bool:
    return value == 0


def _word(value: object) -> RowCode | None:
    return None if type(value) is str and value in _NO_NUMBERS else RowCode.TYPE
