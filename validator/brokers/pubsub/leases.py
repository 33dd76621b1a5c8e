"""Messages that the service has left to us for a while, and has not got back."""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from sluicegate.validator.model import Lane, Message


@dataclass(slots=True, eq=False)
class LeasedDelivery:
    """One delivery of a message; a redelivery is another one.

    `ack_id` is its id at the service, `message_id` the one for people. `until` and `limit` are
    times of the monotonic clock: the end of the present lease, and the last extension.
    """

    ack_id: str
    message_id: str
    key: str
    size: int
    until: float
    limit: float
    settled: bool = False

    @property
    def lane(self) -> Lane:
        """Messages without an ordering key are each for themselves."""
        return self.key or self


def delivery_of(message: Message) -> LeasedDelivery:
    """How a message of this source came."""
    return cast("LeasedDelivery", message.position)


class Leases:
    """Open deliveries: neither acknowledged nor returned. Not thread-safe.

    Invariant: a message of a key is acknowledged after all earlier ones. The service redelivers
    only unacknowledged messages, so a message that arrived again after its successors would have
    lost its order.
    """

    def __init__(self) -> None:
        """Nothing is open."""
        self._open: dict[str, LeasedDelivery] = {}
        self._keys: dict[str, deque[LeasedDelivery]] = defaultdict(deque)
        self.size = 0

    def __len__(self) -> int:
        """How many messages are open."""
        return len(self._open)

    @property
    def deliveries(self) -> Sequence[LeasedDelivery]:
        """Return the open deliveries in the order of arrival."""
        return list(self._open.values())

    def add(self, deliveries: Iterable[LeasedDelivery]) -> None:
        """These came."""
        for delivery in deliveries:
            self._open[delivery.ack_id] = delivery
            self.size += delivery.size
            if delivery.key:
                self._keys[delivery.key].append(delivery)

    def settle(self, deliveries: Iterable[LeasedDelivery]) -> list[str]:
        """Finish deliveries; return the ids that may be acknowledged now."""
        names: list[str] = []
        for delivery in deliveries:
            delivery.settled = True
            if not delivery.key:
                names += self._end(delivery)
            elif delivery.key in self._keys:
                names += self._advance(delivery.key)
        return names

    def due(self, now: float, margin: float) -> list[LeasedDelivery]:
        """Return deliveries whose lease ends within `margin` seconds and is to be extended.

        Deliveries whose lease has ended are not among them.
        """
        return [each for each in self._open.values() if 0 < each.until - now <= margin and now < each.limit]

    def _advance(self, key: str) -> list[str]:
        waiting = self._keys[key]
        names: list[str] = []
        while waiting and waiting[0].settled:
            names += self._end(waiting.popleft())
        if not waiting:
            del self._keys[key]
        return names

    def _end(self, delivery: LeasedDelivery) -> list[str]:
        if self._open.pop(delivery.ack_id, None) is None:
            return []
        self.size -= delivery.size
        return [delivery.ack_id]
