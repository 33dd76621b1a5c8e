"""Two versions of a column: whether every cell of the writer fits the reader."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sluicegate.shared.formats.csv_schema import wording
from sluicegate.shared.formats.csv_schema.compatibility.codes import CsvChange, finding
from sluicegate.shared.formats.csv_schema.compatibility.implication import Facts, Implication, ProofBudget, conjuncts
from sluicegate.shared.formats.csv_schema.compatibility.located import Naming, located
from sluicegate.shared.formats.csv_schema.compatibility.strings import Cases
from sluicegate.shared.formats.csv_schema.model import (
    AnyRule,
    ConditionalRule,
    CsvColumn,
    LengthRule,
    Match,
    MatchRule,
    Or,
    Plain,
    PlainRule,
    RangeRule,
    Rule,
    TemporalRule,
    UniqueRule,
)
from sluicegate.shared.formats.csv_schema.traversal import is_stateful
from sluicegate.shared.model import Finding

_NOT_EMPTY = PlainRule(Plain.NOT_EMPTY)


@dataclass(frozen=True, slots=True)
class ColumnSide:
    """One version of a column, and the names of its schema's columns in the comparison."""

    column: CsvColumn
    naming: Naming

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that decide: none when they only warn."""
        if self.column.warning:
            return ()
        return tuple(located(rule, self.column.name, self.naming) for rule in self.column.rules)


def column_findings(reader: ColumnSide, writer: ColumnSide, budget: ProofBudget) -> Iterator[Finding]:
    """Why cells of the writer's column need not pass the reader's."""
    if not reader.rules or _is_same(reader, writer):
        return
    if writer.column.warning and writer.column.rules:
        yield _warning_removed(reader.column)
    elif not writer.rules and reader.column.match_is_false:
        yield _added(reader.column, reader.column.rules[0])
    elif writer.rules and reader.column.match_is_false != writer.column.match_is_false:
        yield _inverted(reader.column)
    else:
        yield from _Comparison(reader, writer, budget).findings()


def _is_same(reader: ColumnSide, writer: ColumnSide) -> bool:
    """Return whether only the spelling of names differs; also correct for rules with memory."""
    plain = [
        replace(side.column, name="", rules=side.rules, line=0, repeated=(), warning=False) for side in (reader, writer)
    ]
    return plain[0] == plain[1]


class _Comparison:
    """Both columns have rules, and both negate them or neither."""

    def __init__(self, reader: ColumnSide, writer: ColumnSide, budget: ProofBudget) -> None:
        self._reader, self._writer = reader.column, writer.column
        self._wanted, self._given = reader.rules, writer.rules
        self._cases = Cases(fact=self._writer.ignore_case, rule=self._reader.ignore_case)
        self._prover = Implication(self._cases, budget)
        self._budget = budget

    def findings(self) -> Iterator[Finding]:
        if self._writer.optional and self._given and not self._reader.optional and not self._takes_anything():
            yield _optional_removed(self._reader)
        if self._reader.match_is_false:
            yield from self._opposite()
            return
        for rule, wanted in zip(self._reader.rules, self._wanted, strict=True):
            if not self._follows(wanted):
                yield self._finding(rule, wanted)

    def _takes_anything(self) -> bool:
        """Whether the reader's rules hold of every cell, a blank one too."""
        proven = all(not is_stateful(rule) and self._prover.proves((), rule) for rule in self._wanted)
        return proven and not self._reader.match_is_false

    def _opposite(self) -> Iterator[Finding]:
        """Compare opposites: cells outside the writer's rules must be outside the reader's.

        That holds if every cell that fits the reader's rules fits the writer's.
        """
        prover = Implication(Cases(fact=self._cases.rule, rule=self._cases.fact), self._budget)
        facts = _facts(self._wanted)
        remembering = any(is_stateful(rule) for rule in (*self._wanted, *self._given))
        if remembering or not all(prover.proves(facts, rule) for rule in self._given):
            yield _not_comparable(self._reader, self._reader.rules[0])

    def _follows(self, wanted: Rule) -> bool:
        if is_stateful(wanted) and self._remembers(wanted):
            return True
        if isinstance(wanted, PlainRule) and wanted.kind is Plain.IDENTICAL:
            # rows may satisfy different alternatives of an `or`
            return self._prover.proves(self._facts(), wanted, splits=0)
        return not is_stateful(wanted) and self._prover.proves(self._facts(), wanted)

    def _facts(self) -> Facts:
        """Return the known facts about a cell that the reader's rules check.

        With `@optional` on either side, it is not blank.
        """
        known = _facts(self._given)
        return (*known, _NOT_EMPTY) if self._writer.optional or self._reader.optional else known

    def _remembers(self, wanted: Rule) -> bool:
        """Whether a rule that remembers follows from one of the writer's.

        A simple one may see fewer rows than the writer's: fewer cells are repeated. One within
        another rule must see just the same rows.
        """
        agree = self._cases.agree
        if isinstance(wanted, UniqueRule):
            return any(
                isinstance(each, UniqueRule) and _is_unique(each, wanted) and (agree or self._cases.fact)
                for each in self._given
            )
        if isinstance(wanted, PlainRule):
            return wanted in self._given
        return wanted in self._given and agree and self._reader.optional == self._writer.optional

    def _finding(self, rule: Rule, wanted: Rule) -> Finding:
        if not self._cases.agree and self._follows_with_case(wanted):
            return _case_tightened(self._reader, rule)
        before = next(
            (each for each, given in zip(self._writer.rules, self._given, strict=False) if _kin(given, wanted)), None
        )
        if before is None:
            return _added(self._reader, rule)
        if isinstance(wanted, _COMPARABLE):
            return _tightened(self._reader, before, rule)
        return _not_comparable(self._reader, rule, before)

    def _follows_with_case(self, wanted: Rule) -> bool:
        """Return whether the rule would follow with the fact's `@ignoreCase`."""
        if is_stateful(wanted):
            return False
        same = Cases(self._cases.fact, self._cases.fact)
        return Implication(same, self._budget).proves(self._facts(), wanted)


_COMPARABLE = RangeRule | LengthRule | AnyRule | MatchRule | TemporalRule | PlainRule | UniqueRule


def _facts(rules: tuple[Rule, ...]) -> Facts:
    """Return the facts about a cell that passes rules. `identical` implies a non-empty cell."""
    filled = (
        replace(_NOT_EMPTY, at=rule.at)
        for rule in rules
        if isinstance(rule, PlainRule) and rule.kind is Plain.IDENTICAL
    )
    return (*conjuncts(rules), *filled)


def _is_unique(given: UniqueRule, wanted: UniqueRule) -> bool:
    """Cells that differ in some columns differ in more of them."""
    return {given.at, *given.columns} <= {wanted.at, *wanted.columns}


def _kin(given: Rule, wanted: Rule) -> bool:
    """Return whether a writer's rule may be the former version of a reader's rule."""
    if getattr(given, "at", None) != getattr(wanted, "at", None):
        return False
    same_values = all(
        isinstance(each, AnyRule) or (isinstance(each, MatchRule) and each.match is Match.IS)
        for each in (given, wanted)
    )
    return same_values or wording.keyword(given) == wording.keyword(wanted)


def _optional_removed(column: CsvColumn) -> Finding:
    return finding(
        CsvChange.COLUMN_MADE_MANDATORY, column.name,
        f"The writer may leave {column.name} blank (@optional); the reader may not",
        f"Keep @optional at the column {column.name}",
    )  # fmt: skip


def _warning_removed(column: CsvColumn) -> Finding:
    return finding(
        CsvChange.WARNING_REMOVED, column.name,
        f"The writer's rules for {column.name} only warn (@warning), so that any cell passes; the reader's are errors",
        f"Keep @warning at the column {column.name}",
    )  # fmt: skip


def _inverted(column: CsvColumn) -> Finding:
    return finding(
        CsvChange.MATCH_IS_FALSE_CHANGED, column.name,
        f"@matchIsFalse turns the rules of {column.name} around in one of the two schemas only",
        f"Keep @matchIsFalse at the column {column.name} as it is, or use a new column",
    )  # fmt: skip


def _added(column: CsvColumn, rule: Rule) -> Finding:
    mandatory = isinstance(rule, PlainRule) and rule.kind is Plain.NOT_EMPTY and rule.at is None
    return finding(
        CsvChange.COLUMN_MADE_MANDATORY if mandatory else CsvChange.RULE_ADDED, column.name,
        f"The reader asks of {column.name} what the writer does not: {wording.shown(rule)}",
        f"Leave {wording.shown(rule)} out{' or keep the column @optional' if mandatory else ', or let @warning make it a warning'}",
    )  # fmt: skip


def _tightened(column: CsvColumn, before: Rule, rule: Rule) -> Finding:
    return finding(
        CsvChange.RULE_TIGHTENED, column.name,
        f"{column.name} changes from {wording.shown(before)} to {wording.shown(rule)}, which cells that the writer lets pass can break",
        "Allow at least what the writer allows, or use a new column",
    )  # fmt: skip


def _case_tightened(column: CsvColumn, rule: Rule) -> Finding:
    return finding(
        CsvChange.CASE_TIGHTENED, column.name,
        f"@ignoreCase differs at {column.name}, so that it cannot be shown that what the writer lets pass fits {wording.shown(rule)}",
        f"Keep @ignoreCase at the column {column.name} as it is",
    )  # fmt: skip


def _not_comparable(column: CsvColumn, rule: Rule, before: Rule | None = None) -> Finding:
    was = f" instead of {wording.shown(before)}" if before is not None else ""
    what = (
        "rules joined by or" if isinstance(rule, Or) else "conditions" if isinstance(rule, ConditionalRule) else "rules"
    )
    return finding(
        CsvChange.RULE_NOT_COMPARABLE, column.name,
        f"It cannot be shown that what the writer lets pass in {column.name} fits {wording.shown(rule)}{was}",
        f"Keep the {what} as they are, or register the change under a mode that allows it after checking it by hand",
    )  # fmt: skip
