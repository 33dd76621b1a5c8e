"""Explanations of invalid payloads, with paths."""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from itertools import islice
from typing import Any, Final, TypeAlias, cast

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.unknown_fields import UnknownFieldSet

from sluicegate.shared.model import Violation


class ProtobufPayloadCode(StrEnum):
    """The closed set of codes of payload violations."""

    UNDECODABLE = "undecodable"
    UTF8_INVALID = "utf8_invalid"
    NESTED_TOO_DEEPLY = "nested_too_deeply"
    REQUIRED_MISSING = "required_missing"
    FIELD_UNKNOWN = "field_unknown"
    WIRE_TYPE_WRONG = "wire_type_wrong"
    ENUM_VALUE_UNKNOWN = "enum_value_unknown"
    MAP_ENTRY_INVALID = "map_entry_invalid"


MAX_DEPTH: Final = 100
"""Maximum of nested messages in upb."""

MAX_EXPLAINED: Final = 1000
"""Unknown things in one payload that are put into words, of which there may be hundreds of
thousands alike.
"""

_WIRE_TYPES: Final = ("a varint", "64 bits", "a length and bytes", "a group", "the end of a group", "32 bits")
_VARINT: Final = 0
_LENGTH: Final = 2

Place: TypeAlias = tuple[str, Message]
"""The way to a message, and the message."""


_Name: TypeAlias = Callable[[FieldDescriptor], str]
_Key: TypeAlias = Callable[[object], str]


def undecodable(error: DecodeError, message: Descriptor) -> Violation:
    """Return the violation for an error of the decoder."""
    said = str(error)
    name = message.full_name
    if "UTF-8" in said:
        return Violation(
            "", ProtobufPayloadCode.UTF8_INVALID, f"The payload is not a {name}: a string in it is not UTF-8"
        )
    if "MaxDepth" in said:
        return Violation(
            "", ProtobufPayloadCode.NESTED_TOO_DEEPLY, f"The payload is nested more than {MAX_DEPTH} messages deep"
        )
    return Violation(
        "",
        ProtobufPayloadCode.UNDECODABLE,
        f"The payload is not a {name}: it is cut off, or not in Protobuf's wire format",
    )


def missing(message: Message, limit: int) -> tuple[Violation, ...]:
    """Return the required fields that are missing, outer messages first.

    Walks the message itself: the library's `FindInitializationErrors` crashes over maps whose
    values lack required fields.
    """
    if message.IsInitialized():
        return ()
    return tuple(
        Violation(
            path, ProtobufPayloadCode.REQUIRED_MISSING, f"The required field {path.rpartition('.')[2]} is missing"
        )
        for path in islice(_missing(message), limit)
    )


def unknown(message: Message, limit: int) -> tuple[Violation, ...]:
    """Return the unknown parts at any depth, each once."""
    found: dict[Violation, None] = {}
    for each in islice(_unknown(message), MAX_EXPLAINED):
        found[each] = None
        if len(found) == limit:
            break
    return tuple(found)


def _missing(root: Message) -> Iterator[str]:
    """Yield the paths in the library's spelling: quoted map keys, extensions by plain names."""
    for path, message in _messages(root, lambda field: field.name, _quoted):
        for field in _required(cast("Descriptor", message.DESCRIPTOR)):
            if not message.HasField(field.name):
                yield f"{path}.{field.name}" if path else field.name


def _required(message: Descriptor) -> Iterator[FieldDescriptor]:
    return (field for field in message.fields if field.is_required)


def _quoted(key: object) -> str:
    return f'"{key}"' if isinstance(key, str) else str(key)


def _unknown(root: Message) -> Iterator[Violation]:
    for path, message in _messages(root, _name, str):
        # the stubs do not declare it as iterable
        fields = cast("Iterable[Any]", UnknownFieldSet(message))
        yield from (_violation(path, cast("Descriptor", message.DESCRIPTOR), each) for each in fields)


def _messages(root: Message, name: _Name, key: _Key) -> Iterator[Place]:
    """Yield a message and all messages in it, outer ones before inner ones.

    The iterators are as many as the message is deep, not as it is long.
    """
    waiting: list[Iterator[Place]] = [iter([("", root)])]
    while waiting:
        place = next(waiting[-1], None)
        if place is None:
            waiting.pop()
            continue
        yield place
        waiting.append(_inside(*place, name, key))


def _inside(path: str, message: Message, name: _Name, key: _Key) -> Iterator[Place]:
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        here = f"{path}.{name(field)}" if path else name(field)
        if field.message_type.GetOptions().map_entry:
            if field.message_type.fields_by_name["value"].message_type is not None:
                yield from ((f"{here}[{key(each)}]", value[each]) for each in value if _readable(each))
        elif field.is_repeated:
            yield from ((f"{here}[{index}]", each) for index, each in enumerate(value))
        else:
            yield here, value


def _readable(key: object) -> bool:
    """Return whether the library can look up a map key.

    proto2 permits strings that are not UTF-8, which it cannot.
    """
    return not isinstance(key, bytes)


def _name(field: FieldDescriptor) -> str:
    return f"({field.full_name})" if field.is_extension else field.name


def _violation(path: str, message: Descriptor, found: Any) -> Violation:
    """`found` is an unknown field: number, wire type, and data."""
    field = message.fields_by_number.get(found.field_number)
    step = str(field.name if field else found.field_number)
    where = f"{path}.{step}" if path else step
    if field is None:
        written = _WIRE_TYPES[found.wire_type]
        text = (
            f"The message {message.full_name} has no field {found.field_number}, which is in the payload as {written}"
        )
        return Violation(where, ProtobufPayloadCode.FIELD_UNKNOWN, text)
    return Violation(where, *_misfit(field, found))


def _misfit(field: FieldDescriptor, found: Any) -> tuple[ProtobufPayloadCode, str]:
    """Why a value of a known field's number is not one of the field's."""
    label = f"The field {field.name} ({field.number})"
    if field.enum_type is not None and found.wire_type == _VARINT:
        value = f"{_signed(found.data)}, which the enum {field.enum_type.full_name} does not have"
        return ProtobufPayloadCode.ENUM_VALUE_UNKNOWN, f"{label} holds {value}"
    if field.message_type is not None and found.wire_type == _LENGTH:
        return (
            ProtobufPayloadCode.MAP_ENTRY_INVALID,
            f"{label} has a map entry that holds more than the key and value of its types",
        )
    written = _WIRE_TYPES[found.wire_type]
    return (
        ProtobufPayloadCode.WIRE_TYPE_WRONG,
        f"{label} is in the payload as {written}, which is not how its type is written",
    )


def _signed(varint: int) -> int:
    return varint - (1 << 64) if varint >> 63 else varint
