"""Messages of a Kafka topic at present, read without a group."""

import logging
import uuid
from collections.abc import Iterator, Mapping
from typing import cast

from confluent_kafka import OFFSET_INVALID, Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka import Message as Record

from sluicegate.validator.brokers.kafka.config import Options
from sluicegate.validator.brokers.kafka.librdkafka.records import messages_of
from sluicegate.validator.errors import SourceFailed
from sluicegate.validator.model import Message

_SECONDS = 10.0
_AT_ONCE = 500
_FILL_SECONDS = 0.01


class KafkaBrowser:
    """Reads each partition from its end minus the limit, or from a group's offset, to its end.

    It commits nothing and joins no group: it only reads the offsets of the named group.
    """

    def __init__(self, bootstrap: str, topic: str, options: Options, behind: str | None = None) -> None:
        """`behind`: skip the committed messages of that group.

        Raises `SourceFailed` if the client refuses the configuration.
        """
        settings = {
            "bootstrap.servers": bootstrap,
            **options,
            "group.id": behind or f"sluicegate-{uuid.uuid4().hex}",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "fetch.queue.backoff.ms": 5,
        }
        try:
            self._consumer = Consumer(settings, logger=logging.getLogger("librdkafka"), error_cb=lambda _: None)
        except KafkaException as error:
            raise SourceFailed(f"Kafka refuses the configuration: {error}") from error
        self._topic = topic
        self._behind = behind
        self._left_out = 0
        self._closed = False

    def messages(self, limit: int) -> Iterator[Message]:
        """The last ones of each partition, partition by partition as they come."""
        try:
            starts = self._starts(limit)
            self._consumer.assign([TopicPartition(self._topic, number, start) for number, start in starts.items()])
            yield from self._read(set(starts), limit)
        except KafkaException as error:
            raise SourceFailed(f"{self._topic} cannot be read: {error.args[0].str()}") from error

    def address(self, message: Message) -> str:
        """`kafka://topic/partition/offset`."""
        record = cast("Record", message.position)
        return f"kafka://{record.topic()}/{record.partition()}/{record.offset()}"

    def left_out(self) -> int | None:
        """How many offsets lie before the first ones that were read."""
        return self._left_out

    def close(self) -> None:
        """Disconnect."""
        if not self._closed:
            self._closed = True
            self._consumer.close()

    def _starts(self, limit: int) -> Mapping[int, int]:
        """Partition -> first offset to read; without those in which nothing is."""
        known = self._consumer.list_topics(self._topic, timeout=_SECONDS).topics[self._topic]
        if known.error is not None:
            raise KafkaException(known.error)
        partitions = [TopicPartition(self._topic, number) for number in known.partitions]
        done = self._committed(partitions)
        starts: dict[int, int] = {}
        share = -(-limit // max(len(partitions), 1))
        for partition in partitions:
            low, high = self._consumer.get_watermark_offsets(partition, timeout=_SECONDS)
            waiting = max(low, done.get(partition.partition, low))
            start = max(waiting, high - share)
            self._left_out += start - waiting
            if start < high:
                starts[partition.partition] = start
        return starts

    def _committed(self, partitions: list[TopicPartition]) -> Mapping[int, int]:
        if self._behind is None:
            return {}
        found = self._consumer.committed(partitions, timeout=_SECONDS)
        return {each.partition: each.offset for each in found if each.offset not in (OFFSET_INVALID, None)}

    def _read(self, open_partitions: set[int], limit: int) -> Iterator[Message]:
        count = 0
        while open_partitions and count < limit:
            records = self._consumer.consume(1, _SECONDS)
            if count + 1 < limit:
                records += self._consumer.consume(min(_AT_ONCE, limit - count - 1), _FILL_SECONDS)
            if not records:
                raise SourceFailed(f"{self._topic} cannot be read: the broker did not answer within {_SECONDS:.0f} s")
            good: list[Record] = []
            for record in records:
                error = record.error()
                if error is None:
                    good.append(record)
                elif error.code() == KafkaError._PARTITION_EOF:
                    open_partitions.discard(cast("int", record.partition()))
                elif error.fatal():
                    raise SourceFailed(f"{self._topic} cannot be read: {error.str()}")
            count += len(good)
            if good:
                yield from messages_of(good)
