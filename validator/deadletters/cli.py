"""Commands `sluicegate validator deadletters list|show|redrive` and `validator dry-run`."""

import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from types import FrameType

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from sluicegate.shared import logs
from sluicegate.shared.clock import SystemClock
from sluicegate.shared.console import layout
from sluicegate.shared.console.streams import is_terminal
from sluicegate.shared.formats.catalog import FORMATS
from sluicegate.shared.settings import found
from sluicegate.validator.brokers.letters import Letters
from sluicegate.validator.deadletters import grouping, judging, letter, trial, views
from sluicegate.validator.deadletters.judging import RedriveQuestionWrong
from sluicegate.validator.deadletters.redrive import Redrive, RedriveLimits, Tally, judged
from sluicegate.validator.model import Valid
from sluicegate.validator.pipeline.process import Processor
from sluicegate.validator.settings import validator as settings

_FILE = click.Path(exists=False, dir_okay=False, path_type=Path)
_ALL = 1 << 31
_SAMPLE = 100
"""Dead letters that are checked before a redrive without a new schema."""
_SHOWN = 3

_settings_file = click.option(
    "-f",
    "--file",
    type=_FILE,
    default=lambda: found("validator.toml"),
    help="The validator's settings, in TOML (./validator.toml, if it is there).",
)
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
    letters = _letters(_read_settings(file), subscription)
    with closing(letters.browse(everything=everything)) as browser:
        read = [letter.read(message, browser.address(message)) for message in browser.messages(limit)]
        reach = views.Reach(len(read), limit, browser.left_out())
    found = [each for each in read if code in (None, each.code) and schema_id in (None, each.schema)]
    groups = grouping.grouped(found)
    if as_json:
        click.echo(views.json_text(views.groups_json(groups, letters.place, len(found), reach)))
    else:
        layout.show(*views.groups(groups, letters.place, len(found), reach))


@deadletters.command()
@_settings_file
@_subscription
@click.option("--hex", "in_hex", is_flag=True, help="Always show the payload in hexadecimal.")
@_as_json
@click.argument("address")
def show(file: Path | None, subscription: str | None, in_hex: bool, as_json: bool, address: str) -> None:
    """Show one dead letter by its own address, or by that of its message (deadLetterSource)."""
    letters = _letters(_read_settings(file), subscription)
    for each in _read(letters, _ALL, everything=True):
        if address in (each.address, each.source, *map(_without_scheme, (each.address, each.source))):
            if as_json:
                click.echo(views.json_text(views.letter_json(each)))
            else:
                layout.show(*views.letter(each, in_hex=in_hex))
            return
    raise RedriveQuestionWrong(f"There is no dead letter {address} at {letters.place}")


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
    read = _read_settings(file)
    letters = _letters(read, subscription)
    with _processor(read, schema, format_name, latest=latest) as processor:
        if not (latest or schema or dry_run):
            _look_first(letters, processor, yes=yes)
        total = sum(1 for _ in _read(letters, _ALL, everything=False))
        with _progress(total, hidden=as_json) as progress:
            take = _tried if dry_run else _redriven
            tally = take(letters, processor, RedriveLimits(rate, expected=total), progress)
    if as_json:
        click.echo(views.json_text(views.tally_json(tally, dry=dry_run)))
    else:
        note = layout.plain(f"What keeps it from sending twice: {letters.safety}")
        layout.show(*views.tally(tally, dry=dry_run), note)


@click.command("dry-run")
@_settings_file
@_subscription
@click.option("--schema", type=_FILE, required=True, help="The schema, before it is registered.")
@_format
@click.option("--topic", help="Topic or queue with live messages; else the one that the validator reads.")
@click.option("--limit", type=click.IntRange(1), default=1_000, help="Look at so many messages, at most.")
@_as_json
def dry_run(
    file: Path | None,
    subscription: str | None,
    schema: Path,
    format_name: str | None,
    topic: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """Say how many live messages a schema would refuse, and why.

    Takes none of them. Exit code 1 when it would refuse any.
    """
    read = _read_settings(file)
    place = topic or read.source.address
    with (
        _by_file(read, schema, format_name) as processor,
        closing(read.source.browse(topic, subscription)) as browser,
    ):
        seen = trial.forecast(browser.messages(limit), browser, processor)
    if as_json:
        click.echo(views.json_text(views.forecast_json(seen, place)))
    else:
        layout.show(*views.forecast(seen, place))
    sys.exit(1 if seen.refused else 0)


def _read_settings(file: Path | None) -> settings.ValidatorSettings:
    """Read the settings; log serious events only, on standard error."""
    logs.configure("sluicegate-validator", "error")
    return settings.read(file)


def _without_scheme(address: str) -> str:
    """`topic/partition/offset`, as `sluicegate receive` prints it."""
    return address.rpartition("://")[2]


def _letters(read: settings.ValidatorSettings, subscription: str | None) -> Letters:
    return read.source.own_letters(read.destination) or read.destination.letters(subscription)


def _read(letters: Letters, limit: int, *, everything: bool) -> Iterator[letter.Letter]:
    with closing(letters.browse(everything=everything)) as browser:
        for message in browser.messages(limit):
            yield letter.read(message, browser.address(message))


@contextmanager
def _processor(
    read: settings.ValidatorSettings, schema: Path | None, format_name: str | None, *, latest: bool
) -> Iterator[Processor]:
    if schema is not None:
        with _by_file(read, schema, format_name) as processor:
            yield processor
    else:
        with judging.by_registry(read, latest=latest) as processor:
            yield processor


def _by_file(
    read: settings.ValidatorSettings, schema: Path, format_name: str | None
) -> AbstractContextManager[Processor]:
    wire = judging.Wire(read.wire_format, read.id_bytes)
    limits, options = read.checks.limits, read.formats.options
    return judging.by_file(schema, format_name, limits, options, read.null_values, wire)


def _look_first(letters: Letters, processor: Processor, *, yes: bool) -> None:
    """Warn, and ask a person, if nothing has changed for a sample of the dead letters."""
    verdicts = [(each, judged(processor, each.message)) for each in _read(letters, _SAMPLE, everything=False)]
    failing = [(each, verdict) for each, verdict in verdicts if not isinstance(verdict, Valid)]
    if not failing or len(failing) < len(verdicts):
        return
    click.echo(
        f"Warning: {len(failing)} of the first {len(verdicts)} dead letters would fail again. "
        "Correct their schema and pass --latest, or pass --schema FILE.",
        err=True,
    )
    for each, verdict in failing[:_SHOWN]:
        click.echo(f"  {each.address}: {verdict.code.value}: {layout.plain(verdict.reason)}", err=True)
    if is_terminal("stdin") and not yes:
        click.confirm("Redrive them all the same?", abort=True, err=True)


def _tried(letters: Letters, processor: Processor, _: RedriveLimits, progress: Progress) -> Tally:
    """Count the letters that a redrive would send."""
    tally = Tally()
    for each in _read(letters, _ALL, everything=False):
        verdict = judged(processor, each.message)
        if isinstance(verdict, Valid):
            tally.passed += 1
        else:
            tally.stay(verdict)
        progress.advance(progress.task_ids[0])
    return tally


def _redriven(letters: Letters, processor: Processor, limits: RedriveLimits, progress: Progress) -> Tally:
    stop = _stop_on_signals()
    sides = letters.redrive()
    with closing(sides.sink):
        redrive = Redrive(sides, processor, limits, SystemClock())
        return redrive.run(stop, lambda count: progress.advance(progress.task_ids[0], count))


@contextmanager
def _progress(total: int, *, hidden: bool) -> Iterator[Progress]:
    """A bar on standard error, when a person is there."""
    console = Console(stderr=True)
    columns: Sequence[object] = (TextColumn("dead letters"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=console, disable=hidden or not console.is_terminal)  # type: ignore[arg-type]  # columns all
    bar.add_task("redrive", total=total)
    with bar:
        yield bar


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()

    def on_signal(number: int, _: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    return stop
