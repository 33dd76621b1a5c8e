"""Prologs and names of columns: they must agree before cells are compared."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sluicegate.shared.formats.csv_schema.compatibility.codes import CsvChange, finding
from sluicegate.shared.formats.csv_schema.compatibility.columns import ColumnSide
from sluicegate.shared.formats.csv_schema.compatibility.located import Naming, by_name, by_place
from sluicegate.shared.formats.csv_schema.model import CsvColumn, CsvSchema
from sluicegate.shared.formats.csv_schema.refusals import quoted
from sluicegate.shared.model import Finding


@dataclass(frozen=True, slots=True)
class Layout:
    """Two schemas side by side: the keys of their columns, in order.

    Without headers a key is a place, unless the numbers differ.
    """

    reader: CsvSchema
    writer: CsvSchema

    @property
    def by_place(self) -> bool:
        """Return whether columns are matched by place: names have no meaning without headers."""
        count = len(self.reader.columns)
        return self.reader.no_header and self.writer.no_header and count == len(self.writer.columns)

    def keys(self, schema: CsvSchema) -> list[str]:
        """Return the keys that match columns of both schemas."""
        if self.by_place:
            return [str(place) for place in range(len(schema.columns))]
        lower = self.reader.ignore_column_name_case
        return [name.lower() if lower else name for name in schema.names]

    def pairs(self) -> Iterator[tuple[ColumnSide, ColumnSide]]:
        """The columns that both schemas have."""
        wanted, given = self.keys(self.reader), self.keys(self.writer)
        new, old = self._naming(self.reader), self._naming(self.writer)
        if wanted == given:
            both: Iterable[tuple[CsvColumn, CsvColumn]] = zip(self.reader.columns, self.writer.columns, strict=True)
        else:
            writers = dict(zip(given, self.writer.columns, strict=True))
            readers = zip(wanted, self.reader.columns, strict=True)
            both = ((column, writers[key]) for key, column in readers if key in writers)
        for reader, writer in both:
            yield ColumnSide(reader, new), ColumnSide(writer, old)

    def _naming(self, schema: CsvSchema) -> Naming:
        return by_place(schema) if self.by_place else by_name(self.reader.ignore_column_name_case)


def prolog_findings(reader: CsvSchema, writer: CsvSchema) -> Iterator[Finding]:
    """Yield the differences of global directives."""
    if reader.separator != writer.separator:
        yield finding(
            CsvChange.SEPARATOR_CHANGED, "@separator",
            f"The writer separates columns by {quoted(writer.separator)}, the reader by {quoted(reader.separator)}",
            "Keep the separator",
        )  # fmt: skip
    if reader.no_header != writer.no_header:
        has, lacks = ("reader", "writer") if writer.no_header else ("writer", "reader")
        yield finding(
            CsvChange.HEADER_CHANGED, "@noHeader", f"The {has} has a header row, the {lacks} has none (@noHeader)",
            "Keep the header row as it is",
        )  # fmt: skip
    if writer.ignore_column_name_case and not reader.ignore_column_name_case and not reader.no_header:
        yield finding(
            CsvChange.COLUMN_NAME_CASE_TIGHTENED, "@ignoreColumnNameCase",
            "The writer may spell the columns' names in any case (@ignoreColumnNameCase); the reader takes one spelling",
            "Keep @ignoreColumnNameCase",
        )  # fmt: skip
    if writer.permit_empty and not reader.permit_empty:
        yield finding(
            CsvChange.EMPTY_FORBIDDEN, "@permitEmpty",
            "The writer may send no rows (@permitEmpty); the reader needs one", "Keep @permitEmpty",
        )  # fmt: skip


def column_layout_findings(layout: Layout) -> Iterator[Finding]:
    """Yield findings for columns that only one schema has, or that have another place.

    A header must name exactly the columns, in order.
    """
    wanted, given = layout.keys(layout.reader), layout.keys(layout.writer)
    if wanted == given:
        return
    renamed = dict(_renamed(layout, wanted, given))
    for new, old in renamed.items():
        yield _renaming(layout.writer.names[old], layout.reader.names[new])
    known_wanted, known_given = set(wanted), set(given)
    added = [place for place, key in enumerate(wanted) if key not in known_given and place not in renamed]
    removed = [place for place, key in enumerate(given) if key not in known_wanted and place not in renamed.values()]
    yield from (_addition(layout.reader.names[place], place + 1) for place in added)
    yield from (_removal(layout.writer.names[place], place + 1) for place in removed)
    if not added and not removed:
        yield from _order(layout, wanted, given, renamed)


def _renamed(layout: Layout, wanted: Sequence[str], given: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield columns with the same place and rules, whose names the other schema does not have."""
    known_wanted, known_given = set(wanted), set(given)
    for place, (new, old) in enumerate(zip(wanted, given, strict=False)):
        if new not in known_given and old not in known_wanted:
            reader, writer = layout.reader.columns[place], layout.writer.columns[place]
            sides = ColumnSide(reader, _self_free(reader.name)), ColumnSide(writer, _self_free(writer.name))
            flags = [(side.column.optional, side.column.match_is_false, side.column.ignore_case) for side in sides]
            if sides[0].rules == sides[1].rules and flags[0] == flags[1]:
                yield place, place


def _self_free(own: str) -> Naming:
    return lambda name: "" if name == own else f"${name}"


def _order(layout: Layout, wanted: Sequence[str], given: Sequence[str], renamed: dict[int, int]) -> Iterator[Finding]:
    """The same columns, perhaps some under new names, in another order; or one of them twice."""
    before = [wanted[place] if place in renamed.values() else key for place, key in enumerate(given)]
    if before != list(wanted):
        place = next((at for at, (new, old) in enumerate(zip(wanted, before, strict=False)) if new != old), 0)
        yield finding(
            CsvChange.COLUMNS_REORDERED, layout.reader.names[place],
            f"The columns stand in another order: column {place + 1} is {quoted(layout.writer.names[place])} for the writer and "
            f"{quoted(layout.reader.names[place])} for the reader",
            "Keep the order of the columns: a header must name them in the schema's order",
        )  # fmt: skip


def _renaming(old: str, new: str) -> Finding:
    return finding(
        CsvChange.COLUMN_RENAMED, new, f"The column {quoted(old)} has the name {quoted(new)} for the reader; place and rules are the same",
        f"Keep the name {quoted(old)}: the header must name it",
    )  # fmt: skip


def _addition(name: str, place: int) -> Finding:
    return finding(
        CsvChange.COLUMN_ADDED, name, f"The reader has the column {quoted(name)} (place {place}), which the writer does not have",
        f"Leave {quoted(name)} out, or register the new layout as a schema of its own: every row must have every column",
    )  # fmt: skip


def _removal(name: str, place: int) -> Finding:
    return finding(
        CsvChange.COLUMN_REMOVED, name, f"The writer has the column {quoted(name)} (place {place}), which the reader does not have",
        f"Keep {quoted(name)}, with rules that let any cell pass if need be",
    )  # fmt: skip
