"""The result of a soak, and its faults."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks.soak.latencies import Latencies
from benchmarks.soak.memory import GROWTH


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper limits: milliseconds (without one, latency is only reported), MB, duplicates."""

    p99: float | None = 50.0
    memory: float = 250.0
    repeats: bool = True


@dataclass(slots=True)
class Outcome:
    """The whole result. Memory in MB; `slope` in MB per hour.

    Parts of the latency: `late` is the delay of the sender, and `bare` the latency without the
    worker.
    """

    sent: int = 0
    arrived: int = 0
    repeated: int = 0
    misplaced: int = 0
    disordered: int = 0
    latencies: Latencies = field(default_factory=Latencies)
    bare: Latencies = field(default_factory=Latencies)
    late: Latencies = field(default_factory=Latencies)
    backlog_memory: float = 0.0
    memory: float = 0.0
    slope: float = 0.0
    growth: float = 1.0

    @property
    def p99(self) -> float:
        """Milliseconds."""
        return self.latencies.percentile(99) / 1000

    def faults(self, limits: Limits) -> Iterator[str]:
        """Yield the faults."""
        if self.arrived != self.sent:
            yield f"{self.sent - self.arrived:,} of {self.sent:,} messages are lost"
        if self.repeated and not limits.repeats:
            yield f"{self.repeated:,} messages came more than once"
        if self.misplaced:
            yield f"{self.misplaced:,} messages are in the wrong topic"
        if self.disordered:
            yield f"{self.disordered:,} messages came before others of their key that were sent earlier"
        if limits.p99 is not None and self.p99 >= limits.p99:
            yield f"the 99th percentile of latency is {self.p99:.1f} ms, not under {limits.p99:g}"
        highest = max(self.memory, self.backlog_memory)
        if highest >= limits.memory:
            yield f"the worker took {highest:.0f} MB, not under {limits.memory:g}"
        if self.growth > GROWTH:
            yield f"memory grows: in the last quarter it was {self.growth:.2f} times that of the second"
