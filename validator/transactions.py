"""Judged batches -> transactions, in which what is sent and how far was read count together: exactly once."""

from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

from validator.accounts import Accounts
from validator.errors import MessageUndeliverable
from validator.means import Means, Patience
from validator.model import (
    Code,
    Delivered,
    Destination,
    Lane,
    Message,
    Outcome,
    Rejected,
    TooLarge,
    Undelivered,
    Unprocessable,
    Valid,
)
from validator.pipeline.process import Judged
from validator.pipeline.route import DESTINATIONS, by_destination
from validator.pipeline.window import Window, payload_bytes
from validator.ports import TransactionalSink


@dataclass(frozen=True, slots=True)
class _Entry:
    """A message that was in a transaction which did not count. `least`: its letter says as little as can be said."""

    message: Message
    verdict: Rejected | None
    received: float
    least: bool = False

    @property
    def target(self) -> Destination:
        return DESTINATIONS[Valid if self.verdict is None else type(self.verdict)]


@dataclass(frozen=True, slots=True)
class _Flying:
    """A batch in a transaction. `received` is when the worker had it, on the monotonic clock."""

    batch: Sequence[Message]
    judged: Judged
    size: int
    received: float

    def entries(self) -> Iterable[_Entry]:
        """Its messages in the order of the source."""
        verdicts = {id(message): verdict for message, verdict in self.judged.rejected}
        return (_Entry(message, verdicts.get(id(message)), self.received) for message in self.batch)


class TransactionalDelivery:
    """Sends in transactions: one for all that is in flight.

    When one does not count, its messages are sent again, in the order of the source, in smaller transactions: half as many after
    each that fails, twice as many after each that succeeds. So a message that is refused is soon alone, and then the refusal is about it.
    A `confirm` that was broken off can be taken up again.
    """

    def __init__(self, sink: TransactionalSink, means: Means, window: Window) -> None:
        """Nothing in flight."""
        self._sink = sink
        self._means = means
        self._patience = Patience(means)
        self._accounts = Accounts(means.clock, means.metrics)
        self._flying: list[_Flying] = []  # the open transaction, when nothing failed
        self._trying: list[_Entry] = []  # the open transaction otherwise
        self._waiting: deque[_Entry] = deque()
        self._size = 1  # how many entries the next transaction takes
        self._lost: set[Lane] = set()  # of these, nothing may be sent again
        self._done: list[Sequence[Message]] = []
        self.window = window
        self.confirming = False

    @property
    def failing(self) -> bool:
        """Whether the destination does not take what it is sent. Any thread."""
        return self._patience.failing

    def send(self, batch: Sequence[Message], judged: Judged, received: float) -> None:
        """Hand over a batch of which every message has a verdict that is no `Retry`. Not while anything waits to be sent again."""
        self._flying.append(_Flying(batch, judged, self.window.add(batch), received))
        self._put(judged)

    def confirm(self) -> Sequence[Sequence[Message]]:
        """Wait until all that was sent counts, and give it. Raises `MessageUndeliverable`, `SinkFailed`, and what `idle` raises."""
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
        self._lost.clear()
        self.window.clear()
        done, self._done = self._done, []
        return done

    def forget(self, lanes: Collection[Lane]) -> None:
        """These lanes are somebody else's now: nothing of them may count that does not yet."""
        if self._flying or self._trying or self._waiting:
            self._lost.update(lanes)
            if self._sink.abort():
                self._take_back()
            self._waiting = deque(self._ours(self._waiting))

    def _put(self, judged: Judged) -> None:
        if judged.valid:
            self._sink.send(DESTINATIONS[Valid], judged.valid)
        for target, about in by_destination(judged.rejected).items():
            self._sink.send(target, self._means.letters_about(about))

    def _end_transaction(self) -> None:
        """Commit what is open; if that is no use, have it wait to be sent again."""
        batches = [each.batch for each in self._flying] or [[entry.message for entry in self._trying]]
        if not batches[0]:
            return
        outcome = cast("Outcome", self._patience.answer(partial(self._sink.commit, batches)))
        if isinstance(outcome, Delivered):
            self._done += batches
            self._account()
            self._size = max(1, 2 * len(self._trying))
            self._flying, self._trying = [], []
        else:
            self._failed(outcome)

    def _account(self) -> None:
        """The open transaction counts."""
        for each in self._flying:
            dead = [message for message, _ in each.judged.rejected]
            size = payload_bytes(dead)
            self._accounts.delivered(Destination.VALID, each.judged.valid, each.size - size, each.received)
            self._accounts.delivered(Destination.DEAD_LETTER, dead, size, each.received)
        for entry in self._trying:
            size = len(entry.message.payload or b"")
            self._accounts.delivered(entry.target, [entry.message], size, entry.received)

    def _try_again(self) -> None:
        """A transaction with some of those that wait."""
        self._trying = [self._waiting.popleft() for _ in range(min(self._size, len(self._waiting)))]
        judged = Judged()
        least: list[Message] = []
        for entry in self._trying:
            if entry.verdict is None:
                judged.valid.append(entry.message)
            elif entry.least:
                least.append(self._means.least_letter(entry.message, entry.verdict))
            else:
                judged.rejected.append((entry.message, entry.verdict))
        self._put(judged)
        if least:
            self._sink.send(Destination.DEAD_LETTER, least)
        self._end_transaction()

    def _failed(self, outcome: TooLarge | Undelivered) -> None:
        """Nothing of the open transaction counts. What was too large alone becomes smaller; all else is worth a pause."""
        if not self._flying and not self._trying:
            return  # taken back already, when lanes were lost
        self._patience.failing = True
        entries = self._take_back()
        if not isinstance(outcome, TooLarge):
            self._patience.refused(None, outcome.detail)
            self._patience.pause()
        elif len(entries) == 1 and self._waiting and self._waiting[0] is entries[0]:
            self._waiting[0] = self._smaller(entries[0], outcome)

    def _take_back(self) -> Sequence[_Entry]:
        """What was in the open transaction waits to be sent again, before everything else, but for lanes that are lost."""
        entries = self._trying or [entry for each in self._flying for entry in each.entries()]
        self._flying, self._trying = [], []
        self._size = max(1, len(entries) // 2)
        ours = list(self._ours(entries))
        self._means.metrics.resent.inc(len(ours))
        for entry in ours:
            self._accounts.refused(1, len(entry.message.payload or b""), entry.received)
        self._waiting.extendleft(reversed(ours))
        return entries

    def _ours(self, entries: Iterable[_Entry]) -> Iterable[_Entry]:
        lane = self._means.positions.lane
        return (entry for entry in entries if not self._lost or lane(entry.message) not in self._lost)

    def _smaller(self, entry: _Entry, outcome: TooLarge) -> _Entry:
        """What to try when a message is too large for a destination: the letter about it, and then as little as can be said."""
        if entry.least:
            raise MessageUndeliverable(self._means.positions.address(entry.message), outcome.detail)
        if entry.verdict is not None:
            return _Entry(entry.message, entry.verdict, entry.received, least=True)
        self._means.metrics.rejected(Code.TOO_LARGE)
        reason = f"The message is larger than the valid destination allows: {outcome.detail}"
        return _Entry(entry.message, Unprocessable(Code.TOO_LARGE, reason), entry.received)
