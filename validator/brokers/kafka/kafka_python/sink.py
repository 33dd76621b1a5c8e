"""A Kafka sink on kafka-python: pure Python, for places where no wheel of confluent-kafka fits."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from kafka import KafkaProducer  # type: ignore[import-untyped]  # has no types
from kafka.errors import KafkaError, KafkaTimeoutError  # type: ignore[import-untyped]  # has no types
from kafka.serializer import Serializer  # type: ignore[import-untyped]  # has no types

from sluicegate.shared.logs import logger
from sluicegate.validator.brokers.kafka.config import KafkaSinkConfig, told
from sluicegate.validator.brokers.kafka.kafka_python.errors import UNSENDABLE, failure_of
from sluicegate.validator.errors import SinkFailed
from sluicegate.validator.model import DELIVERED, Destination, Failure, Header, Message, Outcome, Refused, Undelivered

_OURS = {"linger_ms": 5, "batch_size": 256 * 1024, "max_block_ms": 10_000}
_ALWAYS = {"acks": "all", "enable_idempotence": True, "delivery_timeout_ms": 2**31 - 1}
_CLOSE_SECONDS = 1.0
_RENEW_SECONDS = 5.0
"""Limit for the connection of another producer; the worker waits meanwhile."""
_NULL = object()
_WAITS = Undelivered("a message before it was not delivered")
_WITHDRAWN = Undelivered("taken back before it was delivered")


class KafkaPythonSink:
    """An idempotent producer that waits for all replicas.

    The library cannot send null header values: they arrive empty.
    """

    def __init__(self, config: KafkaSinkConfig) -> None:
        """Connect. Raises `SinkFailed` when that cannot be done."""
        self._config = config
        self._topics = dict(config.topics)
        self._producer = _producer(config)
        self._waits = False  # a message was not taken: later ones wait
        self._withdrawn = False  # the producer is closed: another one is needed
        self._sent: list[Any] = []  # futures, and outcomes of messages that the client refused

    def send(self, destination: Destination, messages: Sequence[Message]) -> None:
        """Put messages into the client's buffer, up to the first one without room.

        The client waits for room, and later messages must not overtake that one.
        """
        topic = self._topics[destination]
        for message in messages:
            outcome = _WAITS if self._waits else self._produced(topic, message)
            self._waits = self._waits or isinstance(outcome, Undelivered)
            self._sent.append(outcome)

    def confirm(self, seconds: float) -> Sequence[Outcome] | None:
        """Wait until the buffer is empty."""
        try:
            self._producer.flush(timeout=seconds)
        except KafkaTimeoutError:
            return None
        sent, self._sent, self._waits = self._sent, [], False
        outcomes = [_outcome_of(each, withdrawn=self._withdrawn) for each in sent]
        if any(isinstance(each, Undelivered | Refused) for each in outcomes):
            self._renew()
        return outcomes

    def taken(self) -> int:
        """Return how many messages are delivered."""
        return sum(not isinstance(each, Failure) and each.is_done and each.exception is None for each in self._sent)

    def withdraw(self) -> None:
        """End the producer, which fails all that it has: it cannot give up single messages."""
        self._withdrawn = True
        _end(self._producer)

    def reachable(self, seconds: float) -> bool:
        """Connect once more: the producer answers questions about topics from its memory."""
        try:
            _producer(self._config, seconds).close(timeout=seconds)
        except SinkFailed as error:
            logger().warning("Kafka destination does not answer", detail=error.message)
            return False
        return True

    def close(self) -> None:
        """Drop the buffer."""
        _end(self._producer)

    def _produced(self, topic: str, message: Message) -> Any:
        if self._withdrawn:
            return _WITHDRAWN
        value = _NULL if message.payload is None else message.payload
        headers = [_whole(header) for header in message.headers]
        try:
            return self._producer.send(topic, value, message.key, headers, timestamp_ms=message.timestamp or None)
        except (KafkaError, *UNSENDABLE) as error:
            return failure_of(error)

    def _renew(self) -> None:
        """Replace the producer: after some errors, the library's producer accepts no more messages."""
        with suppress(SinkFailed):  # no answer: the next call tries again
            fresh = _producer(self._config, _RENEW_SECONDS)
            _end(self._producer)
            self._producer, self._withdrawn = fresh, False


def _producer(config: KafkaSinkConfig, seconds: float | None = None) -> Any:
    """Return a connected producer. `seconds` is the limit for that; None leaves it to the client."""
    limit = {} if seconds is None else {"bootstrap_timeout_ms": int(seconds * 1000)}
    names = {"bootstrap_servers": config.bootstrap.split(","), "value_serializer": _Payloads()}
    try:
        return KafkaProducer(**names | _OURS | dict(config.options) | _ALWAYS | limit)
    except (KafkaError, ValueError, AssertionError) as error:
        raise SinkFailed(
            f"destination: Kafka at {config.bootstrap} cannot be used: {told(error, config.options)}"
        ) from error


def _end(producer: Any) -> None:
    """Close a producer without waiting for its messages.

    Its own `close` raises while some wait, and goes on sending them.
    """
    producer._sender.force_close()
    producer.close(timeout=_CLOSE_SECONDS)


class _Payloads(Serializer):  # type: ignore[misc]  # the base has no types
    """Payloads that the library does not refuse.

    It refuses messages without key and payload before serialization.
    """

    def serialize(self, topic: str, headers: object, data: object) -> object:
        return None if data is _NULL else data


def _whole(header: Header) -> tuple[str, bytes]:
    name, value = header
    return name, value or b""


def _outcome_of(sent: Any, *, withdrawn: bool) -> Outcome:
    if isinstance(sent, Failure):
        return sent
    if not sent.is_done:
        return Undelivered("the client gave no answer")
    if sent.exception is None:
        return DELIVERED
    return _WITHDRAWN if withdrawn else failure_of(sent.exception)
