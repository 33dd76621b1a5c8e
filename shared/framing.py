"""Confluent's wire format: the schema of a payload or header, and the start of the payload.

The frame is the byte 0 and the schema's global id, four bytes big-endian; newer clients send a
header instead, the byte 1 and the schema's GUID. For Protobuf, the index of the message in its file
follows: the number of indexes, and the indexes, all as zigzag varints; a single 0 is short for "the
first". (Confluent's `AbstractKafkaSchemaSerDe`, `SchemaId` and `MessageIndexes`.)
"""

from typing import Final
from uuid import UUID

from sluicegate.shared.model import GlobalId

FRAME: Final = 5
"""Bytes in front of the payload."""
GUID_HEADER: Final = "__value_schema_id"

Path = tuple[int, ...]
"""Where a message is in its file: its number among the outermost ones, then among those inside it,
and so on.
"""

FIRST: Final[Path] = (0,)

_FRAME_MAGIC: Final = 0
_GUID_MAGIC: Final = 1
_GUID_END: Final = 17
_DEEPEST: Final = 100
_LONGEST_VARINT: Final = 5


class FramingWrong(Exception):
    """There is no frame, or it ends too soon. The text says so to a person."""


def global_id(payload: bytes) -> GlobalId:
    """The id in the frame. Raises `FramingWrong`."""
    if len(payload) < FRAME or payload[0] != _FRAME_MAGIC:
        has = f"begins with the byte {payload[0]}" if len(payload) >= FRAME else f"has {len(payload)} bytes"
        raise FramingWrong(f"The payload {has}; Confluent's frame is the byte 0 and four bytes of a schema's id")
    return GlobalId(int.from_bytes(payload[1:FRAME], "big"))


def guid(header: bytes) -> UUID:
    """The GUID in the header. Raises `FramingWrong`."""
    if len(header) < _GUID_END or header[0] != _GUID_MAGIC:
        raise FramingWrong(f"The attribute {GUID_HEADER!r} is not the byte 1 and sixteen bytes of a schema's GUID")
    return UUID(bytes=header[1:_GUID_END])


def path_in_header(header: bytes) -> Path:
    """The place of the message, from a header that has a GUID. Raises `FramingWrong`."""
    return FIRST if len(header) == _GUID_END else path(header, _GUID_END)[0]


def path(data: bytes, start: int) -> tuple[Path, int]:
    """Return the index of the message, and the offset of the rest. Raises `FramingWrong`."""
    count, at = _number(data, start)
    if count == 0:
        return FIRST, at
    if count > _DEEPEST:
        raise FramingWrong(f"The message is said to be {count} levels deep in its file")
    numbers: list[int] = []
    for _ in range(count):
        number, at = _number(data, at)
        numbers.append(number)
    return tuple(numbers), at


def frame(global_id: GlobalId, path: Path | None = None) -> bytes:
    """Return the bytes in front of a payload.

    `path` is the place of a Protobuf message in its file.
    """
    return bytes((_FRAME_MAGIC,)) + global_id.to_bytes(FRAME - 1, "big") + (b"" if path is None else _place(path))


def _place(path: Path) -> bytes:
    if path == FIRST:
        return _varint(0)
    return b"".join(map(_varint, (len(path), *path)))


def _varint(number: int) -> bytes:
    """Return a zigzag varint of a number that is not negative."""
    rest, parts = number << 1, bytearray()
    while rest > 0x7F:
        parts.append(rest & 0x7F | 0x80)
        rest >>= 7
    return bytes((*parts, rest))


def _number(data: bytes, start: int) -> tuple[int, int]:
    """A zigzag varint that is not negative, and where it ends."""
    found = 0
    for shift, at in enumerate(range(start, min(start + _LONGEST_VARINT, len(data)))):
        found |= (data[at] & 0x7F) << (7 * shift)
        if data[at] < 0x80:
            if found & 1:
                raise FramingWrong("The place of the message in its file has a negative number")
            return found >> 1, at + 1
    raise FramingWrong("The place of the message in its file ends too soon, or is too long")
