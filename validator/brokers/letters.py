"""Looking at messages without taking them, and dead letters to take up again: what a broker offers to people."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from sluicegate.validator.model import Message
from sluicegate.validator.ports import Sink, Source, TransactionalSink


class Browser(Protocol):
    """Reads what is there now, and leaves it there."""

    def messages(self, limit: int) -> Iterator[Message]:
        """At most so many messages, those that came last if the broker lets us choose. Ends with what is there. Raises `SourceFailed`."""
        ...

    def address(self, message: Message) -> str:
        """Where a message is, for people; the same each time."""
        ...

    def close(self) -> None:
        """Let go. Never raises. Idempotent."""
        ...


@dataclass(frozen=True, slots=True)
class Redriving:
    """Both sides of a redrive. Whoever takes them closes them.

    The source has the dead letters. With a `TransactionalSink`, which is for brokers that keep messages in a log, what does not pass is
    sent to the dead letters again; with a `Sink`, it is left unsettled.
    """

    source: Source
    sink: Sink | TransactionalSink


class Letters(Protocol):
    """Where one validator's dead letters are."""

    @property
    def place(self) -> str:
        """Their topic or queue, for people."""
        ...

    @property
    def safety(self) -> str:
        """What "never twice" rests on here, in a sentence."""
        ...

    def browse(self, *, everything: bool) -> Browser:
        """Look at those that wait; with `everything`, also at those that were taken up and are still there. Raises `SourceFailed`."""
        ...

    def redrive(self) -> Redriving:
        """Take them up: one at a time. Raises `SinkFailed`."""
        ...
