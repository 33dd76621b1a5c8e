"""Outcomes of messages -> metrics. Once for a batch or a part of it, never for each message."""

from collections.abc import Sequence
from typing import Final

from sluicegate.shared.clock import Clock
from sluicegate.validator.model import Destination, Message
from sluicegate.validator.telemetry.metrics import Metrics

_SAMPLES: Final = 8
"""Messages of a batch whose time from broker to broker is looked at; each stands for its share of
the batch.
"""


class Accounts:
    """Counts the outcomes of destinations.

    `received` is the time at which the worker received the messages, on the monotonic clock; `size`
    is in payload bytes.
    """

    def __init__(self, clock: Clock, metrics: Metrics) -> None:
        """Count here."""
        self._clock = clock
        self._metrics = metrics

    def delivered(self, destination: Destination, messages: Sequence[Message], size: int, received: float) -> None:
        """The destination has confirmed them."""
        if messages:
            seconds = self._clock.monotonic() - received
            self._metrics.original.passed[destination].count(len(messages), size, seconds)
            self._transit(messages)

    def refused(self, messages: int, size: int, received: float) -> None:
        """The destination did not take them, and they are sent again."""
        if messages:
            self._metrics.original.nacked.count(messages, size, self._clock.monotonic() - received)

    def _transit(self, messages: Sequence[Message]) -> None:
        """Observe evenly spaced samples: the first message of a batch is the oldest."""
        now = self._clock.now().timestamp()
        samples = messages[:: -(-len(messages) // _SAMPLES)]
        share = len(messages) / len(samples)
        for message in samples:
            if message.timestamp > 0:
                self._metrics.transit_seconds.observe(max(0.0, now - message.timestamp / 1000), share)
