"""The registry's metrics. Labels are of closed sets: routes, methods, statuses, formats, outcomes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

disable_created_metrics()  # type: ignore[no-untyped-call]  # they double the series

_PREFIX = "sluicegate_registry"
_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


@dataclass(frozen=True, slots=True)
class PoolState:
    """State of a connection pool."""

    size: int
    idle: int
    waiting: int


def forget_process(pid: int) -> None:
    """Remove the gauges of an ended worker from the sums; its counters stay."""
    mark_process_dead(pid)  # type: ignore[no-untyped-call]  # prometheus_client leaves this function without types


class Metrics:
    """The catalogue, for one application in one process. Thread-safe."""

    def __init__(self, *, multiprocess: bool = False) -> None:
        """Make the metrics; `multiprocess`: workers share the directory `PROMETHEUS_MULTIPROC_DIR`."""
        self._multiprocess = multiprocess
        self._registry = CollectorRegistry()
        self._add_requests()
        self._add_hot_cache()
        self._add_pool()
        self._add_trials()

    def _add_requests(self) -> None:
        self.requests = Counter(
            f"{_PREFIX}_requests",
            "HTTP requests answered.",
            ("facade", "route", "method", "status"),
            registry=self._registry,
        )
        self.seconds = Histogram(
            f"{_PREFIX}_request_seconds",
            "Time from a request's arrival in the application to its answer, without reads from the hot cache.",
            ("facade", "route", "method"),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.registrations = Counter(
            f"{_PREFIX}_registrations",
            "Registrations of schemas and versions, by outcome.",
            ("format", "outcome"),
            registry=self._registry,
        )

    def _add_hot_cache(self) -> None:
        self.hot_reads = Counter(
            f"{_PREFIX}_hot_reads",
            "Reads of one version or its text, by result of the hot cache.",
            ("result",),
            registry=self._registry,
        )
        self.hot_bytes = Gauge(
            f"{_PREFIX}_hot_cache_bytes",
            "Bytes in the hot cache.",
            registry=self._registry,
            multiprocess_mode="livesum",
        )

    def _add_pool(self) -> None:
        self.pool = Gauge(
            f"{_PREFIX}_pool_connections",
            "Database connections of the pool, and requests that wait for one, by state.",
            ("state",),
            registry=self._registry,
            multiprocess_mode="livesum",
        )
        self._set: Callable[[str], Callable[[float], None]] = cache(lambda state: self.pool.labels(state).set)

    def _add_trials(self) -> None:
        self.trials = Counter(
            f"{_PREFIX}_trials",
            "Checks of schemas, by outcome in the trial processes.",
            ("outcome",),
            registry=self._registry,
        )
        self.trial_seconds = Histogram(
            f"{_PREFIX}_trial_seconds",
            "Time of checks of schemas, with the wait for a trial process.",
            buckets=_SECONDS,
            registry=self._registry,
        )

    def set_pool(self, state: PoolState) -> None:
        """Record the present state of this process's pool."""
        self._set("idle")(state.idle)
        self._set("in_use")(state.size - state.idle)
        self._set("waiting")(state.waiting)

    def exposition(self) -> bytes:
        """Return the metrics of all workers in Prometheus' text format."""
        if not self._multiprocess:
            return generate_latest(self._registry)
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # prometheus_client leaves this class without types
        return generate_latest(registry)
