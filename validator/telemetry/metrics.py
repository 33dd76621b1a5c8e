"""The catalogue of the worker's metrics. Labels come from closed sets, never from messages."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

from sluicegate.shared.model import SchemaFormat
from sluicegate.validator.model import Code, Gap, GapCause
from sluicegate.validator.telemetry.histograms import WeightedHistogram
from sluicegate.validator.telemetry.original import OriginalMetrics
from sluicegate.validator.telemetry.verdicts import Verdicts

disable_created_metrics()  # type: ignore[no-untyped-call]  # times cannot be added, and the fleet adds all samples

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_LONG_SECONDS = (*_SECONDS, 30.0, 60.0, 300.0, 1800.0, 7200.0)
_MESSAGES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
LIMITED_OUTCOMES: Final = ("answered", "given_up", "crashed", "interrupted", "unavailable")


class Metrics:
    """One set of metrics, for one worker. Incremented by the batch where that can be."""

    def __init__(self) -> None:
        """Start all counters at zero with every label value, so rates are right from the start."""
        self.registry = CollectorRegistry()
        self.received = self._counter("messages_received", "Messages received from the source")
        self.received_bytes = self._counter("received_bytes", "Payload bytes received from the source")
        self.valid = self._counter("messages_valid", "Messages judged valid")
        self.settled = self._counter("messages_settled", "Messages whose destination has confirmed them")
        self.resent = self._counter("messages_resent", "Messages that had to be sent again")
        self.held = self._gauge("messages_held", "Messages that wait because their schema cannot be asked for")
        self.lag = self._gauge("source_lag", "Messages that wait at the source, as far as known")
        self.assigned = self._gauge("source_assigned", "1 when the source has accepted this worker")
        self.missed = self._counter("source_missed_messages", "Messages that the source had lost before they were read")
        gaps = self._labelled(
            "source_gaps", "How often the source could not go on where the group had come to, by cause", "cause"
        )
        self._by_cause = {cause: gaps.labels(cause.value) for cause in GapCause}
        self.batch_seconds = self._histogram("batch_seconds", "From a batch's arrival until it was handed to the sink")
        self.batch_messages = self._histogram("batch_messages", "Messages that were received at once", _MESSAGES)
        self.transit_seconds = WeightedHistogram(
            "sluicegate_validator_transit_seconds",
            "From a message's timestamp at the source until its destination has confirmed it, by samples",
            _LONG_SECONDS,
            self.registry,
        )
        self.registry_seconds = self._histogram("registry_request_seconds", "Requests to the registry")
        self.registry_failures = self._counter(
            "registry_failures", "Requests to the registry that gave no usable answer"
        )
        self.unreadable = self._gauge(
            "schemas_unreadable", "Schemas that the registry gives no usable answer about while it answers others"
        )
        self.cache_hits = self._counter("schema_cache_hits", "Schema lookups answered without a request")
        self.refused = self._gauge(
            "registry_refused", "1 while the registry gives no schema to the credentials of this worker"
        )
        self.deprecated = self._counter(
            "schema_deprecated_lookups", "Schema lookups that found a deprecated version, one for each batch and schema"
        )
        self.cache_misses = self._counter("schema_cache_misses", "Schema lookups that asked the registry")

        self._verdicts = Verdicts(self.registry)
        limited = self._labelled(
            "limited_checks",
            "Payloads that were checked in a process of their own because they might take long, by outcome",
            "outcome",
        )
        self._by_outcome = {outcome: limited.labels(outcome).inc for outcome in LIMITED_OUTCOMES}
        self.original = OriginalMetrics(self.registry)

    def cache_hit(self) -> None:
        """Count a look-up that needed no request."""
        self.cache_hits.inc()
        self.original.cache_hits.inc()

    def judged(self, form: SchemaFormat | None, code: Code | None, count: int) -> None:
        """Count verdicts. No code: valid; no format: it is not known."""
        self._verdicts.judged(form, code, count)

    def limited_check(self, outcome: str) -> None:
        """Count a check in a process of its own."""
        self._by_outcome[outcome]()

    def gap(self, gap: Gap) -> None:
        """Count a place where the source could not go on."""
        self._by_cause[gap.cause].inc()
        self.missed.inc(gap.missed)

    def rejected(self, code: Code, count: int = 1) -> None:
        """Count messages that are dead-lettered."""
        self._verdicts.rejected(code, count)

    def exposition(self) -> bytes:
        """All of them, in Prometheus' text format."""
        return generate_latest(self.registry)

    def _counter(self, name: str, help_text: str) -> Counter:
        return Counter(f"sluicegate_validator_{name}", help_text, registry=self.registry)

    def _labelled(self, name: str, help_text: str, *labels: str) -> Counter:
        return Counter(f"sluicegate_validator_{name}", help_text, labels, registry=self.registry)

    def _gauge(self, name: str, help_text: str) -> Gauge:
        return Gauge(f"sluicegate_validator_{name}", help_text, registry=self.registry)

    def _histogram(self, name: str, help_text: str, buckets: tuple[float, ...] = _SECONDS) -> Histogram:
        return Histogram(f"sluicegate_validator_{name}", help_text, buckets=buckets, registry=self.registry)
