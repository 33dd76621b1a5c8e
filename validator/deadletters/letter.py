"""A parsed dead letter: the values of its attributes, and the original message."""

from collections.abc import Iterable
from dataclasses import dataclass

import orjson

from sluicegate.shared.model import Violation
from sluicegate.validator.model import Header, Headers, Message, Rejected
from sluicegate.validator.pipeline import deadletter, envelope

_SERVICE_BUS = ("DeadLetterReason", "DeadLetterErrorDescription")
"""Attributes that Service Bus adds, with its own reasons or with those of the worker."""
_DISPENSABLE = (deadletter.ERRORS, deadletter.TIME, deadletter.WORKER)
_HEADER_BYTES = 4
"""The most that a broker adds to an attribute of this size, for its lengths."""
_MARK_BYTES = len(deadletter.REDRIVE) + 12 + _HEADER_BYTES
"""The attribute with the id of a redrive."""
UNKNOWN = "unknown"
"""The code of a dead letter that says none: another program's."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One dead letter. Texts are empty where the letter says nothing. `address`: where it is now."""

    address: str
    code: str
    reason: str
    violations: tuple[Violation, ...]
    source: str
    time: str
    worker: str
    schema: str
    version: str
    message: Message

    @property
    def path(self) -> str:
        """Where the first violation is."""
        return self.violations[0].path if self.violations else ""


def read(message: Message, address: str) -> Letter:
    """Parse a message of a dead-letter topic, also one of another program."""
    found = {name: (value or b"").decode(errors="replace") for name, value in message.headers}

    def first(names: Iterable[str]) -> str:
        return next((found[name].strip() for name in names if found.get(name)), "")

    return Letter(
        address=address,
        code=first([deadletter.CODE, _SERVICE_BUS[0]]) or UNKNOWN,
        reason=first([deadletter.REASON, _SERVICE_BUS[1]]),
        violations=_violations(found.get(deadletter.ERRORS, "")),
        source=found.get(deadletter.SOURCE, ""),
        time=found.get(deadletter.TIME, ""),
        worker=found.get(deadletter.WORKER, ""),
        schema=first(envelope.SCHEMA_ID),
        version=first(envelope.VERSION),
        message=message,
    )


def original(message: Message) -> Message:
    """The message as it was before it became a dead letter."""
    return message._replace(headers=_without(message.headers, (*deadletter.ADDED, *_SERVICE_BUS)))


def is_envelope(message: Message) -> bool:
    """Return whether a dead letter has no payload, because no topic could hold it."""
    return any(name == deadletter.PAYLOAD_DIGEST for name, _ in message.headers)


def marked(message: Message, redrive: str) -> Message:
    """The same dead letter, which a redrive has left one."""
    headers = _without(message.headers, {deadletter.REDRIVE})
    return message._replace(headers=[*headers, (deadletter.REDRIVE, redrive.encode())])


def refused(message: Message, verdict: Rejected) -> Message:
    """Return a dead letter that says why the destination refused its message."""
    reasons = deadletter.reasons(verdict)
    return message._replace(headers=[*reasons, *_without(message.headers, [name for name, _ in reasons])])


def shortened(message: Message, before: Message) -> Message:
    """Return a dead letter with fewer attributes and the broker's time.

    It is sent after the dead-letter topic has refused the full letter. With a mark it takes no more
    bytes than `before`, the letter as it was read: the topic held that one. The reason is cut, and
    the category, which follows from the code, is left out where that is not enough.
    """
    headers = _without(message.headers, (*_DISPENSABLE, deadletter.REDRIVE))
    surplus = _bytes(headers) + _MARK_BYTES - _bytes(before.headers)
    if surplus > 0:
        headers = [_cut(header, surplus) if header[0] == deadletter.REASON else header for header in headers]
    if _bytes(headers) + _MARK_BYTES > _bytes(before.headers):
        headers = _without(headers, (deadletter.CATEGORY,))
    return message._replace(headers=headers, timestamp=0)


def _bytes(headers: Headers) -> int:
    return sum(len(name.encode()) + len(value or b"") + _HEADER_BYTES for name, value in headers)


def _cut(header: Header, surplus: int) -> Header:
    name, value = header
    text = (value or b"").decode(errors="replace")
    return name, deadletter.cut(text, max(0, len(value or b"") - surplus))


def mark(message: Message) -> str:
    """Which redrive has left it a dead letter; empty when none has."""
    return (dict(message.headers).get(deadletter.REDRIVE) or b"").decode(errors="replace")


def _without(headers: Headers, names: Iterable[str]) -> Headers:
    left_out = frozenset(names)
    return [header for header in headers if header[0] not in left_out]


def _violations(text: str) -> tuple[Violation, ...]:
    """Return the listed violations; none if the list is in an unknown form."""
    try:
        listed = orjson.loads(text)
        return tuple(Violation(str(each["path"]), str(each["keyword"]), str(each["message"])) for each in listed)
    except (orjson.JSONDecodeError, TypeError, KeyError):
        return ()
