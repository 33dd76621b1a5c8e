"""Limits for repeated log lines: the first few of each period, and a count of the rest."""

import threading
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from sluicegate.shared.clock import Clock

_KINDS = 1_000
"""Maximum of tracked kinds of lines.

The project's own kinds are a closed set; those of libraries may not be. Further kinds are not
limited.
"""


class LineKind(NamedTuple):
    """The common part of repeated lines: level, and event or unformatted text."""

    level: str
    event: str


Tell: TypeAlias = Callable[[LineKind, int], None]


class Sampler:
    """Lets so many lines of each kind pass in a period of so many seconds, and counts the others.

    Thread-safe.
    """

    def __init__(self, lines: int, seconds: float, clock: Clock) -> None:
        """Nothing was written yet."""
        self._lines = lines
        self._seconds = seconds
        self._clock = clock
        self._written: dict[LineKind, int] = {}
        self._lock = threading.Lock()

    def passes(self, kind: LineKind) -> bool:
        """Whether a line is to be written."""
        with self._lock:
            written = self._written.get(kind, 0)
            if written or len(self._written) < _KINDS:
                self._written[kind] = written + 1
            return written < self._lines

    def end_period(self, tell: Tell) -> None:
        """Begin a new period, and tell of each kind how many lines were left out, if any were."""
        with self._lock:
            written, self._written = self._written, {}
        for kind, count in written.items():
            if count > self._lines:
                tell(kind, count - self._lines)

    def run(self, tell: Tell, stop: threading.Event) -> None:
        """End periods when it is time, until stopped; and then the last one."""
        while not self._clock.wait(self._seconds, stop):
            self.end_period(tell)
        self.end_period(tell)
