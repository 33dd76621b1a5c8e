"""The service's times on this machine's monotonic clock.

The service says until when a lock holds, by its own clock. This machine's time of day may be wrong
or be set while the worker runs, so it is read once, and only believed where it is plausible.
"""

import math
from typing import Final

from sluicegate.shared.clock import Clock

_MAX_LOCK_SECONDS: Final = 300.0
"""A lock duration is 5 minutes at most (the service's limit)."""

_ASSUMED_SECONDS: Final = 30.0
"""Locks are treated as if they ended this soon: renewing early costs little, losing one a
duplicate.
"""

_UNKNOWN_SECONDS: Final = 5.0
"""The shortest lock that the service offers; assumed while the time of day is implausible."""


class ServiceTime:
    """Estimates how far the service's clock is ahead of the monotonic clock. Not thread-safe.

    The estimate is the largest lower bound so far, so that a lock never ends sooner than expected:
    a message was enqueued before it was received, and a lock ends no later than assumed above.
    """

    def __init__(self, clock: Clock) -> None:
        """Read the time of day, once."""
        self._clock = clock
        self._local = clock.now().timestamp() - clock.monotonic()
        self._ahead = -math.inf

    def monotonic(self, locked_until: float, enqueued: float = 0.0) -> float:
        """Return when a fresh lock ends. Both arguments are the service's, in seconds since 1970."""
        now = self._clock.monotonic()
        left = locked_until - now - self._local
        assumed = min(left, _ASSUMED_SECONDS) if 0 < left <= _MAX_LOCK_SECONDS else _UNKNOWN_SECONDS
        self._ahead = max(self._ahead, enqueued - now, locked_until - now - assumed)
        return locked_until - self._ahead
