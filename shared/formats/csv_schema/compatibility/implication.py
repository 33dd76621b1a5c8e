"""Whether a rule follows from others: every row that passes the facts passes the rule.

True is a proof, False only the lack of one. The search goes from cheap to expensive: an equal fact,
a fact about the same cell (strings, lengths, numbers, times), the parts of the rule, and at last a
split of one `or` or `if` of the facts. `ProofBudget` bounds the whole search.

Rules are those of `located`: columns have the same names on both sides, and a rule's own column has
none.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from sluicegate.shared.formats.csv_schema.compatibility.extents import Extent, lengths, numbers, wanted_lengths
from sluicegate.shared.formats.csv_schema.compatibility.strings import Cases, follows, values
from sluicegate.shared.formats.csv_schema.model import (
    All,
    And,
    AnyRule,
    ConditionalRule,
    Literal,
    MatchRule,
    Or,
    Plain,
    PlainRule,
    RangeRule,
    RegexRule,
    Rule,
    Temporal,
    TemporalRule,
    UniqueRule,
)
from sluicegate.shared.formats.csv_schema.payload.checks import RuleCompiler
from sluicegate.shared.formats.csv_schema.regexes import RegexRefused
from sluicegate.shared.formats.csv_schema.temporal import instant
from sluicegate.shared.formats.csv_schema.traversal import flat, inner, is_stateful, merged, walk

MAX_STEPS: Final = 200_000
"""Maximum of compared pairs of rules, and of strings in them: about a second."""

_TRIAL: Final = 20
"""Steps that trying a rule on strings counts as: it may have to compile a pattern."""

MAX_SPLIT_DEPTH: Final = 3
"""How many `or` and `if` of the facts are taken apart within each other."""

Facts: TypeAlias = tuple[Rule, ...]


class ComparisonTooLarge(Exception):
    """The comparison took more steps than it may."""


@dataclass(slots=True)
class ProofBudget:
    """The steps that a comparison may still take."""

    steps: int = MAX_STEPS

    def take(self, steps: int = 1) -> None:
        """Take some. Raises `ComparisonTooLarge` when there are none left."""
        self.steps -= steps
        if self.steps < 0:
            raise ComparisonTooLarge


@dataclass(frozen=True, slots=True)
class Implication:
    """Proofs about one pair of columns, with a common budget."""

    cases: Cases
    budget: ProofBudget

    def proves(self, facts: Facts, rule: Rule, splits: int = MAX_SPLIT_DEPTH) -> bool:
        """Return whether a rule without memory follows from the facts."""
        self.budget.take(_size(rule) + sum(map(_size, facts)))
        if self._directly(facts, rule):
            return True
        match rule:
            case And() | All():
                return all(self.proves(facts, each, splits) for each in rule.rules)
            # One alternative is sufficient here; a proof that needs several of them is found by
            # `_by_cases`.
            case Or() if any(self.proves(facts, each, splits) for each in merged(rule.rules)):
                return True
            case ConditionalRule() if self._choice(facts, rule, splits):
                return True
        # Each split multiplies the obligations, so the depth is bounded apart from the budget.
        return splits > 0 and self._by_cases(facts, rule, splits - 1)

    def _directly(self, facts: Facts, rule: Rule) -> bool:
        # Equal texts are equal rules only if both columns treat case alike.
        if any(rule == fact for fact in facts) and (self.cases.agree or not minds_case(rule)):
            return True
        if isinstance(rule, All | And | Or | ConditionalRule):
            return self._by_values(tuple(fact for fact in facts if getattr(fact, "at", None) is None), rule)
        # Facts about the cell of the rule, with the column removed on both sides.
        local = tuple(
            replace(fact, at=None)
            for fact in facts
            if not isinstance(fact, All | And | Or | ConditionalRule) and fact.at == rule.at
        )
        return self._locally(local, replace(rule, at=None))

    def _locally(self, facts: Facts, rule: Rule) -> bool:
        """Prove a rule about the same cell as the facts."""
        if any(follows(fact, rule, self.cases) for fact in facts):
            return True
        wanted = wanted_lengths(rule)
        if wanted is not None:
            return lengths(facts, self.cases.fact).within(wanted)
        return _by_number(facts, rule) or _by_time(facts, rule) or self._by_values(facts, rule)

    def _by_values(self, facts: Facts, rule: Rule) -> bool:
        """Check each string, if a fact limits the cell to a few strings."""
        for fact in facts:
            given = values(fact) or ()
            known = [each.value for each in given if isinstance(each, Literal)]
            # A value that is not literal could be any string, so all of them must be known.
            if known and len(known) == len(given) and self._accepts(rule, known):
                return True
        return False

    def _accepts(self, rule: Rule, cells: Sequence[str]) -> bool:
        """Check sample cells.

        Without case, a string represents all its spellings: only rules that ignore case may decide.
        """
        if self.cases.fact and not (self.cases.rule and isinstance(rule, MatchRule | AnyRule)):
            return False
        if isinstance(rule, PlainRule) and rule.kind is Plain.IDENTICAL:
            return len(set(cells)) == 1 and bool(cells[0])
        if not all(_is_usable(each) for each in walk(rule)):
            return False
        self.budget.take(len(cells) + _TRIAL)
        try:
            check = RuleCompiler({}).cell(rule, self.cases.rule)
        except RegexRefused:
            return False
        return check is not None and all(check(cell) for cell in cells)

    def _choice(self, facts: Facts, rule: ConditionalRule, splits: int) -> bool:
        """Prove branch by branch: from equal conditions on both sides, or from unconditional facts."""
        for fact in facts:
            if isinstance(fact, ConditionalRule) and self._same_conditions(fact, rule):
                pairs = zip(_branches(fact), _branches(rule), strict=True)
                if all(self._proves_all((*facts, *way, *given), then, splits) for (way, given), (_, then) in pairs):
                    return True
        # Branches are proven without the negation of earlier conditions: fewer facts, but never
        # wrong.
        return all(self._proves_all((*facts, *self._taken(given)), then, splits) for given, then in _branches(rule))

    def _same_conditions(self, fact: ConditionalRule, rule: ConditionalRule) -> bool:
        given, wanted = ([case.condition for case in choice.cases] for choice in (fact, rule))
        return given == wanted and (self.cases.agree or not any(minds_case(each) for each in wanted))

    def _proves_all(self, facts: Facts, rules: Sequence[Rule], splits: int) -> bool:
        return all(self.proves(facts, each, splits) for each in rules)

    def _taken(self, conditions: Facts) -> Facts:
        """Return the reader's conditions that are also facts under the writer's `@ignoreCase`."""
        return tuple(each for each in conditions if self.cases.agree or not minds_case(each))

    def _by_cases(self, facts: Facts, rule: Rule, splits: int) -> bool:
        """Split one `or` or `if` of the facts: the rule must follow from each alternative."""
        for index, fact in enumerate(facts):
            rest = facts[:index] + facts[index + 1 :]
            ways = list(_ways(fact))
            if ways and all(self.proves((*rest, *way), rule, splits) for way in ways):
                return True
        return False


def _branches(choice: ConditionalRule) -> list[tuple[Facts, Facts]]:
    """Each branch's condition, and its rules; the last is the branch without a condition."""
    found: list[tuple[Facts, Facts]] = [(flat((case.condition,)), case.then) for case in choice.cases]
    return [*found, ((), choice.otherwise)]


def _ways(fact: Rule) -> Iterator[Facts]:
    match fact:
        case Or():
            for each in fact.rules:
                yield flat((each,))
        case ConditionalRule():
            for condition, then in _branches(fact):
                yield (*condition, *flat(then))
        case _:
            return


def conjuncts(rules: Iterable[Rule]) -> Facts:
    """Return the rules that hold together.

    Rules with memory of rows are left out: they are compared elsewhere.
    """
    return tuple(rule for rule in flat(rules) if not is_stateful(rule))


def _size(rule: Rule) -> int:
    """Return the cost of one comparison with a rule."""
    return 1 + len(rule.of) if isinstance(rule, AnyRule) else 1 + len(inner(rule))


def minds_case(rule: Rule) -> bool:
    """Whether `@ignoreCase` makes a difference to a rule."""
    return any(isinstance(each, MatchRule | AnyRule | RegexRule | UniqueRule) for each in walk(rule))


def _by_number(facts: Facts, rule: Rule) -> bool:
    if isinstance(rule, PlainRule) and rule.kind in (Plain.UPPER_CASE, Plain.LOWER_CASE):
        return PlainRule(Plain.POSITIVE_INTEGER) in facts
    if not isinstance(rule, RangeRule):
        return False
    given = numbers(facts)
    return given is not None and given.within(Extent(rule.low, rule.high))


def _by_time(facts: Facts, rule: Rule) -> bool:
    return isinstance(rule, TemporalRule) and any(
        isinstance(fact, TemporalRule) and _is_within(fact, rule) for fact in facts
    )


def _is_within(fact: TemporalRule, rule: TemporalRule) -> bool:
    if fact.kind is not rule.kind and (fact.kind, rule.kind) != (Temporal.DATE_TIME_TZ, Temporal.DATE_TIME):
        return False
    if rule.low is None:
        return True
    given, wanted = _bounds(fact), _bounds(rule)
    return given is not None and wanted is not None and given.within(wanted)


def _is_usable(rule: Rule) -> bool:
    """Whether a rule can be tried: not with bounds that are no instants, which are a violation."""
    return not isinstance(rule, TemporalRule) or rule.low is None or _bounds(rule) is not None


def _bounds(rule: TemporalRule) -> Extent | None:
    """The instants of a range; None when there is none, or a bound is no instant."""
    low, high = (None if text is None else instant(rule.kind, text) for text in (rule.low, rule.high))
    return None if low is None or high is None else Extent(low, high)
