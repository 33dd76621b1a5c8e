"""Traversals of rules: inner rules, arguments, and names. The parser bounds their depth."""

from collections.abc import Iterable, Iterator

from sluicegate.shared.formats.csv_schema.model import (
    All,
    And,
    AnyRule,
    ColumnReference,
    Concat,
    ConditionalRule,
    FileRule,
    Literal,
    Match,
    MatchRule,
    NoExt,
    Or,
    Plain,
    PlainRule,
    Provider,
    Rule,
    UniqueRule,
    UriDecode,
)


def inner(rule: Rule) -> tuple[Rule, ...]:
    """The rules directly within a rule."""
    match rule:
        case All() | And() | Or():
            return rule.rules
        case ConditionalRule():
            within = [each for case in rule.cases for each in (case.condition, *case.then)]
            return (*within, *rule.otherwise)
        case _:
            return ()


def walk(rule: Rule) -> Iterator[Rule]:
    """A rule and all within it, outermost first."""
    yield rule
    for each in inner(rule):
        yield from walk(each)


def providers(rule: Rule) -> Iterator[Provider]:
    """The strings that a rule itself takes, those within `concat` and the like included."""
    match rule:
        case MatchRule():
            yield from _provided(rule.of)
        case AnyRule():
            for each in rule.of:
                yield from _provided(each)
        case FileRule():
            for each in rule.files:
                yield from _provided(each)
        case _:
            return


def _provided(provider: Provider) -> Iterator[Provider]:
    yield provider
    match provider:
        case Concat():
            for part in provider.parts:
                yield from _provided(part)
        case NoExt():
            yield from _provided(provider.of)
        case UriDecode():
            yield from _provided(provider.of)
            if provider.charset is not None:
                yield from _provided(provider.charset)
        case _:
            return


def references(rule: Rule) -> Iterator[str]:
    """Yield the columns that a rule itself names; not recursive."""
    if not isinstance(rule, All | And | Or | ConditionalRule) and rule.at is not None:
        yield rule.at
    if isinstance(rule, UniqueRule):
        yield from rule.columns
    for each in providers(rule):
        if isinstance(each, ColumnReference):
            yield each.column


def is_stateful(rule: Rule) -> bool:
    """Whether a verdict on a row depends on the rows before it."""
    return any(
        isinstance(each, UniqueRule) or (isinstance(each, PlainRule) and each.kind is Plain.IDENTICAL)
        for each in walk(rule)
    )


def flat(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Rules that must all hold, without `and` and parentheses between them."""
    found: list[Rule] = []
    for rule in rules:
        found.extend(flat(rule.rules) if isinstance(rule, And | All) else (rule,))
    return tuple(found)


def merged(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Merge alternatives that are only strings into one for each column.

    A look-up in a set takes one step for any size.
    """
    strings: dict[str | None, list[Literal]] = {}
    others: list[Rule] = []
    for rule in rules:
        match rule:
            case MatchRule(match=Match.IS, of=Literal() as string):
                strings.setdefault(rule.at, []).append(string)
            case _:
                others.append(rule)
    return (*(AnyRule(tuple(of), at) for at, of in strings.items()), *others)


def weight(rule: Rule) -> int:
    """Return the maximum of tests of a cell in a rule."""
    match rule:
        case Or():
            return 1 + sum(weight(each) for each in merged(rule.rules))
        case All() | And() | ConditionalRule():
            return 1 + sum(weight(each) for each in inner(rule))
        case _:
            return 1 + sum(not isinstance(each, Literal) for each in providers(rule))
