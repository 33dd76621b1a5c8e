"""Dead-letter messages: the original, with the reason and the origin as attributes.

The worker's attributes precede those of the message, so limits of a broker never cost the reason.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

import orjson

from sluicegate.shared.model import Violation
from sluicegate.validator.model import Code, Header, Headers, Message, Rejected
from sluicegate.validator.pipeline import envelope

CATEGORY = "deadLetterErrorCategory"
REASON = "deadLetterErrorReason"
CODE = "deadLetterErrorCode"
ERRORS = "deadLetterErrors"
SOURCE = "deadLetterSource"
TIME = "deadLetterTime"
WORKER = "deadLetterWorker"
PAYLOAD_BYTES = "deadLetterPayloadBytes"
PAYLOAD_DIGEST = "deadLetterPayloadDigest"
"""Size and digest of a payload that is left out: the dead letter is an envelope."""
KEY_DIGEST = "deadLetterKeyDigest"
REDRIVE = "deadLetterRedrive"
"""The last redrive that checked the letter and left it."""

ADDED: Final = (
    CATEGORY,
    CODE,
    REASON,
    SOURCE,
    TIME,
    WORKER,
    PAYLOAD_BYTES,
    PAYLOAD_DIGEST,
    KEY_DIGEST,
    REDRIVE,
    ERRORS,
)
"""All that a dead letter can have more than its message. A message's own attributes of these names
are left out.
"""
NAMING: Final = (*envelope.SCHEMA_ID, *envelope.VERSION, envelope.FORMAT, envelope.MESSAGE_TYPE)
"""The attributes that name the schema: grouping and redriving dead letters needs them."""

VALUE_BYTES: Final = 8 * 1024
"""The longest value of an attribute that is added, where the broker allows it."""
ERRORS_LIMIT = 10
_SHORT_BYTES: Final = 100
_NAMING_BYTES: Final = 256
_KEY_BYTES: Final = 1024
"""The longest key of an envelope."""
_ADDED: Final = frozenset(ADDED)

CATEGORIES: Mapping[Code, str] = MappingProxyType(
    {
        Code.ATTRIBUTE_MISSING: "Payload: schema id/version missing",
        Code.ATTRIBUTE_INVALID: "Payload: schema id/version invalid",
        Code.SCHEMA_NOT_FOUND: "Payload: schema not registered",
        Code.SCHEMA_UNUSABLE: "Wrong compile",
        Code.SCHEMA_UNREADABLE: "Schema error",
        Code.FORMAT_UNSUPPORTED: "Unsupported format",
        Code.FORMAT_MISMATCH: "Schema error",
        Code.PAYLOAD_MALFORMED: "Broken message",
        Code.PAYLOAD_INVALID: "Payload: validation failed",
        Code.HEADER_INVALID: "Header: validation failed",
        Code.DECRYPT_FAILED: "Failure to decrypt",
        Code.TOO_LARGE: "Deadletter error",
        Code.PAYLOAD_CRASHES_CHECKER: "Payload: validation failed",
        Code.REFUSED_BY_DESTINATION: "Deadletter error",
    }
)
"""The Dataphos validator's category for each code, for consumers that know those."""


class DeadLetters:
    """Creates dead letters. The adapter of a broker cuts attributes that the broker cannot hold."""

    def __init__(self, worker: str, value_bytes: int = VALUE_BYTES) -> None:
        """`worker` names this process in each letter; added values have at most `value_bytes`."""
        self._worker = worker.encode()[:value_bytes]
        self._limit = value_bytes
        self._kinds = {
            code: ((CATEGORY, category.encode()), (CODE, code.value.encode())) for code, category in CATEGORIES.items()
        }

    def write(self, message: Message, verdict: Rejected, address: str, time: bytes) -> Message:
        """Return the message with everything that is known about its failure.

        `time` is a `timestamp`.
        """
        added = self._reasons(verdict, address, self._limit)
        added += ((TIME, time), (WORKER, self._worker))
        if verdict.violations:
            added.append((ERRORS, errors_json(verdict.violations, self._limit)))
        payload, key, headers, when, position = message
        return Message(payload, key, added + without_added(headers), when, position)

    def write_short(self, message: Message, verdict: Rejected, address: str) -> Message:
        """Return the message with as few bytes added as possible."""
        added = self._reasons(verdict, address, _SHORT_BYTES)
        return message._replace(headers=added + without_added(message.headers))

    def write_envelope(self, message: Message, verdict: Rejected, address: str, time: bytes) -> Message:
        """Return a dead letter without payload, for a message that no destination can hold.

        It has the position, the size and the digest of the message, so that the message can be
        found at the source. The payload is empty, not null: a null would delete earlier letters
        from a compacted topic.
        """
        payload, key = message.payload or b"", message.key
        added = self._reasons(verdict, address, _SHORT_BYTES)
        added += ((TIME, time), (WORKER, self._worker[:_SHORT_BYTES]))
        added += ((PAYLOAD_BYTES, b"%d" % len(payload)), (PAYLOAD_DIGEST, digest(payload)))
        if key is not None and len(key) > _KEY_BYTES:
            added.append((KEY_DIGEST, digest(key)))
            key = None
        return message._replace(payload=b"", key=key, headers=added + _naming(message.headers))

    def _reasons(self, verdict: Rejected, address: str, limit: int) -> list[Header]:
        category, code = self._kinds[verdict.code]
        source = cut(address, self._limit)
        return [category, code, (REASON, cut(verdict.reason, limit)), (SOURCE, source)]


def _naming(headers: Headers) -> Headers:
    """Return the last attributes that name the schema, unless they are too long."""
    last = {name: value for name, value in headers if name in NAMING}
    return [(name, value) for name, value in last.items() if len(value or b"") <= _NAMING_BYTES]


def reasons(verdict: Rejected) -> Headers:
    """Return category, code and reason."""
    category, code = CATEGORIES[verdict.code].encode(), verdict.code.value.encode()
    return [(CATEGORY, category), (CODE, code), (REASON, cut(verdict.reason, VALUE_BYTES))]


def without_added(headers: Headers) -> Headers:
    """Return the attributes that are the message's own."""
    return [header for header in headers if header[0] not in _ADDED]


def digest(data: bytes) -> bytes:
    """Return the digest of a payload or key: `sha256:` and 64 hexadecimal digits."""
    return b"sha256:" + hashlib.sha256(data).hexdigest().encode()


def cut(text: str, limit: int) -> bytes:
    """A text in at most so many bytes of UTF-8, no character cut in half."""
    data = text.encode(errors="replace")
    return data if len(data) <= limit else data[:limit].decode(errors="ignore").encode()


def errors_json(violations: Sequence[Violation], limit: int) -> bytes:
    """Return at most ten violations as a JSON list of at most `limit` bytes.

    The first violation is cut if it does not fit.
    """
    whole = b"[%b]" % b",".join([_json(violation) for violation in violations[:ERRORS_LIMIT]])
    return whole if len(whole) <= limit else b"[%b]" % b",".join(_fitting(violations[:ERRORS_LIMIT], limit - 2))


def _fitting(violations: Sequence[Violation], room: int) -> Iterator[bytes]:
    for number, violation in enumerate(violations):
        part = _json(violation)
        if number == 0 and len(part) > room:
            part = _shortened(violation, room)
        room -= len(part) + 1
        if room < -1:
            return
        yield part


def _shortened(violation: Violation, room: int) -> bytes:
    """One violation whose texts are cut until it fits."""
    length = room
    while length > 1:
        length //= 2
        part = _json(Violation(violation.path[:length], violation.code, violation.message[:length]))
        if len(part) <= room:
            return part
    return _json(Violation("", violation.code, ""))


def _json(violation: Violation) -> bytes:
    texts = {"path": violation.path, "keyword": violation.code, "message": violation.message}
    try:
        return orjson.dumps(texts)
    except orjson.JSONEncodeError:  # a lone surrogate, quoted from the payload
        return orjson.dumps({name: text.encode(errors="replace").decode() for name, text in texts.items()})


def timestamp(at: datetime) -> bytes:
    """A moment as dead letters say it: RFC 3339, UTC, milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z").encode()
