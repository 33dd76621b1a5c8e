"""What people read: tables and lines for a terminal of any width, and plain columns when the output goes elsewhere."""

import re
import sys
from collections.abc import Iterable, Sequence
from io import TextIOWrapper

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from shared.wire import Detail, SchemaBody, VersionBody

_UNBOUNDED = 100_000
"""The width of what is not a terminal: every row keeps to one line, so that `grep` and `cut` work."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_HASH_SHOWN = 12
_DIFF_STYLES = (("---", "bold"), ("+++", "bold"), ("@@", "cyan"), ("-", "red"), ("+", "green"))


def show(*parts: RenderableType, err: bool = False) -> None:
    """Print to standard output, or error. What the stream's encoding cannot show is written as an escape, never an error."""
    stream = sys.stderr if err else sys.stdout
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    width = None if stream.isatty() else _UNBOUNDED
    console = Console(file=stream, width=width, highlight=False, markup=False, emoji=False)
    for part in parts:
        if isinstance(part, Table) and not console.is_terminal:
            part.box = None
        console.print(part, soft_wrap=not isinstance(part, Table))


def plain(value: object) -> Text:
    """A value as text that cannot steer the terminal: texts come from whoever registered them."""
    return Text(_CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), str(value)))


def schemas(found: Iterable[SchemaBody]) -> Table:
    """One row a schema."""
    rows = (
        (
            schema.schema_id,
            schema.name,
            schema.schema_type,
            ", ".join(_number(version) for version in schema.schemas),
            schema.compatibility_mode,
            schema.publisher_id,
            _one_line(schema.description),
        )
        for schema in found
    )
    return _table(("ID", "NAME", "TYPE", "VERSIONS", "COMPATIBILITY", "PUBLISHER", "DESCRIPTION"), rows)


def schema(body: SchemaBody) -> tuple[RenderableType, ...]:
    """A schema's own fields, then one row a version."""
    fields = (
        ("Schema", body.schema_id),
        ("Name", body.name),
        ("Type", body.schema_type),
        ("Description", body.description),
        ("Publisher", body.publisher_id),
        ("Compatibility", body.compatibility_mode),
        ("Validity", body.validity_mode),
        ("Last version", body.last_created),
    )
    rows = (
        (_number(version), _moment(version), version.schema_hash[:_HASH_SHOWN], _one_line(version.description))
        for version in body.schemas
    )
    return _fields(fields), Text(), _table(("VERSION", "CREATED", "HASH", "DESCRIPTION"), rows)


def version(body: VersionBody) -> Table:
    """A version's own fields; not its text."""
    fields = (
        ("Schema", body.schema_id),
        ("Version", _number(body)),
        ("Description", body.description),
        ("Created", _moment(body)),
        ("Hash", body.schema_hash),
        ("Attributes", body.attributes.replace(",", ", ")),
    )
    return _fields(fields)


def text(specification: bytes) -> Text:
    """A schema's text for reading; `get --spec` gives the bytes themselves."""
    return Text("\n").join(plain(line.expandtabs(4)) for line in specification.decode(errors="replace").splitlines())


def difference(lines: Iterable[str]) -> Text:
    """A unified diff, coloured where colours can be seen."""
    return Text("\n").join(_diff_line(line) for line in lines)


def findings(details: Iterable[Detail]) -> Table:
    """One row for each thing that is wrong. An empty path is the whole document."""
    return _table(
        ("PATH", "CODE", "MESSAGE"), ((detail.path or "(all)", detail.code, detail.message) for detail in details)
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """Columns that have nothing in any row are left out."""
    listed = list(rows)
    used = [index for index in range(len(heads)) if not listed or any(row[index] for row in listed)]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for index in used:
        table.add_column(heads[index], overflow="fold")
    for row in listed:
        table.add_row(*(plain(row[index]) for index in used))
    return table


def _fields(fields: Iterable[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for name, value in fields:
        if value:
            table.add_row(name, plain(_one_line(value)))
    return table


def _diff_line(line: str) -> Text:
    shown = plain(line.expandtabs(4))
    shown.stylize(next((style for start, style in _DIFF_STYLES if line.startswith(start)), ""))
    return shown


def _number(body: VersionBody) -> str:
    return f"{body.version} (deactivated)" if body.version_deactivated else body.version


def _moment(body: VersionBody) -> str:
    return f"{body.created_at:%Y-%m-%d %H:%M:%S} UTC"


def _one_line(text: str) -> str:
    return " ".join(text.split())
