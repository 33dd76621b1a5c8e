"""Commands `sluicegate validator deadletters list|show|redrive` and `validator dry-run`.

The work is in `desk`, which a command imports when it runs: `--help` needs none of it.
"""

import sys
from pathlib import Path

import click

from sluicegate.shared.console.findings import JSON, output_option
from sluicegate.shared.console.settings_file import settings_file
from sluicegate.shared.formats.catalog import FORMATS

_FILE = click.Path(exists=False, dir_okay=False, path_type=Path)

_settings_file = settings_file("validator.toml", "The validator's settings, in TOML")
_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
_subscription = click.option("--subscription", help="Where they are read, for brokers that need a subscription.")
_format = click.option(
    "--format", "format_name", type=click.Choice(tuple(FORMATS), case_sensitive=False), help="The schema file's format."
)


@click.group()
def deadletters() -> None:
    """List dead letters, and send on those that pass now."""


@deadletters.command("list")
@_settings_file
@_subscription
@click.option("--limit", type=click.IntRange(1), default=10_000, help="Look at so many, at most.")
@click.option("--code", help="Only those with this code.")
@click.option("--schema", "schema_id", help="Only those of the schema with this id.")
@click.option("--everything", is_flag=True, help="Also those that a redrive has taken up, where they are still there.")
@_as_json
def list_letters(
    file: Path | None,
    subscription: str | None,
    limit: int,
    code: str | None,
    schema_id: str | None,
    everything: bool,
    as_json: bool,
) -> None:
    """List dead letters in groups: by code, schema, version and path."""
    from sluicegate.validator.deadletters import desk

    narrowing = desk.Narrowing(limit, code, schema_id, everything)
    desk.listed(desk.LetterPlace(file, subscription), narrowing, as_json=as_json)


@deadletters.command()
@_settings_file
@_subscription
@click.option("--hex", "in_hex", is_flag=True, help="Always show the payload in hexadecimal.")
@_as_json
@click.argument("address")
def show(file: Path | None, subscription: str | None, in_hex: bool, as_json: bool, address: str) -> None:
    """Show one dead letter by its own address, or by that of its message (deadLetterSource)."""
    from sluicegate.validator.deadletters import desk

    desk.shown(desk.LetterPlace(file, subscription), address, in_hex=in_hex, as_json=as_json)


@deadletters.command()
@_settings_file
@_subscription
@click.option("--latest", is_flag=True, help="Check against the latest version of the schema that each one names.")
@click.option("--schema", type=_FILE, help="Check all of them against the schema in this file.")
@_format
@click.option("--dry-run", is_flag=True, help="Only count the messages that would pass.")
@click.option("--yes", is_flag=True, help="Do not ask, though a sample of them would fail again.")
@click.option("--rate", type=click.FloatRange(0, min_open=True), help="Take up so many a second, at most.")
@_as_json
def redrive(
    file: Path | None,
    subscription: str | None,
    latest: bool,
    schema: Path | None,
    format_name: str | None,
    dry_run: bool,
    yes: bool,
    rate: float | None,
    as_json: bool,
) -> None:
    """Check dead letters again, and send on those that pass; the rest stay.

    May be stopped, and started again.
    """
    if latest and schema is not None:
        raise click.UsageError("--latest and --schema exclude each other")
    from sluicegate.validator.deadletters import desk

    place, measure = desk.LetterPlace(file, subscription), desk.Measure(latest, schema, format_name)
    desk.redriven(place, measure, rate, dry=dry_run, yes=yes, as_json=as_json)


@click.command("dry-run")
@_settings_file
@_subscription
@click.option("--schema", type=_FILE, required=True, help="The schema, before it is registered.")
@_format
@click.option("--topic", help="Topic or queue with live messages; else the one that the validator reads.")
@click.option("--limit", type=click.IntRange(1), default=1_000, help="Look at so many messages, at most.")
@_as_json
@output_option
def dry_run(
    file: Path | None,
    subscription: str | None,
    schema: Path,
    format_name: str | None,
    topic: str | None,
    limit: int,
    as_json: bool,
    form: str,
) -> None:
    """Say how many live messages a schema would refuse, and why.

    Takes none of them. Exit code 1 when it would refuse any.
    """
    from sluicegate.validator.deadletters import desk

    place, measure = desk.LetterPlace(file, subscription), desk.Measure(False, schema, format_name)
    sys.exit(1 if desk.foreseen(place, measure, topic, limit, JSON if as_json else form) else 0)
