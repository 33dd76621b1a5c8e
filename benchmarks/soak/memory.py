"""Resident memory of a process and those below it, over time, and whether it grows."""

import statistics
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

GROWTH: Final = 1.10
"""Flat: the median of the last quarter is at most so many times that of the second. The first
quarter is for warming up.
"""
_GONE = (FileNotFoundError, ProcessLookupError)


@dataclass(slots=True)
class Memory:
    """Samples in MB, with their times in seconds.

    Shared memory of processes counts for each of them.
    """

    pid: int
    seconds: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)

    def sample(self, at: float) -> float:
        """How much it is now; remembered as of so many seconds."""
        found = sum(_status(each, "VmRSS") for each in tree(self.pid))
        self.seconds.append(at)
        self.megabytes.append(found)
        return found

    @property
    def highest(self) -> float:
        """The most that was seen; of the process alone, the most there was at any moment."""
        return max([_status(self.pid, "VmHWM"), *self.megabytes])

    @property
    def slope(self) -> float:
        """MB an hour over the second half; 0 when there is too little to say."""
        half = len(self.seconds) // 2
        if len(self.seconds) - half < 2:
            return 0.0
        return statistics.linear_regression(self.seconds[half:], self.megabytes[half:]).slope * 3600

    @property
    def growth(self) -> float:
        """Return the ratio of the medians of the last and second quarter; 1 with few samples."""
        return growth(self.megabytes)

    def begin(self) -> None:
        """Forget all before now, the highest, too (proc(5): clear_refs)."""
        self.seconds.clear()
        self.megabytes.clear()
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")


def growth(samples: Sequence[float]) -> float:
    """The median of the last quarter in those of the second."""
    quarter = len(samples) // 4
    if not quarter:
        return 1.0
    return statistics.median(samples[-quarter:]) / statistics.median(samples[quarter : 2 * quarter])


def tree(pid: int) -> Iterator[int]:
    """A process and all those below it that are alive."""
    yield pid
    children: list[int] = []
    with suppress(*_GONE):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(*_GONE):
                children += map(int, (task / "children").read_text().split())
    for child in children:
        yield from tree(child)


def _status(pid: int, name: str) -> float:
    """A line of /proc/PID/status in MB; 0 for a process that is gone."""
    with suppress(*_GONE):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) / 1000
    return 0.0
