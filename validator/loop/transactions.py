"""Judged batches -> transactions of messages and offsets: exactly once."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

from sluicegate.validator.loop.fallbacks import Entry, Overflow, entry
from sluicegate.validator.loop.sending import Sending
from sluicegate.validator.loop.tools import Means
from sluicegate.validator.model import Delivered, Destination, Failure, Message, Outcome, Undelivered, Valid
from sluicegate.validator.pipeline.process import Judged
from sluicegate.validator.pipeline.route import DESTINATIONS, by_destination
from sluicegate.validator.pipeline.window import Window, payload_bytes
from sluicegate.validator.ports import TransactionalSink


@dataclass(frozen=True, slots=True)
class _Flying:
    """A batch in a transaction.

    `received`: when the worker had it, on the monotonic clock; `epoch`: the ownership's then.
    """

    batch: Sequence[Message]
    judged: Judged
    size: int
    received: float
    epoch: int

    def entries(self) -> Iterable[Entry]:
        """Its messages in the order of the source."""
        verdicts = {id(message): verdict for message, verdict in self.judged.rejected}
        return (entry(message, verdicts.get(id(message)), self.received, self.epoch) for message in self.batch)


class TransactionalDelivery(Sending):
    """Sends in transactions: one for all that is in flight.

    When one does not count, its messages are sent again, in the order of the source, in smaller
    transactions: half as many after each that fails, twice as many after each that succeeds. So a
    message that is refused is soon alone, and then the refusal is about it. A `confirm` that was
    broken off can be taken up again.
    """

    def __init__(self, sink: TransactionalSink, means: Means, window: Window, overflow: Overflow) -> None:
        """Nothing in flight."""
        super().__init__(means, window, overflow)
        self._sink = sink
        self._flying: list[_Flying] = []  # the open transaction, when nothing failed
        self._trying: list[Entry] = []  # the open transaction otherwise
        self._waiting: deque[Entry] = deque()
        self._size = 1  # how many entries the next transaction takes
        self._done: list[Sequence[Message]] = []

    def send(self, batch: Sequence[Message], judged: Judged, received: float) -> None:
        """Hand over a batch of which every message has a verdict that is no `Retry`.

        Not while anything waits to be sent again.
        """
        epoch = self._means.ownership.epoch
        self._flying.append(_Flying(batch, judged, self.window.add(batch), received, epoch))
        self._put(judged)

    def confirm(self) -> Sequence[Sequence[Message]]:
        """Wait until all that was sent counts, and return it.

        Raises `MessageUndeliverable`, `DeadLetterBudgetSpent`, `SinkFailed`, and the errors of
        `idle`.
        """
        self.confirming = True
        try:
            self._end_transaction()
            while self._waiting:
                self._try_again()
        except BaseException:
            self._patience.failing = True  # something is left: nothing new before it
            raise
        finally:
            self.confirming = False
        self._patience.rewarded()
        self.window.clear()
        done, self._done = self._done, []
        return done

    def delivered(self) -> Sequence[Message]:
        """Return no messages: those of an open transaction do not count yet, others are settled."""
        return ()

    def withdraw(self) -> bool:
        """Return False: an open transaction can be aborted at any time."""
        return False

    def forget_lost(self) -> None:
        """Drop messages of lanes that were lost.

        Aborts the transaction that has any; call it after each loss.

        A commit that is under way cannot be aborted. It was valid when it began, and the lanes' new
        owners wait until it ends.
        """
        if self._open_has_lost() and self._sink.abort():
            self._take_back()
        self._waiting = deque(self._owned(self._waiting))
        self._patience.failing |= bool(self._waiting)  # so that they are sent before anything new

    def _put(self, judged: Judged) -> None:
        if judged.valid:
            self._sink.send(DESTINATIONS[Valid], judged.valid)
        for target, about in by_destination(judged.rejected).items():
            self._sink.send(target, self._means.letters_about(about))

    def _end_transaction(self) -> None:
        """Commit the open transaction; if that is useless, queue it for a repetition."""
        batches = [each.batch for each in self._flying] or [[each.message for each in self._trying]]
        if not batches[0]:
            return
        outcome = cast("Outcome", self._patience.answer(partial(self._sink.commit, batches)))
        if isinstance(outcome, Delivered):
            self._patience.progressed()
            self._done += batches
            self._account()
            self._size = max(1, 2 * len(self._trying))
            self._flying, self._trying = [], []
        else:
            self._failed(outcome)

    def _account(self) -> None:
        """The open transaction counts."""
        for flying in self._flying:
            dead = [message for message, _ in flying.judged.rejected]
            size = payload_bytes(dead)
            self._accounts.delivered(Destination.VALID, flying.judged.valid, flying.size - size, flying.received)
            self._accounts.delivered(Destination.DEAD_LETTER, dead, size, flying.received)
        for each in self._trying:
            self._accounts.delivered(each.target, [each.message], each.size, each.received)

    def _try_again(self) -> None:
        """A transaction with some of those that wait."""
        self._trying = [self._waiting.popleft() for _ in range(min(self._size, len(self._waiting)))]
        for target in Destination:
            messages = [self._fallbacks.written(each) for each in self._trying if each.target is target]
            if messages:
                self._sink.send(target, messages)
        self._end_transaction()

    def _failed(self, outcome: Failure) -> None:
        """Handle an aborted transaction.

        A message that was refused alone is sent in another form; the others after a pause.
        """
        if not self._flying and not self._trying:
            return  # taken back already, when lanes were lost
        self._patience.failing = True
        entries = self._take_back()
        if isinstance(outcome, Undelivered):
            self._patience.refused(None, outcome)
            self._patience.pause()
        elif len(entries) == 1 and self._waiting and self._waiting[0] is entries[0]:
            self._waiting[0] = self._fallbacks.after(entries[0], outcome)

    def _take_back(self) -> Sequence[Entry]:
        """Queue the messages of the open transaction before all others.

        Those of lost lanes are dropped.
        """
        entries = self._trying or [each for flying in self._flying for each in flying.entries()]
        self._flying, self._trying = [], []
        self._size = max(1, len(entries) // 2)
        owned = self._owned(entries)
        self._means.metrics.resent.inc(len(owned))
        for each in owned:
            self._accounts.refused(1, each.size, each.received)
        self._waiting.extendleft(reversed(owned))
        return entries

    def _open_has_lost(self) -> bool:
        """Whether the open transaction has a message of a lost lane."""
        ownership = self._means.ownership
        whole = all(ownership.owned(each.batch, each.epoch) is each.batch for each in self._flying)
        return not whole or len(self._owned(self._trying)) < len(self._trying)

    def _owned(self, entries: Iterable[Entry]) -> Sequence[Entry]:
        has = self._means.ownership.has
        return [each for each in entries if has(each.message, each.epoch)]
