"""A compiled Avro schema for payloads in JSON encoding (specification 1.12, "JSON Encoding")."""

from itertools import islice
from typing import Final

import orjson

from sluicegate.shared.formats.avro.model import Schema
from sluicegate.shared.formats.avro.payload import effort
from sluicegate.shared.formats.avro.payload.json_checks import check
from sluicegate.shared.formats.avro.payload.json_explanation import JsonExplainer
from sluicegate.shared.formats.avro.payload.json_faults import JsonCode
from sluicegate.shared.formats.avro.payload.json_names import has_repeats, repeats
from sluicegate.shared.formats.avro.payload.places import PublicPlaces
from sluicegate.shared.formats.avro.refusals import MAX_QUOTE_LENGTH, quoted
from sluicegate.shared.formats.effort import Effort
from sluicegate.shared.formats.engine import Fault, Rejection
from sluicegate.shared.model import Violation

_NO_DATUM: Final = (Violation("", JsonCode.NO_DATUM, "The payload is not a datum of the schema"),)
"""The violation if the explanation finds none, which would be a bug: the verdict is kept."""


class AvroJsonValidator:
    """Takes exactly one datum of the schema in JSON encoding, in UTF-8.

    Strict where decoders are not: every field is there and no other, also where the schema has
    defaults; no name twice in an object; whole numbers without fraction and exponent, within their
    range; only numbers that a float can hold. Fields may come in any order. At most 200 levels deep
    where the schema sets no limit of its own.
    """

    def __init__(self, schema: Schema) -> None:
        """Compile."""
        self._refuses = check(schema)
        self._public = PublicPlaces(schema)
        self._explainer = JsonExplainer(schema)

    def accepts(self, payload: bytes) -> bool:
        """Whether the payload is one datum."""
        try:
            value = orjson.loads(payload)
        except orjson.JSONDecodeError:
            return False
        return not self._refuses(value, 0) and not has_repeats(payload, value)

    def effort(self) -> Effort:
        """Return an effort that is linear in the payload, for every schema."""
        return effort.JSON

    def public_path(self, path: str) -> str:
        """Return a JSON pointer without keys of maps and without indexes."""
        return self._public.path(path)

    def explain(self, payload: bytes, limit: int = 10) -> Rejection | None:
        """Return the violations of a payload that is not one datum; None if it is valid.

        Paths are JSON pointers into the payload.
        """
        try:
            value = orjson.loads(payload)
        except orjson.JSONDecodeError as error:
            return _unread(error)
        most = max(limit, 1)
        if self._refuses(value, 0):
            return Rejection(Fault.INVALID, self._explainer.faults(value, most) or _NO_DATUM)
        return Rejection(Fault.INVALID, _repeated(payload, most)) if has_repeats(payload, value) else None


def _unread(error: orjson.JSONDecodeError) -> Rejection:
    if error.msg.startswith("depth limit"):
        found = Violation("", JsonCode.NESTED_TOO_DEEPLY, "The JSON is nested more than 1024 levels deep")
        return Rejection(Fault.INVALID, (found,))
    message = f"The payload is not JSON: {error.msg} (line {error.lineno}, column {error.colno})"
    return Rejection(Fault.MALFORMED, (Violation("", JsonCode.JSON_MALFORMED, message),))


def _repeated(payload: bytes, limit: int) -> tuple[Violation, ...]:
    found = [
        (path, f"The name {quoted(name[: MAX_QUOTE_LENGTH + 1])}") for path, name in islice(repeats(payload), limit)
    ]
    return tuple(
        Violation(path, JsonCode.KEY_REPEATED, f"{what} stands twice in an object")
        for path, what in found or [("", "A name")]
    )
