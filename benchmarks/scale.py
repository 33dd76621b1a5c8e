"""A simulation of many partitions: the part of its capacity that a consumer group can use.

`python -m benchmarks.scale`. Keys have a popularity (Zipf) and are hashed to partitions; partitions
are dealt to workers in ranges, as Kafka assigns one topic. The group keeps up as long as its
busiest worker does, so its capacity is that of one worker, divided by the busiest share.
"""

from dataclasses import dataclass
from random import Random

KEYS = 100_000
SEED = 17
WORKER_RATE = 200_000
"""Messages a second of one process, of small JSON payloads (benchmarks/README.md)."""


@dataclass(frozen=True, slots=True)
class Group:
    """A consumer group on one topic. `skew` 0: all keys are equally frequent; 1: Zipf's law."""

    partitions: int
    workers: int
    skew: float

    def usable(self) -> float:
        """Return the part of its workers' capacity that it can use, from 0 to 1."""
        random = Random(SEED)
        loads = [0.0] * self.workers
        weights: list[float] = [1 / rank**self.skew for rank in range(1, KEYS + 1)]
        for weight in weights:
            partition = random.randrange(self.partitions)
            loads[partition * self.workers // self.partitions] += weight
        total = sum(weights)
        return total / self.workers / max(loads)

    def row(self) -> str:
        """Return a row of the table in docs/explanation/scale.md."""
        usable = self.usable()
        rate = self.workers * WORKER_RATE * usable / 1e6
        return (
            f"| {self.partitions:,} | {self.workers:,} | {self.skew:g} | {usable * 100:.0f} % | {rate:.1f} million/s |"
        )


GROUPS = [
    Group(partitions, workers, skew)
    for partitions, workers in ((12, 4), (120, 40), (1_200, 40), (1_200, 400), (4_000, 400))
    for skew in (0.0, 0.5, 1.0)
]


def main() -> None:
    """Print the table."""
    for group in GROUPS:
        print(group.row())


if __name__ == "__main__":
    main()
