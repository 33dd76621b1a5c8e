"""A column -> its tests: its rules under its directives."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sluicegate.shared.formats.csv_schema.model import CsvColumn, Rule
from sluicegate.shared.formats.csv_schema.payload.cells import CellCheck
from sluicegate.shared.formats.csv_schema.payload.checks import Memory, RowCheck, RuleCompiler, every
from sluicegate.shared.formats.csv_schema.payload.rows import Row

BLANKS: Final = "".join(map(chr, range(0x21)))
"""Characters that Java's `trim` removes: a cell of only these is blank, and passes with
`@optional`.
"""


def is_blank(cell: str) -> bool:
    """Whether `@optional` lets a cell pass."""
    return not cell or not cell.strip(BLANKS)


@dataclass(frozen=True, slots=True)
class ColumnCheck:
    """A compiled column.

    `cell` is its verdict when that needs no other cell and no other row, otherwise `row` is.
    """

    column: CsvColumn
    position: int
    rules: tuple[tuple[Rule, RowCheck], ...]
    cell: CellCheck | None
    row: RowCheck

    def broken(self, row: Row, memory: Memory) -> list[Rule]:
        """The rules that a row breaks; with `@matchIsFalse` all of them, when all hold."""
        if self.column.optional and is_blank(row[self.position]):
            return []
        failed = [rule for rule, check in self.rules if not check(row, memory)]
        if self.column.match_is_false:
            return [] if failed else list(self.column.rules)
        return failed


def column_check(column: CsvColumn, position: int, compiler: RuleCompiler) -> ColumnCheck | None:
    """The tests of a column; None when any cell passes: without rules, or when its rules only warn."""
    if column.warning or not column.rules:
        return None
    rules = tuple((rule, compiler.row(rule, position, column.ignore_case)) for rule in column.rules)
    cells = [compiler.cell(rule, column.ignore_case) for rule in column.rules]
    known = [cell for cell in cells if cell is not None]
    own = _cell(column, known) if len(known) == len(cells) else None
    return ColumnCheck(column, position, rules, own, _row(column, position, [check for _, check in rules]))


def _cell(column: CsvColumn, checks: Sequence[CellCheck]) -> CellCheck:
    check = _both(checks)
    if column.match_is_false:
        check = _opposite(check)
    return _unless_blank(check) if column.optional else check


def _both(checks: Sequence[CellCheck]) -> CellCheck:
    if len(checks) == 1:
        return checks[0]
    first, rest = checks[0], _both(checks[1:])
    return lambda cell: first(cell) and rest(cell)


def _opposite(check: CellCheck) -> CellCheck:
    return lambda cell: not check(cell)


def _unless_blank(check: CellCheck) -> CellCheck:
    return lambda cell: is_blank(cell) or check(cell)


def _row(column: CsvColumn, position: int, checks: Sequence[RowCheck]) -> RowCheck:
    """Check all rules under `@matchIsFalse`, where a failing rule does not decide yet."""
    optional, inverted = column.optional, column.match_is_false
    all_hold = every(checks)

    def check(row: Row, memory: Memory) -> bool:
        if optional and is_blank(row[position]):
            return True
        if inverted:
            return not all_hold(row, memory)
        return all(each(row, memory) for each in checks)

    return check
