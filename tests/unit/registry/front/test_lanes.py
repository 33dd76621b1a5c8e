"""Threads for requests: jobs run, or are refused in time, also with blocked threads."""

import threading
from collections.abc import Iterator

import pytest

from sluicegate.registry_api.front.lanes import Lane
from sluicegate.shared.clock import SystemClock

WAIT_SECONDS = 60


class Job:
    """The result of a job."""

    def __init__(self, gate: threading.Event | None = None) -> None:
        self.ran, self.refused, self.started = threading.Event(), threading.Event(), threading.Event()
        self._gate = gate

    def run(self) -> None:
        self.started.set()
        if self._gate is not None:
            assert self._gate.wait(WAIT_SECONDS)
        self.ran.set()

    def submitted(self, lane: Lane) -> "Job":
        lane.submit(self.run, self.refused.set)
        return self


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    opened = threading.Event()
    yield opened
    opened.set()


def lane(max_waiting: int = 8, patience_seconds: float = 600.0) -> Lane:
    return Lane("test", 1, max_waiting, patience_seconds, SystemClock())


def test_lane_runs_jobs() -> None:
    one = lane()
    jobs = [Job().submitted(one) for _ in range(5)]
    assert all(job.ran.wait(WAIT_SECONDS) for job in jobs)
    one.close()
    assert not any(job.refused.is_set() for job in jobs)


def test_lane_refuses_late_jobs_while_its_threads_are_busy(gate: threading.Event) -> None:
    one = lane(patience_seconds=0.01)
    while not Job(gate).submitted(one).started.wait(1.0):  # it was late itself
        pass
    late = Job().submitted(one)
    assert late.refused.wait(WAIT_SECONDS)
    gate.set()
    one.close()
    assert not late.ran.is_set()


def test_lane_refuses_more_jobs_than_may_wait(gate: threading.Event) -> None:
    one = lane(max_waiting=1)
    assert Job(gate).submitted(one).started.wait(WAIT_SECONDS)
    waiting, surplus = Job().submitted(one), Job().submitted(one)
    assert surplus.refused.is_set()
    gate.set()
    assert waiting.ran.wait(WAIT_SECONDS)
    one.close()


def test_closed_lane_refuses_every_job(gate: threading.Event) -> None:
    one = lane()
    running, waiting = Job(gate).submitted(one), Job()
    assert running.started.wait(WAIT_SECONDS)
    waiting.submitted(one)
    gate.set()
    one.close()
    assert waiting.ran.is_set() != waiting.refused.is_set()
    assert Job().submitted(one).refused.is_set()
