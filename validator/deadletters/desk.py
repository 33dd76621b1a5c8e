"""The work of `sluicegate validator deadletters` and `validator dry-run`.

Apart from the commands: what this imports takes longer than `--help` may.
"""

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from sluicegate.shared import logs
from sluicegate.shared.clock import SystemClock
from sluicegate.shared.console import findings, layout
from sluicegate.shared.console.findings import CheckedItem, CheckFlaw
from sluicegate.shared.console.streams import is_terminal
from sluicegate.validator.brokers.letters import Letters
from sluicegate.validator.deadletters import grouping, judging, letter, trial, views
from sluicegate.validator.deadletters.judging import RedriveQuestionWrong
from sluicegate.validator.deadletters.redrive import Redrive, RedriveLimits, Tally, judged
from sluicegate.validator.model import Valid
from sluicegate.validator.pipeline.process import Processor
from sluicegate.validator.settings import validator as settings

_ALL = 1 << 31
_SAMPLE = 100
"""Dead letters that are checked before a redrive without a new schema."""
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class LetterPlace:
    """Where dead letters or live messages are read: a settings file, and a subscription."""

    file: Path | None
    subscription: str | None

    def read(self) -> settings.ValidatorSettings:
        """Read the settings; log serious events only, on standard error."""
        logs.configure("sluicegate-validator", "error")
        return settings.read(self.file)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The letters that are asked for."""

    limit: int
    code: str | None
    schema_id: str | None
    everything: bool

    def has(self, each: letter.Letter) -> bool:
        """Whether a letter is asked for."""
        return self.code in (None, each.code) and self.schema_id in (None, each.schema)


@dataclass(frozen=True, slots=True)
class Measure:
    """The schema that a redrive checks against: the latest version, a file, or that of each letter."""

    latest: bool
    schema: Path | None
    format_name: str | None


def listed(place: LetterPlace, narrowing: Narrowing, *, as_json: bool) -> None:
    """Show dead letters in groups."""
    letters = _letters(place.read(), place.subscription)
    with closing(letters.browse(everything=narrowing.everything)) as browser:
        read = [letter.read(message, browser.address(message)) for message in browser.messages(narrowing.limit)]
        reach = views.Reach(len(read), narrowing.limit, browser.left_out())
    found = [each for each in read if narrowing.has(each)]
    groups = grouping.grouped(found)
    if as_json:
        click.echo(views.json_text(views.groups_json(groups, letters.place, len(found), reach)))
    else:
        layout.show(*views.groups(groups, letters.place, len(found), reach))


def shown(place: LetterPlace, address: str, *, in_hex: bool, as_json: bool) -> None:
    """Show a letter. Raises `RedriveQuestionWrong` when there is none."""
    letters = _letters(place.read(), place.subscription)
    for each in _read(letters, _ALL, everything=True):
        if address in (each.address, each.source, *map(_without_scheme, (each.address, each.source))):
            if as_json:
                click.echo(views.json_text(views.letter_json(each)))
            else:
                layout.show(*views.letter(each, in_hex=in_hex))
            return
    raise RedriveQuestionWrong(f"There is no dead letter {address} at {letters.place}")


def redriven(place: LetterPlace, measure: Measure, rate: float | None, *, dry: bool, yes: bool, as_json: bool) -> None:
    """Send on the letters that pass, and show the result; with `dry`, only count them."""
    read = place.read()
    letters = _letters(read, place.subscription)
    with _processor(read, measure) as processor:
        if not (measure.latest or measure.schema or dry):
            _look_first(letters, processor, yes=yes)
        total = sum(1 for _ in _read(letters, _ALL, everything=False))
        with _progress(total, hidden=as_json) as progress:
            take = _tried if dry else _redriven
            tally = take(letters, processor, RedriveLimits(rate, expected=total), progress)
    if as_json:
        click.echo(views.json_text(views.tally_json(tally, dry=dry)))
    else:
        note = layout.plain(f"What keeps it from sending twice: {letters.safety}")
        layout.show(*views.tally(tally, dry=dry), note)


def foreseen(place: LetterPlace, measure: Measure, topic: str | None, limit: int, form: str) -> bool:
    """Show the verdicts of a schema about live messages, and return whether it refuses any."""
    assert measure.schema is not None
    read = place.read()
    where = topic or read.source.address
    with (
        _by_file(read, measure.schema, measure.format_name) as processor,
        closing(read.source.browse(topic, place.subscription)) as browser,
    ):
        seen = trial.forecast(browser.messages(limit), browser, processor)
    if form == findings.JSON:
        click.echo(views.json_text(views.forecast_json(seen, where)))
    elif form in findings.FORMS:
        flaws = tuple(
            CheckFlaw(each.code, f"{each.count} messages, such as {each.example}: {each.message}", each.path)
            for each in seen.refusals
        )
        name = str(measure.schema)
        click.echo(findings.rendered(form, "validator dry-run", [CheckedItem(f"{name} on {where}", flaws, name)]))
    else:
        layout.show(*views.forecast(seen, where))
    return bool(seen.refused)


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
def _processor(read: settings.ValidatorSettings, measure: Measure) -> Iterator[Processor]:
    if measure.schema is not None:
        with _by_file(read, measure.schema, measure.format_name) as processor:
            yield processor
    else:
        with judging.by_registry(read, latest=measure.latest) as processor:
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
