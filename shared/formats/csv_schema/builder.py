"""Parsed tokens -> model, bottom up during the parser's reductions, so no tree is walked.

See `grammar`. Redundant parentheses are dropped, rules side by side and rules joined by `and`
become one if they are equivalent, and chains of the same operator become flat.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, TypeAlias

from lark import Token, Transformer

from sluicegate.shared.formats.csv_schema.model import (
    All,
    And,
    AnyRule,
    Case,
    ColumnReference,
    Concat,
    ConditionalRule,
    CsvColumn,
    FileAccess,
    FileRule,
    LengthRule,
    Literal,
    Match,
    MatchRule,
    NoExt,
    Or,
    Plain,
    PlainRule,
    Provider,
    RangeRule,
    RegexRule,
    Rule,
    Single,
    Temporal,
    TemporalRule,
    UniqueRule,
    UriDecode,
)
from sluicegate.shared.formats.csv_schema.refusals import CsvSchemaCode, refused
from sluicegate.shared.formats.csv_schema.traversal import flat, is_stateful

MAX_DEPTH: Final = 64
"""Levels of parentheses, conditions, mixed `and` and `or`, and of functions within functions."""

MAX_NUMBER_LENGTH: Final = 400
"""Characters of one number."""


@dataclass(frozen=True, slots=True)
class Sized:
    """A rule with the number of levels in its text."""

    rule: Rule
    depth: int = 0


@dataclass(frozen=True, slots=True)
class SizedProvider:
    """A provider with the number of levels in its text."""

    provider: Provider
    depth: int = 0


@dataclass(frozen=True, slots=True)
class NameToken:
    """A column's name and line."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Directive:
    """A global directive: its name and its arguments."""

    name: str
    value: str | int | None = None


@dataclass(frozen=True, slots=True)
class RuleSequence:
    """Rules side by side."""

    rules: tuple[Rule, ...]
    depth: int


Part: TypeAlias = Sized | RuleSequence


def level(depths: Iterable[int]) -> int:
    """One level more than the deepest of several. Raises `SchemaSyntaxError` past the limit."""
    depth = 1 + max(depths, default=0)
    if depth > MAX_DEPTH:
        raise refused(
            CsvSchemaCode.TOO_DEEP,
            f"The schema nests more than {MAX_DEPTH} levels of parentheses. Write the rule with fewer levels",
        )
    return depth


def side_by_side(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Return the rules of a branch, flat unless that could change the checked ones."""
    return rules if any(is_stateful(rule) for rule in rules) else flat(rules)


def number(text: str) -> str:
    """A number's text. Raises `SchemaSyntaxError` when it is too long to be one."""
    if len(text) > MAX_NUMBER_LENGTH:
        raise refused(
            CsvSchemaCode.SYNTAX,
            f"The number {text[:20]}... has {len(text)} characters; at most {MAX_NUMBER_LENGTH} are allowed",
        )
    return text


def decimal(token: Token) -> Decimal | None:
    """A bound of a range; None for `*`."""
    return None if token.type == "ANY" else Decimal(number(token))


def natural(token: Token) -> int | None:
    """A bound of a length; None for `*`."""
    return None if token.type == "ANY" else int(number(token))


def joined(operands: Sequence[Sized], operators: Sequence[str]) -> Sized:
    """`a or b and c` is `a or (b and c)`: the first operator takes everything after it."""
    run, current = [operands[-1]], operators[-1]
    for operand, operator in zip(reversed(operands[:-1]), reversed(operators), strict=True):
        if operator != current:
            run, current = [_combined(current, run)], operator
        run.append(operand)
    return _combined(current, run)


def _combined(operator: str, backwards: Sequence[Sized]) -> Sized:
    kind: type[And] | type[Or] = And if operator == "and" else Or
    members: list[Rule] = []
    for sized in reversed(backwards):
        members.extend(sized.rule.rules if isinstance(sized.rule, kind) else (sized.rule,))
    return Sized(kind(tuple(members)), level(sized.depth for sized in backwards))


class Builder(Transformer[Token, object]):
    """One method for each grammar rule; lark calls them by name with the results of the parts."""

    def name(self, parts: list[Token]) -> NameToken:
        token = parts[0]
        return NameToken(token[1:-1] if token.type == "STRING" else str(token), token.line or 0)

    def flag(self, parts: list[Token]) -> Directive:
        return Directive(str(parts[0]))

    def separator(self, parts: list[Token]) -> Directive:
        return Directive("separator", "\t" if parts[0].type == "TAB" else parts[0][1:-1])

    def total_columns(self, parts: list[Token]) -> Directive:
        return Directive("totalColumns", int(number(parts[0])))

    def column_directive(self, parts: list[Token]) -> str:
        return "warning" if parts[0] == "warningDirective" else str(parts[0])

    def column(self, parts: list[NameToken | Sized | str]) -> CsvColumn:
        name = parts[0]
        assert isinstance(name, NameToken)
        flags = [each for each in parts[1:] if isinstance(each, str)]
        return CsvColumn(
            name=name.text,
            rules=flat(each.rule for each in parts if isinstance(each, Sized)),
            optional="optional" in flags,
            match_is_false="matchIsFalse" in flags,
            ignore_case="ignoreCase" in flags,
            warning="warning" in flags,
            repeated=tuple(flag for flag, count in Counter(flags).items() if count > 1),
            line=name.line,
        )

    def combined(self, parts: list[Sized | Token]) -> Sized:
        operands = [each for each in parts if isinstance(each, Sized)]
        return joined(operands, [str(each) for each in parts if isinstance(each, Token)])

    def rules(self, parts: list[Sized]) -> RuleSequence:
        return RuleSequence(tuple(each.rule for each in parts), max(each.depth for each in parts))

    def parentheses(self, parts: list[RuleSequence]) -> Sized:
        rules, depth = parts[0].rules, level([parts[0].depth])
        if len(rules) == 1:
            return Sized(rules[0], depth)
        return Sized(All(rules) if any(is_stateful(rule) for rule in rules) else And(flat(rules)), depth)

    def case(self, parts: list[Part]) -> tuple[Case, int]:
        condition, then = parts
        assert isinstance(condition, Sized)
        assert isinstance(then, RuleSequence)
        return Case(condition.rule, side_by_side(then.rules)), max(condition.depth, then.depth)

    def if_rule(self, parts: list[Part]) -> Sized:
        case, depth = self.case(parts[:2])
        return self._choice("if", [(case, depth)], parts[2:])

    def switch_rule(self, parts: list[tuple[Case, int] | RuleSequence]) -> Sized:
        cases = [each for each in parts if isinstance(each, tuple)]
        return self._choice("switch", cases, [each for each in parts if isinstance(each, RuleSequence)])

    def _choice(self, keyword: str, cases: Sequence[tuple[Case, int]], rest: Sequence[Part]) -> Sized:
        otherwise = rest[0] if rest else RuleSequence((), 0)
        assert isinstance(otherwise, RuleSequence)
        depth = level([*(depth for _, depth in cases), otherwise.depth])
        return Sized(ConditionalRule(tuple(case for case, _ in cases), side_by_side(otherwise.rules), keyword), depth)

    def single(self, parts: list[NameToken | Sized]) -> Sized:
        rule = parts[-1]
        assert isinstance(rule, Sized)
        if len(parts) == 1:
            return rule
        assert isinstance(parts[0], NameToken)
        assert not isinstance(rule.rule, All | And | Or | ConditionalRule)
        return Sized(replace(rule.rule, at=parts[0].text), rule.depth)

    def match_rule(self, parts: list[Token | SizedProvider]) -> Sized:
        keyword, of = parts
        assert isinstance(of, SizedProvider)
        return _single(MatchRule(Match.NOT if keyword == "isNot" else Match(str(keyword)), of.provider), [of])

    def any_rule(self, parts: list[SizedProvider]) -> Sized:
        return _single(AnyRule(tuple(each.provider for each in parts)), parts)

    def regex_rule(self, parts: list[Token]) -> Sized:
        text = str(parts[0])
        return Sized(RegexRule(text[text.index('"') + 1 : text.rindex('"')]))

    def range_rule(self, parts: list[Token]) -> Sized:
        return Sized(RangeRule(decimal(parts[0]), decimal(parts[1])))

    def length_rule(self, parts: list[Token]) -> Sized:
        return Sized(LengthRule(natural(parts[0]), natural(parts[-1])))

    def plain_rule(self, parts: list[Token]) -> Sized:
        return Sized(PlainRule(Plain(str(parts[0]))))

    def unique_rule(self, parts: list[Token]) -> Sized:
        return Sized(UniqueRule())

    def unique_of(self, parts: list[Token | NameToken]) -> Sized:
        return Sized(UniqueRule(tuple(each.text for each in parts if isinstance(each, NameToken))))

    def temporal_rule(self, parts: list[Token]) -> Sized:
        return Sized(TemporalRule(Temporal(str(parts[0]))))

    def temporal_range(self, parts: list[Token]) -> Sized:
        keyword, low, high = parts
        return Sized(TemporalRule(Temporal(keyword.rstrip("( \t")), str(low), str(high)))

    def file_exists(self, parts: list[Token | SizedProvider]) -> Sized:
        return _file_rule(FileAccess.EXISTS, [each for each in parts if isinstance(each, SizedProvider)])

    def checksum(self, parts: list[SizedProvider]) -> Sized:
        algorithm = parts[-1].provider
        assert isinstance(algorithm, Literal)
        return _file_rule(FileAccess.CHECKSUM, parts[:-1], algorithm.value)

    def file_count(self, parts: list[SizedProvider]) -> Sized:
        return _file_rule(FileAccess.COUNT, parts)

    def integrity_check(self, parts: list[SizedProvider]) -> Sized:
        return _file_rule(FileAccess.INTEGRITY, parts)

    def text(self, parts: list[Token]) -> SizedProvider:
        return SizedProvider(Literal(parts[0][1:-1]))

    def reference(self, parts: list[NameToken]) -> SizedProvider:
        return SizedProvider(ColumnReference(parts[0].text))

    def concat(self, parts: list[SizedProvider]) -> SizedProvider:
        return _function(parts, Concat(tuple(each.provider for each in parts)))

    def no_ext(self, parts: list[Token | SizedProvider]) -> SizedProvider:
        of = parts[-1]
        assert isinstance(of, SizedProvider)
        return _function([of], NoExt(of.provider))

    def uri_decode(self, parts: list[SizedProvider]) -> SizedProvider:
        charset = parts[1].provider if len(parts) > 1 else None
        return _function(parts, UriDecode(parts[0].provider, charset))


def _single(rule: Single, of: Sequence[SizedProvider]) -> Sized:
    return Sized(rule, max(each.depth for each in of))


def _function(of: Sequence[SizedProvider], made: Provider) -> SizedProvider:
    return SizedProvider(made, level(each.depth for each in of))


def _file_rule(access: FileAccess, files: Sequence[SizedProvider], option: str | None = None) -> Sized:
    return Sized(FileRule(access, tuple(each.provider for each in files), option))
