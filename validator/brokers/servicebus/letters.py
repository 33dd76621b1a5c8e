"""Dead letters in a queue, in a subscription, or in the dead-letter queue of either."""

from collections.abc import Callable
from dataclasses import dataclass

from sluicegate.validator.brokers.letters import Browser, Redriving
from sluicegate.validator.brokers.servicebus.config import Access, Entity, SourceConfig
from sluicegate.validator.ports import Sink

_A_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class ServiceBusLetters:
    """An entity that has them. `make_sink`: where those that pass go."""

    access: Access
    entity: Entity
    make_sink: Callable[[], Sink]

    @property
    def place(self) -> str:
        """The entity."""
        return f"servicebus://{self.entity}"

    @property
    def safety(self) -> str:
        """Locks."""
        return (
            "Service Bus's locks: a dead letter is completed when the valid destination has confirmed it. "
            "One that is sent just before a redrive is killed is sent again"
        )

    def browse(self, *, everything: bool) -> Browser:
        """Peek. Redriven letters no longer exist."""
        from sluicegate.validator.brokers.servicebus.browser import ServiceBusBrowser

        return ServiceBusBrowser(self.access, self.entity)

    def redrive(self) -> Redriving:
        """Receive under locks; letters that do not pass are released at the end."""
        from sluicegate.validator.brokers.servicebus.source import ServiceBusSource

        # remaining letters are locked until the end, or they would be redelivered at once
        everything = 1 << 31
        config = SourceConfig(self.access, self.entity, in_hand=everything, renewal=_A_DAY, ordered=False)
        return Redriving(ServiceBusSource(config), self.make_sink())
