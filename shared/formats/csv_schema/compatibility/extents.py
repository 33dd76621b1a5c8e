"""Intervals of the length and the number of a cell; several rules allow their intersection."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from sluicegate.shared.formats.csv_schema.model import (
    AnyRule,
    LengthRule,
    Literal,
    Match,
    MatchRule,
    Plain,
    PlainRule,
    RangeRule,
    Rule,
    Temporal,
    TemporalRule,
)


@dataclass(frozen=True, slots=True)
class Extent:
    """Numbers from `low` to `high`, both included; None is no bound."""

    low: Decimal | int | None = None
    high: Decimal | int | None = None

    def within(self, other: "Extent") -> bool:
        """Whether no number of this one is outside the other one."""
        above = other.low is None or (self.low is not None and self.low >= other.low)
        below = other.high is None or (self.high is not None and self.high <= other.high)
        return above and below

    def common(self, other: "Extent") -> "Extent":
        """The numbers that are in both."""
        lows = [low for low in (self.low, other.low) if low is not None]
        highs = [high for high in (self.high, other.high) if high is not None]
        return Extent(max(lows, default=None), min(highs, default=None))


ANY_LENGTH: Final = Extent(0)
SOME: Final = Extent(1)
NONE: Final = Extent(0, 0)

_PLAIN: Final[Mapping[Plain, Extent]] = MappingProxyType(
    {
        Plain.EMPTY: NONE,
        Plain.NOT_EMPTY: SOME,
        Plain.UUID4: Extent(36, 36),
        Plain.POSITIVE_INTEGER: SOME,
        Plain.PART_UK_DATE: Extent(len("*/?/*"), len("01/September/2020")),
        Plain.IDENTICAL: SOME,
    }
)

_TEMPORAL: Final[Mapping[Temporal, Extent]] = MappingProxyType(
    {
        Temporal.DATE: Extent(len("2020-12-31"), len("-2020-12-31+01:00")),
        Temporal.DATE_TIME: Extent(len("2020-12-31T23:59:59"), len("-2020-12-31T23:59:59.999+01:00")),
        Temporal.DATE_TIME_TZ: Extent(len("2020-12-31T23:59:59Z"), len("-2020-12-31T23:59:59.999+01:00")),
        Temporal.TIME: Extent(len("23:59:59"), len("23:59:59.999+01:00")),
        Temporal.UK_DATE: Extent(10, 10),
    }
)


def lengths(rules: Iterable[Rule], ignore_case: bool) -> Extent:
    """The lengths of the cells that all of several rules accept.

    Perhaps too wide, never too narrow.
    """
    found = ANY_LENGTH
    for rule in rules:
        found = found.common(_lengths(rule, ignore_case))
    return found


def _lengths(rule: Rule, ignore_case: bool) -> Extent:
    match rule:
        case LengthRule():
            return Extent(rule.low or 0, rule.high)
        case PlainRule():
            return _PLAIN.get(rule.kind, ANY_LENGTH)
        case TemporalRule():
            return _TEMPORAL[rule.kind]
        case RangeRule():
            return SOME
        case MatchRule(of=Literal(value=value)):
            return _match_lengths(rule.match, value, ignore_case)
        case AnyRule():
            return _any_lengths(rule, ignore_case)
        case _:
            return ANY_LENGTH


def _match_lengths(match: Match, value: str, ignore_case: bool) -> Extent:
    if match is Match.NOT:
        return ANY_LENGTH if value else SOME
    if ignore_case and not value.isascii():
        return ANY_LENGTH  # letters that are two in lower case
    match match:
        case Match.IS:
            return Extent(len(value), len(value))
        case Match.IN:
            return Extent(0, len(value))
        case _:
            return Extent(len(value))


def _any_lengths(rule: AnyRule, ignore_case: bool) -> Extent:
    values = [each.value for each in rule.of if isinstance(each, Literal)]
    if len(values) < len(rule.of) or (ignore_case and not all(map(str.isascii, values))):
        return ANY_LENGTH
    return Extent(min(map(len, values)), max(map(len, values)))


def wanted_lengths(rule: Rule) -> Extent | None:
    """Return the lengths that a rule accepts, if it checks only the length."""
    match rule:
        case LengthRule():
            return Extent(rule.low or 0, rule.high)
        case PlainRule(kind=Plain.EMPTY | Plain.NOT_EMPTY):
            return _PLAIN[rule.kind]
        case MatchRule(match=Match.NOT, of=Literal(value="")):
            return SOME
        case MatchRule(match=Match.IS | Match.IN, of=Literal(value="")):
            return NONE
        case MatchRule(match=Match.STARTS | Match.ENDS, of=Literal(value="")):
            return ANY_LENGTH
        case _:
            return None


def numbers(rules: Iterable[Rule]) -> Extent | None:
    """Return the numbers that all of several rules accept; None if they accept other texts."""
    found: Extent | None = None
    for rule in rules:
        each = _numbers(rule)
        if each is not None:
            found = each if found is None else found.common(each)
    return found


def _numbers(rule: Rule) -> Extent | None:
    match rule:
        case RangeRule():
            return Extent(rule.low, rule.high)
        case PlainRule(kind=Plain.POSITIVE_INTEGER):
            return Extent(0)
        case _:
            return None
