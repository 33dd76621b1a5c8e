"""Replacements of a message that its destination never accepts.

A valid message becomes a dead letter, and a dead letter loses bytes, step by step:

    MESSAGE -> LETTER -> SHORT_LETTER -> OVERFLOW -> ENVELOPE -> the worker halts

The last two steps are for messages that are too large, and only if the settings permit them. A dead
letter that the destination refuses for another reason halts the worker: the source still has the
message.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from types import MappingProxyType

from sluicegate.validator.errors import DeadLetterBudgetSpent, MessageUndeliverable
from sluicegate.validator.loop.tools import Means
from sluicegate.validator.model import Code, Destination, Message, Refused, Rejected, TooLarge, Unprocessable
from sluicegate.validator.pipeline.deadletter import timestamp


class Form(Enum):
    """In which form a message is sent."""

    MESSAGE = auto()
    LETTER = auto()
    SHORT_LETTER = auto()
    OVERFLOW = auto()
    ENVELOPE = auto()


TARGETS: Mapping[Form, Destination] = MappingProxyType(
    {
        Form.MESSAGE: Destination.VALID,
        Form.LETTER: Destination.DEAD_LETTER,
        Form.SHORT_LETTER: Destination.DEAD_LETTER,
        Form.OVERFLOW: Destination.OVERFLOW,
        Form.ENVELOPE: Destination.DEAD_LETTER,
    }
)


@dataclass(frozen=True, slots=True)
class Overflow:
    """Destinations of dead letters that are too large: a separate topic, then envelopes."""

    topic: bool = False
    envelope: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A message to be sent again.

    `received`: when the worker had it, on the monotonic clock; `epoch`: the ownership's then.
    """

    message: Message
    verdict: Rejected | None
    received: float
    epoch: int
    form: Form

    @property
    def target(self) -> Destination:
        """Where it goes in this form."""
        return TARGETS[self.form]

    @property
    def size(self) -> int:
        """Bytes of the payload."""
        return len(self.message.payload or b"")


def entry(message: Message, verdict: Rejected | None, received: float, epoch: int) -> Entry:
    """Return a message as it is sent first."""
    return Entry(message, verdict, received, epoch, Form.MESSAGE if verdict is None else Form.LETTER)


class Fallbacks:
    """Chooses the next form of a message, and writes it."""

    def __init__(self, means: Means, overflow: Overflow) -> None:
        """`overflow`: the steps that the settings permit."""
        self._means = means
        self._overflow = overflow

    def written(self, sent: Entry) -> Message:
        """Return the message for the sink."""
        message, verdict = sent.message, sent.verdict
        if verdict is None:
            return message
        address = self._means.positions.address(message)
        match sent.form:
            case Form.SHORT_LETTER:
                return self._means.letters.write_short(message, verdict, address)
            case Form.ENVELOPE:
                return self._means.letters.write_envelope(message, verdict, address, self._now())
        return self._means.letters.write(message, verdict, address, self._now())

    def after(self, sent: Entry, failure: TooLarge | Refused) -> Entry:
        """Return the next form of a message that failed alone.

        Raises `MessageUndeliverable` when there is none, and `DeadLetterBudgetSpent`.
        """
        if sent.verdict is None:
            self._spend()
            verdict = verdict_of(failure)
            self._means.metrics.rejected(verdict.code)
            return replace(sent, verdict=verdict, form=Form.LETTER)
        form = self._next(sent.form, failure)
        if form is None:
            raise MessageUndeliverable(self._means.positions.address(sent.message), sent.target, failure)
        # A timestamp is a frequent cause: brokers refuse times that are far from their own.
        message = sent.message._replace(timestamp=0) if isinstance(failure, Refused) else sent.message
        return replace(sent, message=message, form=form)

    def _spend(self) -> None:
        """Count a valid message that becomes a dead letter."""
        budget = self._means.budget
        if budget is not None and (why := budget.spend_refused()) is not None:
            raise DeadLetterBudgetSpent(why)

    def _next(self, form: Form, failure: TooLarge | Refused) -> Form | None:
        if form is Form.LETTER:
            return Form.SHORT_LETTER
        if isinstance(failure, Refused):
            return None
        if form is Form.SHORT_LETTER and self._overflow.topic:
            return Form.OVERFLOW
        if form is not Form.ENVELOPE and self._overflow.envelope:
            return Form.ENVELOPE
        return None

    def _now(self) -> bytes:
        return timestamp(self._means.clock.now())


def verdict_of(failure: TooLarge | Refused) -> Unprocessable:
    """The verdict about a valid message that the valid destination never accepts."""
    if isinstance(failure, TooLarge):
        reason = f"The message is larger than the valid destination allows: {failure.detail}"
        return Unprocessable(Code.TOO_LARGE, reason)
    reason = f"The message is valid, and the valid destination refuses it: {failure.detail}"
    return Unprocessable(Code.REFUSED_BY_DESTINATION, reason)
