"""A broker in memory, with topics, partitions and consumer groups: for tests and demonstrations."""

import threading
import zlib
from collections.abc import Collection, Mapping, Sequence
from typing import cast

from sluicegate.validator.brokers.settlements import NOT_OWNED, Log, Settlements
from sluicegate.validator.model import DELIVERED, Destination, Gap, Lane, Message, Outcome, TooLarge, Undelivered
from sluicegate.validator.ports import OnRevoke

_Position = tuple[str, int, int]


class MemoryBroker:
    """Keeps messages in memory. Thread-safe.

    Messages with one key go to one partition; others take turns.
    """

    def __init__(self, partitions: int = 4, largest: int = 1_000_000) -> None:
        """`largest`: bytes of payload, key and headers that a message may have."""
        self.partitions = partitions
        self.largest = largest
        self.changed = threading.Condition()
        self._logs: dict[Log, list[Message]] = {}
        self._groups: dict[str, Group] = {}
        self._turn = 0

    def append(self, topic: str, message: Message) -> Outcome:
        """Store a message for every reader; return the outcome for a forbidden size."""
        size = _size(message)
        if size > self.largest:
            return TooLarge(f"{size} bytes, where {self.largest} are allowed")
        with self.changed:
            log = (topic, self._partition(message.key))
            records = self._logs.setdefault(log, [])
            position: _Position = (*log, len(records))
            records.append(message._replace(headers=list(message.headers), position=position))
            self.changed.notify_all()
        return DELIVERED

    def messages(self, topic: str) -> list[Message]:
        """All messages of a topic, partition by partition."""
        with self.changed:
            return [message for log in self.logs([topic]) for message in self._logs.get(log, ())]

    def logs(self, topics: Collection[str]) -> list[Log]:
        """The partitions of topics."""
        return [(topic, number) for topic in topics for number in range(self.partitions)]

    def read(self, log: Log, offset: int, limit: int) -> list[Message]:
        """The messages of a partition from an offset on."""
        return self._logs.get(log, [])[offset : offset + limit]

    def end(self, log: Log) -> int:
        """The offset that the next message gets."""
        return len(self._logs.get(log, ()))

    def group(self, name: str) -> "Group":
        """A consumer group."""
        with self.changed:
            return self._groups.setdefault(name, Group())

    def _partition(self, key: bytes | None) -> int:
        if key is None:
            self._turn += 1
            return self._turn % self.partitions
        return zlib.crc32(key) % self.partitions


class Group:
    """Readers of partitions, and the offsets of the group. Its broker's `changed` guards it."""

    def __init__(self) -> None:
        """Begin without readers."""
        self.members: list[MemorySource] = []
        self.owners: dict[Log, MemorySource] = {}
        self.committed: dict[Log, int] = {}

    def share(self, member: "MemorySource", logs: Sequence[Log]) -> set[Log]:
        """The partitions that a member should have."""
        place = self.members.index(member)
        return set(logs[place :: len(self.members)])


class MemorySource:
    """A member of a consumer group.

    A partition changes hands when its owner has let go of it, in its `receive` or `close`.
    """

    def __init__(self, broker: MemoryBroker, topics: Sequence[str], group: str) -> None:
        """Read these topics together with the others of the group."""
        self._broker = broker
        self._topics = topics
        self._group = broker.group(group)
        self._settlements = Settlements(_place)
        self._next: dict[Log, int] = {}
        self._held: frozenset[Lane] = frozenset()
        self._on_revoke: OnRevoke | None = None
        self.commits = True  # otherwise a transaction does

    @property
    def assigned(self) -> bool:
        """Whether it has joined."""
        return self in self._group.members

    def open(self, on_revoke: OnRevoke) -> None:
        """Join the group."""
        self._on_revoke = on_revoke
        with self._broker.changed:
            self._group.members.append(self)

    def receive(self, limit: int, seconds: float) -> Sequence[Message]:
        """Wait for messages of the partitions that this member has."""
        self._commit()
        self._rebalance()
        with self._broker.changed:
            self._broker.changed.wait_for(self._waiting, seconds)
            messages = self._read(limit)
        if messages:
            self._settlements.received(messages, self._next)
        return messages

    def settle(self, messages: Sequence[Message]) -> None:
        """Remember them as done."""
        self._settlements.settle(messages)

    def keep_alive(self) -> None:
        """Membership here never ends by itself; partitions may be wanted by others."""
        self._rebalance()

    def hold(self, lanes: Collection[Lane]) -> None:
        """Read nothing of these partitions."""
        self._held = frozenset(lanes)

    def close(self) -> None:
        """Commit, and leave the group."""
        if self._on_revoke is None:
            return
        if self._next:
            self._on_revoke(set(self._next))
        self._commit()
        with self._broker.changed:
            self._let_go(set(self._next))
            if self in self._group.members:
                self._group.members.remove(self)
        self._on_revoke = None

    def positions_after(self, batches: Sequence[Sequence[Message]]) -> Mapping[Log, int] | None:
        """Return the positions that a transaction commits with these; None if it must not commit."""
        return self._settlements.after(batches)

    def commit(self, positions: Mapping[Log, int]) -> None:
        """Commit these positions. The broker's `changed` is held."""
        self._group.committed.update(positions)

    def lane(self, message: Message) -> Lane:
        """The partition."""
        return _place(message)[0]

    def address(self, message: Message) -> str:
        """`memory://topic/partition/offset`."""
        (topic, partition), offset = _place(message)
        return f"memory://{topic}/{partition}/{offset}"

    def lag(self) -> int | None:
        """Messages of its partitions that were not read."""
        with self._broker.changed:
            return sum(self._broker.end(log) - offset for log, offset in self._next.items())

    def gaps(self) -> Sequence[Gap]:
        """None: everything is kept."""
        return ()

    def _rebalance(self) -> None:
        share = self._group.share(self, self._broker.logs(self._topics))
        lost = set(self._next) - share
        if lost and self._on_revoke is not None:
            self._on_revoke(lost)
            self._commit()
        with self._broker.changed:
            self._let_go(lost)
            for log in sorted(share - set(self._next)):
                if self._group.owners.setdefault(log, self) is self:
                    self._next[log] = self._group.committed.get(log, 0)

    def _let_go(self, logs: Collection[Log]) -> None:
        self._settlements.forget(logs)
        for log in logs:
            del self._next[log]
            del self._group.owners[log]

    def _waiting(self) -> bool:
        return any(self._broker.end(log) > offset for log, offset in self._reading())

    def _reading(self) -> Sequence[tuple[Log, int]]:
        return [(log, offset) for log, offset in self._next.items() if log not in self._held]

    def _read(self, limit: int) -> list[Message]:
        messages: list[Message] = []
        for log, offset in self._reading():
            found = self._broker.read(log, offset, limit - len(messages))
            self._next[log] += len(found)
            messages += found
        return messages

    def _commit(self) -> None:
        settled = self._settlements.take()
        if self.commits:
            with self._broker.changed:
                self._group.committed.update(settled)


class MemorySink:
    """Writes to topics of a memory broker."""

    def __init__(self, broker: MemoryBroker, topics: Mapping[Destination, str]) -> None:
        """One topic for each destination."""
        self._broker = broker
        self._topics = topics
        self._outcomes: list[Outcome] = []

    def send(self, destination: Destination, messages: Sequence[Message]) -> None:
        """Append them."""
        topic = self._topics[destination]
        self._outcomes += [self._broker.append(topic, message) for message in messages]

    def confirm(self, seconds: float) -> Sequence[Outcome] | None:
        """Return their outcomes."""
        outcomes, self._outcomes = self._outcomes, []
        return outcomes

    def taken(self) -> int:
        """Return how many were appended."""
        return self._outcomes.count(DELIVERED)

    def close(self) -> None:
        """Nothing to let go of."""


class MemoryTransactions:
    """Writes to topics of a memory broker, and commits for its source, both at once."""

    def __init__(self, broker: MemoryBroker, topics: Mapping[Destination, str], source: MemorySource) -> None:
        """One topic for each destination."""
        self._broker = broker
        self._topics = topics
        self._source = source
        source.commits = False
        self._written: list[tuple[str, Message]] = []

    def send(self, destination: Destination, messages: Sequence[Message]) -> None:
        """Keep them for the commit."""
        topic = self._topics[destination]
        self._written += [(topic, message) for message in messages]

    def commit(self, done: Sequence[Sequence[Message]], seconds: float) -> Outcome | None:
        """Append them, unless one is too large."""
        if not self._written:
            return Undelivered("the transaction was aborted")
        written, self._written = self._written, []
        positions = self._source.positions_after(done)
        if positions is None:
            return NOT_OWNED
        with self._broker.changed:
            largest = max(_size(message) for _, message in written)
            if largest > self._broker.largest:
                return TooLarge(f"{largest} bytes, where {self._broker.largest} are allowed")
            for topic, message in written:
                self._broker.append(topic, message)
            self._source.commit(positions)
        return DELIVERED

    def abort(self) -> bool:
        """Drop them."""
        self._written = []
        return True

    def close(self) -> None:
        """Drop them."""
        self._written = []


def _size(message: Message) -> int:
    size = len(message.payload or b"") + len(message.key or b"")
    return size + sum(len(name) + len(value or b"") for name, value in message.headers)


def _place(message: Message) -> tuple[Log, int]:
    topic, partition, offset = cast("_Position", message.position)
    return (topic, partition), offset
