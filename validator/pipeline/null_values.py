"""Messages whose value is null: tombstones, which delete their key from a compacted Kafka topic."""

from enum import StrEnum
from typing import Final

from sluicegate.validator.model import Code, Unprocessable


class NullValues(StrEnum):
    """Treatment of messages with a null value.

    `PASS`: valid with any attributes: a tombstone has no data that a schema could describe.
    `CHECK`: checked as an empty payload. `DEAD_LETTER`: never valid.
    """

    PASS = "pass"  # noqa: S105 - not a password
    CHECK = "check"
    DEAD_LETTER = "dead_letter"


REJECTED: Final = Unprocessable(Code.PAYLOAD_MALFORMED, "The value is null, and null_values is dead_letter")
