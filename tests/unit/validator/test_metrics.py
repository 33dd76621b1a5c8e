"""Counts of the worker: they match their names, also during failures."""

import re

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.model import SchemaFormat, SchemaId, VersionNumber
from sluicegate.validator.fleet.exposition import summed
from sluicegate.validator.model import StoredSchema, TooLarge, Undelivered
from sluicegate.validator.telemetry.histograms import WeightedHistogram
from tests.fakes.validator import BAD, GOOD, Bench, headers, message, stored
from tests.unit.validator.test_transactions import TransactionalBench

AVRO = StoredSchema(SchemaId(2), VersionNumber(1), SchemaFormat.AVRO, SchemaSource('"string"'))
AVRO_GOOD, AVRO_BAD = b"\x02a", b"\x02ab"


def values(bench: Bench) -> dict[str, float]:
    return parsed(bench.metrics.exposition())


def parsed(exposition: bytes) -> dict[str, float]:
    return {name: float(value) for name, value in re.findall(r"^([^#].*) (\S+)$", exposition.decode(), re.MULTILINE)}


BENCHES = pytest.mark.parametrize("make", [Bench, TransactionalBench])


@BENCHES
def test_what_is_published_is_counted_apart_from_dead_letters(make: type[Bench]) -> None:
    bench = make()
    bench.put(*[message()] * 5, *[message(BAD + b" ")] * 2)

    bench.run()

    found = values(bench)
    assert found["schema_registry_published_messages_total"] == 5
    assert found["schema_registry_processed_bytes_total"] == 5 * len(GOOD)
    assert found["schema_registry_processing_times_milliseconds_count"] == 5
    assert found["schema_registry_published_dead_letter_messages_total"] == 2
    assert found["schema_registry_processed_dead_letter_bytes_total"] == 2 * len(BAD) + 2
    assert found["schema_registry_processing_dead_letter_times_milliseconds_count"] == 2
    assert found["schema_registry_nack_messages_total"] == 0
    assert found["sluicegate_validator_received_bytes_total"] == 5 * len(GOOD) + 2 * len(BAD) + 2


def test_a_message_that_is_refused_is_a_nack_each_time_and_published_once() -> None:
    bench = Bench(partitions=1)
    bench.sink.faults = {GOOD + b" ": [Undelivered("no"), Undelivered("no")]}
    bench.put(message(), message(GOOD + b" "), message())

    bench.run()

    found = values(bench)
    assert found["schema_registry_published_messages_total"] == 3
    assert found["schema_registry_processed_bytes_total"] == 3 * len(GOOD) + 1
    assert found["schema_registry_nack_messages_total"] == found["sluicegate_validator_messages_resent_total"] == 2
    assert found["schema_registry_nack_processed_bytes_total"] == 2 * len(GOOD) + 2
    assert found["schema_registry_nack_processing_times_milliseconds_count"] == 2


def test_a_transaction_that_fails_publishes_nothing() -> None:
    bench = TransactionalBench()
    bench.failures = 1
    bench.put(*[message()] * 3, message(BAD))

    bench.run()

    found = values(bench)
    assert found["schema_registry_nack_messages_total"] == 4
    assert found["schema_registry_published_messages_total"] == 3
    assert found["schema_registry_published_dead_letter_messages_total"] == 1


def test_a_valid_message_that_is_too_large_is_published_as_a_dead_letter_only() -> None:
    bench = Bench(partitions=1)
    bench.sink.faults = {GOOD: [TooLarge("5 bytes"), TooLarge("5 bytes")]}
    bench.put(message())

    bench.run()

    found = values(bench)
    assert found["schema_registry_published_messages_total"] == 0
    assert found["schema_registry_published_dead_letter_messages_total"] == 1


def test_verdicts_are_counted_by_format_and_code() -> None:
    bench = Bench(stored(), AVRO, partitions=1)
    avro = headers(2)
    bench.put(message(), message(AVRO_GOOD, head=avro), message(), message(BAD), message(AVRO_BAD, head=avro))
    bench.put(message(head=headers(3)), message())

    bench.run()

    verdicts = {
        name[name.index("{") :]: value for name, value in values(bench).items() if "verdicts_total" in name and value
    }
    assert verdicts == {
        '{code="valid",format="json"}': 3,
        '{code="payload_invalid",format="json"}': 1,
        '{code="valid",format="avro"}': 1,
        '{code="payload_malformed",format="avro"}': 1,
        '{code="schema_not_found",format="unknown"}': 1,
    }


def test_verdicts_are_counted_once_though_messages_wait_for_their_schema() -> None:
    bench = Bench(stored(), AVRO, partitions=1)
    bench.schemas.unreachable = {2}
    bench.put(message(), message(AVRO_GOOD, head=headers(2)), message(), message(BAD))
    bench.run(rounds=10)
    bench.schemas.unreachable = set()

    bench.run()

    found = values(bench)
    assert found['sluicegate_validator_verdicts_total{code="valid",format="json"}'] == 2
    assert found['sluicegate_validator_verdicts_total{code="valid",format="avro"}'] == 1
    assert found['sluicegate_validator_verdicts_total{code="payload_invalid",format="json"}'] == 1


def test_the_time_from_broker_to_broker_begins_with_the_timestamp_and_counts_messages() -> None:
    bench = Bench(partitions=1, confirm=1e9)
    start = int(bench.clock.now().timestamp() * 1000)
    bench.put(*[message()._replace(timestamp=start - 20_000)] * 100, message()._replace(timestamp=0))

    bench.run(rounds=100)

    found = values(bench)
    assert found["sluicegate_validator_transit_seconds_count"] == pytest.approx(100, abs=2)
    assert found['sluicegate_validator_transit_seconds_bucket{le="10.0"}'] == 0
    assert found["sluicegate_validator_transit_seconds_sum"] >= 98 * 20


def test_batches_are_measured() -> None:
    bench = Bench(partitions=1)
    bench.put(*[message()] * 14)

    bench.run()

    found = values(bench)
    assert found["sluicegate_validator_batch_messages_count"] == 2
    assert found["sluicegate_validator_batch_messages_sum"] == 14


def test_processes_add_the_weighted_histograms_up() -> None:
    first, second = Bench(), Bench()
    for bench in (first, second):
        bench.put(message(), message())
        bench.run()

    found = parsed(summed([first.metrics.exposition(), second.metrics.exposition()]))

    assert found["schema_registry_published_messages_total"] == 4
    assert found["schema_registry_processing_times_milliseconds_count"] == 4
    assert found['schema_registry_processing_times_milliseconds_bucket{le="+Inf"}'] == 4


def test_a_weighted_observation_is_as_many_single_ones() -> None:
    registry = CollectorRegistry()
    histogram = WeightedHistogram("h", "help", (1, 2.5), registry)
    histogram.observe(1.0, 3)
    histogram.observe(2.0, 0.5)
    histogram.observe(9.0)

    assert parsed(generate_latest(registry)) == {
        'h_bucket{le="1.0"}': 3.0,
        'h_bucket{le="2.5"}': 3.5,
        'h_bucket{le="+Inf"}': 4.5,
        "h_count": 4.5,
        "h_sum": 13.0,
    }
