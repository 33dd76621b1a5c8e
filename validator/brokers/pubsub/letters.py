"""Looking at messages of a subscription, and dead letters to take up again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from sluicegate.shared.clock import SystemClock
from sluicegate.validator.brokers.letters import Browser, Redriving
from sluicegate.validator.brokers.pubsub.config import PubSubSourceConfig
from sluicegate.validator.brokers.pubsub.source import PubSubSource
from sluicegate.validator.model import Message
from sluicegate.validator.ports import Sink

_EVERYTHING = 1 << 31
_A_DAY = 86_400.0
_WAIT = 0.25
_QUIET_SECONDS = 3.0
_PATIENCE_SECONDS = 30.0


class PubSubBrowser:
    """Leases messages and returns them at the end: Pub/Sub has no other way to read them.

    No other subscriber receives them until then.
    """

    def __init__(self, config: PubSubSourceConfig) -> None:
        """Connects when it is asked for messages."""
        self._source = PubSubSource(replace(config, extension=_A_DAY, ordered=False))
        self._clock = SystemClock()

    def messages(self, limit: int) -> Iterator[Message]:
        """The first ones that the service gives, until it gives none for some seconds."""
        self._source.open(lambda lanes: None)
        left, until = limit, self._clock.monotonic() + _PATIENCE_SECONDS
        let_in = False
        while left > 0 and self._clock.monotonic() < until:
            batch = self._source.receive(left, _WAIT)
            yield from batch
            left -= len(batch)
            if batch or (self._source.assigned and not let_in):
                let_in, until = True, self._clock.monotonic() + _QUIET_SECONDS

    def address(self, message: Message) -> str:
        """`pubsub://subscription/messageId`."""
        return self._source.address(message)

    def left_out(self) -> int | None:
        """The service does not tell."""
        return None

    def close(self) -> None:
        """Give them back."""
        self._source.close()


@dataclass(frozen=True, slots=True)
class PubSubLetters:
    """A subscription of the dead-letter topic. `make_sink`: where those that pass go."""

    config: PubSubSourceConfig
    make_sink: Callable[[], Sink]

    @property
    def place(self) -> str:
        """The subscription."""
        return f"pubsub://{self.config.subscription.rpartition('/')[2]}"

    @property
    def safety(self) -> str:
        """Leases."""
        return (
            "Pub/Sub's leases: a dead letter is acknowledged when the valid topic has confirmed it. "
            "One that is sent just before a redrive is killed is sent again"
        )

    def browse(self, *, everything: bool) -> Browser:
        """Lease the messages and return them. Redriven letters no longer exist."""
        return PubSubBrowser(self.config)

    def redrive(self) -> Redriving:
        """Receive under leases; letters that do not pass are returned at the end.

        Earlier, they would be redelivered at once.
        """
        config = replace(self.config, messages=_EVERYTHING, size=_EVERYTHING, extension=_A_DAY, ordered=False)
        return Redriving(PubSubSource(config), self.make_sink())
