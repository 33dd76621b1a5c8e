"""The commands `sluicegate validator ...` and `sluicegate validate`. They import their work when they run."""

import sys
from pathlib import Path

import click
import orjson

from sluicegate.shared.console.findings import FORMS, JSON, output_option, rendered
from sluicegate.shared.console.settings_file import settings_file
from sluicegate.shared.formats.catalog import FORMATS
from sluicegate.validator.deadletters.cli import deadletters, dry_run

_FILE = click.Path(exists=False, dir_okay=False, path_type=Path)
_settings_file = settings_file(
    "validator.toml", "Settings, in TOML; the environment (SLUICEGATE_VALIDATOR_...) wins over it"
)


@click.group()
def validator() -> None:
    """Check messages against their schemas and send each one where it belongs."""


@validator.command()
@_settings_file
@click.option("--processes", type=click.IntRange(min=1), help="Worker processes, instead of `worker.processes`.")
def run(file: Path | None, processes: int | None) -> None:
    """Run one worker, or several, until SIGTERM or SIGINT; then deliver open messages and exit."""
    from sluicegate.shared.logs import logger  # these are heavy, and `--help` needs none
    from sluicegate.validator.bootstrap import end_on_signals, logging_as
    from sluicegate.validator.fleet.supervisor import supervise
    from sluicegate.validator.settings import validator as settings

    read = settings.read(file)
    if processes is not None:
        read = settings.with_processes(read, processes)
    stop = end_on_signals()
    with logging_as(read.log):
        addresses = {"source": read.source.address, "destination": read.destination.address}
        logger().info("validator starts", worker=read.worker.name, **addresses)
        supervise(read, stop)
        logger().info("validator stopped")


@validator.command("check-config")
@_settings_file
def check_config(file: Path | None) -> None:
    """Print the effective configuration without running it, or every mistake."""
    from sluicegate.validator.settings import validator as settings  # pydantic is heavy

    shown = settings.shown(settings.read(file))
    click.echo(orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode())


validator.add_command(deadletters)
validator.add_command(dry_run)


@click.command()
@click.option(
    "--schema", required=True, type=_FILE, help="The schema; its format follows from its ending (.json, .avsc)."
)
@click.option(
    "--format", "format_name", type=click.Choice(tuple(FORMATS), case_sensitive=False), help="The schema's format."
)
@click.option("--lines", is_flag=True, help="Each line of a file is a message.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@output_option
@click.argument("messages", nargs=-1, required=True, metavar="MESSAGE...")
def validate(
    schema: Path, format_name: str | None, lines: bool, as_json: bool, form: str, messages: tuple[str, ...]
) -> None:
    """Check message files against a schema file, without a registry. `-` is standard input.

    Exit code: 0 when all fit, 1 when some do not, 2 when the question itself is wrong.
    """
    from sluicegate.validator import offline  # the checking process is heavy

    try:
        results = offline.check(schema, format_name, messages, lines=lines)
    except offline.QuestionWrong as error:
        click.echo(f"Error: {error.message}", err=True)
        sys.exit(2)
    if as_json or form == JSON:
        click.echo(offline.as_json(results))
    elif form in FORMS:
        click.echo(rendered(form, "validate", offline.items(results)))
    else:
        offline.show(results)
    sys.exit(0 if all(result.fits for result in results) else 1)
