"""Messages that the service has left to us for a while, and has not got back."""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from sluicegate.validator.model import Lane, Message


@dataclass(slots=True, eq=False)
class Delivery:
    """One message, handed to us once; when it comes again, that is another one.

    `ack_id` names it to the service, `message_id` to people. `until` and `limit` are moments of the monotonic clock: when the service takes
    it back unless we ask for more time, and when we stop asking.
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


def delivery_of(message: Message) -> Delivery:
    """How a message of this source came."""
    return cast("Delivery", message.position)


class Leases:
    """What is open: neither acknowledged nor given back. Not thread-safe.

    Messages of one key are done when all before them are: the service redelivers only what was not acknowledged, and a message that came
    again after its successors would have lost its order.
    """

    def __init__(self) -> None:
        """Nothing is open."""
        self._open: dict[str, Delivery] = {}
        self._keys: dict[str, deque[Delivery]] = defaultdict(deque)
        self.size = 0

    def __len__(self) -> int:
        """How many messages are open."""
        return len(self._open)

    @property
    def deliveries(self) -> Sequence[Delivery]:
        """What is open, in the order in which it came."""
        return list(self._open.values())

    def add(self, deliveries: Iterable[Delivery]) -> None:
        """These came."""
        for delivery in deliveries:
            self._open[delivery.ack_id] = delivery
            self.size += delivery.size
            if delivery.key:
                self._keys[delivery.key].append(delivery)

    def settle(self, deliveries: Iterable[Delivery]) -> list[str]:
        """These are done; the ids of what may be acknowledged now."""
        names: list[str] = []
        for delivery in deliveries:
            delivery.settled = True
            if not delivery.key:
                names += self._end(delivery)
            elif delivery.key in self._keys:
                names += self._advance(delivery.key)
        return names

    def due(self, now: float, margin: float) -> list[Delivery]:
        """What the service would take back within so many seconds, and we want to keep; not what it has taken back."""
        return [each for each in self._open.values() if 0 < each.until - now <= margin and now < each.limit]

    def _advance(self, key: str) -> list[str]:
        waiting = self._keys[key]
        names: list[str] = []
        while waiting and waiting[0].settled:
            names += self._end(waiting.popleft())
        if not waiting:
            del self._keys[key]
        return names

    def _end(self, delivery: Delivery) -> list[str]:
        if self._open.pop(delivery.ack_id, None) is None:
            return []
        self.size -= delivery.size
        return [delivery.ack_id]
