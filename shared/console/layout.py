"""Rows and lines on a terminal of any width, and plain columns when the output goes elsewhere."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from typing import Literal

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from sluicegate.shared.console.streams import is_terminal, stream

_TAB = 4
_NARROW = 60
"""A terminal of fewer columns has no room for a table."""

_UNBOUNDED = 100_000
"""The width without a terminal: every row keeps to one line, so that `grep` and `cut` work."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def show(*parts: RenderableType, err: bool = False) -> None:
    """Print to standard output, or error. Characters outside its encoding become escapes."""
    name: Literal["stdout", "stderr"] = "stderr" if err else "stdout"
    file = stream(name)
    if file is None:
        return
    if isinstance(file, TextIOWrapper):
        file.reconfigure(errors="backslashreplace")
    width = None if is_terminal(name) else _UNBOUNDED
    console = Console(file=file, width=width, highlight=False, markup=False, emoji=False)
    for part in parts:
        console.print(part, soft_wrap=width is not None or isinstance(part, str | Text))


def plain(value: object) -> Text:
    """Return a value as text without control sequences: its author is not trusted."""
    return Text(_CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), str(value)))


def one_line(text: str) -> str:
    """A text with a space for every run of white space."""
    return " ".join(text.split())


def plain_lines(text: str) -> Text:
    """Return a text of several lines, each without control sequences."""
    return Text("\n").join(plain(line.expandtabs(_TAB)) for line in text.splitlines())


@dataclass(frozen=True, slots=True)
class Fields:
    """A name and its value a line; without those that have no value."""

    pairs: Sequence[tuple[str, str]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Rich asks for this."""
        shown = [(name, plain(one_line(value))) for name, value in self.pairs if value]
        if not console.is_terminal:
            yield _columns([(plain(name), value) for name, value in shown])
            return
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True, style="bold")
        table.add_column(overflow="fold")
        for row in shown:
            table.add_row(*row)
        yield table


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows under heads.

    Columns that have nothing in any row are left out; a narrow terminal gets a block of lines for
    each row.
    """

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Rich asks for this."""
        if not console.is_terminal:
            yield _columns([[plain(head) for head in self._heads()], *self._rows()])
        elif options.max_width < _NARROW:
            for row in self.rows:
                yield Fields(tuple(zip((head.capitalize() for head in self.heads), row, strict=True)))
                yield ""
        else:
            table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
            for head in self._heads():
                table.add_column(head, overflow="fold")
            for each in self._rows():
                table.add_row(*each)
            yield table

    def _used(self) -> Sequence[int]:
        return [index for index in range(len(self.heads)) if any(row[index] for row in self.rows)]

    def _heads(self) -> Sequence[str]:
        return [self.heads[index] for index in self._used()]

    def _rows(self) -> Iterator[Sequence[Text]]:
        used = self._used()
        for row in self.rows:
            yield [plain(one_line(row[index])) for index in used]


def _columns(rows: Sequence[Sequence[Text]]) -> Text:
    """Columns for a pipe: a line for each row, two spaces between cells, none at the end."""
    widths = [max((row[index].cell_len for row in rows), default=0) for index in range(len(rows[0]))] if rows else []
    lines = []
    for row in rows:
        padded = (cell.plain + " " * (width - cell.cell_len) for cell, width in zip(row, widths, strict=True))
        lines.append("  ".join(padded).rstrip())
    return Text("\n".join(lines))
