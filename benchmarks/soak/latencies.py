"""Latencies in a histogram of bounded size, like HdrHistogram's: an hour needs no more memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field

_PRECISION = 6
"""Bits of a value that are kept."""
_BITS = 36
"""Of the largest value: 19 hours, in microseconds."""
_SLOTS = (_BITS - _PRECISION + 1) << _PRECISION


@dataclass(slots=True)
class Latencies:
    """Counts of microseconds. Larger ones than the largest count as that; negative ones as 0."""

    counts: list[int] = field(default_factory=lambda: [0] * _SLOTS)
    largest: int = 0

    def add(self, microseconds: int, times: int = 1) -> None:
        """This one, so many times."""
        value = max(0, min(microseconds, (1 << _BITS) - 1))
        shift = max(0, value.bit_length() - _PRECISION - 1)
        self.counts[(shift << _PRECISION) + (value >> shift)] += times
        self.largest = max(self.largest, value)

    def merge(self, other: "Latencies") -> None:
        """All of the other's, too."""
        self.counts = [mine + its for mine, its in zip(self.counts, other.counts, strict=True)]
        self.largest = max(self.largest, other.largest)

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(self.counts)

    def percentile(self, percent: float) -> float:
        """Return the microseconds that this percentage does not exceed; 0 without latencies.

        Rounded up by at most 1/64.
        """
        wanted = self.count * percent / 100
        reached = 0
        for slot, count in self._filled():
            reached += count
            if reached >= wanted:
                return min(_upper(slot), self.largest)
        return 0

    def _filled(self) -> Iterator[tuple[int, int]]:
        return ((slot, count) for slot, count in enumerate(self.counts) if count)


def _upper(slot: int) -> int:
    """The largest value that is counted in a slot."""
    shift = max(0, (slot >> _PRECISION) - 1)
    return ((slot - (shift << _PRECISION) + 1) << shift) - 1
