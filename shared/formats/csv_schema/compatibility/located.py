"""Rules with comparable names of columns: by place without a header, by name with one."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from sluicegate.shared.formats.csv_schema.model import (
    All,
    And,
    AnyRule,
    Case,
    ColumnReference,
    Concat,
    ConditionalRule,
    CsvSchema,
    FileRule,
    Literal,
    MatchRule,
    NoExt,
    Or,
    Provider,
    Rule,
    Single,
    UniqueRule,
    UriDecode,
)

Naming: TypeAlias = Callable[[str], str]


def by_name(ignore_case: bool) -> Naming:
    """Return the names of columns in schemas with headers."""
    return str.lower if ignore_case else str


def by_place(schema: CsvSchema) -> Naming:
    """Return the names of columns in schemas without headers.

    Unknown ones keep their names, with a mark.
    """
    places = {name: f"#{place}" for place, name in enumerate(schema.names, 1)}
    return lambda name: places.get(name, f"?{name}")


def located(rule: Rule, own: str, naming: Naming) -> Rule:
    """A rule of the column `own`, which is left out where it is only its own."""
    match rule:
        case And() | Or() | All():
            return replace(rule, rules=tuple(located(each, own, naming) for each in rule.rules))
        case ConditionalRule():
            cases = tuple(
                Case(located(case.condition, own, naming), _all(case.then, own, naming)) for case in rule.cases
            )
            return ConditionalRule(cases, _all(rule.otherwise, own, naming))
        case _:
            return _single(rule, own, naming)


def _all(rules: tuple[Rule, ...], own: str, naming: Naming) -> tuple[Rule, ...]:
    return tuple(located(each, own, naming) for each in rules)


def _single(rule: Single, own: str, naming: Naming) -> Single:
    at = None if rule.at is None or naming(rule.at) == naming(own) else naming(rule.at)
    match rule:
        case MatchRule():
            return replace(rule, at=at, of=_provider(rule.of, naming))
        case AnyRule():
            return replace(rule, at=at, of=tuple(_provider(each, naming) for each in rule.of))
        case FileRule():
            return replace(rule, at=at, files=tuple(_provider(each, naming) for each in rule.files))
        case UniqueRule():
            return replace(rule, at=at, columns=tuple(naming(name) for name in rule.columns))
        case _:
            return replace(rule, at=at)


def _provider(of: Provider, naming: Naming) -> Provider:
    match of:
        case Literal():
            return of
        case ColumnReference():
            return ColumnReference(naming(of.column))
        case Concat():
            return Concat(tuple(_provider(each, naming) for each in of.parts))
        case NoExt():
            return NoExt(_provider(of.of, naming))
        case UriDecode():
            return UriDecode(_provider(of.of, naming), None if of.charset is None else _provider(of.charset, naming))
