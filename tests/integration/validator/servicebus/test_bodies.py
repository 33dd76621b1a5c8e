"""Bodies and properties that only AMQP has, through the real client from one queue to another."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from azure.servicebus import ServiceBusClient
from azure.servicebus.amqp import AmqpAnnotatedMessage, AmqpMessageBodyType

from sluicegate.validator.brokers.servicebus.conversion import message_of
from sluicegate.validator.brokers.servicebus.delivery import Delivery
from sluicegate.validator.model import DELIVERED, Destination
from sluicegate.validator.modes.body_check import ENCODED_BODY
from tests.fixtures.servicebus import MakeQueue
from tests.fixtures.servicebus_server import ServiceBusServer
from tests.integration.validator.servicebus.test_adapter import Bench, confirmed, received


@pytest.fixture
def bench(servicebus_server: ServiceBusServer) -> Iterator[Bench]:
    made = Bench(servicebus_server)
    yield made
    for each in reversed(made.opened):
        each.close()


def forwarded(bench: Bench, make_queue: MakeQueue, message: AmqpAnnotatedMessage) -> tuple[Any, list[str]]:
    """Return the message in the second queue, and the names of the headers in the worker."""
    first, second = make_queue(), make_queue()
    with ServiceBusClient.from_connection_string(bench.server.connection_string) as client:
        with client.get_queue_sender(first) as sender:
            sender.send_messages(message)
        (found,) = received(bench.source(first), 1)
        sink = bench.sink(second)
        sink.send(Destination.VALID, [found])
        assert confirmed(sink) == [DELIVERED]
        with client.get_queue_receiver(second) as receiver:
            (arrived,) = receiver.receive_messages(1, max_wait_time=30)
            receiver.complete_message(arrived)
    return arrived, [name for name, _ in found.headers]


@pytest.mark.parametrize("value", ["text", {"a": [1, "x", None]}, 5, [1, 2]], ids=lambda each: type(each).__name__)
def test_value_body_arrives_as_a_value(bench: Bench, make_queue: MakeQueue, value: Any) -> None:
    arrived, names = forwarded(bench, make_queue, AmqpAnnotatedMessage(value_body=value))

    assert arrived.body_type is AmqpMessageBodyType.VALUE
    assert _texts(arrived.body) == value
    assert (ENCODED_BODY in names) is not isinstance(value, str)


def test_sequence_body_arrives_as_a_sequence(bench: Bench, make_queue: MakeQueue) -> None:
    arrived, names = forwarded(bench, make_queue, AmqpAnnotatedMessage(sequence_body=[1, "x"]))

    assert arrived.body_type is AmqpMessageBodyType.SEQUENCE
    assert _texts(list(arrived.body)) == [[1, "x"]], "one section"
    assert ENCODED_BODY in names


def test_properties_keep_their_types(bench: Bench, make_queue: MakeQueue) -> None:
    properties: dict[str | bytes, Any] = {
        "number": 7,
        "large": {"TYPE": "LONG", "VALUE": 1 << 40},  # as the library wants it to be said
        "half": 0.5,
        "flag": True,
        "time": datetime(2026, 1, 2, tzinfo=UTC),
        "id": UUID(int=9),
        "text": "7",
    }
    message: Any = AmqpAnnotatedMessage(data_body=b"{}", application_properties=properties)  # type: ignore[arg-type]  # any name

    arrived, _ = forwarded(bench, make_queue, message)

    found = {name.decode(): _texts(value) for name, value in arrived.application_properties.items()}
    milliseconds = found.pop("time")
    del properties["time"]
    assert found == properties | {"large": 1 << 40}
    assert [type(found[name]) for name in ("number", "large", "half", "flag", "text")] == [int, int, float, bool, str]
    assert milliseconds == datetime(2026, 1, 2, tzinfo=UTC).timestamp() * 1000, "which is how the client gives times"


def _texts(value: Any) -> Any:
    """The client gives texts as bytes."""
    match value:
        case bytes():
            return value.decode()
        case list():
            return [_texts(each) for each in value]
        case dict():
            return {_texts(name): _texts(each) for name, each in value.items()}
    return value


@pytest.mark.parametrize("value", [1 << 40, 1 << 63, 0, False])
def test_value_body_that_the_library_cannot_write_arrives_as_data(
    bench: Bench, make_queue: MakeQueue, value: int
) -> None:
    position = Delivery(_Received(value), uuid4(), 1, "lane", None, 0, 1)  # type: ignore[arg-type]  # as far as we look
    found = message_of(position.received, position)
    queue = make_queue()
    sink = bench.sink(queue)

    sink.send(Destination.VALID, [found])

    assert confirmed(sink) == [DELIVERED]
    assert found.payload
    assert bench.in_queue(queue)[0].payload == found.payload


class _Received:
    """The part of the library's message that the worker reads."""

    body_type = AmqpMessageBodyType.VALUE
    application_properties = session_id = partition_key = enqueued_time_utc = None
    message_id = content_type = correlation_id = subject = to = reply_to = reply_to_session_id = None

    def __init__(self, body: object) -> None:
        self.body = body
