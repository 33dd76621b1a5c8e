"""Searches that were given up are not begun again too soon."""

from sluicegate.validator.checking.futile import KEPT, REMEMBERED_SECONDS, Vain
from tests.fakes.clock import FakeClock

KEY, OTHER = (1, 1, None, 0), (1, 2, None, 0)


def test_payloads_as_large_are_not_searched_for_a_while() -> None:
    clock = FakeClock()
    vain = Vain(clock)
    assert not vain.expected(KEY, 100)
    vain.add(KEY, 100)
    assert vain.expected(KEY, 100)
    assert vain.expected(KEY, 101)
    assert not vain.expected(KEY, 99)
    assert not vain.expected(OTHER, 100)
    clock.advance(REMEMBERED_SECONDS)
    assert not vain.expected(KEY, 100)


def test_what_was_not_searched_does_not_make_it_last_longer() -> None:
    clock = FakeClock()
    vain = Vain(clock)
    vain.add(KEY, 100)
    clock.advance(REMEMBERED_SECONDS - 1)
    vain.add(KEY, 200)
    assert vain.expected(KEY, 100)
    clock.advance(1)
    assert not vain.expected(KEY, 200)


def test_smaller_payloads_count_instead() -> None:
    vain = Vain(FakeClock())
    vain.add(KEY, 100)
    vain.add(KEY, 50)
    assert vain.expected(KEY, 60)


def test_the_oldest_goes_first() -> None:
    vain = Vain(FakeClock())
    for number in range(KEPT + 1):
        vain.add((number, 1, None, 0), 10)
    assert not vain.expected((0, 1, None, 0), 10)
    assert vain.expected((1, 1, None, 0), 10)
