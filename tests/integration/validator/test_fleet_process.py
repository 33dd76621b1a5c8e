"""A frozen worker process: its parent's view, and its end."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sluicegate.shared.clock import SystemClock
from sluicegate.validator.fleet.member import settings_of
from sluicegate.validator.fleet.probes import Fleet
from sluicegate.validator.fleet.process import WorkerProcess
from sluicegate.validator.settings import validator as settings
from sluicegate.validator.telemetry.fleet import FleetMetrics
from sluicegate.validator.telemetry.health import HealthServer, Probes
from tests.fakes.validator import SETTINGS
from tests.fixtures.programs import until


@pytest.fixture
def process(tmp_path: Path) -> Iterator[WorkerProcess]:
    file = tmp_path / "validator.toml"
    file.write_text(SETTINGS.replace("localhost:9092", "127.0.0.1:9"))
    found = WorkerProcess(settings_of(settings.read(file), 1), None, SystemClock())
    yield found
    found.kill()
    found.wait(30)
    found.close()


def test_a_frozen_process_keeps_its_last_answer_and_grows_silent(process: WorkerProcess) -> None:
    until(lambda: process.state is not None, "it answers")
    pid = process._process.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    until(lambda: process.silence > 3, "it is silent")
    state = process.state
    assert state is not None
    assert b"sluicegate_validator_messages_received_total 0.0" in state.metrics
    assert process.running
    process.kill()
    assert process.wait(30)
    assert process.exit_code == -signal.SIGKILL


def test_a_process_that_thaws_answers_again(process: WorkerProcess) -> None:
    until(lambda: process.state is not None, "it answers")
    pid = process._process.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    until(lambda: process.silence > 2, "it is silent")
    os.kill(pid, signal.SIGCONT)
    until(lambda: process.silence < 1, "it answers again")
    process.stop()
    assert process.wait(60)
    assert process.exit_code == 0


class CountedAnswers:
    """Reads the last answer of a process, and counts how often."""

    def __init__(self, process: WorkerProcess) -> None:
        self.process: WorkerProcess | None = process
        self.reads = 0

    def metrics(self) -> bytes:
        self.reads += 1
        assert self.process is not None
        assert self.process.state is not None
        return self.process.state.metrics


def test_probes_of_a_frozen_process_read_its_last_answer_and_ask_nothing(process: WorkerProcess) -> None:
    """A probe that asked the process would wait for it: it is frozen until the probes are answered."""
    until(lambda: process.state is not None, "it answers")
    pid = process._process.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    until(lambda: process.silence > 3, "it is silent")
    state, asked = process.state, process.questions
    member = CountedAnswers(process)
    fleet = Fleet([member], FleetMetrics())

    with HealthServer(Probes(fleet.alive, fleet.ready, fleet.metrics), "127.0.0.1", 0) as server:
        for path in ("health", "ready", "metrics") * 100:
            answer = httpx.get(f"http://{server.address}/{path}", timeout=60)
            assert answer.status_code in {200, 503}

    assert member.reads == 100
    assert process.state is state, "it has answered nothing meanwhile"
    assert process.questions == asked, "at most one question is open"
    assert process.running
