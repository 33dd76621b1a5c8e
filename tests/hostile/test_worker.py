"""A payload with an endless check, in a worker: its neighbours pass in order.

The worker stays alive, responsive and complete.
"""

import os
import signal
from collections.abc import Callable, Iterator

import orjson
import pytest
from structlog.testing import capture_logs

from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.options import FormatOptions
from sluicegate.shared.model import SchemaFormat
from sluicegate.shared.sandbox.limits import Limits
from sluicegate.validator.brokers.memory import MemorySource
from sluicegate.validator.checking.checker import TOO_EXPENSIVE, SandboxedChecker
from sluicegate.validator.loop.worker import Worker
from sluicegate.validator.pipeline.check import Checks
from sluicegate.validator.pipeline.decider import ByAttributes, Decider
from sluicegate.validator.pipeline.limited import Pulse
from tests.fakes.validator import DEAD, GOOD, VALID, Bench, headers, message, stored
from tests.hostile.checks import compact, doubling, nested

HOSTILE = compact(nested(60))
LONG = compact(nested(25))
"""Two seconds or so."""

PATIENT = Limits(seconds=20.0)


class LimitedBench(Bench):
    """A worker whose long checks have processes of their own.

    `on_beat` is called with each sign of life.
    """

    def __init__(self, limits: Limits) -> None:
        super().__init__(stored(), stored(2, text=doubling(60), kind=SchemaFormat.JSON), partitions=1)
        self.pulse = Pulse()
        self.checker = SandboxedChecker(
            limits, FormatOptions(), pulse=self.pulse, metrics=self.metrics, clock=self.clock
        )
        self.on_beat: Callable[[], None] = lambda: None

    def decider(self) -> Decider:
        return ByAttributes(Checks(self.schemas, catalog.engine, 10, self.checker))

    def worker(self) -> Worker:
        worker = super().worker()
        beat = worker._idle_at_times

        def beating() -> None:
            self.on_beat()
            beat()

        self.pulse.beat = beating
        return worker

    def outcome(self, outcome: str) -> float:
        name = "sluicegate_validator_limited_checks_total"
        return self.metrics.registry.get_sample_value(name, {"outcome": outcome}) or 0.0


@pytest.fixture
def bench(request: pytest.FixtureRequest) -> Iterator[LimitedBench]:
    found = LimitedBench(getattr(request, "param", Limits(seconds=0.5, patience_factor=100)))
    with capture_logs():
        yield found
    found.checker.close()


def test_the_check_is_given_up_and_what_is_around_it_passes_in_order(bench: LimitedBench) -> None:
    fitting = [b'{"age":%d}' % number for number in range(6)]
    bench.put(*(message(payload) for payload in fitting[:3]))
    bench.put(message(HOSTILE, head=headers(2)), message(HOSTILE, head=headers(2)))
    bench.put(*(message(payload) for payload in fitting[3:]))

    bench.run()

    assert bench.payloads(VALID) == fitting
    letters = bench.broker.messages(DEAD)
    assert [letter.payload for letter in letters] == [HOSTILE] * 2
    added = dict(letters[0].headers)
    assert added["deadLetterErrorCode"] == b"payload_invalid"
    assert orjson.loads(added["deadLetterErrors"] or b"")[0]["keyword"] == TOO_EXPENSIVE
    assert bench.settled() == 8
    assert bench.outcome("given_up") == 2


def test_nothing_is_started_for_messages_that_are_soon_checked(bench: LimitedBench) -> None:
    bench.put(message(), message(b'{"age":-1}'), message(b"{"))

    bench.run()

    assert (len(bench.payloads(VALID)), len(bench.payloads(DEAD))) == (1, 2)
    assert bench.checker._processes == {}


@pytest.mark.parametrize("bench", [PATIENT], indirect=True)
def test_the_worker_shows_signs_of_life_meanwhile(bench: LimitedBench, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[float] = []
    monkeypatch.setattr(MemorySource, "keep_alive", lambda _: kept.append(bench.clock.monotonic()))
    bench.on_beat = lambda: bench.clock.advance(2.0)
    bench.put(message(LONG, head=headers(2)), message())

    bench.run()

    assert bench.payloads(VALID) == [LONG, GOOD]
    assert len(kept) > 1, "before the check, and while it goes on"


@pytest.mark.parametrize("bench", [PATIENT], indirect=True)
def test_sources_are_not_bothered_by_checks_that_end_soon(bench: LimitedBench, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[float] = []
    monkeypatch.setattr(MemorySource, "keep_alive", lambda _: kept.append(bench.clock.monotonic()))
    bench.put(*(message(compact(nested(20)), head=headers(2)) for _ in range(20)))

    bench.run()

    assert len(bench.payloads(VALID)) == 20
    assert kept == []


@pytest.mark.parametrize("bench", [PATIENT], indirect=True)
def test_a_worker_that_is_told_to_stop_does_not_wait_for_the_check(bench: LimitedBench) -> None:
    def stop() -> None:
        bench.stop.set()
        bench.clock.advance(3.0)  # of the five that it drains

    bench.on_beat = stop
    bench.put(message(), message(HOSTILE, head=headers(2)), message())

    bench.run()

    assert bench.settled() <= 1, "it comes again"
    assert bench.payloads(DEAD) == []


@pytest.mark.parametrize("bench", [PATIENT], indirect=True)
def test_a_process_that_somebody_else_has_killed_is_replaced_and_its_message_checked_again(bench: LimitedBench) -> None:
    killed: list[int] = []

    def kill() -> None:
        (process,) = bench.checker._processes.values()
        if process._ready and not killed:
            killed.append(process.pid)
            os.kill(process.pid, signal.SIGKILL)

    bench.on_beat = lambda: kill() if bench.checker._processes else None
    bench.put(message(LONG, head=headers(2)), message())

    bench.run()

    assert len(killed) == 1
    assert bench.payloads(VALID) == [LONG, GOOD]
    assert bench.outcome("answered") == 1


@pytest.mark.parametrize("bench", [PATIENT], indirect=True)
def test_a_payload_whose_processes_are_killed_from_outside_is_no_dead_letter(bench: LimitedBench) -> None:
    """As the kernel's out-of-memory killer does, for as long as memory is short."""
    killed: list[int] = []

    def kill() -> None:
        for process in bench.checker._processes.values():
            if process._ready and len(killed) < 4 and process.pid not in killed:
                killed.append(process.pid)
                os.kill(process.pid, signal.SIGKILL)

    bench.on_beat = kill
    bench.put(message(LONG, head=headers(2)), message())

    bench.run()

    assert len(killed) == 4, "more than are tried at once"
    assert bench.payloads(VALID) == [LONG, GOOD]
    assert bench.payloads(DEAD) == []
    assert bench.outcome("interrupted") >= 1


def test_a_payload_that_crashes_its_processes_is_a_dead_letter(bench: LimitedBench) -> None:
    bench.checker._module = "tests.fakes.crashing_check"
    bench.put(message(HOSTILE, head=headers(2)), message())

    bench.run()

    assert bench.payloads(VALID) == [GOOD]
    (letter,) = bench.broker.messages(DEAD)
    added = dict(letter.headers)
    assert added["deadLetterErrorCode"] == b"payload_crashes_checker"
    assert b"SIGSEGV" in (added["deadLetterErrorReason"] or b"")
    assert bench.outcome("crashed") == 1


def test_where_no_process_can_be_had_messages_wait_and_none_is_lost() -> None:
    with capture_logs():
        bench = LimitedBench(Limits(seconds=0.5, patience_factor=100))
        module, bench.checker._module = bench.checker._module, "tests.fakes.no_such_program"
        bench.put(message(LONG, head=headers(2)))

        bench.run(rounds=2)

        assert bench.payloads(VALID) == bench.payloads(DEAD) == []
        assert bench.settled() == 0
        bench.checker._module = module
        bench.checker._limits = PATIENT
        bench.run()
        assert bench.settled() == 1
        bench.checker.close()
