"""The Service Bus source and sink during failures, and features of Service Bus alone."""

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from azure.servicebus import ServiceBusClient, ServiceBusMessage, ServiceBusReceivedMessage

from sluicegate.shared.clock import SystemClock
from sluicegate.validator.brokers.servicebus.config import Access, Entity, SinkConfig, SourceConfig
from sluicegate.validator.brokers.servicebus.dead_lettering import OwnDeadLetters
from sluicegate.validator.brokers.servicebus.sink import ServiceBusSink
from sluicegate.validator.brokers.servicebus.source import ServiceBusSource
from sluicegate.validator.errors import SinkFailed, SourceFailed
from sluicegate.validator.model import (
    DELIVERED,
    Code,
    Destination,
    Lane,
    Message,
    Outcome,
    TooLarge,
    Undelivered,
    Unprocessable,
)
from sluicegate.validator.pipeline.deadletter import DeadLetters
from sluicegate.validator.ports import Sink
from tests.fixtures.programs import until
from tests.fixtures.servicebus import MakeQueue
from tests.fixtures.servicebus_entities import Stored
from tests.fixtures.servicebus_server import ServiceBusServer

pytestmark = pytest.mark.usefixtures("careless_sockets")

LISTEN = 0.02
DEAD = "/$DeadLetterQueue"
FATAL = "amqp:internal-error"


def message(number: int, key: bytes | None = b"key", **headers: str) -> Message:
    return Message(b"%d" % number, key, [(name, value.encode()) for name, value in headers.items()], 0, None)


def numbers(messages: Sequence[Message]) -> list[int]:
    return [int(each.payload or b"") for each in messages]


def received(source: ServiceBusSource, count: int) -> list[Message]:
    found: list[Message] = []

    def enough() -> bool:
        found.extend(source.receive(1000, 0.05))
        return len(found) >= count

    until(enough, f"{count} messages came")
    return found


def confirmed(sink: Sink) -> list[Outcome]:
    found: list[Sequence[Outcome]] = []

    def told() -> bool:
        outcomes = sink.confirm(0.1)
        found.extend([] if outcomes is None else [outcomes])
        return bool(found)

    until(told, "the sink confirmed")
    return list(found[0])


class Bench:
    """A server, and sources and sinks of one queue, which are closed at the end."""

    def __init__(self, server: ServiceBusServer) -> None:
        self.server = server
        self.opened: list[ServiceBusSource | ServiceBusSink] = []
        self.lost: list[Lane] = []

    def source(
        self, queue: str, on_revoke: Callable[[Collection[Lane]], None] | None = None, **options: Any
    ) -> ServiceBusSource:
        config = SourceConfig(
            Access(self.server.connection_string), Entity(queue), listen=LISTEN, patience=0.3, idle=0.1
        )
        made = ServiceBusSource(replace(config, **options))
        self.opened.append(made)
        made.open(on_revoke or self.lost.extend)
        return made

    def sink(self, queue: str, dead_letter: str | None = None) -> ServiceBusSink:
        entities = {Destination.VALID: queue, Destination.DEAD_LETTER: dead_letter or queue}
        made = ServiceBusSink(
            SinkConfig(Access(self.server.connection_string), entities, retries=0, keep_alive=0, listen=LISTEN)
        )
        self.opened.append(made)
        return made

    def put(self, queue: str, *messages: Message) -> None:
        sink = self.sink(queue)
        sink.send(Destination.VALID, messages)
        assert set(confirmed(sink)) == {DELIVERED}

    def in_queue(self, queue: str) -> list[Stored]:
        return self.server.messages(queue)


@pytest.fixture
def bench(servicebus_server: ServiceBusServer) -> Iterator[Bench]:
    made = Bench(servicebus_server)
    yield made
    for each in reversed(made.opened):
        each.close()


@pytest.mark.parametrize("sessions", [0, 2])
def test_locks_are_renewed_until_messages_are_settled(bench: Bench, make_queue: MakeQueue, sessions: int) -> None:
    queue = make_queue(sessions=bool(sessions), lock_seconds=1.0)
    bench.put(queue, message(0), message(1))
    source = bench.source(queue, sessions=sessions)
    found = received(source, 2)

    until(lambda: _oldest(bench, queue) > 2.5, "more than two locks' time is over")
    assert source.receive(10, 0.05) == []
    source.settle(found)

    until(lambda: not bench.in_queue(queue), "both are completed")


def _oldest(bench: Bench, queue: str) -> float:
    """Seconds since the first message was sent."""
    now = SystemClock().now().timestamp()
    return now - min(each.enqueued for each in bench.in_queue(queue))


def test_locks_are_not_renewed_for_ever(bench: Bench, make_queue: MakeQueue) -> None:
    queue = make_queue(lock_seconds=0.5)
    bench.put(queue, message(0))
    source = bench.source(queue, renewal=0.5)

    first, again = received(source, 2)

    assert numbers([first, again]) == [0, 0]


def test_a_session_that_is_lost_is_told_and_comes_again_in_order(bench: Bench, make_queue: MakeQueue) -> None:
    queue = make_queue(sessions=True)
    bench.put(queue, *(message(number, b"s%d" % (number % 2)) for number in range(10)))
    source = bench.source(queue, sessions=4)
    first = received(source, 10)
    bench.server.lose_locks(queue)

    again = received(source, 10)
    source.settle(first)  # late, and ignored: the present owner completes these
    source.settle(again)

    assert set(bench.lost) == {"s0", "s1"}
    for session in (0, 1):
        of_session = [number for number in numbers(again) if number % 2 == session]
        assert of_session == list(range(session, 10, 2))
    until(lambda: not bench.in_queue(queue), "all are completed")


def test_lost_locks_without_sessions_lose_nothing(bench: Bench, make_queue: MakeQueue) -> None:
    queue = make_queue()
    bench.put(queue, *(message(number, None) for number in range(5)))
    source = bench.source(queue)
    first = received(source, 5)
    bench.server.lose_locks(queue)
    source.settle(first)

    again = received(source, 5)
    source.settle(again)

    assert sorted(numbers(again)) == list(range(5))
    until(lambda: not bench.in_queue(queue), "all are completed")


@pytest.mark.parametrize("sessions", [0, 4])
def test_a_source_goes_on_after_the_server_was_away(bench: Bench, make_queue: MakeQueue, sessions: int) -> None:
    queue = make_queue(sessions=bool(sessions), lock_seconds=2.0)
    bench.put(queue, *(message(number, b"k%d" % (number % 3)) for number in range(30)))
    source = bench.source(queue, sessions=sessions)
    found = received(source, 30)
    source.settle(found[:15])
    bench.server.stop()
    source.settle(found[15:])
    bench.server.start()
    bench.put(queue, message(99, b"k0"))

    def all_done() -> bool:
        source.settle(source.receive(1000, 0.05))
        return not bench.in_queue(queue)

    until(all_done, "everything is completed")
    assert bench.in_queue(queue + DEAD) == []


@pytest.mark.parametrize("cut", ["drop", "detach"])
def test_a_source_goes_on_after_its_connection_or_link_was_cut(bench: Bench, make_queue: MakeQueue, cut: str) -> None:
    queue = make_queue()
    bench.put(queue, *(message(number) for number in range(10)))
    source = bench.source(queue)
    found = received(source, 10)
    bench.server.drop_connections() if cut == "drop" else bench.server.detach_links(queue)
    source.settle(found)

    until(lambda: not bench.in_queue(queue), "what was received before is completed after")


def test_a_sink_waits_for_the_server(bench: Bench, make_queue: MakeQueue) -> None:
    queue = make_queue()
    bench.put(queue, message(0))
    sink = bench.sink(queue)
    bench.server.stop()
    sink.send(Destination.VALID, [message(1), message(2)])
    starting = threading.Timer(0.5, bench.server.start)
    starting.start()
    outcomes = confirmed(sink)
    starting.join()
    if outcomes != [DELIVERED] * 2:
        sink.send(Destination.VALID, [message(1), message(2)])
        assert confirmed(sink) == [DELIVERED] * 2

    assert [each.payload for each in bench.in_queue(queue)] == [b"0", b"1", b"2"]


def test_what_is_refused_holds_up_what_comes_after_it(bench: Bench, make_queue: MakeQueue) -> None:
    """Else it would arrive after it."""
    queue = make_queue()
    sink = bench.sink(queue)
    sink.send(Destination.VALID, [message(0)])
    confirmed(sink)
    bench.server.refuse_sends(queue, FATAL)
    sink.send(Destination.VALID, [message(1)])
    until(lambda: sink.confirm(0.1) is not None, "it was refused")
    sink.send(Destination.VALID, [message(1)])
    sink.send(Destination.VALID, [message(2)])
    outcomes = confirmed(sink)
    bench.server.take_sends()

    assert [type(outcome) for outcome in outcomes] == [Undelivered, Undelivered]
    sink.send(Destination.VALID, [message(1), message(2)])
    assert confirmed(sink) == [DELIVERED] * 2
    assert [each.payload for each in bench.in_queue(queue)] == [b"0", b"1", b"2"]


def test_no_more_is_in_hand_than_may_be(bench: Bench, make_queue: MakeQueue) -> None:
    queue = make_queue()
    bench.put(queue, *(message(number, None) for number in range(50)))
    source = bench.source(queue, in_hand=20, prefetch=5)
    found = received(source, 20)

    assert [source.receive(100, 0.05) for _ in range(5)] == [[]] * 5
    source.settle(found)
    assert sorted(numbers(received(source, 20))) == list(range(20, 40))


def test_what_service_bus_has_besides_goes_with_the_message(bench: Bench, make_queue: MakeQueue) -> None:
    queue, other = make_queue(), make_queue()
    client = ServiceBusClient.from_connection_string(bench.server.connection_string)
    with client, client.get_queue_sender(queue, keep_alive=0) as sender:
        properties: dict[str | bytes, Any] = {"text": "ä", "number": 5, "yes": True}
        sent = ServiceBusMessage(b"x", application_properties=properties, message_id="m", content_type="a/b")
        sent.subject, sent.correlation_id = "s", "c"
        sender.send_messages(sent)
    found = received(bench.source(queue), 1)
    assert found[0].headers == [("text", "ä".encode()), ("number", b"5"), ("yes", b"true")]

    bench.put(other, *found)

    with client, client.get_queue_receiver(other, prefetch_count=1, keep_alive=0) as receiver:
        (copy,) = _peeked(receiver.peek_messages)
        assert (copy.message_id, copy.content_type) == ("m", "a/b")
        assert (copy.subject, copy.correlation_id) == ("s", "c")


def _peeked(peek: Callable[..., list[ServiceBusReceivedMessage]]) -> list[ServiceBusReceivedMessage]:
    return peek(10)


def test_attributes_that_are_too_large_are_told_of_valid_messages_and_cut_of_dead_letters(
    bench: Bench, make_queue: MakeQueue
) -> None:
    queue, dead = make_queue(), make_queue()
    sink = bench.sink(queue, dead)
    large = message(0, None, a="ä" * 20_000)
    letter = _letters().write(large, Unprocessable(Code.TOO_LARGE, "ö" * 40_000), "here", b"now")
    sink.send(Destination.VALID, [large])
    sink.send(Destination.DEAD_LETTER, [letter])

    refused, sent = confirmed(sink)

    assert isinstance(refused, TooLarge)
    assert sent == DELIVERED
    (found,) = bench.in_queue(dead)
    assert {"deadLetterErrorCode", "deadLetterErrorReason"} <= set(found.properties)
    assert set(str(found.properties["deadLetterErrorReason"])) == {"ö"}


def test_dead_letters_may_stay_with_the_queue(bench: Bench, make_queue: MakeQueue) -> None:
    queue, valid = make_queue(), make_queue()
    bench.put(queue, *(message(number, None, schemaId="7") for number in range(3)))
    source = bench.source(queue)
    found = sorted(received(source, 3), key=lambda each: each.payload or b"")
    sink = OwnDeadLetters(bench.sink(valid))
    verdict = Unprocessable(Code.SCHEMA_NOT_FOUND, "no such schema")
    letter = _letters().write(found[1], verdict, source.address(found[1]), b"now")

    sink.send(Destination.VALID, [found[0]])
    sink.send(Destination.DEAD_LETTER, [letter])
    sink.send(Destination.VALID, [found[2]])
    assert confirmed(sink) == [DELIVERED] * 3
    source.settle(found)

    until(lambda: not bench.in_queue(queue), "all are settled")
    assert [each.payload for each in bench.in_queue(valid)] == [b"0", b"2"]
    (dead,) = bench.in_queue(queue + DEAD)
    assert dead.payload == b"1"
    assert dead.properties["schemaId"] == "7"
    assert dead.properties["DeadLetterReason"] == dead.properties["deadLetterErrorCode"] == "schema_not_found"
    assert dead.properties["DeadLetterErrorDescription"] == "no such schema"
    assert dead.properties["deadLetterSource"] == f"servicebus://{queue}/2"


def test_a_dead_letter_whose_lock_is_lost_comes_again(bench: Bench, make_queue: MakeQueue) -> None:
    queue = make_queue()
    bench.put(queue, message(0, None))
    source = bench.source(queue)
    (found,) = received(source, 1)
    bench.server.lose_locks(queue)
    sink = OwnDeadLetters(bench.sink(make_queue()))
    sink.send(Destination.DEAD_LETTER, [found])

    assert confirmed(sink) == [DELIVERED]
    assert numbers(received(source, 1)) == [0]


def test_entities_that_are_not_there_are_told(bench: Bench, make_queue: MakeQueue) -> None:
    source, sink = bench.source("nowhere"), bench.sink("nowhere")
    sink.send(Destination.VALID, [message(0)])

    with pytest.raises(SourceFailed, match="nowhere"):
        until(lambda: source.receive(1, 0.05) is None, "it fails")
    with pytest.raises(SinkFailed, match="nowhere"):
        until(lambda: sink.confirm(0.05) is not None, "it fails")


def test_an_entity_with_sessions_cannot_be_read_without(bench: Bench, make_queue: MakeQueue) -> None:
    source = bench.source(make_queue(sessions=True))

    with pytest.raises(SourceFailed, match="session"):
        until(lambda: source.receive(1, 0.05) is None, "it fails")


def _letters() -> DeadLetters:
    return DeadLetters("test")


@pytest.mark.parametrize("sessions", [0, 4])
def test_restarts_with_messages_in_hand_count_no_delivery(bench: Bench, make_queue: MakeQueue, sessions: int) -> None:
    queue = make_queue(sessions=bool(sessions), max_deliveries=10)
    bench.put(queue, *[message(number, b"key-%d" % (number % 4)) for number in range(200)])

    for _ in range(12):  # rolling restarts while the destination accepts nothing
        source = bench.source(queue, sessions=sessions)
        received(source, 50)
        source.close()

    assert bench.in_queue(queue + DEAD) == []
    assert [each.deliveries for each in bench.in_queue(queue)] == [0] * 200


def test_source_does_not_read_far_ahead_of_the_worker(bench: Bench, make_queue: MakeQueue) -> None:
    queue = make_queue()
    bench.put(queue, *[message(number, None) for number in range(6_000)])
    source = bench.source(queue)

    until(lambda: _locked(bench, queue) >= 2_000, "it reads")
    SystemClock().wait(1.0, threading.Event())

    assert _locked(bench, queue) <= 3_000
    assert sorted(numbers(received(source, 6_000))) == list(range(6_000))


def _locked(bench: Bench, queue: str) -> int:
    return sum(each.token is not None for each in bench.in_queue(queue))
