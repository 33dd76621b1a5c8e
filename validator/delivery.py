"""Judged batches -> the sink, until every message of them is delivered."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from validator.accounts import Accounts
from validator.errors import MessageUndeliverable, SinkFailed
from validator.means import Means, Patience
from validator.model import (
    DELIVERED,
    Code,
    Delivered,
    Destination,
    Message,
    Rejected,
    TooLarge,
    Undelivered,
    Unprocessable,
    Valid,
)
from validator.pipeline.process import Judged
from validator.pipeline.route import DESTINATIONS, About, by_destination
from validator.pipeline.window import Window, payload_bytes
from validator.ports import Sink


@dataclass(slots=True)
class _Sent:
    """What one call hands to the sink. `alone`: one message, with nothing else on its way; `least`: as little as can be said.

    `size` is in payload bytes; `received` is when the worker had the messages, and `epoch` the ownership's then.
    """

    target: Destination
    messages: Sequence[Message]
    size: int
    received: float
    epoch: int
    about: Sequence[About] = ()
    alone: bool = False
    least: bool = False

    def one(self, number: int) -> "_Sent":
        """One of the messages, to be sent again alone."""
        message, about = self.messages[number], self.about[number : number + 1]
        size = len(message.payload or b"")
        return _Sent(self.target, [message], size, self.received, self.epoch, about, alone=True, least=self.least)


class Delivery:
    """Sends, and knows what is in flight. Messages that failed are sent again, alone and in order, before anything else is.

    A `confirm` that was broken off can be taken up again.
    """

    def __init__(self, sink: Sink, means: Means, window: Window) -> None:
        """Nothing in flight."""
        self._sink = sink
        self._means = means
        self._patience = Patience(means)
        self._accounts = Accounts(means.clock, means.metrics)
        self._sent: list[_Sent] = []
        self._failed: deque[_Sent] = deque()
        self._batches: list[tuple[Sequence[Message], int]] = []  # each with its epoch
        self._pausing = False  # the back-off is due before anything is sent again
        self.window = window
        self.confirming = False

    @property
    def failing(self) -> bool:
        """Whether the destination does not take what it is sent. Any thread."""
        return self._patience.failing

    def send(self, batch: Sequence[Message], judged: Judged, received: float) -> None:
        """Hand over a batch of which every message has a verdict that is no `Retry`. `received`: when, on the monotonic clock."""
        for earlier in self._sent:
            earlier.alone = False
        refused = payload_bytes([message for message, _ in judged.rejected])
        size = self.window.add(batch) - refused
        epoch = self._means.ownership.epoch
        self._send(_Sent(DESTINATIONS[Valid], judged.valid, size, received, epoch))
        if judged.rejected:
            for target, about in by_destination(judged.rejected).items():
                self._send(_Sent(target, self._means.letters_about(about), refused, received, epoch, about))
        self._batches.append((batch, epoch))

    def confirm(self) -> Sequence[Sequence[Message]]:
        """Wait until all that was sent is delivered. Return its batches, without messages of lanes that were lost meanwhile.

        Raises `MessageUndeliverable`, `SinkFailed`, and what `idle` raises: then nothing of it may be settled.
        """
        self.confirming = True
        try:
            self._collect()
            while self._failed:
                if self._pausing:
                    self._patience.pause()
                    self._pausing = False
                again = self._failed.popleft()
                if self._has(again):
                    self._send(again)
                    self._collect()
        finally:
            self.confirming = False
        self._patience.rewarded()
        batches, self._batches = self._batches, []
        self.window.clear()
        return [self._means.ownership.owned(batch, epoch) for batch, epoch in batches]

    def forget_lost(self) -> None:
        """Do nothing: messages of lost lanes may arrive when they are on their way, and `confirm` sends none of them again."""

    def _has(self, sent: _Sent) -> bool:
        """Whether the message of `sent`, which is one, is still this worker's."""
        message = sent.about[0][0] if sent.about else sent.messages[0]
        return self._means.ownership.has(message, sent.epoch)

    def _send(self, sent: _Sent) -> None:
        if sent.messages:
            self._sent.append(sent)
            self._sink.send(sent.target, sent.messages)

    def _collect(self) -> None:
        """Wait for the outcomes of what was sent; what failed goes to the front of what is to be sent again."""
        outcomes = self._patience.answer(self._sink.confirm)
        sent, self._sent = self._sent, []
        count = sum(len(each.messages) for each in sent)
        if len(outcomes) != count:  # what has no outcome is not delivered, and we cannot tell which that is
            raise SinkFailed(f"The destination gave {len(outcomes)} outcomes for {count} messages")
        if outcomes.count(DELIVERED) == count:
            for each in sent:
                self._accounts.delivered(each.target, each.messages, each.size, each.received)
            return
        self._patience.failing = True
        places = [(each, number) for each in sent for number in range(len(each.messages))]
        failed: list[_Sent] = []
        for (each, number), outcome in zip(places, outcomes, strict=True):
            one = each.one(number)
            if isinstance(outcome, Delivered):
                self._accounts.delivered(one.target, one.messages, one.size, one.received)
            else:
                self._accounts.refused(1, one.size, one.received)
                failed.append(self._again(each, number, outcome))
        self._means.metrics.resent.inc(len(failed))
        self._failed.extendleft(reversed(failed))

    def _again(self, sent: _Sent, number: int, outcome: TooLarge | Undelivered) -> _Sent:
        """How a message that failed is tried next. A refusal counts only when it was sent alone: batches are refused for one member."""
        if not sent.alone:
            return sent.one(number)
        if isinstance(outcome, TooLarge):
            return self._smaller(sent, outcome.detail)
        self._patience.refused(sent.target, outcome.detail)
        self._pausing = True
        return sent

    def _smaller(self, sent: _Sent, detail: str) -> _Sent:
        """What to try when a message is too large for a destination: the letter about it, and then as little as can be said."""
        message = sent.messages[0]
        if not sent.about:
            reason = f"The message is larger than the valid destination allows: {detail}"
            verdict: Rejected = Unprocessable(Code.TOO_LARGE, reason)
            self._means.metrics.rejected(Code.TOO_LARGE)
            about = [(message, verdict)]
            letters = self._means.letters_about(about)
            return replace(sent, target=Destination.DEAD_LETTER, messages=letters, about=about)
        original, verdict = sent.about[0]
        if sent.least:
            raise MessageUndeliverable(self._means.positions.address(original), detail)
        letter = self._means.least_letter(original, verdict)
        return replace(sent, messages=[letter], least=True)
