"""Apache Kafka in the suite of faults."""

from collections.abc import Sequence

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition
from confluent_kafka.admin import AclOperation, ResourceType

from tests.faults.account import VALID, Arrival, Sent
from tests.faults.traffic import ENVELOPE, MAX_TOPIC_BYTES
from tests.fixtures.kafka_node import ApacheKafka
from tests.fixtures.kafka_records import headers_of, values_of
from tests.fixtures.kafka_topics import MakeTopic

PARTITIONS = 4
_QUIET = {"log_level": 0}
_SESSION = {
    "confluent": '"session.timeout.ms" = 2000\n"heartbeat.interval.ms" = 300',
    "kafka-python": "session_timeout_ms = 2000\nheartbeat_interval_ms = 300",
}


class KafkaPipe:
    """Three topics.

    The worker's way to the broker may be another one than ours (`worker_bootstrap`).
    """

    def __init__(
        self,
        node: ApacheKafka,
        make_topic: MakeTopic,
        worker_bootstrap: str,
        *,
        once: bool,
        client: str = "confluent",
        strict: bool = False,
    ) -> None:
        """`strict`: the valid topic refuses old timestamps, and both topics large messages."""
        self._once = once
        self._client = client
        self._worker_bootstrap = worker_bootstrap
        self._bootstrap = node.bootstrap
        size = {"max.message.bytes": str(MAX_TOPIC_BYTES)} if strict else {}
        young = {"message.timestamp.before.max.ms": "86400000"} if strict else {}
        self.input = make_topic("input", PARTITIONS)
        self.valid = make_topic("valid", PARTITIONS, size | young)
        self.dead = make_topic("dead", PARTITIONS, size)
        self._producer = Producer({"bootstrap.servers": node.bootstrap, "enable.idempotence": True, **_QUIET})
        self._consumer = Consumer(
            {
                "bootstrap.servers": node.bootstrap,
                "group.id": "unused",
                "isolation.level": "read_committed" if once else "read_uncommitted",
                "fetch.queue.backoff.ms": 5,
                # after the kill of a broker, the default would skip messages
                "auto.offset.reset": "error",
                **_QUIET,
            }
        )
        self._consumer.assign(
            [TopicPartition(topic, number, 0) for topic in (self.valid, self.dead) for number in range(PARTITIONS)]
        )

    @property
    def once(self) -> bool:
        return self._once

    @property
    def rights(self) -> list[tuple[AclOperation, ResourceType, str]]:
        """Return the rights of the worker."""
        group, name = f"group-of-{self.input}", f"sluicegate-group-of-{self.input}-worker-0"
        read = [(AclOperation.READ, ResourceType.TOPIC, self.input), (AclOperation.READ, ResourceType.GROUP, group)]
        write = [(AclOperation.WRITE, ResourceType.TOPIC, topic) for topic in (self.valid, self.dead)]
        transact = [(AclOperation.WRITE, ResourceType.TRANSACTIONAL_ID, name)] if self._once else []
        return read + write + transact

    def settings(self) -> str:
        return f"""
delivery = "{"exactly_once" if self._once else "at_least_once"}"
[source]
bootstrap = "{self._worker_bootstrap}"
topics = ["{self.input}"]
group = "group-of-{self.input}"
client = "{self._client}"
[source.config]
{_SESSION[self._client]}
[destination]
bootstrap = "{self._worker_bootstrap}"
valid = "{self.valid}"
dead_letter = "{self.dead}"
client = "{self._client}"
"""

    def send(self, messages: Sequence[Sent]) -> None:
        for each in messages:
            self._producer.produce(
                self.input, each.payload, each.key, headers=list(each.attributes), timestamp=each.timestamp
            )
        while self._producer.flush(1.0):
            pass

    def read(self) -> Sequence[Arrival]:
        try:
            found = self._consumer.consume(5_000, 0.3)
        except KafkaException:
            return []
        resets = [each.error() for each in found if _is_reset(each)]
        assert not resets, f"the reader of the test lost its place: {resets}"
        return [self._arrival(each) for each in found if each.error() is None]

    def state(self) -> str:
        """Return the positions of the group and of this reader. They tell which one has stopped."""
        return f"{self._of_group()}\n{self._of_reader()}"

    def close(self) -> None:
        self._consumer.close()

    def _of_group(self) -> str:
        logs = [TopicPartition(self.input, number) for number in range(PARTITIONS)]
        group = Consumer({"bootstrap.servers": self._bootstrap, "group.id": f"group-of-{self.input}", **_QUIET})
        try:
            committed = group.committed(logs, timeout=10)
            ends = [group.get_watermark_offsets(log, timeout=10)[1] for log in logs]
        except KafkaException as error:
            return f"group: {error}"
        finally:
            group.close()
        places = [f"{log.partition}: {log.offset} of {end}" for log, end in zip(committed, ends, strict=True)]
        return f"committed by the group: {', '.join(places)}"

    def _of_reader(self) -> str:
        logs = [TopicPartition(topic, number) for topic in (self.valid, self.dead) for number in range(PARTITIONS)]
        try:
            ends = [self._consumer.get_watermark_offsets(log, timeout=10)[1] for log in logs]
        except KafkaException as error:
            return f"reader: {error}"
        at = self._consumer.position(logs)
        places = [f"{log.topic}/{log.partition}: {log.offset} of {end}" for log, end in zip(at, ends, strict=True)]
        return f"read by the test: {', '.join(places)}"

    def _arrival(self, record: Message) -> Arrival:
        headers = values_of(headers_of(record))
        fate = VALID if record.topic() == self.valid else headers.get("deadLetterErrorCode", b"").decode()
        place, payload, key = record.offset(), record.value(), record.key()
        assert place is not None
        line = f"{record.topic()}/{record.partition()}"
        number = headers.get("id") or (key or b"").removeprefix(ENVELOPE.encode())
        return Arrival(int(number), (key or b"").decode(), payload or b"", fate, line, place)


def _is_reset(record: Message) -> bool:
    error = record.error()
    return error is not None and error.code() == KafkaError._AUTO_OFFSET_RESET
