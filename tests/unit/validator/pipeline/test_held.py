"""Messages that wait for a message before them."""

from sluicegate.validator.model import Message
from sluicegate.validator.pipeline.held import Held
from tests.fakes.validator import message


def lane_of(each: Message) -> object:
    return each.key


def one(lane: bytes, number: int) -> Message:
    return message(b"%d" % number, key=lane)


def test_a_lane_stops_at_its_first_undecided_message_and_others_go_on() -> None:
    held = Held(lane_of)
    batch = [one(b"a", 1), one(b"b", 2), one(b"a", 3), one(b"b", 4), one(b"a", 5)]

    going = held.stop_at(batch, [batch[2]])

    assert going == [batch[0], batch[1], batch[3]]
    assert held.lanes == {b"a"}
    assert len(held) == 2


def test_equal_messages_are_told_apart() -> None:
    held = Held(lane_of)
    batch = [one(b"a", 1), one(b"a", 1), one(b"a", 1)]

    assert held.stop_at(batch, [batch[1]]) == batch[:1]
    assert held.release(b"a") == batch[1:]


def test_what_comes_later_on_a_lane_that_stands_joins_it() -> None:
    held = Held(lane_of)
    first = one(b"a", 1)
    held.stop_at([first], [first])

    assert held.admit([one(b"a", 2), one(b"b", 3)]) == [one(b"b", 3)]
    assert held.release(b"a") == [first, one(b"a", 2)]
    assert not held


def test_lanes_that_are_gone_are_forgotten() -> None:
    held = Held(lane_of)
    first = one(b"a", 1)
    held.stop_at([first], [first])

    held.forget([b"a", b"z"])

    assert not held
    assert held.release(b"a") == []
