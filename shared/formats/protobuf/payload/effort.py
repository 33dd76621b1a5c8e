"""Effort of payload checks for a schema.

A message takes at least two bytes, and memory for all its fields: so schemas with many fields in
one message multiply the memory of payloads, and those with many required fields multiply the work
of listing missing ones, which the library also does for the verdict.
"""

from collections.abc import Mapping
from typing import Final

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto

from sluicegate.shared.formats.effort import Effort, Linear

_MESSAGE: Final = 120.0
_FIELD: Final = 10.0
_REQUIRED: Final = 250.0
_EXPLAINED: Final = 3_000.0
_EXPLAINED_FIELD: Final = 25.0
"""Nanoseconds, for each byte."""

_MESSAGE_BYTES: Final = 100.0
_FIELD_BYTES: Final = 8.0
_REQUIRED_BYTES: Final = 60.0


def effort(messages: Mapping[str, DescriptorProto]) -> Effort:
    """The effort of payloads in which any of these messages may stand."""
    fields = max((len(each.field) for each in messages.values()), default=0)
    required = max((_required(each) for each in messages.values()), default=0)
    memory = _MESSAGE_BYTES + _FIELD_BYTES * fields + _REQUIRED_BYTES * required
    return Effort(
        verdict=Linear(_MESSAGE + _FIELD * fields + _REQUIRED * required, memory),
        reasons=Linear(_EXPLAINED + _EXPLAINED_FIELD * fields + 2 * _REQUIRED * required, 2 * memory),
    )


def _required(message: DescriptorProto) -> int:
    return sum(field.label == FieldDescriptorProto.LABEL_REQUIRED for field in message.field)
