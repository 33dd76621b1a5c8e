"""Log lines of Kafka consumers that have no partitions: everything else about them looks healthy."""

from collections.abc import Sequence
from typing import Final

from sluicegate.shared.clock import Clock
from sluicegate.shared.logs import logger
from sluicegate.validator.brokers.kafka.config import KafkaSourceConfig

SILENT_SECONDS: Final = 30.0
"""Seconds without partitions until the first line."""

_MAX_SECONDS: Final = 960.0

_FULL = (
    "The group has more members than the topics have partitions: stop some workers, or add partitions. "
    "Or the topics do not exist."
)
_OUTSIDE = (
    "The consumer is not a member of the group. "
    "Check that the topics exist, the broker's address, the rights of the group, and the log above."
)


class Vacancy:
    """Watches whether a consumer has partitions.

    The time between two lines doubles, up to 16 minutes.
    """

    def __init__(self, config: KafkaSourceConfig, clock: Clock) -> None:
        """Nothing is assigned yet."""
        self._group = config.group
        self._topics: Sequence[str] = config.topics
        self._clock = clock
        self._since = clock.monotonic()
        self._next = SILENT_SECONDS

    def look(self, partitions: int, *, member: bool) -> None:
        """Note how many partitions the consumer has, and whether the group has accepted it."""
        now = self._clock.monotonic()
        if partitions:
            self._since, self._next = now, SILENT_SECONDS
            return
        if now - self._since < self._next:
            return
        self._next = now - self._since + min(self._next, _MAX_SECONDS)
        logger().warning(
            "worker has no partitions",
            seconds=round(now - self._since),
            group=self._group,
            topics=list(self._topics),
            reason=_FULL if member else _OUTSIDE,
        )
