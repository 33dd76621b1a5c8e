"""Joins that survive the end of a poll.

kafka-python's coordinator joins in another thread, and each poll waits for it within its timeout. A
join that ends between two polls is forgotten (seen in 3.0.12). If the reason was new partitions,
the coordinator drops the reason after the assignment, and the member waits forever without
heartbeats: one start in twenty. Otherwise it joins again, and a member with short polls, such as a
worker with an unreachable destination, never completes a join.
"""

from typing import Any

from kafka.consumer import group  # type: ignore[import-untyped]  # has no types
from kafka.coordinator.base import MemberState  # type: ignore[import-untyped]  # has no types
from kafka.coordinator.consumer import ConsumerCoordinator  # type: ignore[import-untyped]  # has no types
from kafka.errors import KafkaTimeoutError  # type: ignore[import-untyped]  # has no types


class PersistentCoordinator(ConsumerCoordinator):  # type: ignore[misc]  # the base has no types
    """A coordinator that continues a join until its end."""

    _join_task: Any
    rejoining: bool
    state: Any

    def need_rejoin(self) -> bool:
        """Whether there is a reason to join, or a join that has begun and is not over."""
        return bool(super().need_rejoin() or self.rejoining)

    async def join_group_async(self, timeout_ms: float | None = None) -> bool:
        """Join; a join that ended between two polls is completed with the steps of the base class."""
        done = self._join_task
        if not (self.rejoining and self.state is MemberState.REBALANCING and done is not None and done.succeeded()):
            return bool(await super().join_group_async(timeout_ms))
        self._join_task = None
        with self._lock:
            self.rejoining = self.rejoin_needed = False
            self.state = MemberState.STABLE
            self._enable_heartbeat()
        joined = self._generation
        await self._on_join_complete_async(joined.generation_id, joined.member_id, joined.protocol, done.value)
        return True

    async def refresh_committed_offsets_if_needed_async(self, timeout_ms: float | None = None) -> bool:
        """Begin at the committed offset, and keep its epoch, which the base class drops.

        The epoch shows whether the log was truncated since.
        """
        missing = set(self._subscription.missing_fetch_positions())
        try:
            found = await self.fetch_committed_offsets_async(missing, timeout_ms=timeout_ms)
        except KafkaTimeoutError:
            return False
        for partition, place in found.items():
            self._subscription.seek(partition, place)
        return True


def persist() -> None:
    """Have the library join so. There is no setting for it."""
    group.ConsumerCoordinator = PersistentCoordinator
