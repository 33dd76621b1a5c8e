"""Service Bus without a network: settings, conversion, and the state of locks."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from azure.servicebus import ServiceBusMessage
from azure.servicebus.amqp import AmqpMessageBodyType
from pydantic import ValidationError

from sluicegate.shared.formats import catalog
from sluicegate.validator.brokers.servicebus import conversion
from sluicegate.validator.brokers.servicebus.config import KEYLESS, Entity
from sluicegate.validator.brokers.servicebus.delivery import Delivery, LockedDeliveries
from sluicegate.validator.brokers.servicebus.ledger import Ledger
from sluicegate.validator.brokers.servicebus.settings import Destination, Source
from sluicegate.validator.errors import NotOffered, SinkFailed
from sluicegate.validator.model import DELIVERED, Code, Message, Undelivered, Unprocessable
from sluicegate.validator.model import Destination as Goal
from sluicegate.validator.modes.body_check import ENCODED_BODY, EncodedBodies
from sluicegate.validator.pipeline.check import Checks
from sluicegate.validator.pipeline.decider import ByAttributes
from sluicegate.validator.pipeline.process import Processor
from tests.fakes.schemas import FakeSchemas
from tests.fakes.validator import headers, stored

STRING = "Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=n;SharedAccessKey=s3cret"
SOURCE = {"broker": "servicebus", "connection_string": STRING, "queue": "q"}
DESTINATION = {"broker": "servicebus", "connection_string": STRING, "valid": "v", "dead_letter": "d"}


class Received:
    """The part of the library's message that the worker reads."""

    def __init__(self, body: object, kind: AmqpMessageBodyType, properties: Mapping[Any, Any] | None = None) -> None:
        self.body, self.body_type, self.application_properties = body, kind, properties
        self.session_id: str | None = None
        self.partition_key: str | None = None
        self.enqueued_time_utc = None


def read(received: Received) -> Message:
    return conversion.message_of(received, None)  # type: ignore[arg-type]  # as far as we look


def sent(message: Message, goal: Goal = Goal.VALID, *, sessions: bool = False) -> ServiceBusMessage:
    made = conversion.outgoing(message, goal, sessions=sessions)
    assert isinstance(made, ServiceBusMessage)
    return made


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"connection_string": None}, "either connection_string or namespace"),
        ({"namespace": "x.servicebus.windows.net"}, "either connection_string or namespace"),
        ({"connection_string": "Server=tcp:db"}, "Endpoint=sb://"),
        ({"queue": None}, "queue, or both topic and subscription"),
        ({"queue": None, "topic": "t"}, "queue, or both topic and subscription"),
        ({"topic": "t", "subscription": "s"}, "queue cannot be given together"),
        ({"sessions": -1}, "greater than or equal to 0"),
    ],
)
def test_mistakes_in_the_source_are_told(change: Mapping[str, object], told: str) -> None:
    with pytest.raises(ValidationError, match=told) as caught:
        Source.model_validate({**SOURCE, **change})
    assert "s3cret" not in str(caught.value)


def test_mistakes_in_the_destination_are_told() -> None:
    with pytest.raises(ValidationError, match="must be different"):
        Destination.model_validate({**DESTINATION, "dead_letter": "v"})


def test_secrets_are_not_shown() -> None:
    assert "s3cret" not in str(Source.model_validate(SOURCE).model_dump(mode="json"))
    assert "s3cret" not in repr(Destination.model_validate(DESTINATION))


def test_entities_are_named_by_their_paths() -> None:
    assert str(Entity("t", "s")) == "t/Subscriptions/s"
    assert str(Entity("q", dead_letters=True)) == "q/$DeadLetterQueue"
    assert Source.model_validate(SOURCE).address == "servicebus://q"


def test_an_entity_with_sessions_is_not_browsed() -> None:
    with pytest.raises(NotOffered, match="--topic"):
        Source.model_validate({**SOURCE, "sessions": 4}).browse(None, None)


@pytest.mark.parametrize(
    ("body", "kind", "payload"),
    [
        ([b"a", b"b"], AmqpMessageBodyType.DATA, b"ab"),
        ([], AmqpMessageBodyType.DATA, b""),
        (b"text", AmqpMessageBodyType.VALUE, b"text"),
        ("ä", AmqpMessageBodyType.VALUE, "ä".encode()),
        (None, AmqpMessageBodyType.VALUE, b""),
    ],
)
def test_bodies_of_any_kind_are_bytes(body: object, kind: AmqpMessageBodyType, payload: bytes) -> None:
    assert read(Received(body, kind)).payload == payload


@pytest.mark.parametrize(
    ("body", "kind", "encoded"),
    [
        ({b"a": [1, b"x"]}, AmqpMessageBodyType.VALUE, b"\x00\x53\x77"),
        (0, AmqpMessageBodyType.VALUE, b"\x00\x53\x77"),
        (True, AmqpMessageBodyType.VALUE, b"\x00\x53\x77"),
        ([[b"a", "b", 1], [2]], AmqpMessageBodyType.SEQUENCE, b"\x00\x53\x76"),
    ],
)
def test_body_that_is_no_bytes_is_encoded_and_rejected(body: object, kind: AmqpMessageBodyType, encoded: bytes) -> None:
    found = read(Received(body, kind))
    checks = Checks(FakeSchemas(stored()), catalog.engine, capacity=10)

    verdict = Processor(EncodedBodies(ByAttributes(checks))).judge(found._replace(headers=found.headers + headers()))

    assert (found.payload or b"").startswith(encoded)
    assert isinstance(verdict, Unprocessable)
    assert verdict.code is Code.PAYLOAD_MALFORMED
    assert f"AMQP {kind.value}" in verdict.reason


def forwarded(received: Received) -> ServiceBusMessage:
    """A message on its way from one entity to another."""
    for name in ("message_id", "content_type", "correlation_id", "subject", "to", "reply_to", "reply_to_session_id"):
        setattr(received, name, None)
    position = Delivery(received, uuid4(), 1, "lane", None, 0, 1)  # type: ignore[arg-type]  # as far as we look
    return sent(read(received)._replace(position=position), Goal.DEAD_LETTER)


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (b"text", AmqpMessageBodyType.VALUE, "text"),
        ({b"a": [1, b"\xff"]}, AmqpMessageBodyType.VALUE, {"a": [1, b"\xff"]}),
        ([[b"a", 1], [2]], AmqpMessageBodyType.SEQUENCE, [["a", 1], [2]]),
    ],
)
def test_body_keeps_its_kind_between_entities(body: object, kind: AmqpMessageBodyType, expected: object) -> None:
    made = forwarded(Received(body, kind))

    assert made.raw_amqp_message.body_type is kind
    found = made.raw_amqp_message.body
    assert (list(found) if kind is AmqpMessageBodyType.SEQUENCE else found) == expected
    assert ENCODED_BODY not in (made.application_properties or {})


def test_properties_keep_their_types_between_entities() -> None:
    time = datetime(2026, 1, 2, tzinfo=UTC)
    properties = {b"n": 5, b"f": 0.5, b"b": True, b"d": time, b"u": UUID(int=7), b"t": b"text", b"none": None}

    found = forwarded(Received([b"p"], AmqpMessageBodyType.DATA, properties)).application_properties

    expected = {"n": 5, "f": 0.5, "b": True, "d": time, "u": UUID(int=7), "t": "text", "none": ""}
    assert found == expected
    assert [type(value) for value in (found or {}).values()] == [type(value) for value in expected.values()]


def test_properties_of_any_type_are_text() -> None:
    properties = {b"t": "ä".encode(), b"n": 5, b"f": 0.5, b"b": False, b"none": None}

    assert read(Received([], AmqpMessageBodyType.DATA, properties)).headers == [
        ("t", "ä".encode()),
        ("n", b"5"),
        ("f", b"0.5"),
        ("b", b"false"),
        ("none", b""),
    ]


@pytest.mark.parametrize("key", [b"k", b"", b"\xff\x00", b"x" * 500, "ü".encode() * 100])
def test_a_key_is_a_session_id_and_comes_back(key: bytes) -> None:
    made = sent(Message(b"p", key, [("a", b"1")], 0, None))
    assert len(made.session_id or "") <= 128

    back = Received([b"p"], AmqpMessageBodyType.DATA, made.application_properties)
    back.session_id = made.session_id
    assert (read(back).key, read(back).headers) == (key, [("a", b"1")])


def test_no_key_is_no_session_unless_every_message_needs_one() -> None:
    message = Message(b"p", None, [], 0, None)
    assert sent(message).session_id is None
    assert sent(message, sessions=True).session_id == KEYLESS

    back = Received([b"p"], AmqpMessageBodyType.DATA)
    back.session_id = KEYLESS
    assert read(back).key is None


@pytest.mark.parametrize(
    "headers", [[("n" * 129, b"")], [("n", b"x" * 40_000)], [(f"n{n}", b"x" * 999) for n in range(40)]]
)
def test_valid_messages_with_too_much_are_told_and_dead_letters_are_cut(
    headers: list[tuple[str, bytes | None]],
) -> None:
    message = Message(b"p", None, [*headers, ("deadLetterErrorCode", b"x")], 0, None)

    assert isinstance(conversion.outgoing(message, Goal.VALID, sessions=False), str)
    kept = sent(message, Goal.DEAD_LETTER).application_properties or {}
    assert kept["deadLetterErrorCode"] == "x"
    assert sum(len(str(name)) + len(str(value)) for name, value in kept.items()) <= 32 * 1024


def delivery(since: float, until: float) -> Delivery:
    return Delivery(None, uuid4(), 1, "lane", None, since, until)  # type: ignore[arg-type]  # not looked at


def test_locks_are_renewed_in_the_second_half_of_their_time_and_not_for_ever() -> None:
    holdings = LockedDeliveries()
    early, late, old = delivery(100, 1030), delivery(100, 1012), delivery(10, 1012)
    for each in (early, late, old):
        holdings.add(each, now=1000)

    assert holdings.due(now=1000, since=50) == [late]
    assert holdings.due(now=1016, since=50) == [early, late]
    holdings.remove([late.token])
    assert holdings.of([early, late]) == [early.token]


def test_the_ledger_waits_for_all_and_then_begins_anew() -> None:
    ledger = Ledger()
    first, second = ledger.open(2), ledger.open(1)
    ledger.enter([first, first + 1], DELIVERED)
    assert ledger.close(0) is None
    ledger.enter([second], Undelivered("x"))
    ledger.break_off(Goal.VALID)

    assert ledger.close(0) == [DELIVERED, DELIVERED, Undelivered("x")]
    assert not ledger.broken(Goal.VALID)
    assert ledger.close(0) == []


def test_a_ledger_that_failed_says_so() -> None:
    ledger = Ledger()
    ledger.open(1)
    ledger.fail(SinkFailed("gone"))

    with pytest.raises(SinkFailed, match="gone"):
        ledger.close(0)
