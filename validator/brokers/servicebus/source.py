"""A Service Bus source."""

import threading
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import cast

from sluicegate.shared.clock import Clock, SystemClock
from sluicegate.validator.brokers.servicebus.config import SourceConfig
from sluicegate.validator.brokers.servicebus.delivery import Delivery, LockOwner
from sluicegate.validator.brokers.servicebus.inbox import Inbox, Lost
from sluicegate.validator.brokers.servicebus.reader import ReaderState, SessionReader
from sluicegate.validator.brokers.servicebus.watchdog import Watchdog
from sluicegate.validator.model import Gap, Lane, Message
from sluicegate.validator.ports import OnRevoke


class ServiceBusSource:
    """Messages of a queue or subscription under locks, which are renewed until completion.

    With sessions, each is a lane; without, the messages with one key are. Invariant: inside a lane,
    messages are completed in their order. The service counts deliveries, and moves messages with
    too many of them to its own dead-letter queue.
    """

    def __init__(self, config: SourceConfig, clock: Clock | None = None) -> None:
        """Prepare; nothing connects until `open`."""
        self._config = config
        self._clock = clock or SystemClock()
        self._prepare()
        self._on_revoke: OnRevoke | None = None
        # by lane: received, in order, and not completed
        self._open: dict[Lane, deque[Delivery]] = defaultdict(deque)
        self._held: frozenset[Lane] = frozenset()
        self._waiting: dict[Lane, list[Message]] = {}  # of lanes that are held

    def open(self, on_revoke: OnRevoke) -> None:
        """Start the readers: one, or as many as there may be sessions at once."""
        self._on_revoke = on_revoke
        self._start()

    def _prepare(self) -> None:
        self._inbox = Inbox()
        self._stop = threading.Event()
        self._watchdog = Watchdog(self._clock, self._stop)
        self._readers: list[SessionReader] = []

    def _start(self) -> None:
        count = self._config.sessions or 1
        around = ReaderState(self._config, self._inbox, self._stop, self._clock, self._watchdog)
        self._watchdog.start()
        limit = max(1, self._config.in_hand // count)
        self._readers = [SessionReader(around, f"servicebus-{number}", limit) for number in range(count)]
        for reader in self._readers:
            reader.start()

    def receive(self, limit: int, seconds: float) -> Sequence[Message]:
        """Return the messages of the readers, without those of paused lanes."""
        if not self._readers and self._on_revoke is not None:
            self._start()
        found = self._released(limit)
        for item in self._inbox.take(limit - len(found), 0 if found else seconds) if limit > len(found) else ():
            if isinstance(item, Lost):
                found = [message for message in found if _delivery(message).lane != item.session]
                self._lose(item.session)
                continue
            lane = _delivery(item).lane
            self._open[lane].append(_delivery(item))
            if lane in self._held or lane in self._waiting:
                self._waiting.setdefault(lane, []).append(item)
            else:
                found.append(item)
        return found

    def settle(self, messages: Sequence[Message]) -> None:
        """Have the readers complete the messages, and earlier ones of their lanes."""
        finished: list[Delivery] = []
        for message in messages:
            delivery = _delivery(message)
            delivery.done = True
            line = self._open.get(delivery.lane)
            while line and line[0].done:
                finished.append(line.popleft())
            if line is not None and not line:
                del self._open[delivery.lane]
        for keeper, deliveries in _by_keeper(finished):
            keeper.complete(deliveries)

    def keep_alive(self) -> None:
        """The readers do."""

    def hold(self, lanes: Collection[Lane]) -> None:
        """Keep messages of these lanes. A reader continues up to its limit."""
        self._held = frozenset(lanes)

    def close(self) -> None:
        """Complete acknowledged messages, return the rest, and disconnect."""
        on_revoke, self._on_revoke = self._on_revoke, None
        if on_revoke is None:
            return
        if self._open:
            on_revoke(set(self._open))
        self._end()

    def release(self) -> None:
        """Complete acknowledged messages, release the others without counting, and disconnect."""
        if self._on_revoke is None or not self._readers:
            return
        self._end()
        lanes = set(self._open)
        self._open.clear()
        self._waiting.clear()
        self._prepare()
        if lanes:
            self._on_revoke(lanes)

    def _end(self) -> None:
        self._stop.set()
        for reader in self._readers:
            reader.join()
        if self._readers:
            self._watchdog.join()

    def lane(self, message: Message) -> Lane:
        """The session, or the key; each message without a key is a lane of its own."""
        return _delivery(message).lane

    def address(self, message: Message) -> str:
        """`servicebus://entity/sequenceNumber`."""
        return f"servicebus://{self._config.entity}/{_delivery(message).number}"

    @property
    def assigned(self) -> bool:
        """Whether the service has let a reader in."""
        return any(reader.attached for reader in self._readers)

    def lag(self) -> int | None:
        """Return None: the service does not report it to callers with the right Listen only."""
        return None

    def gaps(self) -> Sequence[Gap]:
        """None: messages have no places that could be gone."""
        return ()

    def _released(self, limit: int) -> list[Message]:
        """Return the kept messages of lanes that are no longer paused."""
        found: list[Message] = []
        for lane in [lane for lane in self._waiting if lane not in self._held]:
            waiting = self._waiting[lane]
            room = limit - len(found)
            found += waiting[:room]
            self._waiting[lane] = waiting[room:]
            if not self._waiting[lane]:
                del self._waiting[lane]
        return found

    def _lose(self, session: str) -> None:
        self._waiting.pop(session, None)
        if self._open.pop(session, None) and self._on_revoke is not None:
            self._on_revoke({session})


def _delivery(message: Message) -> Delivery:
    return cast("Delivery", message.position)


def _by_keeper(deliveries: Sequence[Delivery]) -> Iterable[tuple[LockOwner, Sequence[Delivery]]]:
    """Deliveries of one reader after another, each with all of its own."""
    of_keeper = attrgetter("keeper")
    ordered = sorted(deliveries, key=lambda each: id(each.keeper))
    return [(keeper, list(group)) for keeper, group in groupby(ordered, key=of_keeper)]
