"""The log names a partition that has messages and gives none."""

from structlog.testing import capture_logs

from sluicegate.validator.brokers.kafka.standstill import Standstill
from tests.fakes.clock import FakeClock

A, B = ("t", 0), ("t", 1)


def _seconds(standstill: Standstill, clock: FakeClock, looks: int, step: float = 5.0, **held: object) -> list[object]:
    """One partition moves, the other one does not."""
    with capture_logs() as logs:
        for number in range(looks):
            clock.advance(step)
            standstill.look({A: (number, 1_000), B: (7, 90)}, [B] if held else [])
    assert {each["partition"] for each in logs} <= {"t/1"}
    return [each["seconds"] for each in logs]


def test_a_partition_that_stands_still_is_told_ever_more_rarely() -> None:
    clock = FakeClock()
    assert _seconds(Standstill(clock), clock, 100) == [60, 120, 240, 480]


def test_held_partitions_and_partitions_at_their_end_are_not_told() -> None:
    clock = FakeClock()
    standstill = Standstill(clock)
    assert _seconds(standstill, clock, 100, held=True) == []
    with capture_logs() as logs:
        for _ in range(100):
            clock.advance(5.0)
            standstill.look({A: (9, 9)}, [])
    assert not logs


def test_a_worker_that_waited_itself_begins_to_count_again() -> None:
    clock = FakeClock()
    standstill = Standstill(clock)
    assert _seconds(standstill, clock, 11) == []
    clock.advance(300.0)
    assert _seconds(standstill, clock, 11) == []
