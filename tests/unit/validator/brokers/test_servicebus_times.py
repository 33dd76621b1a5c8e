"""Times of Service Bus on the monotonic clock, for every local time of day."""

from datetime import timedelta

import pytest

from sluicegate.validator.brokers.servicebus.service_time import ServiceTime
from tests.fakes.clock import FakeClock

HOUR = 3600.0


class Service:
    """The service's clock, which is `ahead` of this machine's time of day."""

    def __init__(self, clock: FakeClock, ahead: float) -> None:
        self._clock, self._ahead = clock, ahead

    def now(self) -> float:
        return self._clock.now().timestamp() + self._ahead


@pytest.mark.parametrize("lock", [5.0, 30.0, 60.0, 300.0])
@pytest.mark.parametrize("ahead", [-10 * HOUR, -HOUR, -120.0, -20.0, 0.0, 20.0, 120.0, HOUR, 10 * HOUR])
def test_lock_of_a_new_message_never_ends_before_it_is_expected_to(lock: float, ahead: float) -> None:
    clock = FakeClock()
    service, times = Service(clock, ahead), ServiceTime(clock)

    for _ in range(20):
        clock.advance(1.7)
        expected = times.monotonic(service.now() + lock, enqueued=service.now() - 0.2)
        assert 0 < expected - clock.monotonic() <= lock + 0.3


@pytest.mark.parametrize("ahead", [-10 * HOUR, -HOUR, -310.0, 0.0, 310.0, HOUR])
def test_lock_of_an_old_message_never_ends_before_it_is_expected_to(ahead: float) -> None:
    clock = FakeClock()
    service, times = Service(clock, ahead), ServiceTime(clock)

    expected = times.monotonic(service.now() + 60.0, enqueued=service.now() - 10 * HOUR)

    assert 0 < expected - clock.monotonic() <= 60.0


def test_message_that_lay_in_the_buffer_has_less_time_left() -> None:
    clock = FakeClock()
    service, times = Service(clock, 0.0), ServiceTime(clock)
    ends = service.now() + 30.0
    fresh = times.monotonic(ends)
    clock.advance(20.0)

    assert times.monotonic(ends) == pytest.approx(fresh)


def test_time_of_day_that_is_set_while_running_changes_nothing() -> None:
    clock = FakeClock()
    service, times = Service(clock, 0.0), ServiceTime(clock)
    first = times.monotonic(service.now() + 30.0)
    clock.set(timedelta(hours=-5))
    service = Service(clock, 5 * HOUR)

    assert times.monotonic(service.now() + 30.0) == pytest.approx(first)
