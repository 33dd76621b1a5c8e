"""A flood of the same lines is a few lines and a number."""

import json
import logging
import threading
from collections.abc import Iterator

import pytest
import structlog

from sluicegate.shared import logs
from sluicegate.shared.clock import SystemClock
from sluicegate.shared.log_sampling import LineKind, Sampler
from tests.fakes.clock import FakeClock

WARNING = LineKind("warning", "it goes wrong")


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_each_kind_has_its_own_number_of_lines_in_a_period() -> None:
    sampler = Sampler(2, 10.0, FakeClock())
    other = WARNING._replace(level="error")

    assert [sampler.passes(WARNING) for _ in range(4)] == [True, True, False, False]
    assert [sampler.passes(other) for _ in range(3)] == [True, True, False]
    told: list[tuple[LineKind, int]] = []
    sampler.end_period(lambda kind, count: told.append((kind, count)))
    assert told == [(WARNING, 2), (other, 1)]
    assert sampler.passes(WARNING), "a new period"


def test_what_was_not_left_out_is_not_told() -> None:
    sampler = Sampler(2, 10.0, FakeClock())
    sampler.passes(WARNING)
    sampler.end_period(lambda kind, count: pytest.fail(f"{kind} {count}"))


def test_kinds_without_end_do_not_take_memory_without_end() -> None:
    sampler = Sampler(1, 10.0, FakeClock())

    assert all(sampler.passes(LineKind("warning", str(number))) for number in range(5_000))

    assert len(sampler._written) == 1_000


def test_a_period_ends_when_its_time_is_over() -> None:
    clock, stop = FakeClock(), threading.Event()
    sampler = Sampler(1, 10.0, clock)
    told: list[int] = []

    def tell(kind: LineKind, count: int) -> None:
        told.append(count)
        if len(told) == 2:
            stop.set()
        for _ in range(4):
            sampler.passes(WARNING)

    for _ in range(3):
        sampler.passes(WARNING)
    sampler.run(tell, stop)

    assert told == [2, 3, 3], "the last period is told when it is stopped"
    assert clock.waits == [10.0, 10.0, 10.0]


def test_a_flood_of_our_events_and_of_a_librarys_is_written_in_part(capsys: pytest.CaptureFixture[str]) -> None:
    sampler = Sampler(3, 3600.0, SystemClock())
    logs.configure("validator", "info", sampler)

    with logs.sampled(sampler):
        for number in range(100):
            logs.logger().warning("a message is refused", number=number)
            logging.getLogger("library").error("failed %d times", number)
        logs.logger().info("something else")

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    events = [line["event"] for line in lines]
    assert events.count("a message is refused") == 3
    assert [event for event in events if event.startswith("failed")] == [
        f"failed {number} times" for number in range(3)
    ]
    assert "something else" in events
    assert [(line["level"], line["of"], line["count"]) for line in lines if line["event"] == logs.LEFT_OUT] == [
        ("warning", "a message is refused", 97),
        ("error", "failed %d times", 97),
    ]
