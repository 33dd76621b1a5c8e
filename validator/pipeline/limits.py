"""How long to wait before trying again."""

import random
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BackoffTimes:
    """Seconds of the first pause and of the longest one."""

    first: float = 0.1
    longest: float = 10.0


class Backoff:
    """Pauses that double, with jitter, so many workers do not return in the same instant.

    Not thread-safe.
    """

    def __init__(self, times: BackoffTimes, draw: Callable[[], float] = random.random) -> None:
        """`draw` gives a number from 0 to 1."""
        self._times = times
        self._draw = draw
        self._next = times.first

    def pause(self) -> float:
        """Seconds to wait now: between half of the pause and all of it.

        The next one is twice as long.
        """
        pause, self._next = self._next, min(self._next * 2, self._times.longest)
        return pause * (1 + self._draw()) / 2

    def reset(self) -> None:
        """It worked: begin with the first pause again."""
        self._next = self._times.first
