"""The catalogue of the worker's metrics. Labels come from closed sets, never from messages."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

from sluicegate.shared.model import SchemaFormat
from sluicegate.validator.model import Code, Destination, Gap, GapCause
from sluicegate.validator.telemetry.histograms import WeightedHistogram

disable_created_metrics()  # type: ignore[no-untyped-call]  # times cannot be added, and the fleet adds all samples

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_LONG_SECONDS = (*_SECONDS, 30.0, 60.0, 300.0, 1800.0, 7200.0)
_MESSAGES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
_MILLISECONDS = tuple(1000 * seconds for seconds in (*_SECONDS, 30.0, 60.0))
VALID_CODE = "valid"
"""In the place of a dead letter's code."""
LIMITED_OUTCOMES: Final = ("answered", "given_up", "crashed", "interrupted", "unavailable")
UNKNOWN_FORMAT = "unknown"
"""In the place of a format: no schema was found, or messages with the same attributes are of
several.
"""


class Metrics:
    """One set of metrics, for one worker. Incremented by the batch where that can be."""

    def __init__(self) -> None:
        """Start all counters at zero with every label value, so rates are right from the start."""
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
        self.missed = self._counter("source_missed_messages", "Messages that the source had lost before they were read")
        self._gaps = Counter(
            "sluicegate_validator_source_gaps",
            "How often the source could not go on where the group had come to, by cause",
            ["cause"],
            registry=self.registry,
        )
        self._by_cause = {cause: self._gaps.labels(cause.value) for cause in GapCause}
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

        self._verdicts = Counter(
            "sluicegate_validator_verdicts",
            "Messages judged, by the format of their schema and by what was found",
            ["format", "code"],
            registry=self.registry,
        )
        self._by_verdict = {
            (form, code): self._verdicts.labels(form or UNKNOWN_FORMAT, code or VALID_CODE)
            for form in (None, *SchemaFormat)
            for code in (None, *Code)
        }
        self.passed = {
            Destination.VALID: self._passage("published", "processed", "processing", "published as valid"),
            Destination.DEAD_LETTER: self._passage(
                "published_dead_letter", "processed_dead_letter", "processing_dead_letter", "published as dead letters"
            ),
        }
        # The original has no third topic: its messages count as dead letters.
        self.passed[Destination.OVERFLOW] = self.passed[Destination.DEAD_LETTER]
        self.nacked = self._passage("nack", "nack_processed", "nack_processing", "that their destination did not take")
        self._original_hits = Counter(
            "schema_registry_schemas_cache_hits", "Schema lookups answered without a request", registry=self.registry
        )

        self._limited = Counter(
            "sluicegate_validator_limited_checks",
            "Payloads that were checked in a process of their own because they might take long, by outcome",
            ["outcome"],
            registry=self.registry,
        )
        self._by_outcome = {outcome: self._limited.labels(outcome).inc for outcome in LIMITED_OUTCOMES}

    def cache_hit(self) -> None:
        """Count a look-up that needed no request."""
        self.cache_hits.inc()
        self._original_hits.inc()

    def judged(self, form: SchemaFormat | None, code: Code | None, count: int) -> None:
        """Count verdicts. No code: valid; no format: it is not known."""
        self._by_verdict[form, code].inc(count)

    def limited_check(self, outcome: str) -> None:
        """Count a check in a process of its own."""
        self._by_outcome[outcome]()

    def gap(self, gap: Gap) -> None:
        """Count a place where the source could not go on."""
        self._by_cause[gap.cause].inc()
        self.missed.inc(gap.missed)

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

    def _histogram(self, name: str, help_text: str, buckets: tuple[float, ...] = _SECONDS) -> Histogram:
        return Histogram(f"sluicegate_validator_{name}", help_text, buckets=buckets, registry=self.registry)

    def _passage(self, messages: str, size: str, times: str, what: str) -> "Passage":
        return Passage(
            Counter(f"schema_registry_{messages}_messages", f"Messages {what}", registry=self.registry),
            Counter(f"schema_registry_{size}_bytes", f"Payload bytes of messages {what}", registry=self.registry),
            WeightedHistogram(
                f"schema_registry_{times}_times_milliseconds",
                f"From receipt to the destination's answer, of messages {what}",
                _MILLISECONDS,
                self.registry,
            ),
        )


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


@dataclass(frozen=True, slots=True)
class Passage:
    """The original's metrics, with its names, for messages with one result."""

    messages: Counter
    size: Counter
    milliseconds: WeightedHistogram

    def count(self, messages: int, size: int, seconds: float) -> None:
        """So many messages, of so many payload bytes, so long after they were received."""
        self.messages.inc(messages)
        self.size.inc(size)
        self.milliseconds.observe(1000 * seconds, messages)
