"""An Avro schema compiled for checking payloads."""

from typing import Final

from sluicegate.shared.formats.avro.fingerprint import fingerprint
from sluicegate.shared.formats.avro.model import Schema
from sluicegate.shared.formats.avro.payload.effort import binary
from sluicegate.shared.formats.avro.payload.explanation import Explainer
from sluicegate.shared.formats.avro.payload.faults import AvroPayloadCode, fault_of
from sluicegate.shared.formats.avro.payload.places import PublicPlaces
from sluicegate.shared.formats.avro.payload.program import MAX_EMPTY, REFUSALS, reader
from sluicegate.shared.formats.effort import Effort
from sluicegate.shared.formats.engine import Fault, Rejection
from sluicegate.shared.model import Violation

MARK: Final = b"\xc3\x01"
"""First bytes of single-object encoding; a fingerprint of eight bytes follows, lowest first."""

HEADER: Final = len(MARK) + 8

_NO_DATUM: Final = (Violation("", AvroPayloadCode.NO_DATUM, "The payload is not a datum of the schema"),)
"""The violation if the explanation finds none, which would be a bug: the verdict is kept."""


class AvroValidator:
    """Accepts exactly one binary datum, bare or in single-object encoding.

    Stricter than decoders: no further bytes, no negative index, no overlong number, booleans of 0
    and 1, UTF-8 in strings, decimals within their precision, UUIDs of RFC 4122, true block sizes.
    Limits: 200 levels and 100,000 items without bytes. Dates and times of all values are accepted.
    """

    def __init__(self, schema: Schema) -> None:
        """Compile."""
        self._read = reader(schema)
        self._public = PublicPlaces(schema)
        self._explainer = Explainer(schema)
        self._header = MARK + fingerprint(schema).to_bytes(8, "little")

    def accepts(self, payload: bytes) -> bool:
        """Whether the payload is one datum."""
        try:
            if self._read(payload, 0, 0, [MAX_EMPTY]) == len(payload):
                return True
        except REFUSALS:
            pass
        return payload.startswith(self._header) and self._fits(payload, HEADER)

    def _fits(self, payload: bytes, start: int) -> bool:
        try:
            return self._read(payload, start, 0, [MAX_EMPTY]) == len(payload)
        except REFUSALS:
            return False

    def effort(self) -> Effort:
        """Linear in the payload."""
        return binary(self._explainer.schema)

    def public_path(self, path: str) -> str:
        """Return a JSON pointer without keys of maps and without indexes."""
        return self._public.path(path)

    def explain(self, payload: bytes, limit: int = 10) -> Rejection | None:
        """Return the violations of a payload that is not one datum; None if it is valid.

        Paths are JSON pointers into the datum.
        """
        if self.accepts(payload):
            return None
        if payload.startswith(MARK) and len(payload) >= HEADER and not payload.startswith(self._header):
            return Rejection(Fault.MALFORMED, (self._other_fingerprint(payload),))
        start = HEADER if payload.startswith(self._header) else 0
        found = self._explainer.faults(payload, start, max(limit, 1))
        return Rejection(fault_of({each.code for each in found}), found or _NO_DATUM)

    def _other_fingerprint(self, payload: bytes) -> Violation:
        names = [f"{int.from_bytes(each[2:HEADER], 'little'):016x}" for each in (payload, self._header)]
        message = (
            f"The payload is in single-object encoding of the schema {names[0]}, and this is the schema {names[1]}"
        )
        return Violation("", AvroPayloadCode.FINGERPRINT_MISMATCH, message)
