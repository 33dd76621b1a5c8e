"""Judged batches -> the sink, until every message is delivered.

Failed messages are sent again first, in order, in smaller pieces, because brokers refuse a whole
batch for one of its messages. Invariant: only a message that fails alone is at fault.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from sluicegate.validator.errors import SinkFailed
from sluicegate.validator.loop.fallbacks import Entry, Overflow, entry
from sluicegate.validator.loop.sending import Sending
from sluicegate.validator.loop.splitting import pieces
from sluicegate.validator.loop.tools import Means
from sluicegate.validator.model import (
    DELIVERED,
    Delivered,
    Destination,
    Failure,
    Message,
    Undelivered,
    Valid,
)
from sluicegate.validator.pipeline.process import Judged
from sluicegate.validator.pipeline.route import DESTINATIONS, About, by_destination
from sluicegate.validator.pipeline.window import Window, payload_bytes
from sluicegate.validator.ports import Sink, Withdrawing


@dataclass(slots=True)
class _Sent:
    """The content of one call of the sink.

    `piece`: entries of a repetition, which is alone in flight.

    `size` is in payload bytes; `received` is the time of receipt, and `epoch` the ownership's at
    that time. `about`: the verdicts of new dead letters.
    """

    target: Destination
    messages: Sequence[Message]
    size: int
    received: float
    epoch: int
    about: Sequence[About] = ()
    piece: Sequence[Entry] = ()

    def entry(self, number: int) -> Entry:
        """One of the messages, to be sent again."""
        if self.piece:
            return self.piece[number]
        message, verdict = self.about[number] if self.about else (self.messages[number], None)
        return entry(message, verdict, self.received, self.epoch)


_Failed = tuple[Entry, Failure]


class Delivery(Sending):
    """Sends, and tracks the messages in flight.

    An interrupted `confirm` can be continued.
    """

    def __init__(self, sink: Sink, means: Means, window: Window, overflow: Overflow) -> None:
        """Nothing in flight."""
        super().__init__(means, window, overflow)
        self._sink = sink
        self._sent: list[_Sent] = []
        self._alone = False  # the only messages in flight are one piece of a repetition
        self._failed: deque[Sequence[Entry]] = deque()
        self._batches: list[tuple[Sequence[Message], int]] = []  # each with its epoch
        self._pausing = False  # the back-off is due before anything is sent again

    def send(self, batch: Sequence[Message], judged: Judged, received: float) -> None:
        """Hand over a batch of which every message has a verdict that is no `Retry`.

        `received`: when, on the monotonic clock.
        """
        self._alone = False
        refused = payload_bytes([message for message, _ in judged.rejected])
        size = self.window.add(batch) - refused
        epoch = self._means.ownership.epoch
        self._send(_Sent(DESTINATIONS[Valid], judged.valid, size, received, epoch))
        if judged.rejected:
            for target, about in by_destination(judged.rejected).items():
                self._send(_Sent(target, self._means.letters_about(about), refused, received, epoch, about))
        self._batches.append((batch, epoch))

    def confirm(self) -> Sequence[Sequence[Message]]:
        """Wait until all that was sent is delivered.

        Return its batches, without messages of lanes that were lost meanwhile.

        Raises `MessageUndeliverable`, `DeadLetterBudgetSpent`, `SinkFailed`, and the errors of
        `idle`: then nothing of it may be settled.
        """
        self.confirming = True
        try:
            self._collect()
            while self._failed:
                if self._pausing:
                    self._patience.pause()
                    self._pausing = False
                self._send_again(self._failed.popleft())
        finally:
            self.confirming = False
        self._patience.rewarded()
        batches, self._batches = self._batches, []
        self.window.clear()
        return [self._means.ownership.owned(batch, epoch) for batch, epoch in batches]

    def delivered(self) -> Sequence[Message]:
        """Return the messages of unfinished batches that the destination has confirmed.

        Only inside `confirm`.
        """
        again = (each for piece in self._failed for each in piece)
        sent = (each.entry(number) for each in self._sent for number in range(len(each.messages)))
        open_positions = {id(each.message.position) for each in chain(again, sent)}
        owned = self._means.ownership.owned
        batches = [owned(batch, epoch) for batch, epoch in self._batches]
        return [each for batch in batches for each in batch if id(each.position) not in open_positions]

    def withdraw(self) -> bool:
        """Have the sink withdraw its messages, so that `confirm` has an outcome for each.

        Return whether an answer will follow. Only inside `confirm`.
        """
        if not self._sent or not isinstance(self._sink, Withdrawing):
            return False
        self._sink.withdraw()
        return True

    def forget_lost(self) -> None:
        """Do nothing: messages of lost lanes may arrive, and `confirm` sends none of them again."""

    def _send(self, sent: _Sent) -> None:
        if sent.messages:
            self._sent.append(sent)
            self._sink.send(sent.target, sent.messages)

    def _send_again(self, failed: Sequence[Entry]) -> None:
        """Send failed messages again, without those of lost lanes, and wait for the outcomes."""
        has = self._means.ownership.has
        piece = [each for each in failed if has(each.message, each.epoch)]
        if not piece:
            return
        self._alone = True
        messages = [self._fallbacks.written(each) for each in piece]
        size = sum(each.size for each in piece)
        self._send(_Sent(piece[0].target, messages, size, piece[0].received, piece[0].epoch, piece=piece))
        self._collect()

    def _collect(self) -> None:
        """Wait for outcomes; failed messages are put before the others of the repetition."""
        outcomes = self._patience.answer(self._sink.confirm, self._sink.taken)
        sent, self._sent = self._sent, []
        count = sum(len(each.messages) for each in sent)
        if len(outcomes) != count:  # some messages without outcome are undelivered, but unknown
            raise SinkFailed(f"The destination gave {len(outcomes)} outcomes for {count} messages")
        if outcomes.count(DELIVERED) == count:
            self._patience.progressed()
            for each in sent:
                self._accounts.delivered(each.target, each.messages, each.size, each.received)
            return
        self._patience.failing = True
        rest = iter(outcomes)
        again = [piece for each in sent for piece in self._pieces(self._account(each, rest))]
        self._failed.extendleft(reversed(again))

    def _account(self, sent: _Sent, outcomes: Iterator[Failure | Delivered]) -> list[_Failed]:
        """Count outcomes, and return the failed messages."""
        failed: list[_Failed] = []
        for number, outcome in zip(range(len(sent.messages)), outcomes):  # noqa: B905 - the rest is of other calls
            each = sent.entry(number)
            if isinstance(outcome, Delivered):
                self._patience.progressed()
                self._accounts.delivered(sent.target, [each.message], each.size, each.received)
            else:
                self._accounts.refused(1, each.size, each.received)
                failed.append((each, outcome))
        self._means.metrics.resent.inc(len(failed))
        return failed

    def _pieces(self, failed: Sequence[_Failed]) -> Iterator[Sequence[Entry]]:
        """How messages that failed in one call are sent again, in order."""
        if not failed:
            return
        if all(isinstance(outcome, Undelivered) for _, outcome in failed):
            yield from self._waiting(failed)
        elif len(failed) == 1 and self._alone:
            (each, outcome) = failed[0]
            assert not isinstance(outcome, Undelivered), "looked at above"
            yield [self._fallbacks.after(each, outcome)]
        else:
            yield from pieces(failed)

    def _waiting(self, failed: Sequence[_Failed]) -> Iterator[Sequence[Entry]]:
        """The destination takes nothing now: the first message, alone, finds out when it does."""
        first, outcome = failed[0]
        if self._alone and isinstance(outcome, Undelivered):
            self._patience.refused(first.target, outcome)
            self._pausing = True
        yield [first]
        if len(failed) > 1:
            yield [each for each, _ in failed[1:]]
