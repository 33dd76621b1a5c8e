"""Commits whose answer comes later, and their failures.

A consumer may go on reading although the broker refuses its commits, and a member that is expelled
begins again at its last commit. All that it delivered meanwhile is doubled. So a refusal stops the
reading, and positions whose commit failed are committed again.
"""

from collections.abc import Collection, Mapping
from typing import Final

from sluicegate.shared.clock import Clock
from sluicegate.shared.logs import logger
from sluicegate.validator.brokers.settlements import Log

PAUSE_SECONDS: Final = 0.5
"""Pause after a commit that failed."""


class Commits:
    """Positions of one consumer whose commit failed. Not thread-safe."""

    def __init__(self, clock: Clock) -> None:
        """Nothing has failed."""
        self._clock = clock
        self._failed: dict[Log, int] = {}
        self._pause_ends = 0.0
        self.refused = False
        """Whether the broker forbids commits: then nothing may be received."""

    def due(self, reached: Mapping[Log, int]) -> Mapping[Log, int]:
        """Return the positions to commit now: those reached, and those that failed."""
        if not self._failed:
            return reached
        self._failed |= reached
        if self._clock.monotonic() < self._pause_ends:
            return {}
        found, self._failed = self._failed, {}
        return found

    def last(self, reached: Mapping[Log, int], logs: Collection[Log]) -> Mapping[Log, int]:
        """Return the positions of these logs to commit before they are given back."""
        return {log: self._failed.pop(log) for log in logs if log in self._failed} | dict(reached)

    def accepted(self, positions: Mapping[Log, int]) -> None:
        """Record a commit that counts."""
        for log, offset in positions.items():
            if self._failed.get(log, offset + 1) <= offset:
                del self._failed[log]
        if self.refused:
            self.refused = False
            logger().info("commits accepted again; messages are received")

    def rejected(self, positions: Mapping[Log, int], detail: str, *, forbidden: bool) -> None:
        """Record a commit that failed. `positions` has no log that was forgotten since."""
        logger().warning("offset commit failed; delivered messages may be redelivered", detail=detail)
        if not positions:
            return
        self._failed = dict(positions) | self._failed
        self._pause_ends = self._clock.monotonic() + PAUSE_SECONDS
        if forbidden and not self.refused:
            self.refused = True
            logger().error("no message is received until Kafka permits commits", detail=detail)

    def forget(self, logs: Collection[Log]) -> None:
        """Drop logs of other members."""
        for log in logs:
            self._failed.pop(log, None)
        self.refused = self.refused and bool(self._failed)
