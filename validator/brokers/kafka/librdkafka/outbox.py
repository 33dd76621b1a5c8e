"""A producer of confluent-kafka, with its messages and their outcomes."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from operator import length_hint
from typing import TypeAlias, cast

from confluent_kafka import KafkaError, KafkaException, Producer
from confluent_kafka import Message as Record

from sluicegate.shared.logs import logger
from sluicegate.validator.brokers.kafka.config import KafkaSinkConfig, Option
from sluicegate.validator.brokers.kafka.librdkafka.errors import failure_of
from sluicegate.validator.errors import SinkFailed
from sluicegate.validator.model import Destination, Failure, Message, Undelivered

_OURS = {
    "linger.ms": 2,
    "batch.num.messages": 10_000,
    "queue.buffering.max.messages": 1_000_000,
    # with the default of ten seconds, a broker that is back is found up to ten seconds later
    "reconnect.backoff.max.ms": 1_000,
    # as Java clients do: a key goes to the same partition as from other producers
    "partitioner": "murmur2_random",
}
_ALWAYS = {
    "acks": "all",
    "enable.idempotence": True,
    "delivery.report.only.error": True,
}
_RAISED = (KafkaException, SystemError)
"""Errors of the client after a permanent failure.

The second, caused by the first, occurs during delivery reports.
"""
_WAITS = Undelivered("something that was sent before it was not delivered")

_ANY_PARTITION = -1
_CLOSE_SECONDS = 1.0

Content: TypeAlias = tuple[str, bytes | None, bytes | None]
"""Topic, key and payload: the content of a delivery report."""


class ClientFailed(SinkFailed):
    """This producer has failed for good, with `error`; another one may do better."""

    def __init__(self, error: KafkaError) -> None:
        super().__init__(f"destination: Kafka failed for good: {error.str()}")
        self.error = error


class Outbox:
    """An idempotent producer that waits for all replicas, and reports failures only.

    `sent` and `count`: messages since `clear`. `refused`: messages that the client refused, by
    number. `failures`: reported ones since, by content.
    """

    def __init__(self, config: KafkaSinkConfig, more: Mapping[str, Option]) -> None:
        """Make the producer.

        Raises `SinkFailed` when the client refuses the configuration; connects in the background.
        """
        self._topics = dict(config.topics)
        self._fatal: KafkaError | None = None
        settings = {"bootstrap.servers": config.bootstrap} | _OURS | dict(config.options) | _ALWAYS | dict(more)
        try:
            self.producer = Producer(
                settings, logger=logging.getLogger("librdkafka"), on_delivery=self._failed, error_cb=self._report
            )
        except KafkaException as error:
            raise SinkFailed(f"destination: Kafka refuses the configuration: {error}") from error
        self.sent: list[tuple[str, Sequence[Message]]] = []
        self.count = 0
        # a message is undelivered: later ones wait, so that they do not overtake it
        self._standing = False
        self.refused: dict[int, Failure] = {}
        self.failures: dict[Content, Failure] = {}
        self._reports = 0  # of failures; `failures` has one for all messages of a content

    def put(self, destination: Destination, messages: Sequence[Message]) -> None:
        """Put messages into the client's queue; none while a message is undelivered.

        Invariant: no message overtakes another. Raises `ClientFailed`.
        """
        self.look()
        topic = self._topics[destination]
        self.sent.append((topic, messages))
        self.count += len(messages)
        rest = iter(messages)
        while not self._standing and length_hint(rest):
            error = self._produce(topic, rest)
            if error is not None:
                self._refuse(error, self.count - length_hint(rest) - 1)
        if waiting := length_hint(rest):
            self.refused |= dict.fromkeys(range(self.count - waiting, self.count), _WAITS)
        self.look()

    def look(self) -> None:
        """Process delivery reports. Raises `ClientFailed`."""
        try:
            self.producer.poll(0)
        except _RAISED as error:
            raise ClientFailed(_reason(error)) from error

    def clear(self) -> None:
        """Forget all outcomes."""
        self.sent, self.count = [], 0
        self._standing = False
        self.refused.clear()
        self.failures.clear()
        self._reports = 0

    def flush(self, seconds: float) -> int:
        """How many messages are not decided after so many seconds. Raises `ClientFailed`."""
        try:
            waiting = self.producer.flush(seconds)
        except _RAISED as error:
            self._fatal = _reason(error)
        if self._fatal is not None:
            raise ClientFailed(self._fatal)
        return waiting

    @property
    def taken(self) -> int:
        """Return the minimum of delivered messages: the client counts messages and events together."""
        return self.count - len(self.refused) - self._reports - len(self.producer)

    def withdraw(self) -> None:
        """Drop the messages in the client's queue and on the wire.

        Each is reported as a failure.
        """
        with suppress(*_RAISED):  # `flush` says so when it has failed for good
            self.producer.purge()

    def answers(self, seconds: float) -> bool:
        """Return whether a broker answers a question about the topic of valid messages.

        Raises `ClientFailed`.
        """
        try:
            self.producer.list_topics(self._topics[Destination.VALID], timeout=seconds)
        except KafkaException as error:
            logger().warning("Kafka destination does not answer", detail=_reason(error).str())
            return False
        finally:
            self.look()
        return True

    def close(self) -> None:
        """Drop the queue."""
        with suppress(*_RAISED):  # it had failed for good
            self.producer.purge()
            self.producer.flush(_CLOSE_SECONDS)

    def _produce(self, topic: str, rest: Iterator[Message]) -> BufferError | KafkaException | None:
        """The hot loop. Arguments by place, because names cost a third of the call."""
        produce = self.producer.produce
        try:
            for payload, key, headers, timestamp, _ in rest:
                produce(topic, payload, key, _ANY_PARTITION, None, None, timestamp, headers)  # type: ignore[arg-type]  # list is invariant
        except (BufferError, KafkaException) as error:
            return error
        return None

    def _refuse(self, error: BufferError | KafkaException, number: int) -> None:
        """Remember a message that the client did not take. Raises `ClientFailed`."""
        if isinstance(error, BufferError):
            self.refused[number] = Undelivered("the client's queue is full")
            self._standing = True
            return
        reason = error.args[0]
        if isinstance(reason, KafkaError) and reason.fatal():
            raise ClientFailed(reason) from error
        outcome = failure_of(reason)
        self.refused[number] = outcome
        # any other refusal concerns this message alone
        self._standing |= isinstance(outcome, Undelivered)

    def _failed(self, error: KafkaError, record: Record) -> None:
        if error.fatal():
            self._fatal = error
        self._reports += 1
        self.failures[record.topic() or "", record.key(), record.value()] = failure_of(error)
        self._standing = True  # messages of its batch, which are not at fault, failed with it

    def _report(self, error: KafkaError) -> None:
        logger().warning("Kafka reports", code=error.name(), detail=error.str())
        if error.fatal():
            self._fatal = error


def _reason(raised: BaseException | None) -> KafkaError:
    """The client's error, of something that it raised."""
    while not isinstance(raised, KafkaException):
        if raised is None:
            return KafkaError(KafkaError._FATAL)
        raised = raised.__cause__
    return cast("KafkaError", raised.args[0])
