"""Rules -> closures over rows.

The memory of earlier rows is an argument, so one compiled schema serves all threads.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from sluicegate.shared.formats.csv_schema.decoding import uri_decoded, without_extension
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
    Single,
    UniqueRule,
    UriDecode,
)
from sluicegate.shared.formats.csv_schema.payload.cells import COMPARISONS, CellCheck, cell_check, literal_check
from sluicegate.shared.formats.csv_schema.payload.rows import Row
from sluicegate.shared.formats.csv_schema.traversal import is_stateful, merged

Memory: TypeAlias = list[set[object]]
"""Memory of a payload's rows: one set for each rule with memory."""

RowCheck: TypeAlias = Callable[[Row, Memory], bool]
Text: TypeAlias = Callable[[Row], str]


class RuleCompiler:
    """Compiles the rules of a schema's columns.

    `remembering` counts the rules that need a set of their own.
    """

    def __init__(self, positions: Mapping[str, int]) -> None:
        """Take the columns' places in a row."""
        self._positions = positions
        self._cells: dict[tuple[Single, bool], CellCheck] = {}
        self.remembering = 0

    def cell(self, rule: Rule, ignore_case: bool) -> CellCheck | None:
        """Return the check of the own cell, if the rule checks nothing but that cell."""
        if isinstance(rule, And | Or):
            rules = merged(rule.rules) if isinstance(rule, Or) else rule.rules
            checks = [self.cell(each, ignore_case) for each in rules]
            known = [check for check in checks if check is not None]
            return (_all if isinstance(rule, And) else _any)(known) if len(known) == len(checks) else None
        if isinstance(rule, All | ConditionalRule) or rule.at is not None:
            return None
        return self._own_cell(rule, ignore_case)

    def _own_cell(self, rule: Single, ignore_case: bool) -> CellCheck | None:
        match rule:
            case MatchRule(of=Literal(value=value)):
                return literal_check(rule.match, [value], ignore_case)
            case AnyRule():
                values = [each.value for each in rule.of if isinstance(each, Literal)]
                return literal_check(Match.IS, values, ignore_case) if len(values) == len(rule.of) else None
            case MatchRule() | UniqueRule() | FileRule() | PlainRule(kind=Plain.IDENTICAL):
                return None
            case _:
                return self._shared(rule, ignore_case)

    def _shared(self, rule: Single, ignore_case: bool) -> CellCheck:
        """A test compiled once, however many columns have the rule: patterns take memory."""
        key = (rule, ignore_case)
        if key not in self._cells:
            self._cells[key] = cell_check(rule, ignore_case)
        return self._cells[key]

    def row(self, rule: Rule, own: int, ignore_case: bool) -> RowCheck:
        """The test of a row by a rule of the column at `own`."""
        cell = self.cell(rule, ignore_case)
        if cell is not None:
            return _of_cell(cell, own)
        match rule:
            case And() | All() | Or():
                return self._compound(rule, own, ignore_case)
            case ConditionalRule():
                return self._choice(rule, own, ignore_case)
            case _:
                at = own if rule.at is None else self._positions[rule.at]
                return self._single(rule, at, ignore_case)

    def _compound(self, rule: And | All | Or, own: int, ignore_case: bool) -> RowCheck:
        rules = merged(rule.rules) if isinstance(rule, Or) and not is_stateful(rule) else rule.rules
        checks = [self.row(each, own, ignore_case) for each in rules]
        match rule:
            case And():
                return lambda row, memory: all(check(row, memory) for check in checks)
            case Or():
                return lambda row, memory: any(check(row, memory) for check in checks)
            case All():
                return every(checks)

    def _choice(self, rule: ConditionalRule, own: int, ignore_case: bool) -> RowCheck:
        cases = [
            (self.row(case.condition, own, ignore_case), self._branch(case.then, own, ignore_case))
            for case in rule.cases
        ]
        otherwise = self._branch(rule.otherwise, own, ignore_case)

        def check(row: Row, memory: Memory) -> bool:
            for condition, then in cases:
                if condition(row, memory):
                    return then(row, memory)
            return otherwise(row, memory)

        return check

    def _branch(self, rules: Sequence[Rule], own: int, ignore_case: bool) -> RowCheck:
        return every([self.row(each, own, ignore_case) for each in rules])

    def _single(self, rule: Single, at: int, ignore_case: bool) -> RowCheck:
        match rule:
            case MatchRule(of=of) if not isinstance(of, Literal):
                return self._compared(rule, of, at, ignore_case)
            case AnyRule() if not all(isinstance(each, Literal) for each in rule.of):
                return self._any(rule, at, ignore_case)
            case UniqueRule():
                return self._unique(rule, at, ignore_case)
            case PlainRule(kind=Plain.IDENTICAL):
                return self._identical(at)
            case _:
                cell = self._own_cell(rule, ignore_case)
                assert cell is not None, "rules that read files are violations"
                return _of_cell(cell, at)

    def _compared(self, rule: MatchRule, of: Provider, at: int, ignore_case: bool) -> RowCheck:
        compare, text = COMPARISONS[rule.match], self.text(of)
        if ignore_case:
            return lambda row, _: compare(row[at].lower(), text(row).lower())
        return lambda row, _: compare(row[at], text(row))

    def _any(self, rule: AnyRule, at: int, ignore_case: bool) -> RowCheck:
        texts = [self.text(each) for each in rule.of]
        if ignore_case:
            return lambda row, _: any(row[at].lower() == text(row).lower() for text in texts)
        return lambda row, _: any(row[at] == text(row) for text in texts)

    def _unique(self, rule: UniqueRule, at: int, ignore_case: bool) -> RowCheck:
        place = self._remember()
        positions = (at, *(self._positions[name] for name in rule.columns))

        def check(row: Row, memory: Memory) -> bool:
            key = tuple(row[position].lower() if ignore_case else row[position] for position in positions)
            seen = memory[place]
            if key in seen:
                return False
            seen.add(key)
            return True

        return check

    def _identical(self, at: int) -> RowCheck:
        place = self._remember()

        def check(row: Row, memory: Memory) -> bool:
            cell, before = row[at], memory[place]
            if not cell:
                return False
            same = not before or cell in before
            memory[place] = {cell}
            return same

        return check

    def _remember(self) -> int:
        self.remembering += 1
        return self.remembering - 1

    def text(self, of: Provider) -> Text:
        """The string that a rule takes from a row."""
        match of:
            case Literal(value=value):
                return lambda row: value
            case ColumnReference(column=column):
                position = self._positions[column]
                return lambda row: row[position]
            case Concat(parts=parts):
                texts = [self.text(part) for part in parts]
                return lambda row: "".join([text(row) for text in texts])
            case NoExt(of=inner):
                name = self.text(inner)
                return lambda row: without_extension(name(row))
            case UriDecode(of=inner, charset=charset):
                encoded = self.text(inner)
                named = self.text(charset or Literal("utf-8"))
                return lambda row: uri_decoded(encoded(row), named(row))


def every(checks: Sequence[RowCheck]) -> RowCheck:
    """Whether all checks hold.

    All are made, also after one has failed: one that remembers must see each row.
    """

    def check(row: Row, memory: Memory) -> bool:
        holds = True
        for each in checks:
            holds = each(row, memory) and holds
        return holds

    return check


def _of_cell(check: CellCheck, position: int) -> RowCheck:
    return lambda row, _: check(row[position])


def _all(checks: Sequence[CellCheck]) -> CellCheck:
    return lambda cell: all(check(cell) for check in checks)


def _any(checks: Sequence[CellCheck]) -> CellCheck:
    return lambda cell: any(check(cell) for check in checks)
