"""A Kafka broker as calls: send a record, read topics from given places."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Final, NamedTuple, Self, cast

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition

from sluicegate.shared.console.errors import BrokerFailed

ANSWER_SECONDS: Final = 10.0
_POLL_SECONDS: Final = 0.2
_QUIET: Final = {"log_level": 0, "socket.connection.setup.timeout.ms": 5000}

Headers = tuple[tuple[str, bytes | None], ...]


class RecordPlace(NamedTuple):
    """A partition of a topic."""

    topic: str
    partition: int


@dataclass(frozen=True, slots=True)
class PartitionEnd:
    """A partition that has no more records now."""

    place: RecordPlace


@dataclass(frozen=True, slots=True)
class KafkaRecord:
    """A record and its place. `timestamp` is in milliseconds since 1970; 0: none."""

    place: RecordPlace
    offset: int
    key: bytes | None
    headers: Headers
    payload: bytes | None
    timestamp: int = 0

    @property
    def address(self) -> str:
        """The record as `deadLetterSource` names it."""
        return f"kafka://{self.place.topic}/{self.place.partition}/{self.offset}"


class KafkaTopics:
    """Talks to one broker. Every method blocks and raises only `BrokerFailed`."""

    def __init__(self, bootstrap: str, config: Mapping[str, str]) -> None:
        """Connect in the background. `config` are settings of librdkafka, for TLS and SASL."""
        self._bootstrap = bootstrap
        common = {"bootstrap.servers": bootstrap, **_QUIET, **config}
        try:
            self._producer = Producer({"linger.ms": 0, "message.timeout.ms": int(ANSWER_SECONDS * 1000), **common})
            self._consumer = Consumer(
                {
                    "group.id": "sluicegate-console",
                    "enable.auto.commit": False,
                    "enable.partition.eof": True,
                    "fetch.wait.max.ms": 50,
                    **common,
                }
            )
        except KafkaException as error:
            raise BrokerFailed(f"The settings of the Kafka client are wrong: {_reason(error)}.") from error

    def __enter__(self) -> Self:
        """Use it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Disconnect."""
        self._consumer.close()

    def places(self, topics: Iterable[str]) -> tuple[RecordPlace, ...]:
        """Return the partitions of those topics that exist."""
        try:
            found = self._consumer.list_topics(timeout=ANSWER_SECONDS).topics
        except KafkaException as error:
            raise self._unreachable(error) from error
        return tuple(
            RecordPlace(topic, number) for topic in topics if topic in found for number in found[topic].partitions
        )

    def bounds(self, places: Iterable[RecordPlace]) -> Mapping[RecordPlace, tuple[int, int]]:
        """Return the first offset of each partition, and the one behind its last record."""
        try:
            return {
                place: self._consumer.get_watermark_offsets(TopicPartition(*place), timeout=ANSWER_SECONDS)
                for place in places
            }
        except KafkaException as error:
            raise self._unreachable(error) from error

    def send(self, topic: str, key: bytes | None, headers: Headers, payload: bytes | None) -> KafkaRecord:
        """Send a record, and wait until the broker has it."""
        results: list[tuple[KafkaError | None, Message]] = []
        try:
            self._producer.produce(
                topic, payload, key, headers=list(headers), on_delivery=lambda *result: results.append(result)
            )
        except (KafkaException, BufferError) as error:
            raise self._unreachable(error) from error
        self._producer.flush(ANSWER_SECONDS + 1)
        if not results:
            raise self._unreachable(None)
        failure, message = results[0]
        if failure is not None:
            raise BrokerFailed(f"The broker at {self._bootstrap} did not take the message: {failure.str()}.")
        sent_at = RecordPlace(topic, int(message.partition() or 0))  # reports do not carry the headers
        return KafkaRecord(sent_at, int(message.offset() or 0), key, headers, payload, message.timestamp()[1])

    def read(self, starts: Mapping[RecordPlace, int]) -> Iterator[KafkaRecord | PartitionEnd | None]:
        """Yield records from these offsets on, and the ends of partitions. Never ends.

        None: nothing came for a moment.
        """
        self._consumer.assign([TopicPartition(*place, offset) for place, offset in starts.items()])
        while True:
            message = self._consumer.poll(_POLL_SECONDS)
            if message is None:
                yield None
            elif (fault := message.error()) is None:
                yield _record(message)
            elif fault.code() == KafkaError._PARTITION_EOF:
                yield PartitionEnd(RecordPlace(str(message.topic()), int(message.partition() or 0)))
            elif not fault.retriable():
                raise BrokerFailed(f"The topic {message.topic()} cannot be read: {fault.str()}.")

    def known_end(self, place: RecordPlace) -> int:
        """Return the offset after the last record, by the last fetch.

        The end of `bounds` may be later: tansu counts a batch as one record there.
        """
        _, end = self._consumer.get_watermark_offsets(TopicPartition(*place), cached=True)
        return end

    def _unreachable(self, error: Exception | None) -> BrokerFailed:
        cause = "it does not answer" if error is None else _reason(error)
        return BrokerFailed(
            f"Cannot use the Kafka broker at {self._bootstrap}: {cause}. "
            "Give its address with --bootstrap or SLUICEGATE_KAFKA."
        )


def _reason(error: Exception) -> str:
    fault = error.args[0] if error.args else error
    text = fault.str() if isinstance(fault, KafkaError) else str(fault)
    return text.rstrip(".") or "it does not answer"


def _record(message: Message) -> KafkaRecord:
    kind, timestamp = message.timestamp()
    return KafkaRecord(
        RecordPlace(str(message.topic()), int(message.partition() or 0)),
        int(message.offset() or 0),
        _bytes(message.key()),
        _headers(message),
        _bytes(message.value()),
        timestamp if kind else 0,
    )


def _headers(message: Message) -> Headers:
    try:
        pairs = cast("list[tuple[str, object]]", message.headers() or [])
        return tuple((name, _bytes(value)) for name, value in pairs)
    except (UnicodeDecodeError, SystemError):  # a name is not UTF-8; the client cannot read it
        return ()


def _bytes(value: object) -> bytes | None:
    return value.encode() if isinstance(value, str) else cast("bytes | None", value)
