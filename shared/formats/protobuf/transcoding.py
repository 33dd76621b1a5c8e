"""Payloads from JSON, and as JSON, in Protobuf's JSON mapping. Fields keep the names of the schema."""

import json
from typing import Any

from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import DecodeError, EncodeError, Message

from sluicegate.shared.errors import MessageTypeUnknown, PayloadUnusable
from sluicegate.shared.formats.protobuf.schema import ProtobufSchema

_NAMES_SHOWN = 10


def encoded(schema: ProtobufSchema, text: str, message_type: str | None) -> bytes:
    """Return the message that a JSON text describes.

    Raises `PayloadUnusable` and `MessageTypeUnknown`.
    """
    message = _empty(schema, message_type)
    # google.protobuf accepts an empty list for a message without fields
    if not text.lstrip().startswith("{"):
        raise PayloadUnusable(f"The text is no {_found(schema, message_type).full_name}: it is not a JSON object")
    try:
        json_format.Parse(text, message, descriptor_pool=schema.pool)
        return message.SerializeToString()
    except (json_format.ParseError, EncodeError, RecursionError) as error:
        raise PayloadUnusable(f"The text is no {_found(schema, message_type).full_name}: {_line(error)}") from error


def decoded(schema: ProtobufSchema, payload: bytes, message_type: str | None) -> str:
    """Return a message as JSON in one line. Raises `PayloadUnusable` and `MessageTypeUnknown`."""
    message = _empty(schema, message_type)
    try:
        message.MergeFromString(payload)
        value: Any = json_format.MessageToDict(message, preserving_proto_field_name=True, descriptor_pool=schema.pool)
    except (json_format.SerializeToJsonError, DecodeError, TypeError, RecursionError) as error:
        raise PayloadUnusable(f"The payload is no {_found(schema, message_type).full_name}: {_line(error)}") from error
    return json.dumps(value, ensure_ascii=False)


def place(schema: ProtobufSchema, message_type: str | None) -> tuple[int, ...]:
    """Return the place of a message in its file: among the outermost, then among those inside it.

    Map entries count.
    """
    wanted = _found(schema, message_type)
    names = []
    scope: Descriptor | None = wanted
    while scope is not None:
        names.append(scope.name)
        scope = scope.containing_type
    messages, found = schema.file.message_type, []
    for name in reversed(names):
        at = next(place for place, each in enumerate(messages) if each.name == name)
        found.append(at)
        messages = messages[at].nested_type
    return tuple(found)


def _empty(schema: ProtobufSchema, message_type: str | None) -> Message:
    return schema.classes[_found(schema, message_type).full_name]()


def _found(schema: ProtobufSchema, message_type: str | None) -> Descriptor:
    own = schema.top_level[:1] if message_type is None else schema.own
    for each in own:
        if message_type in (None, each.full_name, each.name):
            return each
    names = ", ".join(each.full_name for each in schema.own[:_NAMES_SHOWN]) or "none"
    raise MessageTypeUnknown(f"The schema has no message {message_type or ''!r}. Its messages: {names}")


def _line(error: Exception) -> str:
    """Return an error's text in one line."""
    return " ".join(str(error).split())
