"""Payload bytes -> verdict."""

from collections.abc import Sequence
from typing import Final

from google.protobuf.descriptor import Descriptor
from google.protobuf.message import DecodeError, EncodeError

from sluicegate.shared.errors import MessageTypeUnknown
from sluicegate.shared.formats.effort import Effort
from sluicegate.shared.formats.engine import Fault, Rejection
from sluicegate.shared.formats.protobuf.payload.effort import effort
from sluicegate.shared.formats.protobuf.payload.explanation import ProtobufPayloadCode, missing, undecodable, unknown
from sluicegate.shared.formats.protobuf.schema import ProtobufSchema
from sluicegate.shared.formats.public_paths import public_fields
from sluicegate.shared.model import Violation

REFUSALS: Final = (DecodeError, EncodeError)
"""Errors of google.protobuf for invalid bytes, and for the size of an incomplete message."""

_NAMES_SHOWN: Final = 10

_NO_MESSAGE: Final = (
    Violation("", ProtobufPayloadCode.FIELD_UNKNOWN, "The payload holds something that the schema does not have"),
)
"""The violation if the explanation finds none, which would be a bug: the verdict is kept."""


def _raise_if_full(error: Exception) -> None:
    """Raise `MemoryError` if there was no memory for the message: the verdict is unknown then."""
    if str(error).endswith("alloc failed"):
        raise MemoryError(str(error)) from error


class ProtobufValidator:
    """Accepts exactly one message of one type that decodes, is complete, and has nothing unknown.

    Unknown are undeclared field numbers, values of another wire type than the field's, and
    undeclared numbers of a closed enum, at any depth. An empty payload is a message without fields.
    """

    def __init__(self, schema: ProtobufSchema, message: Descriptor, refuse_unknown: bool) -> None:
        """Take a message of the schema."""
        self._schema = schema
        self._message = message
        self._refuse_unknown = refuse_unknown
        self._class = schema.classes[message.full_name]

    @property
    def message_type(self) -> str:
        """The full name of the message that payloads hold."""
        return str(self._message.full_name)

    def for_message(self, full_name: str) -> "ProtobufValidator":
        """The validator of another message of the schema's own file, nested ones included.

        Raises `MessageTypeUnknown`.

        Cheap, yet worth keeping: one for each pair of a schema and a name.
        """
        if full_name == self._message.full_name:
            return self
        for each in self._schema.own:
            if each.full_name == full_name:
                return ProtobufValidator(self._schema, each, self._refuse_unknown)
        names = [each.full_name for each in self._schema.own]
        shown = ", ".join(names[:_NAMES_SHOWN]) + (
            f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
        )
        raise MessageTypeUnknown(f"The schema has no message {full_name[:100]!r}. Use one of: {shown}")

    def message_at(self, path: Sequence[int]) -> str:
        """The full name of the message at a place in the schema's own file, map entries counted.

        Raises `MessageTypeUnknown`.
        """
        messages, names = self._schema.file.message_type, [self._schema.file.package]
        for number in path:
            if not 0 <= number < len(messages):
                raise MessageTypeUnknown(f"The schema has no message at the place {list(path)} in its file")
            names.append(messages[number].name)
            messages = messages[number].nested_type
        return ".".join(filter(None, names))

    def accepts(self, payload: bytes) -> bool:
        """Return whether the payload is one message.

        One with anything unknown in it gets smaller without it.

        `IsInitialized` comes before `ByteSize`: upb crashes over the size of a map whose values
        lack required fields, instead of raising `EncodeError`.
        """
        try:
            message = self._class.FromString(payload)
            if not message.IsInitialized():
                return False
            if not self._refuse_unknown:
                return True
            size = message.ByteSize()
            message.DiscardUnknownFields()
            return size == message.ByteSize()
        except REFUSALS as error:
            _raise_if_full(error)
            return False

    def effort(self) -> Effort:
        """Linear in the payload."""
        return effort(self._schema.messages)

    def public_path(self, path: str) -> str:
        """Return a path without keys of maps, indexes, and numbers of unknown fields."""
        return public_fields(path, self._schema.field_names)

    def explain(self, payload: bytes, limit: int = 10) -> Rejection | None:
        """Return the violations of an invalid payload. Paths look like `order.items[2].sku`."""
        if self.accepts(payload):
            return None
        most = max(limit, 1)
        try:
            message = self._class.FromString(payload)
        except DecodeError as error:
            return Rejection(Fault.MALFORMED, (undecodable(error, self._message),))
        found = missing(message, most)
        if self._refuse_unknown and len(found) < most:
            found += unknown(message, most - len(found))
        return Rejection(Fault.INVALID, found or _NO_MESSAGE)
