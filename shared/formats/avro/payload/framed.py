"""Datums in the frame of Confluent's serializers: byte 0, the schema's id (4 bytes), the datum."""

from typing import Final

from sluicegate.shared.formats.avro.model import Schema
from sluicegate.shared.formats.avro.payload.effort import binary
from sluicegate.shared.formats.avro.payload.explanation import Explainer
from sluicegate.shared.formats.avro.payload.faults import AvroPayloadCode, fault_of
from sluicegate.shared.formats.avro.payload.places import PublicPlaces
from sluicegate.shared.formats.avro.payload.program import MAX_EMPTY, REFUSALS, reader
from sluicegate.shared.formats.effort import Effort
from sluicegate.shared.formats.engine import Fault, Rejection
from sluicegate.shared.model import Violation

MAGIC: Final = 0
FRAME: Final = 5
"""Bytes in front of the datum."""

_NO_DATUM: Final = (Violation("", AvroPayloadCode.NO_DATUM, "The payload is not a datum of the schema"),)


class FramedAvroValidator:
    """Accepts a frame with any id and one binary datum, as strictly as `AvroValidator`.

    The id is not resolved here. Byte positions in messages include the frame.
    """

    def __init__(self, schema: Schema) -> None:
        """Compile."""
        self._read = reader(schema)
        self._public = PublicPlaces(schema)
        self._explainer = Explainer(schema)

    def accepts(self, payload: bytes) -> bool:
        """Whether the payload is a frame and one datum."""
        if len(payload) < FRAME or payload[0] != MAGIC:
            return False
        try:
            return self._read(payload, FRAME, 0, [MAX_EMPTY]) == len(payload)
        except REFUSALS:
            return False

    def effort(self) -> Effort:
        """Linear in the payload."""
        return binary(self._explainer.schema)

    def public_path(self, path: str) -> str:
        """Return a JSON pointer without keys of maps and without indexes."""
        return self._public.path(path)

    def explain(self, payload: bytes, limit: int = 10) -> Rejection | None:
        """Return the violations of a payload; None if it is a frame and one datum.

        Paths are JSON pointers into the datum.
        """
        if self.accepts(payload):
            return None
        if len(payload) < FRAME or payload[0] != MAGIC:
            return Rejection(Fault.MALFORMED, (_frame_missing(payload),))
        found = self._explainer.faults(payload, FRAME, max(limit, 1))
        return Rejection(fault_of({each.code for each in found}), found or _NO_DATUM)


def _frame_missing(payload: bytes) -> Violation:
    has = f"begins with the byte {payload[0]}" if payload and payload[0] != MAGIC else f"has {len(payload)} bytes"
    message = (
        f"The payload {has}, and Confluent's frame is the byte 0 and four bytes of a schema's id. "
        "Write it with a serializer of Confluent's, or do not ask for the frame"
    )
    return Violation("", AvroPayloadCode.FRAME_MISSING, message)
