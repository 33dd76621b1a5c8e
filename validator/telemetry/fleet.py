"""The metrics of the program about its worker processes."""

from enum import StrEnum

from prometheus_client import CollectorRegistry, Counter, Gauge, disable_created_metrics, generate_latest

disable_created_metrics()  # type: ignore[no-untyped-call]  # as in `metrics`


class RestartCause(StrEnum):
    """Why a worker process had to be started again: a closed set."""

    ENDED = "ended"
    FAILED = "failed"
    SILENT = "silent"


class FleetMetrics:
    """Metrics of the program about its worker processes."""

    def __init__(self) -> None:
        """All at zero."""
        self._registry = CollectorRegistry()
        self.answering = Gauge(
            "sluicegate_validator_processes", "Worker processes that answer", registry=self._registry
        )
        self._restarts = Counter(
            "sluicegate_validator_process_restarts",
            "Worker processes that were started again, by cause",
            ["cause"],
            registry=self._registry,
        )
        self._by_cause = {cause: self._restarts.labels(cause.value) for cause in RestartCause}

    def restarted(self, cause: RestartCause) -> None:
        """Count a process that is started again."""
        self._by_cause[cause].inc()

    def exposition(self) -> bytes:
        """Return all of them in Prometheus' text format."""
        return generate_latest(self._registry)
