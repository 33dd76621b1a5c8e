"""Redrive: dead letters that pass now are sent on; the others stay."""

import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sluicegate.shared.clock import Clock
from sluicegate.validator.brokers.letters import Redriving
from sluicegate.validator.deadletters import letter
from sluicegate.validator.deadletters.handover import (
    Decided,
    Handover,
    InTransactions,
    MessageByMessage,
    RedriveStopped,
    Tries,
)
from sluicegate.validator.errors import SourceFailed
from sluicegate.validator.model import Code, Message, Rejected, Retry, Unprocessable, Valid
from sluicegate.validator.pipeline.process import Processor
from sluicegate.validator.ports import TransactionalSink

_BATCH = 500
_WAIT = 0.25
_AGAIN = 0.5
"""Seconds between two checks of a letter that has no verdict yet."""


@dataclass(frozen=True, slots=True)
class RedriveLimits:
    """How fast and how patiently.

    `rate`: messages a second, None for no limit. `quiet`: seconds without a dead letter after which
    there is none. `expected`: letters counted before; until they came, a busy broker has `slow`
    seconds instead of `quiet`. `patience`: seconds to wait for the broker to let us in.
    """

    rate: float | None = None
    quiet: float = 3.0
    expected: int = 0
    slow: float = 20.0
    patience: float = 60.0


@dataclass(slots=True)
class Tally:
    """Result of a redrive: number of sent letters, and remaining letters by reason."""

    passed: int = 0
    stayed: int = 0
    codes: dict[str, int] = field(default_factory=dict)

    def stay(self, verdict: Rejected) -> None:
        """One more that stays."""
        self.stayed += 1
        self.codes[verdict.code.value] = self.codes.get(verdict.code.value, 0) + 1


def judged(processor: Processor, message: Message) -> Valid | Rejected:
    """Return the present verdict about the original message.

    Raises `RedriveStopped` if the verdict cannot be determined.
    """
    if letter.is_envelope(message):
        return Unprocessable(Code.TOO_LARGE, "The dead letter is an envelope: its payload is at the source alone")
    verdict = processor.judge(letter.original(message))
    if isinstance(verdict, Retry):
        raise RedriveStopped(
            f"A dead letter cannot be checked now: {verdict.reason}. Start again: it goes on from here"
        )
    return verdict


class Redrive:
    """One run over the dead letters that wait when it begins."""

    def __init__(self, sides: Redriving, processor: Processor, limits: RedriveLimits, clock: Clock) -> None:
        """The creator of `sides` closes the sink; this object opens and closes the source."""
        self._source = sides.source
        self._sink = sides.sink
        self._processor = processor
        self._limits = limits
        self._clock = clock
        self._run = uuid.uuid4().hex[:12]
        # lanes in which this run has reached letters that it has appended itself
        self._seen_again: set[object] = set()
        self.tally = Tally()

    def run(self, stop: threading.Event, progress: Callable[[int], None]) -> Tally:
        """Process all letters.

        `progress` receives the number of newly decided letters. Raises `RedriveStopped`,
        `SourceFailed` and `SinkFailed`.
        """
        self._source.open(lambda lanes: None)
        try:
            self._go_through(stop, progress)
        finally:
            self._source.close()
        return self.tally

    def _go_through(self, stop: threading.Event, progress: Callable[[int], None]) -> None:
        handover = self._handover(stop)
        began = active = self._clock.monotonic()
        while not stop.is_set():
            batch = self._source.receive(self._size(), _WAIT)
            now = self._clock.monotonic()
            if not self._source.assigned and now - began > self._limits.patience:
                raise SourceFailed("The broker does not give us the dead letters. Is another redrive running?")
            fresh = [message for message in batch if not self._ours(message)]
            if fresh:
                self._take_up(fresh, handover, stop)
                progress(len(fresh))
                self._keep_pace(len(fresh), now, stop)
                active = self._clock.monotonic()
            elif not self._source.assigned:
                active = now
            elif now - active >= self._quiet():
                return

    def _quiet(self) -> float:
        come = self.tally.passed + self.tally.stayed
        return self._limits.quiet if come >= self._limits.expected else self._limits.slow

    def _size(self) -> int:
        """A second's worth, when there is a rate."""
        return _BATCH if self._limits.rate is None else max(1, min(_BATCH, int(self._limits.rate)))

    def _keep_pace(self, count: int, since: float, stop: threading.Event) -> None:
        if self._limits.rate is not None:
            self._clock.wait(max(0.0, count / self._limits.rate - (self._clock.monotonic() - since)), stop)

    def _ours(self, message: Message) -> bool:
        """Return whether this run appended the letter, or an earlier one of its lane.

        The rest of such a lane is not read: it would never end.
        """
        lane = self._source.lane(message)
        if lane not in self._seen_again and letter.mark(message) == self._run:
            self._seen_again.add(lane)
            self._source.hold(self._seen_again)
        return lane in self._seen_again

    def _decided(self, message: Message, stop: threading.Event) -> Decided:
        """Return a letter with its verdict, and wait for one that cannot be had yet.

        The registry may never answer about one letter's schema: after a bounded time, that is a
        verdict. A stop at the first failure would leave all letters behind it unsent in every run.
        """
        until = self._clock.monotonic() + self._limits.patience
        while True:
            try:
                return Decided(message, judged(self._processor, message))
            except RedriveStopped:
                if self._clock.monotonic() >= until or self._clock.wait(_AGAIN, stop):
                    raise

    def _take_up(self, batch: Sequence[Message], handover: Handover, stop: threading.Event) -> None:
        for each in handover.send([self._decided(message, stop) for message in batch]):
            if isinstance(each.verdict, Valid):
                self.tally.passed += 1
            else:
                self.tally.stay(each.verdict)

    def _handover(self, stop: threading.Event) -> Handover:
        tries = Tries(self._source, self._clock, stop)
        if isinstance(self._sink, TransactionalSink):
            return InTransactions(self._run, self._source, self._sink, tries)
        return MessageByMessage(self._source, self._sink, tries)
