"""A histogram that counts many messages in one call.

Prometheus' client needs one call for each message.
"""

import threading
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from math import isinf

from prometheus_client import CollectorRegistry
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector


class WeightedHistogram(Collector):
    """Counts by upper bound, and the sum. Thread-safe."""

    def __init__(self, name: str, help_text: str, bounds: Sequence[float], registry: CollectorRegistry) -> None:
        """`bounds` rise, without infinity, which is always there."""
        self._name = name
        self._help = help_text
        self._bounds = (*bounds, float("inf"))
        self._counts = [0.0] * len(self._bounds)
        self._sum = 0.0
        self._lock = threading.Lock()
        registry.register(self)

    def observe(self, value: float, weight: float = 1.0) -> None:
        """This value, so many times. `weight` may be a fraction, where a sample stands for others."""
        with self._lock:
            self._counts[bisect_left(self._bounds, value)] += weight
            self._sum += value * weight

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """As it is now."""
        with self._lock:
            counts, total = list(self._counts), self._sum
        buckets: list[tuple[str, float]] = []
        reached = 0.0
        for bound, count in zip(self._bounds, counts, strict=True):
            reached += count
            buckets.append(("+Inf" if isinf(bound) else str(float(bound)), reached))
        yield HistogramMetricFamily(self._name, self._help, buckets=buckets, sum_value=total)
