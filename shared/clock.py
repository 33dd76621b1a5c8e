"""Time, as a port: no other module reads a clock or sleeps."""

import threading
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """The time, and waiting. Thread-safe."""

    def now(self) -> datetime:
        """The wall clock, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards, for intervals."""
        ...

    def wait(self, seconds: float, wake: threading.Event) -> bool:
        """Block for `seconds` or until `wake` is set; return whether it was set."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """The wall clock, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return time.monotonic()

    def wait(self, seconds: float, wake: threading.Event) -> bool:
        """Block for `seconds` or until `wake` is set; return whether it was set."""
        return wake.wait(seconds)
