"""Reading messages without taking them, and dead letters for a redrive."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from sluicegate.validator.model import Message
from sluicegate.validator.ports import Sink, Source, TransactionalSink


class Browser(Protocol):
    """Reads the available messages, and leaves them at the broker."""

    def messages(self, limit: int) -> Iterator[Message]:
        """Yield at most `limit` messages, the newest ones if the broker permits.

        Ends with the last available message. Raises `SourceFailed`.
        """
        ...

    def address(self, message: Message) -> str:
        """Where a message is, for people; the same each time."""
        ...

    def left_out(self) -> int | None:
        """How many messages the limit of `messages` has left out; None: the broker does not tell."""
        ...

    def close(self) -> None:
        """Let go. Never raises. Idempotent."""
        ...


@dataclass(frozen=True, slots=True)
class Redriving:
    """Both sides of a redrive. The caller closes them.

    The source has the dead letters. With a `TransactionalSink`, for brokers that keep messages in a
    log, letters that do not pass are sent to the dead-letter topic again; with a `Sink`, they are
    left unacknowledged.
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
        """Return the sentence that explains "never twice" for this broker."""
        ...

    def browse(self, *, everything: bool) -> Browser:
        """Browse waiting letters; with `everything`, also redriven ones that still exist.

        Raises `SourceFailed`.
        """
        ...

    def redrive(self) -> Redriving:
        """Take them up: one at a time. Raises `SinkFailed`."""
        ...
