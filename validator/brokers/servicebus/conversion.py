"""Messages as Service Bus has them, and back: the rules of docs/reference/brokers/conversion.md."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from azure.servicebus import ServiceBusMessage, ServiceBusReceivedMessage
from azure.servicebus.amqp import AmqpMessageBodyType

from sluicegate.validator.brokers.servicebus import bodies
from sluicegate.validator.brokers.servicebus.config import KEYLESS, LIMITS
from sluicegate.validator.brokers.servicebus.delivery import Delivery
from sluicegate.validator.brokers.translation import attributes_of, excess, fitted, key_and_headers, key_text
from sluicegate.validator.model import Destination, Message
from sluicegate.validator.modes.body_check import ENCODED_BODY

_CARRIED = ("message_id", "content_type", "correlation_id", "subject", "to", "reply_to", "reply_to_session_id")
"""Fields of a Service Bus message that it keeps on its way to another entity."""


def message_of(received: ServiceBusReceivedMessage, position: object) -> Message:
    """A message as the worker knows it."""
    key, headers = key_and_headers(key_of(received), attributes(received), LIMITS.key)
    body = payload(received)
    if body is None:
        headers = [*headers, (ENCODED_BODY, received.body_type.value.encode())]
        body = bodies.encoded(received.body_type, received.body)
    return Message(body, key, headers, milliseconds(received.enqueued_time_utc), position)


def key_of(received: ServiceBusReceivedMessage) -> str:
    """The text that keeps order: the session id, or the partition key; empty when it has neither."""
    session = received.session_id or received.partition_key or ""
    return "" if session == KEYLESS else session


def payload(received: ServiceBusReceivedMessage) -> bytes | None:
    """The body's bytes: data, or an AMQP value that is bytes or a text, as JMS clients send it.

    None for all else.
    """
    match received.body_type:
        case AmqpMessageBodyType.DATA:
            return b"".join(received.body)
        case AmqpMessageBodyType.VALUE:
            body = received.body
            if body is None or isinstance(body, bytes | str):
                return _text(body).encode() if isinstance(body, str) else body or b""
    return None


def attributes(received: ServiceBusReceivedMessage) -> Mapping[str, str]:
    """Return the application properties of all types as text."""
    found = received.application_properties or {}
    return {_text(name): _text(value) for name, value in found.items()}


def milliseconds(time: datetime | None) -> int:
    """Milliseconds since 1970; 0 for no time."""
    return 0 if time is None else int(time.replace(tzinfo=time.tzinfo or UTC).timestamp() * 1000)


def outgoing(message: Message, destination: Destination, *, sessions: bool) -> ServiceBusMessage | str:
    """Convert a message for the service, or describe the part of a valid message that is too large.

    No part of a valid message may be left out.
    """
    payload, key, headers, _, position = message
    properties = attributes_of(headers, key, LIMITS)
    if destination is Destination.DEAD_LETTER:
        properties = fitted(properties, LIMITS)
    elif why := excess(properties, LIMITS):
        return why
    keyless = KEYLESS if sessions else None
    session = keyless if key is None else key_text(key, LIMITS.key)
    received = position.received if isinstance(position, Delivery) else None
    carried = {} if received is None else _carried(received)
    typed = properties if received is None else _typed(properties, received)
    made = ServiceBusMessage(
        payload or b"", application_properties=cast("dict[Any, Any]", typed), session_id=session, **carried
    )
    if received is not None and payload and bodies.can_be_kept(received.body_type, received.body):
        made = bodies.as_received(made, received.body_type, received.body)
    return made


def _typed(properties: dict[str, str], received: ServiceBusReceivedMessage) -> dict[str, Any]:
    """Restore the types of properties (numbers, booleans, times) whose text is unchanged."""
    typed: dict[str, Any] = {name: value for name, value in properties.items() if name != ENCODED_BODY}
    for key, value in (received.application_properties or {}).items():
        name = _text(key)
        if not isinstance(value, bytes | str) and value is not None and typed.get(name) == _text(value):
            typed[name] = bodies.writable(value)
    return typed


def _carried(received: ServiceBusReceivedMessage) -> dict[str, Any]:
    values = {name: getattr(received, name) for name in _CARRIED}
    return {name: value for name, value in values.items() if value is not None}


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bytes():
            return value.decode(errors="replace")
        case bool():
            return "true" if value else "false"
        case str() | int() | float() | UUID():
            return str(value)
    return str(value)
