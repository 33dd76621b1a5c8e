"""A Pub/Sub source: a streaming pull, and leases that are kept until messages are settled."""

import threading
from collections import deque
from collections.abc import Collection, Iterable, Sequence
from typing import Any, cast

from google.pubsub_v1 import SubscriberClient

from shared.clock import Clock, SystemClock
from validator.brokers.pubsub import clients
from validator.brokers.pubsub.acknowledgements import Acknowledgements
from validator.brokers.pubsub.config import PubSubSourceConfig
from validator.brokers.pubsub.conversion import incoming
from validator.brokers.pubsub.keeper import Keeper
from validator.brokers.pubsub.leases import Delivery, Leases
from validator.brokers.pubsub.stream import Stream
from validator.errors import SourceFailed
from validator.model import Lane, Message
from validator.pipeline.limits import Backoff, BackoffTimes
from validator.ports import OnRevoke

_ASK_AGAIN = BackoffTimes(first=0.1, longest=2.0)


class PubSubSource:
    """Reads a subscription.

    On the plain calls of Google's client, not on its `subscribe`: that gives single messages to callbacks, and of an ordering key one at a
    time, and the next one only when that is acknowledged. The worker takes batches, and keeps the order itself.

    Two threads work for it: one reads the stream, one tells the service what is done and what is kept.
    """

    def __init__(self, config: PubSubSourceConfig, clock: Clock | None = None) -> None:
        """Prepare; nothing connects until `open`."""
        self._config = config
        self._clock = clock or SystemClock()
        self._changed = threading.Condition()  # guards what follows
        self._leases = Leases()
        self._ready: deque[Message] = deque()
        self._aside: dict[Lane, deque[Message]] = {}  # of lanes that are held
        self._held: frozenset[Lane] = frozenset()
        self._closing = threading.Event()
        self._on_revoke: OnRevoke | None = None
        self._client: SubscriberClient | None = None
        self._stream: Stream | None = None
        self._keeper: Keeper | None = None
        self._acknowledgements: Acknowledgements | None = None
        self._short_name = config.subscription.rpartition("/")[2]

    @property
    def assigned(self) -> bool:
        """Whether the service lets us read."""
        return self._stream is not None and self._stream.accepted

    def open(self, on_revoke: OnRevoke) -> None:
        """Open the stream."""
        try:
            self._client = clients.subscriber(self._config.emulator)
        except clients.CannotConnect as error:
            raise SourceFailed(f"source: Google Pub/Sub cannot be used: {error}") from error
        self._on_revoke = on_revoke
        self._acknowledgements = Acknowledgements(self._client, self._config.subscription)
        self._keeper = Keeper(self._acknowledgements, self._leases, self._changed, self._config.lease, self._clock)
        self._stream = Stream(self._client, self._config, self._clock, self._arrived)
        self._keeper.open()
        self._stream.open()

    def receive(self, limit: int, seconds: float) -> Sequence[Message]:
        """Wait for a first message, and give what is there."""
        with self._changed:
            self._changed.wait_for(lambda: self._pick() or self._failure, seconds)
            if not self._ready and self._failure:
                raise SourceFailed(f"source: {self._config.subscription} cannot be read: {self._failure}")
            return [self._ready.popleft() for _ in range(min(limit, len(self._ready)))]

    def settle(self, messages: Sequence[Message]) -> None:
        """Have them acknowledged, but for those that have an open message of their key before them."""
        with self._changed:
            names = self._leases.settle(cast("Delivery", message.position) for message in messages)
            if self._keeper is not None:
                self._keeper.acknowledge(names)
            self._changed.notify_all()

    def keep_alive(self) -> None:
        """Leases are kept by a thread."""

    def hold(self, lanes: Collection[Lane]) -> None:
        """Put messages of these lanes aside."""
        with self._changed:
            self._held = frozenset(lanes)
            for lane in [lane for lane in self._aside if lane not in self._held]:
                self._ready.extendleft(reversed(self._aside.pop(lane)))

    def close(self) -> None:
        """Acknowledge what is settled, and give the rest back."""
        stream, self._stream = self._stream, None
        if stream is None or self._keeper is None or self._client is None or self._acknowledgements is None:
            return
        if self._on_revoke is not None:
            with self._changed:
                lanes = {delivery.lane for delivery in self._leases.deliveries}
            self._on_revoke(lanes)
        with self._changed:
            self._closing.set()
            self._changed.notify_all()
        stream.close()
        self._keeper.close()
        self._acknowledgements.give_back([delivery.ack_id for delivery in self._leases.deliveries])
        self._client.transport.close()  # type: ignore[no-untyped-call]  # has no types

    def lane(self, message: Message) -> Lane:
        """The ordering key; without one, each message is for itself."""
        return cast("Delivery", message.position).lane

    def address(self, message: Message) -> str:
        """`pubsub://subscription/messageId`."""
        return f"pubsub://{self._short_name}/{cast('Delivery', message.position).message_id}"

    def lag(self) -> int | None:
        """The service does not say."""
        return None

    @property
    def _telling(self) -> Acknowledgements:
        assert self._acknowledgements is not None, "the source is not open"
        return self._acknowledgements

    @property
    def _failure(self) -> str | None:
        return self._stream.failure if self._stream is not None else None

    def _pick(self) -> bool:
        """Whether something is ready that is not to be put aside."""
        if self._held:
            ready, self._ready = self._ready, deque()
            for message in ready:
                lane = self.lane(message)
                if lane in self._held:
                    self._aside.setdefault(lane, deque()).append(message)
                else:
                    self._ready.append(message)
        return bool(self._ready)

    def _arrived(self, received: Iterable[Any], exactly_once: bool) -> None:
        """On the stream's thread: take messages in, and wait while there are more than we want."""
        deliveries, messages = self._taken_in(received)
        if exactly_once:
            deliveries, messages = self._confirmed(deliveries, messages)
        with self._changed:
            self._leases.add(deliveries)
            self._ready.extend(messages)
            self._changed.notify_all()
            self._changed.wait_for(self._has_room)

    def _taken_in(self, received: Iterable[Any]) -> tuple[list[Delivery], list[Message]]:
        now = self._clock.monotonic()
        until, limit = now + self._config.lease, now + self._config.extension
        deliveries: list[Delivery] = []
        messages: list[Message] = []
        for each in received:
            message = each.message
            size = len(message.data)
            delivery = Delivery(each.ack_id, message.message_id, message.ordering_key, size, until, limit)
            deliveries.append(delivery)
            messages.append(incoming(delivery, message))
        return deliveries, messages

    def _confirmed(
        self, deliveries: Sequence[Delivery], messages: Sequence[Message]
    ) -> tuple[list[Delivery], list[Message]]:
        """Those that are surely ours: the others were taken back while they were on their way.

        With one of them goes what is after it of its key, which comes again after it.
        """
        lost = self._lost(deliveries)
        if not lost:
            return list(deliveries), list(messages)
        ours: list[int] = []
        back: list[str] = []
        keys: set[str] = set()
        for number, delivery in enumerate(deliveries):
            if delivery.ack_id in lost:
                keys.add(delivery.key)
            elif delivery.key and delivery.key in keys:
                back.append(delivery.ack_id)
            else:
                ours.append(number)
        self._telling.give_back(back)
        return [deliveries[number] for number in ours], [messages[number] for number in ours]

    def _lost(self, deliveries: Sequence[Delivery]) -> set[str]:
        """Ask for the leases until the service has answered: what comes later must not be given before these."""
        names, backoff = [delivery.ack_id for delivery in deliveries], Backoff(_ASK_AGAIN)
        lost: set[str] = set()
        while names and not self._closing.is_set():
            names, gone = self._telling.extend(names, self._config.lease)
            lost.update(gone)
            if names:
                self._clock.wait(backoff.pause(), self._closing)
        return lost.union(names)

    def _has_room(self) -> bool:
        return self._closing.is_set() or (
            len(self._leases) < self._config.messages and self._leases.size < self._config.size
        )
