"""Dates and times: which texts are one, and when they are.

Shapes are the specification's; the days of a month are the calendar's.

A time without a zone counts as UTC. Years are proleptic Gregorian, with a year 0, as in ISO 8601.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from sluicegate.shared.formats.csv_schema.model import Temporal

_DATE: Final = (
    r"(?P<year>-?[0-9]{4})-(?:(?P<long>0[13578]|1[02])-(?P<day31>0[1-9]|[12][0-9]|3[01])"
    r"|(?P<short>0[469]|11)-(?P<day30>0[1-9]|[12][0-9]|30)|(?P<february>02)-(?P<day29>0[1-9]|[12][0-9]))"
)
_TIME: Final = r"(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9])(?:\.(?P<milli>[0-9]{3}))?"
_ZONE: Final = r"(?P<zone>[+-](?:[01][0-9]|2[0-3]):[0-5][0-9]|Z)"
_UK_DATE: Final = (
    r"(?:(?P<day31>0[1-9]|[12][0-9]|3[01])/(?P<long>0[13578]|1[02])|(?P<day30>0[1-9]|[12][0-9]|30)/(?P<short>0[469]|11)"
    r"|(?P<day29>0[1-9]|[12][0-9])/(?P<february>02))/(?P<year>[0-9]{4})"
)

SHAPES: Final[Mapping[Temporal, re.Pattern[str]]] = MappingProxyType(
    {
        Temporal.DATE: re.compile(f"{_DATE}{_ZONE}?"),
        Temporal.DATE_TIME: re.compile(f"{_DATE}T{_TIME}{_ZONE}?"),
        Temporal.DATE_TIME_TZ: re.compile(f"{_DATE}T{_TIME}{_ZONE}"),
        Temporal.TIME: re.compile(f"{_TIME}{_ZONE}?"),
        Temporal.UK_DATE: re.compile(_UK_DATE),
    }
)
"""Patterns of each kind. Each text has at most one match, so none backtracks."""

_MONTHS: Final = (
    # as in the specification
    "January|February|March|April|May|June|July|August|September|October|November|December"
)
PART_UK_DATE: Final = re.compile(rf"(?:[0?][1-9?]|[12?][0-9?]|[3?][01?]|\*)/(?:{_MONTHS}|\?|\*)/(?:[0-9?]{{4}}|\*)")

_DAY: Final = 86_400_000


def checker(kind: Temporal) -> Callable[[str], bool]:
    """A test whether a cell is a date or time of a kind."""
    shape = SHAPES[kind].fullmatch

    def is_one(cell: str) -> bool:
        found = shape(cell)
        return found is not None and ("29" not in cell or _is_in_calendar(found))

    return is_one


def range_checker(kind: Temporal, low: int, high: int) -> Callable[[str], bool]:
    """A test whether a cell is one between two instants, both included."""

    def is_between(cell: str) -> bool:
        at = instant(kind, cell)
        return at is not None and low <= at <= high

    return is_between


def instant(kind: Temporal, text: str) -> int | None:
    """Milliseconds since 1970 (of a time: since midnight), in UTC.

    None when the text is none of the kind.
    """
    found = SHAPES[kind].fullmatch(text)
    if found is None or not _is_in_calendar(found):
        return None
    parts = found.groupdict()
    milliseconds = 0
    if "year" in parts:
        milliseconds += _DAY * _days(int(parts["year"]), *_month_and_day(found))
    if "hour" in parts:
        seconds = (int(parts["hour"]) * 60 + int(parts["minute"])) * 60 + int(parts["second"])
        milliseconds += seconds * 1000 + int(parts["milli"] or 0)
    return milliseconds - _offset(parts.get("zone"))


def _month_and_day(found: re.Match[str]) -> tuple[int, int]:
    for month, day in (("long", "day31"), ("short", "day30"), ("february", "day29")):
        if found[month] is not None:
            return int(found[month]), int(found[day])
    raise AssertionError("a date has a month")


def _is_in_calendar(found: re.Match[str]) -> bool:
    """Whether a 29 February is in a leap year: all else, the shapes know."""
    parts = found.groupdict()
    return parts.get("day29") != "29" or _is_leap(int(parts["year"]))


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _days(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01, also of years that `datetime` does not have.

    March begins the year here, so that leap days end it.
    """
    year -= month <= 2
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return year * 365 + year // 4 - year // 100 + year // 400 + day_of_year - 719_468


def _offset(zone: str | None) -> int:
    """Milliseconds by which a zone is ahead of UTC."""
    if zone is None or zone == "Z":
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[4:6])
    return (-minutes if zone[0] == "-" else minutes) * 60_000
