"""One format's engine against the bare parser and against a peer, on the same payloads."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import PayloadValidator, SchemaSource
from sluicegate.shared.model import SchemaFormat

Run = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class Peer:
    """Another library's verdict and, if it has any, reasons for a rejection."""

    name: str
    accepts: Callable[[bytes], bool]
    explain: Run | None = None


@dataclass(frozen=True, slots=True)
class Payloads:
    """One that fits and one that does not, alike but for one value."""

    good: bytes
    bad: bytes


@dataclass(frozen=True, slots=True)
class Contest:
    """A schema, payloads by the name of their size, and the contenders.

    `bare` parses a payload without a check.
    """

    format: SchemaFormat
    schema: str
    payloads: Mapping[str, Payloads]
    bare_name: str
    bare: Run
    peer: Peer | None


@dataclass(frozen=True, slots=True)
class Row:
    """CPU microseconds for one payload."""

    payload: str
    size: int
    operation: str
    ours: float
    bare: float
    peer: float | None


@dataclass(frozen=True, slots=True)
class Effort:
    """Seconds that one repetition of a way takes, about, and how many repetitions there are."""

    seconds: float
    repetitions: int


def held(contest: Contest, effort: Effort) -> list[Row]:
    """Measure every payload, valid and rejected. A contender with a wrong verdict is not timed."""
    engine = catalog.engine(contest.format)
    ours = engine.compile(engine.parse(SchemaSource(contest.schema)))
    rows = []
    for name, payloads in contest.payloads.items():
        _agree(contest, ours, payloads)
        peer = contest.peer
        valid = (ours.accepts, contest.bare, peer.accepts if peer else None)
        rejected = (partial(_reject, ours), contest.bare, peer.explain if peer else None)
        rows.append(_row(name, "validate", payloads.good, valid, effort))
        rows.append(_row(name, "reject", payloads.bad, rejected, effort))
    return rows


def _reject(validator: PayloadValidator, payload: bytes) -> object:
    """Reject a payload as the worker does."""
    return validator.accepts(payload) or validator.explain(payload)


def _agree(contest: Contest, ours: PayloadValidator, payloads: Payloads) -> None:
    rejection = ours.explain(payloads.good)
    assert ours.accepts(payloads.good), rejection
    assert not ours.accepts(payloads.bad), contest.format
    if contest.peer is not None:
        assert contest.peer.accepts(payloads.good), contest.peer.name
        assert not contest.peer.accepts(payloads.bad), contest.peer.name


def _row(name: str, operation: str, payload: bytes, runs: tuple[Run, Run, Run | None], effort: Effort) -> Row:
    times = timed([partial(run, payload) for run in runs if run is not None], effort)
    return Row(name, len(payload), operation, times[0], times[1], times[2] if len(times) > 2 else None)


def timed(ways: Sequence[Callable[[], object]], effort: Effort) -> list[float]:
    """Return CPU microseconds of one call of each contender.

    The median of repetitions that take turns, so all run under the same conditions.
    """
    loops = [_loops(way, effort.seconds) for way in ways]
    found: list[list[float]] = [[] for _ in ways]
    for _ in range(effort.repetitions):
        for way, count, times in zip(ways, loops, found, strict=True):
            times.append(_seconds(way, count) / count * 1e6)
    return [statistics.median(times) for times in found]


def _loops(way: Callable[[], object], seconds: float) -> int:
    """How many calls take about so long. Warms up, too."""
    count = 1
    while (took := _seconds(way, count)) < seconds / 4:
        count *= 4
    return max(1, round(count * seconds / took))


def _seconds(way: Callable[[], object], count: int) -> float:
    started = time.thread_time()
    for _ in range(count):
        way()
    return time.thread_time() - started
