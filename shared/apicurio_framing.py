"""The wire formats of Apicurio's serializers: the schema of a payload or header, and the start of the payload.

| release | in front of the payload | in headers instead |
|---|---|---|
| 1.x, 2.x | the byte 0 and the global id, eight bytes big-endian | `apicurio.value.globalId`, eight bytes |
| 1.x with `as-confluent`, 3.x | the byte 0 and the id (3.x: of the content), four bytes | `apicurio.value.contentId`, eight bytes |

The JSON serializer of 1.x writes the header `apicurio.globalId`. For Protobuf, a length and a message
with the name of the payload's type (field 1) follow the id. (Apicurio's `DefaultIdHandler`,
`Legacy4ByteIdHandler`, `HeaderUtils`, `JsonSchemaSerDeConstants`, `ProtobufKafkaSerializer`.)
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from sluicegate.shared.framing import FramingWrong
from sluicegate.shared.model import GlobalId

ID_HEADERS: Final = ("apicurio.value.globalId", "apicurio.globalId", "apicurio.value.contentId")
"""The headers with an id; the first that is there counts."""

ENCODING_HEADER: Final = "apicurio.value.encoding"
"""The encoding of an Avro payload: `BINARY` or `JSON`."""

_MAGIC: Final = 0
_SHORT, _LONG = 5, 9
_NO_SHORT_ID: Final = bytes(_SHORT)
_HEADER_SIZE: Final = 8
_NAME_TAG: Final = 0x0A
_MAX_VARINT: Final = 5


class IdBytes(StrEnum):
    """The bytes of an id in front of a payload."""

    FOUR = "4"
    EIGHT = "8"
    AUTO = "auto"
    """Eight where four of zero would follow the first byte, because ids begin at 1 and have at most 31 bits."""


def is_long(payload: bytes) -> bool:
    """Return whether the payload begins with an id of eight bytes; as one of four it would be 0, which is no id."""
    return payload[:_SHORT] == _NO_SHORT_ID and len(payload) >= _LONG


def frame(payload: bytes, id_bytes: IdBytes) -> bytes:
    """Return the bytes of the payload that hold the id. Raises `FramingWrong`."""
    long = id_bytes is IdBytes.EIGHT or (id_bytes is IdBytes.AUTO and is_long(payload))
    size = _LONG if long else _SHORT
    if len(payload) < size or payload[0] != _MAGIC:
        has = f"begins with the byte {payload[0]}" if len(payload) >= size else f"has {len(payload)} bytes"
        raise FramingWrong(f"The payload {has}; Apicurio's frame is the byte 0 and {size - 1} bytes of a schema's id")
    return payload[:size]


def framed_id(frame_bytes: bytes) -> GlobalId:
    """Return the id in a frame."""
    return GlobalId(int.from_bytes(frame_bytes[1:], "big"))


def header_id(attributes: Mapping[str, bytes | None]) -> GlobalId | None:
    """Return the id in the headers; None where no header has one. Raises `FramingWrong`."""
    for name in ID_HEADERS:
        value = attributes.get(name)
        if value:
            if len(value) != _HEADER_SIZE:
                raise FramingWrong(f"The attribute {name!r} has {len(value)} bytes; an id there has {_HEADER_SIZE}")
            return GlobalId(int.from_bytes(value, "big", signed=True))
    return None


def type_name(payload: bytes, start: int) -> tuple[str, int]:
    """Return the name of a Protobuf payload's type, and the place where the payload begins. Raises `FramingWrong`."""
    size, at = _varint(payload, start)
    end = at + size
    if end > len(payload) or not size or payload[at] != _NAME_TAG:
        raise FramingWrong("The payload does not begin with the name of its message type")
    length, name_at = _varint(payload, at + 1)
    try:
        name = payload[name_at:end].decode()
    except UnicodeDecodeError:
        raise FramingWrong("The name of the message type is not UTF-8 text") from None
    if name_at + length != end:
        raise FramingWrong("The name of the message type ends too soon")
    return name, end


def _varint(data: bytes, start: int) -> tuple[int, int]:
    found = 0
    for shift, at in enumerate(range(start, min(start + _MAX_VARINT, len(data)))):
        found |= (data[at] & 0x7F) << (7 * shift)
        if data[at] < 0x80:
            return found, at + 1
    raise FramingWrong("The name of the message type ends too soon, or is too long")
