"""Bodies of AMQP messages that are a value or a sequence, not data.

The client library reads texts and bytes alike as bytes, so bytes that are UTF-8 are written as text
again.
"""

from typing import Any, cast

from azure.servicebus import ServiceBusMessage
from azure.servicebus._pyamqp._encode import encode_value
from azure.servicebus._pyamqp.types import TYPE, VALUE, AMQPTypes
from azure.servicebus.amqp import AmqpAnnotatedMessage, AmqpMessageBodyType

from sluicegate.shared.logs import logger

_INT, _LONG = 1 << 31, 1 << 63
_SEQUENCE, _VALUE = 0x76, 0x77
"""The descriptors of the sections (AMQP 1.0, part 3.2)."""


def encoded(kind: AmqpMessageBodyType, body: Any) -> bytes:
    """Return the body in AMQP's encoding: sections as AMQP 1.0, part 3.2 has them.

    Empty when the library cannot write it.
    """
    code, values = (_VALUE, [writable(body)]) if kind is AmqpMessageBodyType.VALUE else (_SEQUENCE, _rows(body))
    output = bytearray()
    try:
        for value in values:
            described = value if isinstance(value, dict) and TYPE in value else {TYPE: None, VALUE: value}
            section = ({TYPE: AMQPTypes.ulong, VALUE: code}, described)
            encode_value(output, {TYPE: AMQPTypes.described, VALUE: section})
        return bytes(output)
    except (TypeError, ValueError, AttributeError) as error:
        logger().warning("AMQP body cannot be encoded", detail=str(error))
        return b""


def can_be_kept(kind: AmqpMessageBodyType, body: Any) -> bool:
    """Return whether the library can send such a body.

    It sends no zero or empty values, nor numbers over 32 bits.
    """
    if kind is AmqpMessageBodyType.DATA:
        return False
    large = isinstance(body, int) and isinstance(writable(body), dict)
    return kind is AmqpMessageBodyType.SEQUENCE or (bool(body) and not large)


def as_received(message: ServiceBusMessage, kind: AmqpMessageBodyType, body: Any) -> ServiceBusMessage:
    """Return the message with a body of the kind that it came with.

    The public constructor takes data alone.
    """
    # its own constructor accepts fewer types of names than it has
    made: Any = message.raw_amqp_message
    sections: Any = (
        {"value_body": writable(body)} if kind is AmqpMessageBodyType.VALUE else {"sequence_body": _rows(body)}
    )
    cast("Any", message)._raw_amqp_message = AmqpAnnotatedMessage(
        header=made.header,
        properties=made.properties,
        annotations=made.annotations,
        application_properties=made.application_properties,
        **sections,
    )
    return message


def _rows(body: Any) -> list[Any]:
    rows = [writable(each) for each in body]
    return rows if all(isinstance(each, list) for each in rows) else [rows]


def writable(value: Any) -> Any:
    """A value as the library writes it: texts are texts, and numbers over 32 bits say so."""
    match value:
        case bytes():
            try:
                return value.decode()
            except UnicodeDecodeError:
                return value
        case bool():
            return value
        case int():
            return _number(value)
        case list() | tuple():
            return [writable(each) for each in value]
        case dict():
            return {writable(name): writable(each) for name, each in value.items()}
    return value


def _number(value: int) -> Any:
    if -_INT <= value < _INT:
        return value
    if -_LONG <= value < _LONG:
        return {TYPE: AMQPTypes.long, VALUE: value}
    return {TYPE: AMQPTypes.ulong, VALUE: value}
