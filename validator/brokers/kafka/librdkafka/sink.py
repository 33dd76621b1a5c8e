"""A Kafka sink on confluent-kafka."""

import logging
from collections.abc import Iterator, Sequence
from operator import length_hint
from typing import TypeAlias

from confluent_kafka import KafkaError, KafkaException, Producer
from confluent_kafka import Message as Record

from shared.logs import logger
from validator.brokers.kafka.config import KafkaSinkConfig
from validator.errors import SinkFailed
from validator.model import DELIVERED, Destination, Message, Outcome, TooLarge, Undelivered

_OURS = {
    "linger.ms": 2,
    "batch.num.messages": 10_000,
    "queue.buffering.max.messages": 1_000_000,
    "partitioner": "murmur2_random",  # what Java clients do, so that a key goes where other producers put it
}
_ALWAYS = {
    "acks": "all",
    "enable.idempotence": True,
    "message.timeout.ms": 0,  # for ever: the client then retries in order and without duplicates, which we could not
    "delivery.report.only.error": True,
}
_TOO_LARGE = frozenset({KafkaError.MSG_SIZE_TOO_LARGE, KafkaError.RECORD_LIST_TOO_LARGE})

_ANY_PARTITION = -1
_CLOSE_SECONDS = 1.0

_Content: TypeAlias = tuple[str, bytes | None, bytes | None]
"""Topic, key and payload: what a delivery report tells of its message."""


class ConfluentSink:
    """An idempotent producer that waits for all replicas.

    The client reports failures only; once its queue is empty, everything that was not reported is delivered. Which message a report is
    about is found by its content. Equal ones cannot be told apart, so all of them count as undelivered:
    twice is allowed, never is not.
    """

    def __init__(self, config: KafkaSinkConfig) -> None:
        """Make the producer. Raises `SinkFailed` when the client refuses the configuration; connects in the background."""
        self._topics = dict(config.topics)
        self._fatal: str | None = None
        settings = {"bootstrap.servers": config.bootstrap} | _OURS | dict(config.options) | _ALWAYS
        try:
            self._producer = Producer(
                settings, logger=logging.getLogger("librdkafka"), on_delivery=self._failed, error_cb=self._report
            )
        except KafkaException as error:
            raise SinkFailed(f"destination: Kafka refuses the configuration: {error}") from error
        self._sent: list[tuple[str, Sequence[Message]]] = []
        self._count = 0
        self._refused: dict[int, Outcome] = {}  # by number: what the client did not even take
        self._failures: dict[_Content, Outcome] = {}

    def send(self, destination: Destination, messages: Sequence[Message]) -> None:
        """Put the messages into the client's queue."""
        topic = self._topics[destination]
        self._sent.append((topic, messages))
        rest = iter(messages)
        while length_hint(rest):
            error = self._produce(topic, rest)
            if error is not None:
                self._refuse(error, self._count + len(messages) - length_hint(rest) - 1, rest)
        self._count += len(messages)
        self._producer.poll(0)

    def confirm(self, seconds: float) -> Sequence[Outcome] | None:
        """Wait until the queue is empty."""
        waiting = self._producer.flush(seconds)
        if self._fatal is not None:
            raise SinkFailed(f"destination: Kafka failed for good: {self._fatal}")
        if waiting:
            return None
        outcomes: list[Outcome] = [DELIVERED] * self._count
        if self._failures or self._refused:
            self._mark(outcomes)
        self._sent, self._count = [], 0
        self._refused.clear()
        self._failures.clear()
        return outcomes

    def close(self) -> None:
        """Drop what is still in the queue."""
        self._producer.purge()
        self._producer.flush(_CLOSE_SECONDS)

    def _produce(self, topic: str, rest: Iterator[Message]) -> BufferError | KafkaException | None:
        """The hot loop. Arguments by place, because names cost a third of the call."""
        produce = self._producer.produce
        try:
            for payload, key, headers, timestamp, _ in rest:
                produce(topic, payload, key, _ANY_PARTITION, None, None, timestamp, headers)  # type: ignore[arg-type]  # list is invariant
        except (BufferError, KafkaException) as error:
            return error
        return None

    def _refuse(self, error: BufferError | KafkaException, number: int, rest: Iterator[Message]) -> None:
        """Remember a message that the client did not take; when its queue is full, those after it wait too, for their order."""
        if isinstance(error, BufferError):
            waiting = 1 + sum(1 for _ in rest)
            self._refused |= dict.fromkeys(range(number, number + waiting), Undelivered("the client's queue is full"))
            return
        reason = error.args[0]
        if isinstance(reason, KafkaError) and reason.fatal():
            raise SinkFailed(f"destination: Kafka failed for good: {reason.str()}") from error
        self._refused[number] = _outcome(reason)

    def _mark(self, outcomes: list[Outcome]) -> None:
        """Put the failures where they belong."""
        contents = [(topic, message.key, message.payload) for topic, messages in self._sent for message in messages]
        for number, content in enumerate(contents):
            outcomes[number] = self._failures.get(content, DELIVERED)
        for number, outcome in self._refused.items():
            outcomes[number] = outcome
        if not self._failures.keys() <= set(contents):
            detail = next(iter(self._failures.values()))
            outcomes[:] = [detail] * len(outcomes)  # a report about nothing that we know: none is surely delivered

    def _failed(self, error: KafkaError, record: Record) -> None:
        if error.fatal():
            self._fatal = error.str()
        self._failures[record.topic() or "", record.key(), record.value()] = _outcome(error)

    def _report(self, error: KafkaError) -> None:
        logger().warning("Kafka reports", code=error.name(), detail=error.str())
        if error.fatal():
            self._fatal = error.str()


def _outcome(error: KafkaError) -> Outcome:
    detail = f"{error.name()}: {error.str()}"
    return TooLarge(detail) if error.code() in _TOO_LARGE else Undelivered(detail)
