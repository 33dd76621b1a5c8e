"""Which version of the language a rule needs."""

from collections.abc import Iterator
from typing import Final

from sluicegate.shared.formats.csv_schema import wording
from sluicegate.shared.formats.csv_schema.model import (
    AnyRule,
    Concat,
    ConditionalRule,
    CsvSchema,
    FileAccess,
    FileRule,
    NoExt,
    Plain,
    PlainRule,
    RangeRule,
    Rule,
    Temporal,
    TemporalRule,
    UriDecode,
)
from sluicegate.shared.formats.csv_schema.traversal import providers, walk

_NEW_IN_1_1: Final = frozenset({Plain.IDENTICAL, Plain.UPPER_CASE, Plain.LOWER_CASE})


def needs(rule: Rule) -> Iterator[tuple[str, str]]:
    """Yield the parts of a rule that are newer than 1.0, and their version. Not recursive."""
    if _is_new(rule):
        yield wording.keyword(rule), "1.1"
    if isinstance(rule, RangeRule) and (rule.low is None or rule.high is None):
        yield "range(...) with *", "1.1"
    for each in providers(rule):
        match each:
            case Concat():
                yield "concat(...)", "1.1"
            case NoExt():
                yield "noExt(...)", "1.1"
            case UriDecode():
                yield "uriDecode(...)", "1.2"


def _is_new(rule: Rule) -> bool:
    match rule:
        case AnyRule():
            return True
        case PlainRule():
            return rule.kind in _NEW_IN_1_1
        case TemporalRule():
            return rule.kind is Temporal.DATE_TIME_TZ
        case FileRule():
            return rule.access is FileAccess.INTEGRITY
        case ConditionalRule():
            return rule.keyword == "switch"
        case _:
            return False


def lowest(schema: CsvSchema) -> str:
    """The lowest version that has all that a schema uses."""
    found = (
        version
        for column in schema.columns
        for rule in column.rules
        for each in walk(rule)
        for _, version in needs(each)
    )
    return max(found, default="1.0")
