"""Tombstones on Kafka, through the real programs: null values reach the valid topic as null."""

from pathlib import Path

import httpx
import pytest
from confluent_kafka import Consumer, Producer

from tests.acceptance.system import SESSION_TIMEOUT_MS, System
from tests.fakes.validator import GOOD, PERSON
from tests.fixtures.kafka_records import headers_of
from tests.fixtures.programs import until

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(180)]

Arrived = dict[bytes | None, tuple[str | None, bytes | None, list[tuple[str, bytes | None]]]]
"""Topic, value and headers by key."""


@pytest.mark.parametrize("wire_format", ["attributes", "confluent"])
def test_null_values_pass_to_the_valid_topic_as_null(system: System, tmp_path: Path, wire_format: str) -> None:
    file = tmp_path / "validator.toml"
    file.write_text(f'wire_format = "{wire_format}"\n' + file.read_text())
    system.registry.start().ready()
    named, good = _registered(system, wire_format)
    sent = {b"value": (good, named), b"named": (None, named), b"bare": (None, [("note", b"deleted")])}
    producer = Producer({"bootstrap.servers": system.bootstrap})
    for key, (value, headers) in sent.items():
        producer.produce(system.source, value, key, headers=[*headers])
    assert producer.flush(30) == 0

    system.validator.start()

    found = _arrived(system, len(sent))
    assert found == {key: (system.valid, *rest) for key, rest in sent.items()}
    assert system.validator.terminate() == 0, system.validator.log


def _registered(system: System, wire_format: str) -> tuple[list[tuple[str, bytes]], bytes]:
    """Register a schema. Return the headers that name it, and a valid value."""
    if wire_format == "attributes":
        schema = system.register("person", "json", PERSON)
        return [("schemaId", b"%d" % schema), ("versionId", b"1"), ("format", b"json")], GOOD
    body = {"schema": PERSON, "schemaType": "JSON"}
    answer = httpx.post(f"{system.registry_url}/subjects/s-value/versions", json=body).raise_for_status()
    return [], b"\0" + int(answer.json()["id"]).to_bytes(4, "big") + GOOD


def _arrived(system: System, count: int) -> Arrived:
    found: Arrived = {}
    consumer = Consumer(
        {
            "bootstrap.servers": system.bootstrap,
            "group.id": f"reader-{system.source}",
            "auto.offset.reset": "earliest",
            "session.timeout.ms": SESSION_TIMEOUT_MS,
        }
    )
    consumer.subscribe([system.valid, system.dead_letter])

    def enough() -> bool:
        for message in consumer.consume(100, 0.2):
            assert message.error() is None, message.error()
            found[message.key()] = (message.topic(), message.value(), headers_of(message))
        return len(found) >= count

    try:
        until(enough, "all messages came out", explain=lambda: str(found) + system.validator.log)
    finally:
        consumer.close()
    return found
