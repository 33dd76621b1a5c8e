"""The dead-letter message: the original, and attributes that say why it is here and where it came from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

import orjson

from shared.model import Violation
from validator.model import Code, Header, Message, Rejected

CATEGORY = "deadLetterErrorCategory"
REASON = "deadLetterErrorReason"
CODE = "deadLetterErrorCode"
ERRORS = "deadLetterErrors"
SOURCE = "deadLetterSource"
TIME = "deadLetterTime"
WORKER = "deadLetterWorker"
REDRIVE = "deadLetterRedrive"
"""Which redrive has looked at it last, and left it a dead letter."""

ERRORS_LIMIT = 10
_LEAST = 100

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
    }
)
"""The Dataphos validator's category for each code, for consumers that know those."""


@dataclass(frozen=True, slots=True)
class AttributeLimits:
    """What a destination allows: attributes on one message, bytes of one value, bytes of all keys and values together."""

    count: int = 1_000
    value: int = 8 * 1024
    total: int = 64 * 1024


class DeadLetters:
    """Writes dead letters for one destination. An attribute that does not fit is cut or left out; it never stops the message."""

    def __init__(self, worker: str, limits: AttributeLimits) -> None:
        """`worker` names this process in each letter."""
        self._worker = worker.encode()
        self._limits = limits
        self._kinds = {
            code: ((CATEGORY, category.encode()), (CODE, code.value.encode())) for code, category in CATEGORIES.items()
        }

    def write(self, message: Message, verdict: Rejected, address: str, time: bytes) -> Message:
        """The message with everything that is known about its failure. `time` is a `timestamp`."""
        category, code = self._kinds[verdict.code]
        limit = self._limits.value
        added: list[Header] = [category, (REASON, cut(verdict.reason, limit)), code]
        added += ((SOURCE, cut(address, limit)), (TIME, time), (WORKER, self._worker[:limit]))
        if verdict.violations:
            added.append((ERRORS, errors_json(verdict.violations, limit)))
        payload, key, headers, when, position = message
        return Message(payload, key, self._fitted(headers, added), when, position)

    def write_least(self, message: Message, verdict: Rejected) -> Message:
        """The message with as little as can be said: for one that was too large with everything."""
        category, code = self._kinds[verdict.code]
        return message._replace(headers=[*message.headers, category, (REASON, cut(verdict.reason, _LEAST)), code])

    def _fitted(self, original: list[Header], added: list[Header]) -> list[Header]:
        headers = original + added
        while len(headers) > len(original) and (
            _size(headers) > self._limits.total or len(headers) > self._limits.count
        ):
            headers.pop()
        return headers


def cut(text: str, limit: int) -> bytes:
    """A text in at most so many bytes of UTF-8, no character cut in half."""
    data = text.encode(errors="replace")
    return data if len(data) <= limit else data[:limit].decode(errors="ignore").encode()


def errors_json(violations: Sequence[Violation], limit: int) -> bytes:
    """The first violations as a JSON list: ten, or as many as fit into so many bytes; of the first one, as much as fits."""
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


def _size(headers: Iterable[Header]) -> int:
    return sum([len(name) + len(value or b"") for name, value in headers])


def timestamp(at: datetime) -> bytes:
    """A moment as dead letters say it: RFC 3339, UTC, milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z").encode()
