"""Behaviour of every broker's source and sink."""

from collections.abc import Callable, Collection, Sequence

import pytest

from sluicegate.shared.clock import SystemClock
from sluicegate.validator.errors import SinkFailed
from sluicegate.validator.model import DELIVERED, Destination, Lane, Message, TooLarge
from sluicegate.validator.ports import Reachable, Source
from tests.contracts.brokers.conftest import WAIT_SECONDS, Broker, batches, confirmed, received
from tests.fixtures.programs import until

TIME = 1_700_000_000_123


def message(
    number: int, key: bytes | None = b"key", headers: Sequence[tuple[str, bytes | None]] = (), size: int = 0
) -> Message:
    return Message(b"%05d" % number + b"." * size, key, list(headers), TIME, None)


def content(messages: Sequence[Message]) -> list[tuple[object, ...]]:
    return [(each.payload, each.key, list(each.headers), each.timestamp) for each in messages]


def numbers(messages: Sequence[Message]) -> list[int]:
    return [int((each.payload or b"")[:5]) for each in messages]


def test_bytes_key_and_timestamp_arrive_unchanged(broker: Broker) -> None:
    payload = bytes(range(256))
    sent = Message(payload, b"\x00\xff", [("a", b"\x00\xff")], TIME, None)

    broker.put(sent)

    found = received(broker.source(), 1)[0]
    assert found.timestamp == TIME or broker.plain
    assert content([found._replace(timestamp=TIME)]) == content([sent])


def test_a_timestamp_is_in_milliseconds(broker: Broker) -> None:
    before = SystemClock().now().timestamp() * 1000

    broker.put(message(1))

    found = received(broker.source(), 1)[0]
    assert found.timestamp == TIME or abs(found.timestamp - before) < 60_000


def test_headers_keep_their_order_and_their_duplicates(broker: Broker) -> None:
    if broker.plain:
        pytest.skip("attributes have no order, and no duplicates")
    headers: list[tuple[str, bytes | None]] = [("b", b"1"), ("a", b"2"), ("b", b"3"), ("b", b"1"), ("empty", b"")]
    if broker.null_headers:
        headers.append(("null", None))

    broker.put(message(1, headers=headers))

    assert received(broker.source(), 1)[0].headers == headers


def test_of_headers_with_one_name_the_last_one_is_kept(broker: Broker) -> None:
    broker.put(message(1, headers=[("b", b"1"), ("a", b"2"), ("b", b"3"), ("empty", b""), ("null", None)]))

    found = dict(received(broker.source(), 1)[0].headers)

    assert found == {"a": b"2", "b": b"3", "empty": b"", "null": found["null"]}
    assert not found["null"]


def test_null_and_empty_are_told_apart(broker: Broker) -> None:
    if broker.plain:
        pytest.skip("there are no nulls")
    kinds = [(None, b"k"), (b"", b"k"), (b"v", None), (b"v", b""), (None, None)]

    broker.put(
        *(Message(payload, key, [("n", b"%d" % number)], TIME, None) for number, (payload, key) in enumerate(kinds))
    )

    found = {each.headers[0][1]: (each.payload, each.key) for each in received(broker.source(), len(kinds))}
    assert found == {b"%d" % number: kind for number, kind in enumerate(kinds)}


def test_a_key_may_be_empty_and_so_may_a_payload(broker: Broker) -> None:
    kinds = [(b"", b""), (b"", b"k"), (b"v", None), (b"v", b""), (b"", None)]

    broker.put(
        *(Message(payload, key, [("n", b"%d" % number)], TIME, None) for number, (payload, key) in enumerate(kinds))
    )

    found = {each.headers[0][1]: (each.payload, each.key) for each in received(broker.source(), len(kinds))}
    assert found == {b"%d" % number: kind for number, kind in enumerate(kinds)}


def test_messages_with_one_key_keep_their_order(broker: Broker) -> None:
    broker.put(*(message(number, key=b"k%d" % (number % 5)) for number in range(500)))

    found = received(broker.source(), 500)

    for key in {each.key for each in found}:
        of_key = numbers([each for each in found if each.key == key])
        assert of_key == sorted(of_key)


def test_a_batch_is_no_larger_than_asked(broker: Broker) -> None:
    broker.put(*(message(number) for number in range(50)))

    assert max(map(len, batches(broker.source(), 50, limit=7))) <= 7


def test_what_was_settled_does_not_come_again(broker: Broker) -> None:
    broker.put(*(message(number) for number in range(10)))
    source = broker.source()
    for batch in batches(source, 10):
        source.settle(batch)
    source.close()

    broker.put(message(10))

    assert numbers(received(broker.source(), 1)) == [10]


def test_what_was_not_settled_comes_again(broker: Broker) -> None:
    broker.put(*(message(number) for number in range(10)))
    source = broker.source()
    received(source, 10)
    source.close()

    assert numbers(received(broker.source(), 10)) == list(range(10))


def test_a_gap_holds_up_what_is_after_it(broker: Broker) -> None:
    """Message 3 is never acknowledged: it and all later ones of its lane are redelivered."""
    broker.put(*(message(number) for number in range(10)))
    source = broker.source()
    found = received(source, 10)
    source.settle([each for each in found if numbers([each]) != [3]])
    source.close()

    assert numbers(received(broker.source(), 7)) == list(range(3, 10))


def test_a_gap_that_is_closed_later_holds_up_nothing(broker: Broker) -> None:
    broker.put(*(message(number) for number in range(10)))
    source = broker.source()
    found = received(source, 10)
    source.settle(found[5:])
    source.settle(found[:5])
    source.close()

    broker.put(message(10))

    assert numbers(received(broker.source(), 1)) == [10]


def test_batches_may_be_settled_while_later_ones_are_open(broker: Broker) -> None:
    broker.put(*(message(number) for number in range(9)))
    source = broker.source()
    first, second, *rest = _by_three(source)
    source.settle(first)
    source.settle(second)
    source.close()

    unsettled = [number for batch in rest for number in numbers(batch)]
    assert unsettled[-1:] == [8]
    assert numbers(received(broker.source(), len(unsettled))) == unsettled


def test_each_message_has_a_lane_and_an_address(broker: Broker) -> None:
    broker.put(message(0), message(1))
    source = broker.source()

    first, second = received(source, 2)

    assert source.lane(first) == source.lane(second), "one key, one lane"
    assert source.address(first).startswith(f"{broker.scheme}://{broker.topic}/")
    assert source.address(first) != source.address(second)


def test_a_held_lane_gives_nothing_until_it_is_let_go(broker: Broker) -> None:
    broker.put(message(0, key=b"a"))
    source = broker.source()
    held = source.lane(received(source, 1)[0])
    source.hold([held])
    source.receive(1, 0.1)
    broker.put(message(1, key=b"a"))

    assert [source.receive(10, 0.1) for _ in range(5)] == [[]] * 5
    source.keep_alive()
    source.hold([])
    assert numbers(received(source, 1)) == [1]


def test_keeping_alive_loses_nothing(broker: Broker) -> None:
    source = broker.source()
    broker.put(*(message(number) for number in range(5)))
    first = received(source, 5)
    broker.put(*(message(number) for number in range(5, 105)))
    for _ in range(20):
        source.keep_alive()

    found = received(source, 100, limit=30)

    assert numbers(first) + numbers(found) == list(range(105))


def test_other_lanes_go_on_while_one_is_held(broker: Broker) -> None:
    broker.put(message(0, key=b"a"))
    source = broker.source()
    held = source.lane(received(source, 1)[0])
    source.hold([held])
    broker.put(*(message(number, key=b"k%d" % number) for number in range(1, 41)))
    expected = 40 - _on_lane(broker, held)

    found = received(source, expected)

    assert held not in {source.lane(each) for each in found}


def test_nothing_sent_is_confirmed_as_nothing(broker: Broker) -> None:
    assert list(confirmed(broker.sink())) == []


def test_every_message_that_arrived_is_confirmed(broker: Broker) -> None:
    sink = broker.sink()
    sink.send(Destination.VALID, [message(number) for number in range(100)])
    sink.send(Destination.DEAD_LETTER, [message(100)])

    assert list(confirmed(sink)) == [DELIVERED] * 101
    assert len(received(broker.source(), 101)) == 101


def test_a_message_that_is_too_large_is_told_and_the_others_arrive(broker: Broker) -> None:
    sink = broker.sink()
    sink.send(Destination.VALID, [message(0), message(1, size=2 * broker.largest), message(2)])
    sink.send(Destination.VALID, [message(3)])

    outcomes = confirmed(sink)

    assert [isinstance(outcome, TooLarge) for outcome in outcomes] == [False, True, False, False]
    assert numbers(received(broker.source(), 3)) == [0, 2, 3]


def test_an_outcome_is_told_once(broker: Broker) -> None:
    sink = broker.sink()
    sink.send(Destination.VALID, [message(0, size=2 * broker.largest)])
    confirmed(sink)
    sink.send(Destination.VALID, [message(1)])

    assert list(confirmed(sink)) == [DELIVERED]


def test_sink_that_can_be_asked_reaches_its_destination_and_sends_nothing(broker: Broker) -> None:
    sink = broker.sink()
    if not isinstance(sink, Reachable):
        pytest.skip("this sink cannot be asked")

    until(lambda: sink.reachable(5.0), "the destination answers", WAIT_SECONDS)
    sink.send(Destination.VALID, [message(1)])

    assert list(confirmed(sink)) == [DELIVERED]
    assert numbers(received(broker.source(), 1)) == [1]


def test_closing_twice_is_allowed(broker: Broker) -> None:
    source, sink = broker.source(), broker.sink()
    for _ in range(2):
        source.close()
        sink.close()


def test_a_closing_source_says_which_lanes_it_gives_back_while_they_can_be_settled(broker: Broker) -> None:
    broker.put(*(message(number) for number in range(5)))
    gone: list[Lane] = []

    def settle(lanes: Collection[Lane]) -> None:
        gone.extend(lanes)
        for batch in open_batches:
            source.settle(batch)

    source = broker.source(settle)
    open_batches = batches(source, 5)
    source.close()
    broker.put(message(5))

    assert set(gone) >= {source.lane(each) for each in open_batches[0]}
    assert len(gone) == len(set(gone)), "each lane is told once"
    assert numbers(received(broker.source(), 1)) == [5]


def test_a_second_consumer_takes_over_lanes_and_nothing_is_lost(broker: Broker) -> None:
    """Unacknowledged messages of the first consumer go to the lanes' new owner; others do not."""
    if broker.leases:
        pytest.skip("messages are left to a source one by one")
    broker.put(*(message(number, key=b"k%d" % number) for number in range(100)))
    lost: list[Lane] = []
    first = broker.source(lost.extend)
    for batch in batches(first, 100):
        first.settle(batch)
    broker.put(*(message(number, key=b"k%d" % number) for number in range(100, 200)))
    in_hand = received(first, 100)
    second = broker.source()

    def lost_messages() -> list[int]:
        return sorted(numbers([each for each in in_hand if first.lane(each) in lost]))

    to_first, to_second = _until_again(first, second, lost_messages)

    assert to_second, "the second one has lanes"
    assert sorted(numbers(to_first) + numbers(to_second)) == lost_messages()


def test_messages_kept_by_a_source_go_with_their_lane(broker: Broker) -> None:
    """A rebalance during keep-alive takes lanes with messages that the source has already."""
    if broker.leases:
        pytest.skip("messages are left to a source one by one: it keeps them")
    first = broker.source()
    broker.put(*(message(number, key=b"k%d" % number) for number in range(100)))
    given = numbers(_settled(first, first.receive(1, WAIT_SECONDS)))
    second = broker.source()
    deadline = SystemClock().monotonic() + 2 * WAIT_SECONDS
    while not (found := second.receive(1, 0.05)):
        assert SystemClock().monotonic() < deadline, "no lane moved"
        first.keep_alive()
    given += numbers(_settled(second, found))
    while len(set(given)) < 100:
        assert SystemClock().monotonic() < deadline, f"only {len(set(given))} came"
        for source in (first, second):
            given += numbers(_settled(source, source.receive(1000, 0.05)))

    assert sorted(given) == list(range(100))


def test_errors_of_the_caller_pass_through_a_rebalance(broker: Broker) -> None:
    """Errors of `on_revoke` leave the call unchanged: they tell the worker the reason."""
    if broker.leases:
        pytest.skip("messages are left to a source one by one: it takes nothing away")

    failures = [SinkFailed("the destination is gone")]

    def fail(lanes: Collection[Lane]) -> None:
        if lanes and failures:
            raise failures.pop()

    def rebalance() -> None:
        while failures and SystemClock().monotonic() < deadline:
            first.keep_alive()
            second.receive(1, 0.05)

    broker.put(*(message(number, key=b"k%d" % number) for number in range(100)))
    first = broker.source(fail)
    received(first, 1, limit=1)
    second = broker.source()
    deadline = SystemClock().monotonic() + 2 * WAIT_SECONDS

    with pytest.raises(SinkFailed, match="the destination is gone"):
        rebalance()


def _settled(source: Source, messages: Sequence[Message]) -> Sequence[Message]:
    source.settle(messages)
    return messages


def test_what_is_settled_while_lanes_are_given_back_does_not_come_again(broker: Broker) -> None:
    if broker.leases:
        pytest.skip("messages are left to a source one by one")
    broker.put(*(message(number, key=b"k%d" % number) for number in range(40)))
    told: list[Lane] = []

    def settle(lanes: Collection[Lane]) -> None:
        told.extend(lanes)
        while in_hand:
            first.settle(in_hand.pop())

    first = broker.source(settle)
    in_hand = batches(first, 40)
    second = broker.source()
    found: list[Message] = []
    deadline = SystemClock().monotonic() + WAIT_SECONDS
    while not told:
        assert SystemClock().monotonic() < deadline, "nothing is given back"
        found += [*first.receive(100, 0.05), *second.receive(100, 0.05)]
    broker.put(*(message(number, key=b"k%d" % number) for number in range(40, 80)))
    while len(found) < 40:
        assert SystemClock().monotonic() < deadline, f"{len(found)} messages came"
        found += [*first.receive(100, 0.05), *second.receive(100, 0.05)]

    assert sorted(numbers(found)) == list(range(40, 80))


def _until_again(
    first: Source, second: Source, expected: Callable[[], Sequence[int]]
) -> tuple[list[Message], list[Message]]:
    """Return the messages of two polling consumers, until the expected ones have arrived."""
    to_first: list[Message] = []
    to_second: list[Message] = []
    clock = SystemClock()
    deadline = clock.monotonic() + 2 * WAIT_SECONDS
    while not to_second or len(to_first) + len(to_second) < len(expected()):
        assert clock.monotonic() < deadline, f"{len(to_first)} and {len(to_second)} of {len(expected())} messages came"
        to_first += first.receive(100, 0.05)
        to_second += second.receive(100, 0.05)
    return to_first, to_second


def _by_three(source: Source) -> list[Sequence[Message]]:
    return batches(source, 9, limit=3)


def _on_lane(broker: Broker, lane: Lane) -> int:
    """Return the number of messages after the first on a lane, for a reader in its own group."""
    reader = broker.make_source(broker.topic, f"{broker.group}-reader")
    reader.open(lambda lanes: None)
    broker.opened.append(reader)
    return sum(reader.lane(each) == lane for each in received(reader, 41)) - 1
