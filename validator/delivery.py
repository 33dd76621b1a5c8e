"""Judged batches -> the sink, until every message of them is delivered."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.clock import Clock
from shared.logs import logger
from validator.errors import MessageUndeliverable, SinkFailed
from validator.metrics import Metrics
from validator.model import (
    DELIVERED,
    Code,
    Delivered,
    Destination,
    Message,
    Outcome,
    Rejected,
    TooLarge,
    Undelivered,
    Unprocessable,
    Valid,
)
from validator.pipeline.deadletter import DeadLetters, timestamp
from validator.pipeline.limits import Backoff
from validator.pipeline.process import Judged
from validator.pipeline.route import DESTINATIONS, About, by_destination
from validator.pipeline.window import Window
from validator.ports import Positions, Sink

_PATIENCE = 0.25
"""Seconds between two signs of life while the sink makes us wait."""
_WORRY = 5.0
"""Seconds after which a sink that makes us wait counts as failing."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a delivery works with. `idle` is called while it waits; what that raises ends the waiting, not the delivery."""

    sink: Sink
    letters: DeadLetters
    positions: Positions
    backoff: Backoff
    clock: Clock
    metrics: Metrics
    idle: Callable[[], None]


@dataclass(slots=True)
class _Sent:
    """What one call hands to the sink. `alone`: one message, with nothing else on its way; `least`: as little as can be said."""

    target: Destination
    messages: Sequence[Message]
    about: Sequence[About] = ()
    alone: bool = False
    least: bool = False

    def one(self, number: int) -> "_Sent":
        """One of the messages, to be sent again alone."""
        return _Sent(
            self.target, [self.messages[number]], self.about[number : number + 1], alone=True, least=self.least
        )


class Delivery:
    """Sends, and knows what is in flight. Messages that failed are sent again, alone and in order, before anything else is.

    A `confirm` that was broken off can be taken up again.
    """

    def __init__(self, means: Means, window: Window) -> None:
        """Nothing in flight."""
        self._means = means
        self._sent: list[_Sent] = []
        self._failed: deque[_Sent] = deque()
        self._batches: list[Sequence[Message]] = []
        self._pausing = False  # the back-off is due before anything is sent again
        self._never = threading.Event()
        self.window = window
        self.confirming = False
        self.failing = False

    def send(self, batch: Sequence[Message], judged: Judged) -> None:
        """Hand over a batch of which every message has a verdict that is no `Retry`."""
        for earlier in self._sent:
            earlier.alone = False
        self._send(_Sent(DESTINATIONS[Valid], judged.valid))
        if judged.rejected:
            now = timestamp(self._means.clock.now())
            for target, about in by_destination(judged.rejected).items():
                self._send(_Sent(target, [self._letter(message, verdict, now) for message, verdict in about], about))
        self._batches.append(batch)
        self.window.add(batch)

    def confirm(self) -> Sequence[Sequence[Message]]:
        """Wait until all that was sent is delivered, and give the batches that it came in.

        Raises `MessageUndeliverable`, `SinkFailed`, and what `idle` raises: then nothing of it may be settled.
        """
        self.confirming = True
        try:
            self._collect()
            while self._failed:
                if self._pausing:
                    self._pause()
                self._send(self._failed.popleft())
                self._collect()
        finally:
            self.confirming = False
        self.failing = False
        self._means.backoff.reset()
        batches, self._batches = self._batches, []
        self.window.clear()
        return batches

    def _send(self, sent: _Sent) -> None:
        if sent.messages:
            self._sent.append(sent)
            self._means.sink.send(sent.target, sent.messages)

    def _letter(self, message: Message, verdict: Rejected, now: bytes) -> Message:
        return self._means.letters.write(message, verdict, self._means.positions.address(message), now)

    def _collect(self) -> None:
        """Wait for the outcomes of what was sent; what failed goes to the front of what is to be sent again."""
        outcomes = self._outcomes()
        sent, self._sent = self._sent, []
        count = sum(len(each.messages) for each in sent)
        if len(outcomes) != count:  # what has no outcome is not delivered, and we cannot tell which that is
            raise SinkFailed(f"The destination gave {len(outcomes)} outcomes for {count} messages")
        if outcomes.count(DELIVERED) == count:
            return
        self.failing = True
        places = [(each, number) for each in sent for number in range(len(each.messages))]
        failed = [
            self._again(each, number, outcome)
            for (each, number), outcome in zip(places, outcomes, strict=True)
            if not isinstance(outcome, Delivered)
        ]
        self._means.metrics.resent.inc(len(failed))
        self._failed.extendleft(reversed(failed))

    def _outcomes(self) -> list[Outcome]:
        clock = self._means.clock
        started = clock.monotonic()
        while (outcomes := self._means.sink.confirm(_PATIENCE)) is None:
            if not self.failing and clock.monotonic() - started > _WORRY:
                self.failing = True
                logger().warning("the destination does not confirm what it was sent", messages=self.window.messages)
            self._means.idle()
        return list(outcomes)

    def _again(self, sent: _Sent, number: int, outcome: TooLarge | Undelivered) -> _Sent:
        """How a message that failed is tried next. A refusal counts only when it was sent alone: batches are refused for one member."""
        if not sent.alone:
            return sent.one(number)
        if isinstance(outcome, TooLarge):
            return self._smaller(sent, outcome.detail)
        logger().warning(
            "the destination does not take a message", destination=sent.target.value, detail=outcome.detail
        )
        self._pausing = True
        return sent

    def _smaller(self, sent: _Sent, detail: str) -> _Sent:
        """What to try when a message is too large for a destination: the letter about it, and then as little as can be said."""
        message = sent.messages[0]
        if not sent.about:
            reason = f"The message is larger than the valid destination allows: {detail}"
            verdict: Rejected = Unprocessable(Code.TOO_LARGE, reason)
            self._means.metrics.rejected(Code.TOO_LARGE)
            letter = self._letter(message, verdict, timestamp(self._means.clock.now()))
            return _Sent(Destination.DEAD_LETTER, [letter], [(message, verdict)], alone=True)
        original, verdict = sent.about[0]
        if sent.least:
            raise MessageUndeliverable(self._means.positions.address(original), detail)
        letter = self._means.letters.write_least(original, verdict)
        return _Sent(sent.target, [letter], sent.about, alone=True, least=True)

    def _pause(self) -> None:
        """Wait out the back-off, showing signs of life."""
        clock = self._means.clock
        until = clock.monotonic() + self._means.backoff.pause()
        while (left := until - clock.monotonic()) > 0:
            self._means.idle()
            clock.wait(min(left, _PATIENCE), self._never)
        self._pausing = False
