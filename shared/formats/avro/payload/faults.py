"""Codes of invalid payloads, and the fault of each."""

from enum import StrEnum
from typing import Final

from sluicegate.shared.formats.engine import Fault


class AvroPayloadCode(StrEnum):
    """The closed set of codes of payload violations."""

    TRUNCATED = "truncated"
    LEFT_OVER = "left_over"
    NUMBER_TOO_LONG = "number_too_long"
    LENGTH_NEGATIVE = "length_negative"
    BOOLEAN_INVALID = "boolean_invalid"
    UTF8_INVALID = "utf8_invalid"
    UNION_INDEX_INVALID = "union_index_invalid"
    BLOCK_SIZE_INVALID = "block_size_invalid"
    TOO_MANY_ITEMS = "too_many_items"
    NESTED_TOO_DEEPLY = "nested_too_deeply"
    NO_DATUM = "no_datum"
    FINGERPRINT_MISMATCH = "fingerprint_mismatch"
    FRAME_MISSING = "frame_missing"
    ENUM_INDEX_INVALID = "enum_index_invalid"
    DECIMAL_INVALID = "decimal_invalid"
    UUID_INVALID = "uuid_invalid"


INVALID: Final = frozenset(
    {AvroPayloadCode.ENUM_INDEX_INVALID, AvroPayloadCode.DECIMAL_INVALID, AvroPayloadCode.UUID_INVALID}
)
"""Codes of values that break a rule of their type in readable bytes: `Fault.INVALID`.

All other codes mean that the bytes are no encoding of the type: `Fault.MALFORMED`.
"""


def fault_of(codes: set[str]) -> Fault:
    """The fault of a payload with these codes: malformed as soon as one of them is."""
    return Fault.INVALID if codes and codes <= INVALID else Fault.MALFORMED
