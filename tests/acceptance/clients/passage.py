"""Messages through a real broker: the output equals the input, with headers."""

import uuid
from collections.abc import Sequence

from confluent_kafka import OFFSET_BEGINNING, Consumer, Message, Producer, TopicPartition

SECONDS = 60.0


def passed(bootstrap: str, topic: str, payloads: Sequence[tuple[bytes | None, bytes | None]]) -> list[Message]:
    """Produce (key, value) pairs and consume as many messages, in their order."""
    producer = Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True})
    for key, value in payloads:
        producer.produce(topic, value, key, partition=0)
    assert producer.flush(SECONDS) == 0
    return read(bootstrap, topic, len(payloads))


def read(bootstrap: str, topic: str, count: int) -> list[Message]:
    """Consume the first messages of a topic with one partition, in their order."""
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": f"clients-{uuid.uuid4().hex[:12]}",
        }
    )
    consumer.assign([TopicPartition(topic, 0, OFFSET_BEGINNING)])
    try:
        found: list[Message] = []
        for _ in range(int(SECONDS)):
            found += consumer.consume(count - len(found), 1.0)
            if len(found) == count:
                break
        assert [message.error() for message in found] == [None] * count
        return found
    finally:
        consumer.close()
