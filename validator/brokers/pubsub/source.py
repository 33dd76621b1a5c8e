"""A Pub/Sub source: a streaming pull, and leases that are kept until messages are settled."""

import threading
from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from google.pubsub_v1 import SubscriberClient

from sluicegate.shared.clock import Clock, SystemClock
from sluicegate.validator.brokers.pubsub import clients
from sluicegate.validator.brokers.pubsub.acknowledgements import Acknowledgements
from sluicegate.validator.brokers.pubsub.config import PubSubSourceConfig
from sluicegate.validator.brokers.pubsub.conversion import incoming
from sluicegate.validator.brokers.pubsub.lease_extension import LeaseExtension
from sluicegate.validator.brokers.pubsub.leases import LeasedDelivery, Leases, delivery_of
from sluicegate.validator.brokers.pubsub.receipts import Receipts
from sluicegate.validator.brokers.pubsub.stream import PullStream
from sluicegate.validator.brokers.pubsub.trouble import credentials_detail
from sluicegate.validator.errors import SourceFailed
from sluicegate.validator.model import Gap, Lane, Message
from sluicegate.validator.ports import OnRevoke


@dataclass(frozen=True, slots=True)
class _Connection:
    """State of an open source."""

    client: SubscriberClient
    acknowledgements: Acknowledgements
    receipts: Receipts
    extension: LeaseExtension
    stream: PullStream


class PubSubSource:
    """Reads a subscription.

    It uses the plain calls of Google's client, not `subscribe`: that passes single messages to
    callbacks, and the next one of an ordering key only after the acknowledgement. The worker takes
    batches, and keeps the order itself.

    Two threads work for it: one reads the stream, one sends acknowledgements and lease extensions.
    """

    def __init__(self, config: PubSubSourceConfig, clock: Clock | None = None) -> None:
        """Prepare; nothing connects until `open`."""
        self._config = config
        self._clock = clock or SystemClock()
        self._changed = threading.Condition()  # guards the fields below
        self._leases = Leases()
        self._ready: deque[Message] = deque()
        self._kept: dict[Lane, deque[Message]] = {}  # messages of paused lanes
        self._held: frozenset[Lane] = frozenset()
        self._closing = threading.Event()
        self._on_revoke: OnRevoke | None = None
        self._connection: _Connection | None = None
        self._short_name = config.subscription.rpartition("/")[2]

    @property
    def assigned(self) -> bool:
        """Whether the service lets us read."""
        return self._connection is not None and self._connection.stream.accepted

    def open(self, on_revoke: OnRevoke) -> None:
        """Open the stream."""
        try:
            client = clients.subscriber(self._config.emulator, self._config.keep_alive)
        except clients.CannotConnect as error:
            raise SourceFailed(f"source: Google Pub/Sub cannot be used: {credentials_detail(error)}") from error
        self._on_revoke = on_revoke
        lease, clock = self._config.lease, self._clock
        acknowledgements = Acknowledgements(client, self._config.subscription)
        self._connection = _Connection(
            client,
            acknowledgements,
            Receipts(acknowledgements, lease, clock, self._closing),
            LeaseExtension(acknowledgements, self._leases, self._changed, lease, clock),
            PullStream(client, self._config, clock, self._arrived),
        )
        self._connection.extension.open()
        self._connection.stream.open()

    def receive(self, limit: int, seconds: float) -> Sequence[Message]:
        """Wait for a first message, and return the available ones."""
        with self._changed:
            self._changed.wait_for(lambda: self._pick() or self._failure, seconds)
            if not self._ready and self._failure:
                raise SourceFailed(f"source: {self._config.subscription} cannot be read: {self._failure}")
            return [self._ready.popleft() for _ in range(min(limit, len(self._ready)))]

    def settle(self, messages: Sequence[Message]) -> None:
        """Have them acknowledged, but for those that have an open message of their key before them."""
        with self._changed:
            self._opened().extension.acknowledge(self._leases.settle(map(delivery_of, messages)))
            self._changed.notify_all()

    def keep_alive(self) -> None:
        """Leases are kept by a thread."""

    def hold(self, lanes: Collection[Lane]) -> None:
        """Keep messages of these lanes back."""
        with self._changed:
            self._held = frozenset(lanes)
            for lane in [lane for lane in self._kept if lane not in self._held]:
                self._ready.extendleft(reversed(self._kept.pop(lane)))

    def close(self) -> None:
        """Acknowledge finished messages, and return the rest."""
        connection = self._connection
        if connection is None or self._closing.is_set():
            return
        if self._on_revoke is not None:
            with self._changed:
                lanes = {delivery.lane for delivery in self._leases.deliveries}
            self._on_revoke(lanes)
        with self._changed:
            self._closing.set()
            self._changed.notify_all()
        connection.stream.close()
        connection.extension.close()
        connection.acknowledgements.give_back([delivery.ack_id for delivery in self._leases.deliveries])
        connection.client.transport.close()  # type: ignore[no-untyped-call]  # has no types

    def lane(self, message: Message) -> Lane:
        """The ordering key; without one, each message is for itself."""
        return delivery_of(message).lane

    def address(self, message: Message) -> str:
        """`pubsub://subscription/messageId`."""
        return f"pubsub://{self._short_name}/{delivery_of(message).message_id}"

    def lag(self) -> int | None:
        """The service does not say."""
        return None

    def gaps(self) -> Sequence[Gap]:
        """None: messages have no places that could be gone."""
        return ()

    @property
    def _failure(self) -> str | None:
        return self._opened().stream.failure

    def _opened(self) -> _Connection:
        assert self._connection is not None, "the source is not open"
        return self._connection

    def _pick(self) -> bool:
        """Return whether a message of a lane that is not paused is ready."""
        if self._held:
            ready, self._ready = self._ready, deque()
            for message in ready:
                lane = self.lane(message)
                if lane in self._held:
                    self._kept.setdefault(lane, deque()).append(message)
                else:
                    self._ready.append(message)
        return bool(self._ready)

    def _arrived(self, received: Iterable[Any], exactly_once: bool) -> None:
        """On the stream's thread: take messages in, and wait while there are more than we want."""
        messages: Sequence[Message] = [self._message(each) for each in received]
        if exactly_once:
            messages = self._opened().receipts.confirmed(messages)
        with self._changed:
            self._leases.add(map(delivery_of, messages))
            self._ready.extend(messages)
            self._changed.notify_all()
            self._changed.wait_for(self._has_room)

    def _message(self, received: Any) -> Message:
        now, message = self._clock.monotonic(), received.message
        key = message.ordering_key if self._config.ordered else ""
        until, limit = now + self._config.lease, now + self._config.extension
        delivery = LeasedDelivery(received.ack_id, message.message_id, key, len(message.data), until, limit)
        return incoming(delivery, message)

    def _has_room(self) -> bool:
        return self._closing.is_set() or (
            len(self._leases) < self._config.messages and self._leases.size < self._config.size
        )
