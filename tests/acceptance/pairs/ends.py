"""The brokers at either end of a worker, as their own clients see them: nothing of ours is between."""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import Any, Protocol

from azure.servicebus import ServiceBusClient, ServiceBusMessage
from confluent_kafka import Consumer, Producer
from google.pubsub_v1 import types

from tests.fixtures.kafka_records import headers_of
from tests.fixtures.kafka_topics import MakeTopic
from tests.fixtures.programs import until
from tests.fixtures.pubsub.admin import PubSubAdmin
from tests.fixtures.servicebus_server import ServiceBusServer

GOALS = ("valid", "dead_letter")
_WAIT = 60.0
_KEYLESS = "sluicegate:keyless"


@dataclass(frozen=True)
class Record:
    """A message in a broker: `key` and values of `headers` are bytes on Kafka, text elsewhere."""

    payload: bytes | None
    key: bytes | str | None
    headers: tuple[tuple[str, bytes | str | None], ...] = field(default=())

    @property
    def attributes(self) -> dict[Any, Any]:
        """The last value of each name."""
        return dict(self.headers)


class End(Protocol):
    """One broker, which a worker reads from or writes to. Each is used by one test."""

    def source(self) -> dict[str, Any]:
        """The worker's `[source]`."""
        ...

    def destination(self) -> dict[str, Any]:
        """The worker's `[destination]`."""
        ...

    def put(self, records: Sequence[Record]) -> None:
        """Have messages at the source."""
        ...

    def take(self, counts: dict[str, int], seconds: float = _WAIT) -> dict[str, list[Record]]:
        """So many messages of each destination, in the order in which it got those of one key."""
        ...


class KafkaEnd:
    """Topics of four partitions."""

    def __init__(self, bootstrap: str, make_topic: MakeTopic) -> None:
        self._bootstrap = bootstrap
        self._input = make_topic("input")
        self._outputs = {goal: make_topic(goal.replace("_", "-")) for goal in GOALS}

    def source(self) -> dict[str, Any]:
        config = {"session.timeout.ms": 6000, "heartbeat.interval.ms": 500}
        return {"bootstrap": self._bootstrap, "topics": [self._input], "group": self._input, "config": config}

    def destination(self) -> dict[str, Any]:
        return {"bootstrap": self._bootstrap, **self._outputs}

    def put(self, records: Sequence[Record]) -> None:
        producer = Producer({"bootstrap.servers": self._bootstrap, "enable.idempotence": True})
        for each in records:
            producer.produce(self._input, each.payload, each.key, headers=list(each.headers))
        assert producer.flush(_WAIT) == 0

    def take(self, counts: dict[str, int], seconds: float = _WAIT) -> dict[str, list[Record]]:
        settings = {
            "bootstrap.servers": self._bootstrap,
            "group.id": f"reader-{self._input}",
            "auto.offset.reset": "earliest",
            "session.timeout.ms": 6000,
        }
        goals = {topic: goal for goal, topic in self._outputs.items()}
        found: dict[str, list[Record]] = {goal: [] for goal in GOALS}
        with closing(Consumer(settings)) as consumer:
            consumer.subscribe(list(goals))
            until(
                lambda: _read_kafka(consumer, goals, found) >= sum(counts.values()),
                "everything arrives on Kafka",
                seconds,
            )
        return found


def _read_kafka(consumer: Consumer, goals: dict[str, str], found: dict[str, list[Record]]) -> int:
    for message in consumer.consume(1000, 0.1):
        assert message.error() is None, message.error()
        record = Record(message.value(), message.key(), tuple(headers_of(message)))
        found[goals[message.topic() or ""]].append(record)
    return sum(map(len, found.values()))


class PubSubEnd:
    """Topics, each with an ordered subscription of its name."""

    def __init__(self, admin: PubSubAdmin) -> None:
        self._admin = admin
        self._input = admin.make("input")
        self._outputs = {goal: admin.make(goal.replace("_", "-")) for goal in GOALS}

    def source(self) -> dict[str, Any]:
        return {"broker": "pubsub", **self._where(), "subscription": self._input}

    def destination(self) -> dict[str, Any]:
        return {"broker": "pubsub", **self._where(), **self._outputs}

    def put(self, records: Sequence[Record]) -> None:
        for each in records:
            message = types.PubsubMessage(data=each.payload, attributes=each.attributes, ordering_key=each.key or "")
            self._admin.put(self._input, message)

    def take(self, counts: dict[str, int], seconds: float = _WAIT) -> dict[str, list[Record]]:
        return {goal: list(self._read(goal, counts[goal], seconds)) for goal in GOALS}

    def _read(self, goal: str, count: int, seconds: float) -> Iterator[Record]:
        found: list[types.PubsubMessage] = []
        topic = self._outputs[goal]

        def enough() -> bool:
            found.extend(self._admin.read(topic, count - len(found)))
            return len(found) >= count

        until(enough, f"{count} messages arrive on {goal}", seconds)
        for each in found:
            yield Record(each.data, each.ordering_key or None, tuple(each.attributes.items()))

    def _where(self) -> dict[str, Any]:
        return {"project": self._admin.project, "emulator": self._admin.host}


class ServiceBusEnd:
    """A queue with sessions to read from; topics with a subscription each to write to."""

    def __init__(self, server: ServiceBusServer, name: str) -> None:
        self._string = server.connection_string
        self._input = server.create_queue(f"input-{name}", sessions=True)
        self._outputs = {goal: server.create_topic(f"{goal.replace('_', '-')}-{name}") for goal in GOALS}
        for topic in self._outputs.values():
            server.create_subscription(topic, "reader")

    def source(self) -> dict[str, Any]:
        access = {"broker": "servicebus", "connection_string": self._string, "queue": self._input}
        return {**access, "sessions": 16, "session_wait_seconds": 1}

    def destination(self) -> dict[str, Any]:
        return {"broker": "servicebus", "connection_string": self._string, **self._outputs}

    def put(self, records: Sequence[Record]) -> None:
        with self._client() as client, client.get_queue_sender(self._input) as sender:
            sender.send_messages([self._message(each) for each in records])

    def take(self, counts: dict[str, int], seconds: float = _WAIT) -> dict[str, list[Record]]:
        with self._client() as client:
            return {goal: self._read(client, topic, counts[goal], seconds) for goal, topic in self._outputs.items()}

    def _read(self, client: ServiceBusClient, topic: str, count: int, seconds: float) -> list[Record]:
        found: list[Record] = []
        with ExitStack() as stack:
            receiver = stack.enter_context(client.get_subscription_receiver(topic, "reader"))

            def enough() -> bool:
                for message in receiver.receive_messages(count, 0.5) if count else ():
                    properties = message.application_properties or {}
                    headers = tuple((_text(name), _text(value)) for name, value in properties.items())
                    found.append(Record(b"".join(message.body), message.session_id, headers))
                    receiver.complete_message(message)
                return len(found) >= count

            until(enough, f"{count} messages arrive on {topic}", seconds)
        return found

    def _message(self, record: Record) -> ServiceBusMessage:
        return ServiceBusMessage(
            record.payload,
            application_properties=record.attributes,
            session_id=_text(record.key) if record.key else _KEYLESS,
        )

    def _client(self) -> ServiceBusClient:
        return ServiceBusClient.from_connection_string(self._string)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def toml(settings: dict[str, dict[str, Any]]) -> str:
    """Return settings as TOML: JSON's strings, numbers and lists are valid, and tables are inline."""
    lines = []
    for table, values in settings.items():
        lines += [f"[{table}]", *(f"{name} = {_inline(value)}" for name, value in values.items())]
    return "\n".join(lines)


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f'"{name}" = {_inline(each)}' for name, each in value.items()) + " }"
    return json.dumps(value)
