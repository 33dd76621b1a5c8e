"""`sluicegate infer`: a schema from samples, or from a table of a live PostgreSQL."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from sluicegate.shared.errors import SampleUnusable
from sluicegate.shared.formats import catalog
from sluicegate.shared.model import SchemaFormat

STDIN = "-"
FORMATS = (*catalog.INFERENCES, SchemaFormat.TABLE)


@click.command()
@click.option(
    "--format",
    "format_name",
    type=click.Choice(FORMATS, case_sensitive=False),
    help="The format of the schema; else the first file's ending tells (.json, .avro, ...), or --from.",
)
@click.option("--from", "url", metavar="URL", help="A PostgreSQL database (postgresql://...) to read a table from.")
@click.option("--table", metavar="NAME", help="The table of that database, with its namespace if need be.")
@click.argument("files", nargs=-1, metavar="FILE...")
def infer(format_name: str | None, url: str | None, table: str | None, files: tuple[str, ...]) -> None:
    """Make a schema that fits samples, and print it. Each FILE is a sample; - is standard input.

    With --from and --table the schema is that of a table, and no file is read.
    """
    chosen = None if format_name is None else SchemaFormat(format_name.lower())
    if url is None and table is None and chosen is not SchemaFormat.TABLE:
        click.echo(_from_files(chosen, files), nl=False)
        return
    if url is None or table is None or files or chosen not in (None, SchemaFormat.TABLE):
        raise click.UsageError("A table's schema comes from --from URL and --table NAME together, without files.")
    # psycopg is slow to import, and only this case needs it
    from sluicegate.shared.console.postgres_table import schema_of

    click.echo(schema_of(url, table), nl=False)


def _from_files(chosen: SchemaFormat | None, files: Sequence[str]) -> str:
    if not files:
        raise click.UsageError("Give at least one FILE, or --from URL and --table NAME.")
    schema_format = chosen or catalog.SAMPLE_EXTENSIONS.get(Path(files[0]).suffix.lower())
    if schema_format is None:
        raise click.UsageError(f"The ending of {files[0]} does not tell the format. Give --format.")
    try:
        text = catalog.infer(schema_format, [_sample(index, file) for index, file in enumerate(files)])
    except SampleUnusable as error:
        if error.index is None:
            raise
        raise SampleUnusable(f"{_title(files[error.index])}: {error.message}", error.index) from error
    return text if text.endswith("\n") else f"{text}\n"


def _sample(index: int, file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == STDIN else Path(file).read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL in it
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise SampleUnusable(f"cannot be read: {reason}", index) from error


def _title(file: str) -> str:
    return "standard input" if file == STDIN else file
