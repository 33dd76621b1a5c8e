"""A compiled schema: payload bytes -> verdict, and the reasons for it."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final, TypeAlias

from sluicegate.shared.formats.csv_schema import wording
from sluicegate.shared.formats.csv_schema.model import CsvSchema, Rule
from sluicegate.shared.formats.csv_schema.payload.checks import Memory, RowCheck, RuleCompiler
from sluicegate.shared.formats.csv_schema.payload.columns import ColumnCheck, column_check
from sluicegate.shared.formats.csv_schema.payload.effort import effort
from sluicegate.shared.formats.csv_schema.payload.rows import FAILURES, Reader, Row, malformed, reader
from sluicegate.shared.formats.csv_schema.refusals import quoted
from sluicegate.shared.formats.effort import Effort
from sluicegate.shared.formats.engine import Fault, Rejection
from sluicegate.shared.model import Violation

Verdict: TypeAlias = Callable[[bytes], bool]
HeaderCheck: TypeAlias = Callable[[Row], bool]

HEADER: Final = "header"
"""The path of the header row; data rows are counted from 1."""


class CsvValidator:
    """A CSV schema compiled for checking payloads."""

    __slots__ = ("_checks", "_header", "_memories", "_read", "_schema", "accepts")

    accepts: Verdict
    """Whether the payload fits. A closure and not a method: one call less for every message."""

    def __init__(self, schema: CsvSchema) -> None:
        """Compile a schema without violations."""
        compiler = RuleCompiler({name: position for position, name in enumerate(schema.names)})
        found = (column_check(column, position, compiler) for position, column in enumerate(schema.columns))
        self._checks = tuple(check for check in found if check is not None)
        self._memories = compiler.remembering
        self._schema = schema
        self._read = reader(schema.separator)
        self._header = header_check(schema)
        row_fits = _row_check(len(schema.columns), self._checks)
        self.accepts = _verdict(schema, self._memories, self._read, self._header, row_fits)

    def public_path(self, path: str) -> str:
        """Return the path itself: it consists of a row's number and a column of the schema."""
        return path

    def effort(self) -> Effort:
        """Linear in the payload, times the rules."""
        return effort(self._schema)

    def explain(self, payload: bytes, limit: int = 10) -> Rejection | None:
        """Return the violations, or None for a valid payload.

        A payload that is not CSV up to its end is malformed, also if rows are invalid.
        """
        try:
            for _ in self._read(payload):
                pass
        except FAILURES as error:
            fault = malformed(error)
            return Rejection(Fault.MALFORMED, (Violation("", fault.code, str(fault)),))
        found = tuple(islice(self._violations(payload), max(limit, 1)))
        return Rejection(Fault.INVALID, found) if found else None

    def _violations(self, payload: bytes) -> Iterator[Violation]:
        rows = self._read(payload)
        if self._header is not None:
            header = next(rows, None)
            if header is None or not self._header(header):
                yield _header_violation(self._schema, header)
                return
        memory: Memory = [set() for _ in range(self._memories)]
        number = 0
        for number, row in enumerate(rows, 1):
            yield from self._row(number, row or [""], memory)
        if number == 0 and not self._schema.permit_empty:
            yield Violation("", "permitEmpty", "The payload has no rows of data, and the schema has no @permitEmpty")

    def _row(self, number: int, row: Row, memory: Memory) -> Iterator[Violation]:
        columns = self._schema.columns
        if len(row) != len(columns):
            yield Violation(
                str(number), "columns", f"Row {number} has {len(row)} cells; the schema defines {len(columns)} columns"
            )
            return
        for check in self._checks:
            for rule in check.broken(row, memory):
                yield _violation(number, row, check, rule)


def header_check(schema: CsvSchema) -> HeaderCheck | None:
    """The test of the header row: the columns' names in the schema's order.

    None when there is no header.
    """
    if schema.no_header:
        return None
    names = list(schema.names)
    if schema.ignore_column_name_case:
        lowered = [name.lower() for name in names]
        return lambda row: [cell.lower() for cell in row or [""]] == lowered
    return lambda row: (row or [""]) == names


def _row_check(width: int, checks: tuple[ColumnCheck, ...]) -> RowCheck:
    """The verdict on one row: cells alone first, since that is quicker."""
    cells = tuple((check.position, check.cell) for check in checks if check.cell is not None)
    others = tuple(check.row for check in checks if check.cell is None)

    def fits(row: Row, memory: Memory) -> bool:
        if len(row) != width:
            return not row and width == 1 and fits([""], memory)  # an empty line is one empty cell
        for position, cell in cells:
            if not cell(row[position]):
                return False
        return all(other(row, memory) for other in others) if others else True

    return fits


def _verdict(schema: CsvSchema, memories: int, read: Reader, header: HeaderCheck | None, row_fits: RowCheck) -> Verdict:
    """The hot path, as one closure."""
    permit_empty = schema.permit_empty

    def fits(rows: Iterator[Row]) -> bool:
        if header is not None and not header(next(rows)):
            return False
        memory: Memory = [set() for _ in range(memories)]
        has_data = permit_empty
        for row in rows:
            if not row_fits(row, memory):
                return False
            has_data = True
        return has_data

    def accepts(payload: bytes) -> bool:
        try:
            return fits(read(payload))
        except (*FAILURES, StopIteration):
            return False

    return accepts


def _header_violation(schema: CsvSchema, header: Row | None) -> Violation:
    names = list(schema.names)
    if header is None:
        return Violation(HEADER, HEADER, f"The payload is empty. Begin it with a header row: {_listed(names)}")
    given, wanted = (
        [name.lower() if schema.ignore_column_name_case else name for name in row] for row in (header or [""], names)
    )
    known, there = set(wanted), set(given)
    missing = [name for name in wanted if name not in there]
    unknown = [name for name in given if name not in known]
    if missing or unknown:
        faults = [f"lacks {_listed(missing)}"] * bool(missing) + [f"has the unknown {_listed(unknown)}"] * bool(unknown)
        return Violation(HEADER, HEADER, f"The header row {' and '.join(faults)}. It must be: {_listed(names)}")
    return Violation(
        HEADER, HEADER, f"The header row has its columns in another order or twice. It must be: {_listed(names)}"
    )


def _listed(names: list[str]) -> str:
    return ", ".join(quoted(name) for name in names[:20]) + (" ..." if len(names) > 20 else "")


def _violation(number: int, row: Row, check: ColumnCheck, rule: Rule) -> Violation:
    column = check.column
    code = "matchIsFalse" if column.match_is_false else wording.keyword(rule)
    return Violation(f"{number}/{column.name}", code, f"Row {number}: {_sentence(row, check, rule)}")


def _sentence(row: Row, check: ColumnCheck, rule: Rule) -> str:
    column, cell = check.column, quoted(row[check.position])
    if column.match_is_false:
        return f"{column.name} is {cell}, which must not fit {wording.shown(rule)} (@matchIsFalse)"
    at = getattr(rule, "at", None)
    if at is not None:
        return f"{column.name} is {cell}, and breaks {wording.shown(rule)}: {at} {wording.demand(rule)}"
    return f"{column.name} {wording.demand(rule)}, and is {cell}"
