"""How a worker process starts again after one before it died over its messages.

A payload can crash the process that checks it, and the broker gives it to the next process again.
So after an abnormal end the next process is cautious: it has a small number of messages in hand, so
that a broker that counts deliveries does not count one for thousands of innocent messages, and it
checks every payload in a child process. The payload that crashes the child is found exactly,
dead-lettered (`payload_crashes_checker`), and the others pass.

If a cautious process dies too, the next one has fewer messages in hand. Once a cautious process has
passed as many messages as an ordinary one can have in hand, and some time, it is replaced by an
ordinary one. If that dies as well, because the broker gave the payload out later, the next caution
lasts twice as long.
"""

from dataclasses import dataclass
from typing import Final

from sluicegate.validator.settings.validator import ValidatorSettings

IN_HAND: Final = (100, 10, 1)
"""Messages in hand, after the first abnormal end in a row, the second, and all later ones."""

FIRST_SECONDS: Final = 20.0
MAX_SECONDS: Final = 1_280.0
"""How long caution lasts at least. Leases and locks of brokers end after minutes at most."""

PATIENCE: Final = 10.0
"""Caution ends after so many times its least duration, however few messages have passed."""


@dataclass(frozen=True, slots=True)
class Caution:
    """Limits of a cautious process, and the `messages` and `seconds` after which caution ends."""

    in_hand: int
    messages: int
    seconds: float

    def over(self, passed: float, seconds: float) -> bool:
        """Return whether these numbers of messages and seconds without a crash end the caution."""
        enough = passed >= self.messages or seconds >= PATIENCE * self.seconds
        return enough and seconds >= self.seconds


class CautionPolicy:
    """Decides how careful the next process of one member is. Not thread-safe."""

    def __init__(self, messages: int) -> None:
        """`messages` is the largest number that an ordinary process has in hand."""
        self._messages = messages
        self._in_a_row = 0
        self._seconds = FIRST_SECONDS / 2  # doubled by the first death

    @property
    def current(self) -> Caution | None:
        """How careful the next process is; None when it is an ordinary one."""
        if self._in_a_row == 0:
            return None
        return Caution(IN_HAND[min(self._in_a_row, len(IN_HAND)) - 1], self._messages, self._seconds)

    def died(self, lived_seconds: float) -> None:
        """Record an abnormal end of a process that lived so long."""
        if self._in_a_row == 0:
            steady = lived_seconds >= PATIENCE * self._seconds
            self._seconds = FIRST_SECONDS if steady else min(2 * self._seconds, MAX_SECONDS)
        self._in_a_row += 1

    def passed(self) -> None:
        """Record that a cautious process is past the trouble."""
        self._in_a_row = 0


def careful(settings: ValidatorSettings, caution: Caution) -> ValidatorSettings:
    """Return the settings of a cautious process: few messages in hand, in loop and broker client."""
    worker = settings.worker
    fewer = {
        "batch_messages": min(worker.batch_messages, caution.in_hand),
        "window_messages": min(worker.window_messages, caution.in_hand),
    }
    source = settings.source.with_in_hand(caution.in_hand)
    return settings.model_copy(update={"worker": worker.model_copy(update=fewer), "source": source})


def in_hand(settings: ValidatorSettings) -> int:
    """Return the largest number of messages that an ordinary process has in hand."""
    worker = settings.worker
    return max(worker.window_messages + worker.batch_messages, settings.source.in_hand)
