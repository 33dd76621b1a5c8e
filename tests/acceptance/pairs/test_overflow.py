"""A message from Kafka that is too large for both topics of a Service Bus namespace."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from confluent_kafka import Consumer, TopicPartition

from sluicegate.shared.quickstart.ports import free_port
from tests.acceptance.pairs.ends import KafkaEnd, Record, ServiceBusEnd, toml
from tests.fakes.registry_server import RegistryServer
from tests.fakes.validator import PERSON
from tests.fixtures.kafka_topics import MakeTopic
from tests.fixtures.programs import Program, Start, until
from tests.fixtures.servicebus_server import ServiceBusServer

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.usefixtures("careless_sockets"),
    pytest.mark.timeout(180),
]

COUNT, LARGE = 6, 2
OTHERS = [b'{"age":%d}' % number for number in range(COUNT) if number != LARGE]
PAYLOAD = json.dumps({"age": LARGE, "text": "x" * 30_000}).encode()


@dataclass(frozen=True)
class Pair:
    """A worker between Kafka and a namespace that takes 20,000 bytes, and its overflow topic."""

    kafka: KafkaEnd
    bus: ServiceBusEnd
    server: ServiceBusServer
    registry: RegistryServer
    overflow_topic: str
    program: Start
    folder: Path

    def start(self, **overflow: str) -> tuple[Program, str]:
        """Put six messages of one key, and start a worker. Return it with its probe."""
        schema = self.registry.add(PERSON)
        names = (("schemaId", b"%d" % schema), ("versionId", b"1"), ("format", b"json"))
        payloads = [*OTHERS[:LARGE], PAYLOAD, *OTHERS[LARGE:]]
        self.kafka.put([Record(payload, b"one key", names) for payload in payloads])
        probe = f"http://127.0.0.1:{(port := free_port())}/ready"
        file = self.folder / "validator.toml"
        settings: dict[str, dict[str, Any]] = {
            "source": self.kafka.source(),
            "destination": self.bus.destination() | overflow,
            "registry": {"url": self.registry.url},
            "health": {"port": port},
        }
        file.write_text(toml(settings))
        return self.program("validator", "run", "-f", str(file), ready_url=probe).start(), probe


@pytest.fixture
def pair(
    kafka_bootstrap: str,
    make_topic: MakeTopic,
    small_servicebus: ServiceBusServer,
    group_id: str,
    program: Start,
    tmp_path: Path,
) -> Iterator[Pair]:
    topic = small_servicebus.create_topic(f"overflow-{group_id}", largest=1_000_000)
    small_servicebus.create_subscription(topic, "reader")
    bus = ServiceBusEnd(small_servicebus, group_id)
    with RegistryServer() as registry:
        kafka = KafkaEnd(kafka_bootstrap, make_topic)
        yield Pair(kafka, bus, small_servicebus, registry, topic, program, tmp_path)


def test_envelope_says_where_the_message_is_and_the_rest_goes_on(pair: Pair) -> None:
    worker, _ = pair.start()

    found = pair.bus.take({"valid": COUNT - 1, "dead_letter": 1})

    assert worker.terminate() == 0, worker.log
    assert [each.payload for each in found["valid"]] == OTHERS
    (envelope,) = found["dead_letter"]
    said = envelope.attributes
    assert (envelope.payload, envelope.key) == (b"", "one key")
    assert said["deadLetterErrorCode"] == "too_large"
    assert said["deadLetterSource"].startswith("kafka://input-")
    assert said["deadLetterSource"].endswith(f"/{LARGE}")
    assert said["deadLetterPayloadBytes"] == str(len(PAYLOAD))
    assert said["deadLetterPayloadDigest"] == f"sha256:{hashlib.sha256(PAYLOAD).hexdigest()}"


def test_overflow_topic_gets_the_whole_message_and_the_rest_goes_on(pair: Pair) -> None:
    worker, _ = pair.start(overflow_topic=pair.overflow_topic)

    found = pair.bus.take({"valid": COUNT - 1, "dead_letter": 0})
    kept = f"{pair.overflow_topic}/Subscriptions/reader"
    until(lambda: bool(pair.server.messages(kept)), "the message is on the overflow topic")

    assert worker.terminate() == 0, worker.log
    assert [each.payload for each in found["valid"]] == OTHERS
    (letter,) = pair.server.messages(kept)
    assert letter.payload == PAYLOAD
    assert letter.properties["deadLetterErrorCode"] == "too_large"
    dead_letters = f"{pair.bus.destination()['dead_letter']}/Subscriptions/reader"
    assert pair.server.messages(dead_letters) == []


def test_halted_worker_settles_nothing_from_the_large_message_on(pair: Pair) -> None:
    worker, probe = pair.start(overflow="halt")

    until(lambda: '"worker halted' in worker.log, "the worker halts", explain=lambda: worker.log)
    assert httpx.get(probe, timeout=30).status_code == 503
    worker.terminate()

    assert _settled(pair.kafka.source()) <= LARGE


def _settled(source: dict[str, Any]) -> int:
    """Return how many messages the group has settled. All have one key, and are in one partition."""
    consumer = Consumer({"bootstrap.servers": source["bootstrap"], "group.id": source["group"]})
    partitions = [TopicPartition(topic, number) for topic in source["topics"] for number in range(4)]
    try:
        return sum(max(0, each.offset) for each in consumer.committed(partitions, 30))
    finally:
        consumer.close()
