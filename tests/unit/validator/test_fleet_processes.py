"""Members of a fleet over simulated processes: replacement, and common state."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from sluicegate.validator.fleet import supervisor
from sluicegate.validator.fleet.caution import Caution
from sluicegate.validator.fleet.member import FAILED, settings_of
from sluicegate.validator.fleet.messages import State
from sluicegate.validator.fleet.probes import FRESH_SECONDS, Fleet
from sluicegate.validator.fleet.supervisor import Member
from sluicegate.validator.model import Code
from sluicegate.validator.settings import validator as settings
from sluicegate.validator.telemetry.fleet import FleetMetrics
from sluicegate.validator.telemetry.metrics import Metrics
from tests.fakes.clock import FakeClock
from tests.fakes.validator import SETTINGS


@dataclass
class FakeProcess:
    """A `WorkerProcess` whose life the test decides."""

    caution: Caution | None
    started: float
    state: State | None = None
    failure: str | None = None
    silence: float = 0.0
    running: bool = True
    exit_code: int | None = None
    leaving: bool = False
    metrics: Metrics = field(default_factory=Metrics)

    def answer(self, *, alive: bool = True, ready: bool = True) -> None:
        self.state = State(alive, {"source": ready}, self.metrics.exposition())

    def die(self, code: int) -> None:
        self.running, self.exit_code = False, code

    def leave(self) -> None:
        self.leaving = True
        self.die(0)

    def stop(self) -> None:
        self.die(0)

    def kill(self) -> None:
        self.die(-9)

    def wait(self, _: float) -> bool:
        return not self.running

    def close(self) -> None:
        pass


class Bench:
    """One member, and every process that it has started."""

    def __init__(self, read: settings.ValidatorSettings, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clock = FakeClock()
        self.processes: list[FakeProcess] = []
        self.counts = FleetMetrics()

        def start(_: object, caution: Caution | None, clock: FakeClock) -> FakeProcess:
            self.processes.append(FakeProcess(caution, clock.monotonic()))
            return self.processes[-1]

        monkeypatch.setattr(supervisor, "WorkerProcess", start)
        self.member = Member(settings_of(read, 1), self.clock, self.counts)
        self.fleet = Fleet([self.member], self.counts)

    @property
    def process(self) -> FakeProcess:
        return self.processes[-1]

    def look(self, seconds: float = 0.25) -> None:
        self.clock.advance(seconds)
        self.member.look()

    def replaced(self) -> FakeProcess:
        """Look until another process runs."""
        before = len(self.processes)
        while len(self.processes) == before:
            self.look()
        return self.process

    def sample(self, name: str) -> float:
        lines = self.fleet.metrics().decode().splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name + " "))


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    file = tmp_path / "validator.toml"
    file.write_text(SETTINGS + "[worker]\nstall_seconds = 10\nbatch_messages = 10\nwindow_messages = 20\n")
    found = Bench(settings.read(file), monkeypatch)
    with capture_logs():
        found.look()
    return found


RECEIVED = "sluicegate_validator_messages_received_total"


def test_counters_never_go_backwards_and_gauges_go_with_their_process(bench: Bench) -> None:
    bench.process.metrics.received.inc(3)
    bench.process.metrics.lag.set(7)
    bench.process.metrics.batch_seconds.observe(0.1)
    bench.process.answer()
    assert bench.sample(RECEIVED) == 3

    bench.process.die(-11)
    for _ in range(8):
        bench.look()
        assert bench.sample(RECEIVED) == 3
        assert bench.sample("sluicegate_validator_batch_seconds_count") == 1
    assert bench.sample("sluicegate_validator_source_lag") == 0
    assert b"# TYPE sluicegate_validator_messages_received_total counter" in bench.fleet.metrics()

    bench.process.metrics.received.inc(2)
    bench.process.answer()
    assert bench.sample(RECEIVED) == 5
    bench.process.silence = 8.0
    assert bench.sample(RECEIVED) == 5, "a frozen process keeps what it said last"


def test_a_process_that_crashed_is_followed_by_a_cautious_one(bench: Bench) -> None:
    assert bench.process.caution is None
    for code, in_hand in ((-11, 100), (1, 10), (-9, 1)):
        bench.process.die(code)
        caution = bench.replaced().caution
        assert caution is not None
        assert caution.in_hand == in_hand
    assert bench.sample('sluicegate_validator_process_restarts_total{cause="ended"}') == 3


@pytest.mark.parametrize("code", [0, FAILED])
def test_a_process_that_ended_in_order_is_followed_by_an_ordinary_one(bench: Bench, code: int) -> None:
    bench.process.die(code)
    assert bench.replaced().caution is None


def test_a_cautious_process_that_is_past_the_trouble_makes_room_for_an_ordinary_one(bench: Bench) -> None:
    bench.process.die(-11)
    cautious = bench.replaced()
    assert cautious.caution is not None
    cautious.metrics.settled.inc(cautious.caution.messages)
    cautious.answer()
    bench.look(cautious.caution.seconds)
    assert cautious.leaving
    assert bench.replaced().caution is None
    assert bench.sample('sluicegate_validator_process_restarts_total{cause="ended"}') == 1


def test_a_payload_that_is_found_makes_caution_last_longer(bench: Bench) -> None:
    bench.process.die(-11)
    cautious = bench.replaced()
    assert cautious.caution is not None
    cautious.metrics.settled.inc(cautious.caution.messages)
    cautious.metrics.rejected(Code.PAYLOAD_CRASHES_CHECKER)
    cautious.answer()
    bench.look(cautious.caution.seconds)
    assert not cautious.leaving
    cautious.metrics.settled.inc(cautious.caution.messages)
    cautious.answer()
    bench.look(cautious.caution.seconds)
    assert cautious.leaving


def test_a_silent_process_is_not_ready_and_then_killed_and_replaced(bench: Bench) -> None:
    frozen = bench.process
    frozen.answer()
    assert bench.fleet.ready() == {"processes": True, "source": True}
    frozen.silence = FRESH_SECONDS + 1
    assert bench.fleet.ready()["processes"] is False
    assert bench.sample("sluicegate_validator_processes") == 0
    bench.look()
    assert frozen.running
    frozen.silence = 10.5
    bench.look()
    assert frozen.exit_code == -9
    assert bench.replaced().caution is not None, "a payload may have frozen it"
    assert bench.sample('sluicegate_validator_process_restarts_total{cause="silent"}') == 1
    assert bench.sample('sluicegate_validator_process_restarts_total{cause="ended"}') == 0


def test_a_worker_that_stalls_is_not_alive(bench: Bench) -> None:
    assert bench.fleet.alive()
    bench.process.answer(alive=False, ready=False)
    assert not bench.fleet.alive()
    assert bench.fleet.ready() == {"processes": True, "source": False}
