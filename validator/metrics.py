"""The catalogue of the worker's metrics. Labels come from closed sets, never from messages."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from validator.model import Code

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """One set of metrics, for one worker. Incremented by the batch where that can be."""

    def __init__(self) -> None:
        """All at zero; every label value exists from the start, so that rates are right from the first message."""
        self.registry = CollectorRegistry()
        self.received = self._counter("messages_received", "Messages received from the source")
        self.received_bytes = self._counter("received_bytes", "Payload bytes received from the source")
        self.valid = self._counter("messages_valid", "Messages judged valid")
        self._rejected = Counter(
            "sluicegate_validator_messages_rejected",
            "Messages judged to be dead-lettered, by error code",
            ["code"],
            registry=self.registry,
        )
        self._by_code = {code: self._rejected.labels(code.value) for code in Code}
        self.settled = self._counter("messages_settled", "Messages whose destination has confirmed them")
        self.resent = self._counter("messages_resent", "Messages that had to be sent again")
        self.held = self._gauge("messages_held", "Messages that wait because their schema cannot be asked for")
        self.lag = self._gauge("source_lag", "Messages that wait at the source, as far as known")
        self.assigned = self._gauge("source_assigned", "1 when the source has accepted this worker")
        self.batch_seconds = self._histogram("batch_seconds", "From a batch's arrival until it was handed to the sink")
        self.registry_seconds = self._histogram("registry_request_seconds", "Requests to the registry")
        self.registry_failures = self._counter(
            "registry_failures", "Requests to the registry that gave no usable answer"
        )
        self.cache_hits = self._counter("schema_cache_hits", "Schema lookups answered without a request")
        self.cache_misses = self._counter("schema_cache_misses", "Schema lookups that asked the registry")

        self._limited = Counter(
            "sluicegate_validator_limited_checks",
            "Payloads that were checked in a process of their own because they might take long, by outcome",
            ["outcome"],
            registry=self.registry,
        )
        self._by_outcome = {
            outcome: self._limited.labels(outcome).inc for outcome in ("answered", "given_up", "unavailable")
        }

    def limited_check(self, outcome: str) -> None:
        """Count a check in a process of its own."""
        self._by_outcome[outcome]()

    def rejected(self, code: Code, count: int = 1) -> None:
        """Count messages that are dead-lettered."""
        self._by_code[code].inc(count)

    def exposition(self) -> bytes:
        """All of them, in Prometheus' text format."""
        return generate_latest(self.registry)

    def _counter(self, name: str, help_text: str) -> Counter:
        return Counter(f"sluicegate_validator_{name}", help_text, registry=self.registry)

    def _gauge(self, name: str, help_text: str) -> Gauge:
        return Gauge(f"sluicegate_validator_{name}", help_text, registry=self.registry)

    def _histogram(self, name: str, help_text: str) -> Histogram:
        return Histogram(f"sluicegate_validator_{name}", help_text, buckets=_SECONDS, registry=self.registry)
