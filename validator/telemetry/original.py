"""The metrics of Dataphos Schema Registry, with its names, for dashboards that were made for it."""

from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter

from sluicegate.validator.model import Destination
from sluicegate.validator.telemetry.histograms import WeightedHistogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_MILLISECONDS = tuple(1000 * seconds for seconds in _SECONDS)


@dataclass(frozen=True, slots=True)
class Passage:
    """Messages with one result."""

    messages: Counter
    size: Counter
    milliseconds: WeightedHistogram

    def count(self, messages: int, size: int, seconds: float) -> None:
        """So many messages, of so many payload bytes, so long after they were received."""
        self.messages.inc(messages)
        self.size.inc(size)
        self.milliseconds.observe(1000 * seconds, messages)


class OriginalMetrics:
    """All of them, in a registry of metrics."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Start all at zero."""
        self._registry = registry
        self.passed = {
            Destination.VALID: self._passage("published", "processed", "processing", "published as valid"),
            Destination.DEAD_LETTER: self._passage(
                "published_dead_letter", "processed_dead_letter", "processing_dead_letter", "published as dead letters"
            ),
        }
        # The original has no third topic: its messages count as dead letters.
        self.passed[Destination.OVERFLOW] = self.passed[Destination.DEAD_LETTER]
        self.nacked = self._passage("nack", "nack_processed", "nack_processing", "that their destination did not take")
        self.cache_hits = Counter(
            "schema_registry_schemas_cache_hits", "Schema lookups answered without a request", registry=registry
        )

    def _passage(self, messages: str, size: str, times: str, noun: str) -> Passage:
        return Passage(
            Counter(f"schema_registry_{messages}_messages", f"Messages {noun}", registry=self._registry),
            Counter(f"schema_registry_{size}_bytes", f"Payload bytes of messages {noun}", registry=self._registry),
            WeightedHistogram(
                f"schema_registry_{times}_times_milliseconds",
                f"From receipt to the destination's answer, of messages {noun}",
                _MILLISECONDS,
                self._registry,
            ),
        )
