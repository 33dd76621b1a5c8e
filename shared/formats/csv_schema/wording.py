"""Rules as sentences about a cell."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sluicegate.shared.formats.csv_schema import printer
from sluicegate.shared.formats.csv_schema.model import (
    All,
    And,
    AnyRule,
    ConditionalRule,
    FileRule,
    LengthRule,
    Literal,
    Match,
    MatchRule,
    Or,
    Plain,
    PlainRule,
    Provider,
    RangeRule,
    RegexRule,
    Rule,
    Temporal,
    TemporalRule,
    UniqueRule,
)
from sluicegate.shared.formats.csv_schema.refusals import quoted

MAX_RULE_LENGTH: Final = 120

_MATCHES: Final[Mapping[Match, str]] = MappingProxyType(
    {
        Match.IS: "must be",
        Match.NOT: "must not be",
        Match.IN: "must be a part of",
        Match.STARTS: "must start with",
        Match.ENDS: "must end with",
    }
)

_PLAIN: Final[Mapping[Plain, str]] = MappingProxyType(
    {
        Plain.EMPTY: "must be empty",
        Plain.NOT_EMPTY: "must not be empty",
        Plain.URI: "must be a URI",
        Plain.UUID4: "must be a UUID of version 4, in lower case",
        Plain.POSITIVE_INTEGER: "must be a whole number, digits only",
        Plain.UPPER_CASE: "must hold only upper-case letters, digits, punctuation and spaces",
        Plain.LOWER_CASE: "must hold only lower-case letters, digits, punctuation and spaces",
        Plain.PART_UK_DATE: "must be a UK date like 01/January/2020, with ? or * for what is unknown",
        Plain.IDENTICAL: "must be the same in every row, and not empty",
    }
)

_TEMPORAL: Final[Mapping[Temporal, str]] = MappingProxyType(
    {
        Temporal.DATE: "a date like 2020-12-31",
        Temporal.DATE_TIME: "a date and time like 2020-12-31T23:59:59",
        Temporal.DATE_TIME_TZ: "a date and time with a zone like 2020-12-31T23:59:59Z",
        Temporal.TIME: "a time like 23:59:59",
        Temporal.UK_DATE: "a date like 31/12/2020",
    }
)


def keyword(rule: Rule) -> str:
    """The name of a rule: its code in violations."""
    match rule:
        case MatchRule():
            return str(rule.match)
        case PlainRule() | TemporalRule():
            return str(rule.kind)
        case FileRule():
            return str(rule.access)
        case ConditionalRule():
            return rule.keyword
        case _:
            return _KEYWORDS[type(rule)]


_KEYWORDS: Final[Mapping[type, str]] = MappingProxyType(
    {
        AnyRule: "any",
        RegexRule: "regex",
        RangeRule: "range",
        LengthRule: "length",
        UniqueRule: "unique",
        All: "and",
        And: "and",
        Or: "or",
    }
)


def shown(rule: Rule) -> str:
    """A rule as its schema writes it, cut when it is long."""
    text = printer.rule(rule)
    return text if len(text) <= MAX_RULE_LENGTH else f"{text[:MAX_RULE_LENGTH]}..."


def demand(rule: Rule) -> str:
    """Return the requirement of a rule on its cell."""
    match rule:
        case MatchRule():
            return f"{_MATCHES[rule.match]} {_provided(rule.of)}"
        case AnyRule():
            names = [_provided(each) for each in rule.of[:10]]
            return f"must be one of {', '.join(names)}{' ...' if len(rule.of) > 10 else ''}"
        case RegexRule():
            return f"must match {quoted(rule.pattern)}"
        case RangeRule():
            return f"must be a number {_between(printer.decimal(rule.low), printer.decimal(rule.high))}"
        case LengthRule():
            return _length(rule)
        case PlainRule():
            return _PLAIN[rule.kind]
        case UniqueRule():
            return _unique(rule)
        case TemporalRule():
            return f"must be {_TEMPORAL[rule.kind]}{f' from {rule.low} to {rule.high}' if rule.low else ''}"
        case _:
            return f"must fit {shown(rule)}"


def _provided(of: Provider) -> str:
    if isinstance(of, Literal):
        return quoted(of.value)
    text = printer.provider(of)
    return text if len(text) <= MAX_RULE_LENGTH else f"{text[:MAX_RULE_LENGTH]}..."


def _between(low: str, high: str) -> str:
    if low == "*":
        return f"of at most {high}" if high != "*" else "of any size"
    return f"of at least {low}" if high == "*" else f"from {low} to {high}"


def _length(rule: LengthRule) -> str:
    if rule.low is not None and rule.low == rule.high:
        return f"must have {rule.low} characters"
    low, high = (("*" if bound is None else str(bound)) for bound in (rule.low, rule.high))
    if low == high == "*":
        return "may have any length"
    return "must have " + _between(low, high).removeprefix("of ") + " characters"


def _unique(rule: UniqueRule) -> str:
    if not rule.columns:
        return "must not be in two rows"
    return (
        f"must not be in two rows together with the same {', '.join('$' + printer.name(each) for each in rule.columns)}"
    )
