"""Limits for wrong credentials: by source and by process, in memory, without the database."""

from typing import Final

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from sluicegate.registry_api.callers.sources import bucket

PER_MINUTE: Final = 30


class Attempts:
    """Counts wrong credentials of each source in a moving window of a minute. Thread-safe."""

    def __init__(self, per_minute: int = PER_MINUTE) -> None:
        """Take the number of wrong credentials after which a source is refused without a query."""
        self._storage = MemoryStorage()
        self._window = MovingWindowRateLimiter(self._storage)
        self._limit = RateLimitItemPerMinute(per_minute)

    def exhausted(self, source: str) -> bool:
        """Whether the source has used up its wrong credentials of this minute."""
        return not self._window.test(self._limit, bucket(source))

    def count(self, source: str) -> None:
        """Note wrong credentials."""
        self._window.hit(self._limit, bucket(source))
