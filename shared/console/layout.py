"""Rows and lines on a terminal of any width, and plain columns when the output goes elsewhere."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from typing import Literal

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from sluicegate.shared.console.streams import is_terminal, stream

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
        console.print(part, soft_wrap=isinstance(part, str | Text))


def plain(value: object) -> Text:
    """Return a value as text without control sequences: its author is not trusted."""
    return Text(_CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), str(value)))


def one_line(text: str) -> str:
    """A text with a space for every run of white space."""
    return " ".join(text.split())


def fields(pairs: Iterable[tuple[str, str]]) -> Table:
    """A name and its value a line; without those that have no value."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for name, value in pairs:
        if value:
            table.add_row(name, plain(one_line(value)))
    return table


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
        if console.is_terminal and options.max_width < _NARROW:
            for row in self.rows:
                yield fields(zip((head.capitalize() for head in self.heads), row, strict=True))
                yield ""
        else:
            yield self._table(box.SIMPLE_HEAD if console.is_terminal else None)

    def _table(self, frame: box.Box | None) -> Table:
        used = [index for index in range(len(self.heads)) if any(row[index] for row in self.rows)]
        table = Table(box=frame, pad_edge=False, show_edge=False)
        for index in used:
            table.add_column(self.heads[index], overflow="fold")
        for row in self.rows:
            table.add_row(*(plain(one_line(row[index])) for index in used))
        return table
