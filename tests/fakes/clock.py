"""Time that only moves when a test, or a wait, moves it."""

import threading
from datetime import UTC, datetime, timedelta

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class FakeClock:
    """A `shared.clock.Clock` whose waits return at once and move the time on.

    `waits` is every wait that was asked for.
    """

    def __init__(self, start: datetime = START) -> None:
        """Begin at a moment; the monotonic clock begins at zero."""
        self._start = start
        self._passed = 0.0
        self._lock = threading.Lock()
        self.waits: list[float] = []

    def now(self) -> datetime:
        """The moment that the clock stands at."""
        return self._start + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        """Seconds since the clock was made."""
        return self._passed

    def wait(self, seconds: float, wake: threading.Event) -> bool:
        """Return at once; the time has passed, unless `wake` was set."""
        with self._lock:
            self.waits.append(seconds)
        if wake.is_set():
            return True
        self.advance(seconds)
        return False

    def set(self, by: timedelta) -> None:
        """Set the time of day; the monotonic clock goes on as before."""
        self._start += by

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        with self._lock:
            self._passed += seconds


class StoppingClock(FakeClock):
    """A clock whose waits set the event that ends them: a halted worker stops at once."""

    def wait(self, seconds: float, wake: threading.Event) -> bool:
        """Set the event."""
        wake.set()
        return True
