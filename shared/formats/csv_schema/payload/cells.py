"""Rules about one cell alone -> functions of its text."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Final, TypeAlias

from sluicegate.shared.formats.csv_schema.model import (
    LengthRule,
    Match,
    Plain,
    PlainRule,
    RangeRule,
    RegexRule,
    Single,
    TemporalRule,
)
from sluicegate.shared.formats.csv_schema.payload.uri import is_uri
from sluicegate.shared.formats.csv_schema.regexes import compiled
from sluicegate.shared.formats.csv_schema.temporal import PART_UK_DATE, checker, instant, range_checker

CellCheck: TypeAlias = Callable[[str], bool]

_UUID4: Final = re.compile(r"[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")
"""Numbers of `java.math.BigDecimal`, in ASCII digits."""

_SPACES: Final = r"\t\n\x0B\f\r "


def _positive_integer(cell: str) -> bool:
    return cell.isdigit() and cell.isascii()


_PLAIN: Final[Mapping[Plain, CellCheck]] = MappingProxyType(
    {
        Plain.EMPTY: lambda cell: not cell,
        Plain.NOT_EMPTY: bool,
        Plain.URI: is_uri,
        Plain.UUID4: lambda cell: _UUID4.fullmatch(cell) is not None,
        Plain.POSITIVE_INTEGER: _positive_integer,
        Plain.UPPER_CASE: compiled(rf"[\p{{Lu}}\p{{N}}\p{{P}}{_SPACES}]*"),
        Plain.LOWER_CASE: compiled(rf"[\p{{Ll}}\p{{N}}\p{{P}}{_SPACES}]*"),
        Plain.PART_UK_DATE: lambda cell: PART_UK_DATE.fullmatch(cell) is not None,
    }
)


def cell_check(rule: Single, ignore_case: bool) -> CellCheck:
    """The test of a rule that takes no strings and remembers no rows."""
    match rule:
        case PlainRule():
            return _PLAIN[rule.kind]
        case RegexRule():
            return compiled(rule.pattern, ignore_case)
        case RangeRule():
            return _range(rule)
        case LengthRule():
            return _length(rule)
        case TemporalRule():
            return _temporal(rule)
        case _:
            raise AssertionError(f"{rule} looks at more than a cell")


def _range(rule: RangeRule) -> CellCheck:
    low, high = rule.low, rule.high
    shape = _NUMBER.fullmatch

    def check(cell: str) -> bool:
        if shape(cell) is None:
            return False
        value = Decimal(cell)
        return (low is None or value >= low) and (high is None or value <= high)

    return check


def _length(rule: LengthRule) -> CellCheck:
    low, high = rule.low or 0, rule.high
    if high is None:
        return lambda cell: len(cell) >= low
    return lambda cell: low <= len(cell) <= high


def _temporal(rule: TemporalRule) -> CellCheck:
    if rule.low is None or rule.high is None:
        return checker(rule.kind)
    low, high = instant(rule.kind, rule.low), instant(rule.kind, rule.high)
    assert low is not None
    assert high is not None
    return range_checker(rule.kind, low, high)


COMPARISONS: Final[Mapping[Match, Callable[[str, str], bool]]] = MappingProxyType(
    {
        Match.IS: lambda cell, of: cell == of,
        Match.NOT: lambda cell, of: cell != of,
        Match.IN: lambda cell, of: cell in of,
        Match.STARTS: lambda cell, of: cell.startswith(of),
        Match.ENDS: lambda cell, of: cell.endswith(of),
    }
)


def literal_check(match: Match, of: Sequence[str], ignore_case: bool) -> CellCheck:
    """Return the test of a cell against known strings: one, or (`is`) any of several."""
    if ignore_case:
        exact = literal_check(match, [each.lower() for each in of], ignore_case=False)
        return lambda cell: exact(cell.lower())
    if match is Match.IS:
        return frozenset(of).__contains__
    compare, wanted = COMPARISONS[match], of[0]
    return lambda cell: compare(cell, wanted)
