"""A Service Bus sink."""

import threading
from collections.abc import Sequence

from sluicegate.shared.clock import SystemClock
from sluicegate.validator.brokers.servicebus import client
from sluicegate.validator.brokers.servicebus.config import SinkConfig
from sluicegate.validator.brokers.servicebus.ledger import Ledger
from sluicegate.validator.brokers.servicebus.sender import Sender, Target
from sluicegate.validator.brokers.servicebus.watchdog import Watchdog
from sluicegate.validator.errors import SinkFailed
from sluicegate.validator.model import Destination, Message, Outcome

_FIRST_PAUSE = 0.1
"""Seconds of the library's pauses, which double. Short, because it says nothing meanwhile; the
worker waits longer, and says so.
"""


class ServiceBusSink:
    """Batches to queues or topics, a sender with a thread for each destination.

    Transient errors are retried by the client library.
    """

    def __init__(self, config: SinkConfig) -> None:
        """Prepare; connects when there is something to send.

        Raises `SinkFailed` when the connection string is none.
        """
        self._ledger = Ledger()
        try:
            self._connection = client.connect(
                config.access, retry_total=config.retries, retry_backoff_factor=_FIRST_PAUSE
            )
        except ValueError as error:
            raise SinkFailed(f"destination: {client.told(error)}") from error
        self._stop = threading.Event()
        self._watchdog = Watchdog(SystemClock(), self._stop)
        self._watchdog.start()
        self._senders = {
            destination: Sender(self._connection, Target(destination, entity, config), self._ledger, self._watchdog)
            for destination, entity in config.entities.items()
        }

    def send(self, destination: Destination, messages: Sequence[Message]) -> None:
        """Hand them to the destination's sender."""
        if messages:
            self._senders[destination].send(self._ledger.open(len(messages)), messages)

    def confirm(self, seconds: float) -> Sequence[Outcome] | None:
        """Wait for the senders."""
        return self._ledger.close(seconds)

    def taken(self) -> int:
        """Return how many messages the senders have delivered."""
        return self._ledger.delivered()

    def reachable(self, seconds: float) -> bool:
        """Open the link for valid messages, which sends nothing."""
        attached = self._senders[Destination.VALID].attach(seconds)
        self._ledger.check()
        return attached

    def close(self) -> None:
        """Disconnect."""
        for sender in self._senders.values():
            sender.stop()
        self._stop.set()
        for sender in self._senders.values():
            sender.join()
        self._watchdog.join()
        self._connection.close()
