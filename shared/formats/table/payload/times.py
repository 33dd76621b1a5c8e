"""Checks of dates and times of SQL types: ISO 8601 as in PostgreSQL.

Years have four digits. A value has no more digits of a second than its type, because columns do not
keep them. A type with a time zone requires an offset, because without one the value would depend on
the session that stores it; a type without a time zone accepts and ignores one, as PostgreSQL does.
"""

import datetime
import re
from collections.abc import Callable
from typing import Final

from sluicegate.shared.formats.table.model import FRACTION_DIGITS, SqlKind, SqlType
from sluicegate.shared.formats.table.payload.faults import RowCode
from sluicegate.shared.formats.table.payload.numbers import Check

_DAY: Final = r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})|(?P<monthday>[0-9]{4}))"
_CLOCK: Final = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.(?P<fraction>[0-9]++))?)?"
_MIDNIGHT: Final = r"24:00(?::00(?:\.0++)?)?"
_OFFSET: Final = r"(?P<offset>Z|[+-](?:0[0-9]|1[0-5])(?::?[0-5][0-9](?::[0-5][0-9])?)?)?"

_DATE = re.compile(_DAY)
_TIME = re.compile(f"(?:{_CLOCK}|{_MIDNIGHT}){_OFFSET}")
_TIMESTAMP = re.compile(f"{_DAY}(?:[T ]{_CLOCK}{_OFFSET})?")
_ENDLESS = frozenset({"infinity", "-infinity"})

_COUNT: Final = "[+-]?[0-9]{1,7}"
"""Seven digits of any unit lie within PostgreSQL's range."""


def _units(*words: str) -> str:
    return "".join(f"(?:{_COUNT} (?:{word})(?: |$))?" for word in words)


_INTERVAL = re.compile(
    rf"P(?=[0-9T+-])(?:{_COUNT}Y)?(?:{_COUNT}M)?(?:{_COUNT}W)?(?:{_COUNT}D)?"
    rf"(?:T(?=[0-9+-])(?:{_COUNT}H)?(?:{_COUNT}M)?(?:{_COUNT}(?:\.(?P<iso>[0-9]++))?S)?)?"
    rf"|(?=[0-9+-]){_units('years?', 'mons?|months?', 'weeks?', 'days?')}"
    rf"(?:{_COUNT}:[0-5][0-9](?::[0-5][0-9](?:\.(?P<plain>[0-9]++))?)?|{_units('hours?', 'mins?|minutes?', 'secs?|seconds?')})"
)


def date(_: SqlType) -> Check:
    """A day, or an infinity."""
    return _written(lambda value: None if value in _ENDLESS or _is_day(_DATE.fullmatch(value)) else RowCode.FORM)


def time(of: SqlType) -> Check:
    """A time of day; 24:00 is the end of it."""
    return _written(_matching(_TIME, _digits(of), zoned=of.kind is SqlKind.TIMETZ))


def timestamp(of: SqlType) -> Check:
    """A day with a time of day, or midnight without, or an infinity."""
    digits, zoned = _digits(of), of.kind is SqlKind.TIMESTAMPTZ

    def fault(value: str) -> RowCode | None:
        if value in _ENDLESS:
            return None
        found = _TIMESTAMP.fullmatch(value)
        if found is None or not _is_day(found) or (zoned and found["offset"] is None):
            return RowCode.FORM
        return _rounded(found["fraction"], digits)

    return _written(fault)


def interval(of: SqlType) -> Check:
    """A span of time: ISO 8601 (`P1DT2H`), or as PostgreSQL writes it (`1 day 02:00:00`)."""
    digits = _digits(of)

    def fault(value: str) -> RowCode | None:
        found = _INTERVAL.fullmatch(value)
        if found is None:
            return RowCode.FORM
        return _rounded(found["iso"] or found["plain"], digits)

    return _written(fault)


def _written(fault: Callable[[str], RowCode | None]) -> Check:
    return lambda value: fault(value) if type(value) is str else RowCode.TYPE


def _matching(pattern: re.Pattern[str], digits: int, zoned: bool) -> Callable[[str], RowCode | None]:
    def fault(value: str) -> RowCode | None:
        found = pattern.fullmatch(value)
        if found is None or (zoned and found["offset"] is None):
            return RowCode.FORM
        return _rounded(found["fraction"], digits)

    return fault


def _digits(of: SqlType) -> int:
    return FRACTION_DIGITS if of.size is None else of.size


def _rounded(fraction: str | None, digits: int) -> RowCode | None:
    return None if fraction is None or len(fraction.rstrip("0")) <= digits else RowCode.SCALE


def _is_day(found: re.Match[str] | None) -> bool:
    if found is None:
        return False
    month, day = found["month"] or found["monthday"][:2], found["day"] or found["monthday"][2:]
    try:
        datetime.date(int(found["year"]), int(month), int(day))
    except ValueError:
        return False
    return True
