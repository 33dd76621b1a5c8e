"""CSV samples -> a schema that they all fit.

Of the rules that hold in all samples, it has those that will probably hold for later data. Numbers
and dates get no bounds: the next sample would break them. A column gets a list of values only if a
few values are frequent; a text gets a length with room to grow.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from sluicegate.shared.errors import SampleUnusable
from sluicegate.shared.formats.csv_schema import printer, versions
from sluicegate.shared.formats.csv_schema.model import (
    AnyRule,
    CsvColumn,
    CsvSchema,
    LengthRule,
    Literal,
    Plain,
    PlainRule,
    RegexRule,
    Rule,
    Temporal,
    TemporalRule,
)
from sluicegate.shared.formats.csv_schema.payload.cells import cell_check
from sluicegate.shared.formats.csv_schema.payload.columns import is_blank
from sluicegate.shared.formats.csv_schema.payload.rows import FAILURES, Row, malformed, reader

SEPARATORS: Final = (",", ";", "\t", "|")

MAX_VALUES: Final = 8
"""Different values of a column that gets a list of them."""

TIMES_SEEN: Final = 5
"""How often, on average, each of them must have come."""

_DECIMAL: Final = RegexRule(r"[+-]?[0-9]+(\.[0-9]+)?")

_KINDS: Final[tuple[Rule, ...]] = (
    PlainRule(Plain.UUID4),
    TemporalRule(Temporal.DATE_TIME),
    TemporalRule(Temporal.DATE),
    TemporalRule(Temporal.TIME),
    TemporalRule(Temporal.UK_DATE),
)
_NUMBERS: Final[tuple[Rule, ...]] = (PlainRule(Plain.POSITIVE_INTEGER), _DECIMAL)
_ABSOLUTE_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://.+", re.DOTALL)


def infer(samples: Sequence[bytes]) -> str:
    """The text of a schema that each sample, a payload with a header row, fits.

    Raises `SampleUnusable`.
    """
    if not samples:
        raise SampleUnusable("There is no sample. Give at least one CSV file with a header row")
    separator = max(SEPARATORS, key=lambda each: _columns(samples, each))
    tables = [_table(sample, index, separator) for index, sample in enumerate(samples)]
    header = tables[0][0]
    _check_header(header)
    for index, table in enumerate(tables):
        _check_table(table, header, index)
    rows = [row for table in tables for row in table[1:]]
    columns = tuple(_column(name, [row[place] for row in rows]) for place, name in enumerate(header))
    schema = CsvSchema(
        version="1.0",
        columns=columns,
        separator=separator,
        total_columns=len(columns),
        permit_empty=any(len(table) == 1 for table in tables),
    )
    return printer.printed(replace(schema, version=versions.lowest(schema)))


def _columns(samples: Sequence[bytes], separator: str) -> int:
    """Return the number of columns for a separator; 0 if rows have different numbers."""
    widths: set[int] = set()
    for sample in samples:
        try:
            widths |= {len(row) or 1 for row in reader(separator)(sample)}
        except FAILURES:
            return 0
    return widths.pop() if len(widths) == 1 and widths != {1} else 0


def _table(sample: bytes, index: int, separator: str) -> list[Row]:
    try:
        rows = [row or [""] for row in reader(separator)(sample)]
    except FAILURES as error:
        raise SampleUnusable(str(malformed(error)), index) from error
    if not rows:
        raise SampleUnusable("The sample is empty. Give one with a header row", index)
    return rows


def _check_header(header: Row) -> None:
    if all(map(is_blank, header)):
        raise SampleUnusable("The header row names no column. Begin the sample with a row of names", 0)
    repeated = [name for name, count in Counter(header).items() if count > 1]
    if repeated:
        raise SampleUnusable(f'The header row names the column "{repeated[0]}" twice. Rename one of them', 0)
    quoted = [name for name in header if '"' in name]
    if quoted:
        message = f"The column {quoted[0]} has a quotation mark in its name, which no CSV schema can write. Rename it"
        raise SampleUnusable(message, 0)


def _check_table(table: list[Row], header: Row, index: int) -> None:
    if table[0] != header:
        raise SampleUnusable(f"The header row is not that of the first sample: {', '.join(header)}", index)
    for number, row in enumerate(table[1:], 1):
        if len(row) != len(header):
            message = f"Row {number} has {len(row)} cells, and the header row {len(header)}. Give each row as many"
            raise SampleUnusable(message, index)


def _column(name: str, cells: Sequence[str]) -> CsvColumn:
    filled = [cell for cell in cells if not is_blank(cell)]
    if not filled:
        return CsvColumn(name, optional=bool(cells))
    return CsvColumn(name, _rules(filled), optional=len(filled) < len(cells))


def _rules(cells: Sequence[str]) -> tuple[Rule, ...]:
    """The rules of cells that are not blank."""
    different = set(cells)
    for kind in _KINDS:
        if _all_fit(kind, different):
            return (kind,)
    if _are_few(different, len(cells)):
        return (AnyRule(tuple(Literal(value) for value in sorted(different))),)
    for kind in _NUMBERS:
        if _all_fit(kind, different):
            return (kind,)
    if all(map(_ABSOLUTE_URI.fullmatch, different)) and _all_fit(PlainRule(Plain.URI), different):
        return (PlainRule(Plain.URI),)
    return (PlainRule(Plain.NOT_EMPTY), LengthRule(None, _room(max(map(len, different)))))


def _all_fit(rule: Rule, cells: Iterable[str]) -> bool:
    assert isinstance(rule, PlainRule | TemporalRule | RegexRule)
    check: Callable[[str], bool] = cell_check(rule, ignore_case=False)
    return all(check(cell) for cell in cells)


def _are_few(different: set[str], count: int) -> bool:
    """Return whether values are codes: few, frequent, short, no numbers, and possible in a schema."""
    if len(different) > MAX_VALUES or count < TIMES_SEEN * len(different):
        return False
    return not _all_fit(_DECIMAL, different) and all(len(each) <= 40 and '"' not in each for each in different)


def _room(longest: int) -> int:
    """The power of two with room for twice the longest text."""
    room = 16
    while room < 2 * longest:
        room *= 2
    return room
