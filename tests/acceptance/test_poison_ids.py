"""Ids that no registry assigns, in Confluent's frame, through the real programs: nothing stops."""

from pathlib import Path

import httpx
import pytest
from confluent_kafka import Consumer, Producer

from tests.acceptance.system import SESSION_TIMEOUT_MS, System
from tests.fakes.validator import GOOD, PERSON
from tests.fixtures.kafka_records import headers_of, values_of
from tests.fixtures.programs import until

pytestmark = pytest.mark.acceptance

POISON = [bytes.fromhex(data) for data in ("00800000007b7d", "00ffffffff7b7d", "00000000007b7d", "007fffffff7b7d")]


@pytest.mark.parametrize("wire_format", ["confluent", "auto"])
def test_ids_out_of_range_are_dead_letters_and_stop_nothing(system: System, tmp_path: Path, wire_format: str) -> None:
    file = tmp_path / "validator.toml"
    file.write_text(f'wire_format = "{wire_format}"\n' + file.read_text())
    system.registry.start().ready()
    body = {"schema": PERSON, "schemaType": "JSON"}
    answer = httpx.post(f"{system.registry_url}/subjects/s-value/versions", json=body)
    assert answer.status_code == 200, answer.text
    good = b"\0" + int(answer.json()["id"]).to_bytes(4, "big") + GOOD
    producer = Producer({"bootstrap.servers": system.bootstrap})
    for payload in (*POISON, good):
        producer.produce(system.source, payload, partition=0)
    assert producer.flush(30) == 0

    system.validator.start()

    found: dict[bytes, str] = {}
    consumer = Consumer(
        {
            "bootstrap.servers": system.bootstrap,
            "group.id": f"reader-{system.source}",
            "auto.offset.reset": "earliest",
            "session.timeout.ms": SESSION_TIMEOUT_MS,
        }
    )
    consumer.subscribe([system.valid, system.dead_letter])
    try:
        until(lambda: read(consumer, found, system.valid) == 5, "all messages came out", explain=lambda: str(found))
    finally:
        consumer.close()
    assert found == {**dict.fromkeys(POISON, "schema_not_found"), good: "valid"}


def read(consumer: Consumer, found: dict[bytes, str], valid: str) -> int:
    for message in consumer.consume(100, 0.2):
        assert message.error() is None, message.error()
        code = values_of(headers_of(message)).get("deadLetterErrorCode", b"").decode()
        found[message.value() or b""] = "valid" if message.topic() == valid else code
    return len(found)
