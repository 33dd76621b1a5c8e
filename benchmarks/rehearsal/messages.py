"""The messages of a rehearsal: a steady sender, a reader of both destinations, schemas that change."""

import json
from dataclasses import dataclass
from threading import Event, Thread

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, Message, Producer, TopicPartition

from benchmarks.rehearsal.callers import Client, RequestFailed
from benchmarks.rehearsal.ledger import Ledger
from sluicegate.shared.clock import SystemClock

PARTITIONS = 8
BAD_EVERY = 20
_TICK_SECONDS = 0.05
_VERSION_SECONDS = 2.0
_RECONNECT: dict[str, str | int | float | bool] = {"reconnect.backoff.max.ms": 1_000}
"""As validators do; with the default, this load would measure pauses of its own of up to ten seconds."""


@dataclass(frozen=True, slots=True)
class Topics:
    """Names on the broker."""

    source: str = "source"
    valid: str = "valid"
    dead_letter: str = "dead-letter"


TOPICS = Topics()


class Versions:
    """The schema of the messages, with a new version every two seconds, which the sender names."""

    def __init__(self, client: Client) -> None:
        """Register the first version."""
        self._client = client
        body = {"name": "readings", "schema_type": "json", "specification": _schema(1)}
        self._id = int(client.ask("POST", "/schemas", body)["identification"])
        self._stop = Event()
        self._thread = Thread(target=self._run, name="versions", daemon=True)
        self.latest = 1

    def start(self) -> None:
        """Begin in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """End after the present request."""
        self._stop.set()
        self._thread.join()
        self._client.close()

    def headers(self) -> list[tuple[str, str | bytes | None]]:
        """Attributes that name the latest version."""
        return [("schemaId", b"%d" % self._id), ("versionId", b"%d" % self.latest), ("format", b"json")]

    def _run(self) -> None:
        while not self._stop.wait(_VERSION_SECONDS):
            try:
                body = {"specification": _schema(self.latest + 1)}
                self.latest = int(self._client.ask("PUT", f"/schemas/{self._id}", body)["version"])
            except RequestFailed:
                continue  # the ledger has it


class Sender:
    """Hands messages to Kafka at a steady rate; one in twenty is bad."""

    def __init__(self, bootstrap: str, rate: float, versions: Versions, ledger: Ledger) -> None:
        """`rate` is in messages a second."""
        self._producer = Producer(
            {"bootstrap.servers": bootstrap, "enable.idempotence": True, "linger.ms": 2, "log_level": 0} | _RECONNECT
        )
        self._rate, self._versions, self._ledger = rate, versions, ledger
        self._clock = SystemClock()
        self._stop = Event()
        self._thread = Thread(target=self._run, name="sender", daemon=True)
        self._count = 0

    def start(self) -> None:
        """Begin in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """End; return when Kafka has each message."""
        self._stop.set()
        self._thread.join()
        left = self._producer.flush(60)
        if left:
            self._ledger.failure(f"Kafka did not take {left} messages")

    def _run(self) -> None:
        begin = self._clock.monotonic()
        while not self._stop.wait(_TICK_SECONDS):
            due = int((self._clock.monotonic() - begin) * self._rate)
            headers = self._versions.headers()
            while self._count < due:
                self._send(self._count, headers)
                self._count += 1
            self._producer.poll(0)

    def _send(self, number: int, headers: list[tuple[str, str | bytes | None]]) -> None:
        reading = {"number": number, "note": 5 if bad(number) else "fine"}
        self._ledger.due(number, self._clock.monotonic())

        def delivered(error: KafkaError | None, _: Message) -> None:
            if error is None:
                self._ledger.acknowledged(number)
            else:
                self._ledger.failure(f"Kafka refused the message {number}: {error}")

        key = b"%d" % (number % 97)
        self._producer.produce(TOPICS.source, json.dumps(reading).encode(), key, headers=headers, on_delivery=delivered)


class Reader:
    """Reads both destinations from their beginning."""

    def __init__(self, bootstrap: str, ledger: Ledger) -> None:
        """The topics must exist."""
        self._consumer = Consumer(
            {"bootstrap.servers": bootstrap, "group.id": "rehearsal", "enable.auto.commit": False, "log_level": 0}
            | _RECONNECT
        )
        self._consumer.assign(
            [
                TopicPartition(topic, number, OFFSET_BEGINNING)
                for topic in (TOPICS.valid, TOPICS.dead_letter)
                for number in range(PARTITIONS)
            ]
        )
        self._ledger = ledger
        self._clock = SystemClock()
        self._stop = Event()
        self._thread = Thread(target=self._run, name="reader", daemon=True)

    def start(self) -> None:
        """Begin in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stop.set()
        self._thread.join()
        self._consumer.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            for message in self._consumer.consume(1000, 0.05):
                value = message.value()
                if message.error() is not None or value is None:
                    continue  # the broker is away; the client connects again
                number = int(json.loads(value)["number"])
                right = (message.topic() == TOPICS.dead_letter) == bad(number)
                self._ledger.arrival(number, self._clock.monotonic(), right=right)


def bad(number: int) -> bool:
    """Whether the dead-letter topic is the right destination of a message."""
    return number % BAD_EVERY == 0


def _schema(version: int) -> str:
    """Return a schema that accepts all messages of the version before."""
    properties = {"number": {"type": "integer", "minimum": 0}, "note": {"type": "string", "maxLength": 100 + version}}
    return json.dumps({"type": "object", "properties": properties, "required": ["number"]})
