"""Positions that may be committed, for sources whose lanes are logs with offsets."""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import is_
from typing import Final, TypeAlias

from sluicegate.validator.model import Message, Undelivered

Log: TypeAlias = tuple[str, int]
"""A topic and the number of a partition: the lane of a Kafka message."""

NOT_OWNED: Final = Undelivered("partitions were taken away before the transaction could be committed")
"""The outcome of a transaction with messages that `Settlements.after` refuses."""

PlaceOf: TypeAlias = Callable[[Message], tuple[Log, int]]


@dataclass(slots=True)
class _Chunk:
    messages: Sequence[Message]
    ends: dict[Log, int]
    whole: bool = True  # no log of it was forgotten


class Settlements:
    """Tracks received messages, and the acknowledged position of each log without gaps.

    The fast path: whole batches, acknowledged in their order, cost nothing for each message. After
    a batch that is acknowledged in parts, positions are tracked for each message, until no message
    is open.
    """

    def __init__(self, place_of: PlaceOf) -> None:
        """`place_of` reads a message's log and offset."""
        self._place_of = place_of
        self._chunks: deque[_Chunk] = deque()
        self._open: dict[Log, deque[int]] = {}  # the slow path: received offsets, in their order
        self._done: dict[Log, set[int]] = {}
        self._positions: dict[Log, int] = {}

    def received(self, messages: Sequence[Message], ends: Mapping[Log, int]) -> None:
        """Record a received batch.

        `ends` has, for each assigned log, the offset after its last received message. Messages of
        other logs are ignored: their owner acknowledges them.
        """
        self._chunks.append(_Chunk(messages, dict(ends)))
        if self._open:
            self._spell_out()

    def settle(self, messages: Sequence[Message]) -> None:
        """Acknowledge messages."""
        # Identity instead of equality: the very sequence of `received`, in its order, needs no look
        # at its messages.
        if self._chunks and self._chunks[0].messages is messages:
            self._positions.update(self._chunks.popleft().ends)
            return
        self._spell_out()
        for message in messages:
            log, offset = self._place_of(message)
            if log in self._open:
                self._done[log].add(offset)
        for log in list(self._open):
            self._advance(log)

    def after(self, batches: Sequence[Sequence[Message]]) -> Mapping[Log, int] | None:
        """Return the positions after these batches, which must continue each log without a gap.

        None if a message is not open: its log was forgotten since its receipt, or it is
        acknowledged. This is the last check of transactions: other members of the group may have
        read such a message again.
        """
        chunks = list(islice(self._chunks, len(batches)))
        first = [chunk.messages for chunk in chunks if chunk.whole]
        if not self._open and len(first) == len(batches) and all(map(is_, first, batches)):
            return dict(chunks[-1].ends) if chunks else {}
        self._spell_out()
        opened = {log: set(waiting) for log, waiting in self._open.items()}
        places = [place for batch in batches for place in map(self._place_of, batch)]
        return (
            {log: offset + 1 for log, offset in places}
            if all(offset in opened.get(log, ()) for log, offset in places)
            else None
        )

    def forget(self, logs: Iterable[Log]) -> None:
        """Drop logs of other members: none of their positions may be committed."""
        for log in logs:
            self._positions.pop(log, None)
            self._open.pop(log, None)
            self._done.pop(log, None)
            for chunk in self._chunks:
                # The messages stay in the sequence, so the fast path of `after` is closed for it.
                chunk.whole &= chunk.ends.pop(log, None) is None

    def take(self, logs: Collection[Log] | None = None) -> Mapping[Log, int]:
        """Return the positions reached since the last call, of these logs or of all.

        Each is the next offset to read.
        """
        taken = {log: offset for log, offset in self._positions.items() if logs is None or log in logs}
        for log in taken:
            del self._positions[log]
        return taken

    def first_open(self, log: Log) -> int | None:
        """Return the first open offset of a log."""
        self._spell_out()
        waiting = self._open.get(log)
        return waiting[0] if waiting else None

    def _spell_out(self) -> None:
        while self._chunks:
            chunk = self._chunks.popleft()
            for message in chunk.messages:
                log, offset = self._place_of(message)
                if log in chunk.ends:
                    self._open.setdefault(log, deque()).append(offset)
                    self._done.setdefault(log, set())

    def _advance(self, log: Log) -> None:
        waiting, done = self._open[log], self._done[log]
        # Only a gapless beginning is committed: a commit past an open message would lose it.
        while waiting and waiting[0] in done:
            offset = waiting.popleft()
            done.remove(offset)
            self._positions[log] = offset + 1
        if not waiting:
            del self._open[log], self._done[log]
