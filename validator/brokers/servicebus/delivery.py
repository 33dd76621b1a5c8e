"""Messages that are locked for us, and how long."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from sluicegate.validator.model import Lane, Outcome

if TYPE_CHECKING:
    from azure.servicebus import ServiceBusReceivedMessage


class LockOwner(Protocol):
    """Owner of a delivery's lock, which also completes the message. Any thread."""

    def complete(self, deliveries: Sequence["Delivery"]) -> None:
        """Have these completed."""
        ...

    def bury(self, burial: "Burial") -> None:
        """Have one moved to the entity's own dead-letter queue."""
        ...


@dataclass(eq=False, slots=True)
class Delivery:
    """A message that was received.

    `since`: when; `until`: when its lock ends; both on the monotonic clock.

    `done`: settled by the worker. It is the `position` of its message.
    """

    received: "ServiceBusReceivedMessage"
    token: UUID
    number: int
    lane: Lane
    keeper: LockOwner
    since: float
    until: float
    done: bool = False


@dataclass(frozen=True, slots=True)
class Burial:
    """A message for the entity's own dead-letter queue.

    It has the reason, the added properties, and a callback for the outcome.
    """

    delivery: Delivery
    reason: str
    text: str
    properties: dict[str, str]
    tell: Callable[[Outcome], None]


@dataclass(slots=True)
class LockedDeliveries:
    """Deliveries that one receiver has locked."""

    by_token: dict[UUID, Delivery] = field(default_factory=dict)
    duration: float = 0.0

    def __len__(self) -> int:
        """How many."""
        return len(self.by_token)

    def add(self, delivery: Delivery, now: float) -> None:
        """Add one, at `now` on the monotonic clock."""
        self.by_token[delivery.token] = delivery
        self.duration = max(self.duration, delivery.until - now)

    def of(self, deliveries: Iterable[Delivery]) -> list[UUID]:
        """The tokens of those that are still here."""
        return [each.token for each in deliveries if each.token in self.by_token]

    def remove(self, tokens: Iterable[UUID]) -> None:
        """These are settled, or lost."""
        for token in tokens:
            self.by_token.pop(token, None)

    def due(self, now: float, since: float) -> list[Delivery]:
        """Return deliveries after half of their lock's time that were received after `since`."""
        soon = now + self.duration / 2
        return [each for each in self.by_token.values() if each.until <= soon and each.since >= since]
