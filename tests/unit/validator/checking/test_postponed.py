"""Payloads whose check was interrupted wait, and let others pass."""

from sluicegate.validator.checking.postponed import ALL_TIMES, MAX_IN_A_ROW, MAX_PAYLOADS, PAYLOAD_TIMES, Postponed
from tests.fakes.clock import FakeClock

KEY = (1, 1, None, 0)


def test_an_interrupted_payload_waits_and_others_do_not() -> None:
    clock = FakeClock()
    postponed = Postponed(clock)
    postponed.add(KEY, b"a")
    assert postponed.waits(KEY, b"a")
    assert not postponed.waits(KEY, b"b")
    assert not postponed.waits((1, 2, None, 0), b"a")
    clock.advance(PAYLOAD_TIMES.first)
    assert not postponed.waits(KEY, b"a")


def test_pauses_grow_up_to_a_limit_and_end_with_an_answer() -> None:
    clock = FakeClock()
    postponed = Postponed(clock)
    for _ in range(20):
        clock.advance(PAYLOAD_TIMES.longest)
        assert not postponed.waits(KEY, b"a")
        postponed.add(KEY, b"a")
    clock.advance(PAYLOAD_TIMES.longest / 4)
    assert postponed.waits(KEY, b"a")
    postponed.remove(KEY, b"a")
    postponed.add(KEY, b"a")
    clock.advance(PAYLOAD_TIMES.first)
    assert not postponed.waits(KEY, b"a")


def test_interrupted_checks_in_a_row_stop_every_check_for_a_moment() -> None:
    clock = FakeClock()
    postponed = Postponed(clock)
    for number in range(MAX_IN_A_ROW):
        assert not postponed.waits(KEY, b"other")
        postponed.add(KEY, bytes([number]))
    assert postponed.waits(KEY, b"other")
    clock.advance(ALL_TIMES.longest)
    assert not postponed.waits(KEY, b"other")


def test_an_answer_between_interrupted_checks_lets_the_others_go_on() -> None:
    postponed = Postponed(FakeClock())
    for number in range(10 * MAX_IN_A_ROW):
        postponed.add(KEY, bytes([number]))
        postponed.remove(KEY, b"answered")
    assert not postponed.waits(KEY, b"other")


def test_the_oldest_payload_is_forgotten_first() -> None:
    postponed = Postponed(FakeClock())
    for number in range(MAX_PAYLOADS + 1):
        postponed.add(KEY, b"%d" % number)
        postponed.remove(KEY, b"answered")
    assert not postponed.waits(KEY, b"0")
    assert postponed.waits(KEY, b"1")
