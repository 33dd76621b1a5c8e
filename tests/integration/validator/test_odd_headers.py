"""Header names that are not UTF-8: Kafka forbids them, and some clients write them."""

import pytest
from kafka import KafkaProducer  # type: ignore[import-untyped]  # has no types

from sluicegate.shared.clock import SystemClock
from sluicegate.validator.brokers.kafka.settings import Source
from sluicegate.validator.model import Message
from tests.fixtures.kafka_topics import MakeTopic

SESSIONS = {"confluent": {"session.timeout.ms": 6000}, "kafka-python": {"session_timeout_ms": 6000}}


class Broken(str):
    """A text that is encoded to bytes which are no text."""

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        return b"\xff\xfe"


@pytest.mark.parametrize("client", ["confluent", "kafka-python"])
@pytest.mark.parametrize("compression", [None, "gzip"])
def test_a_message_whose_header_names_cannot_be_read_comes_without_headers(
    kafka_bootstrap: str, make_topic: MakeTopic, group_id: str, client: str, compression: str | None
) -> None:
    topic = make_topic(partitions=1)
    producer = KafkaProducer(bootstrap_servers=kafka_bootstrap, compression_type=compression)
    producer.send(topic, b"1", headers=[("a", b"1")])
    producer.send(topic, b"2", headers=[(Broken("x"), b"1")])
    producer.send(topic, b"3", headers=[("a", b"3")])
    producer.close()
    settings = {"bootstrap": kafka_bootstrap, "topics": [topic], "group": group_id, "client": client}
    source = Source.model_validate({**settings, "config": SESSIONS[client]}).make()
    source.open(lambda lanes: None)

    found: list[Message] = []
    deadline = SystemClock().monotonic() + 30
    while len(found) < 3 and SystemClock().monotonic() < deadline:
        found += source.receive(10, 0.2)
    source.close()

    assert [(each.payload, each.headers) for each in found] == [
        (b"1", [("a", b"1")]),
        (b"2", []),
        (b"3", [("a", b"3")]),
    ]
