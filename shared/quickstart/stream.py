"""Sending to the topic `input`, and reading the validator's results."""

from types import TracebackType
from typing import Self

from confluent_kafka import OFFSET_BEGINNING, Consumer, Message, Producer, TopicPartition

from sluicegate.shared.quickstart.arrival import ShownArrival
from sluicegate.shared.quickstart.messages import SampleMessage
from sluicegate.shared.quickstart.topics import DEAD_LETTER, INPUT, VALID, BrokerSilent

_ANSWER_SECONDS = 10.0
# the session's own checks report a missing broker; librdkafka would repeat it
_QUIET = {"log_level": 0}


class SampleStream:
    """Sends to `input`, and reads `valid` and `dead-letter` from their beginning."""

    def __init__(self, bootstrap: str) -> None:
        """Connect in the background."""
        self._producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 0, **_QUIET})
        self._consumer = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": "quickstart-watch",  # never joined: partitions are assigned by hand
                "enable.auto.commit": False,
                "fetch.wait.max.ms": 50,
                **_QUIET,
            }
        )
        self._consumer.assign([TopicPartition(topic, 0, OFFSET_BEGINNING) for topic in (VALID, DEAD_LETTER)])

    def __enter__(self) -> Self:
        """Nothing more."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Disconnect."""
        self._consumer.close()

    def send(self, key: str, message: SampleMessage) -> None:
        """Put a sample on `input`, and wait until the broker has it. Raises `BrokerSilent`."""
        self._producer.produce(INPUT, message.payload, key, headers=dict(message.headers))
        if self._producer.flush(_ANSWER_SECONDS):
            raise BrokerSilent(f"The Kafka broker took no message within {_ANSWER_SECONDS:.0f} s")

    def next(self, seconds: float) -> ShownArrival | None:
        """Return the next arrival; None after the time."""
        message = self._consumer.poll(seconds)
        return None if message is None or message.error() else _arrival(message)


def _arrival(message: Message) -> ShownArrival:
    headers = {name: _text(value) for name, value in dict(message.headers() or ()).items()}
    payload = message.value()
    return ShownArrival(
        topic=str(message.topic()),
        key=_text(message.key()),
        headers=headers,
        payload=payload if isinstance(payload, bytes) else b"",
    )


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value or "")
