"""A registry and a validator as real processes, with input and output."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
from confluent_kafka import Consumer, Message, Producer

from tests.acceptance.traffic import VALID, Sent
from tests.fixtures.kafka_records import headers_of, values_of
from tests.fixtures.programs import Program, until

SESSION_TIMEOUT_MS = 6000  # tansu lets a member in after half of it


@dataclass(slots=True)
class System:
    """One registry, one validator, three topics."""

    bootstrap: str
    registry_url: str
    registry: Program
    validator: Program
    source: str
    valid: str
    dead_letter: str

    def register(self, name: str, schema_type: str, schema: str) -> int:
        body = {"name": name, "schema_type": schema_type, "specification": schema}
        answer = httpx.post(f"{self.registry_url}/schemas", json=body)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["identification"])


@dataclass(slots=True)
class Arrivals:
    """The output, by the number of each message."""

    system: System
    by_number: dict[int, list[Message]] = field(default_factory=lambda: defaultdict(list))

    def await_all(self, count: int, seconds: float) -> None:
        """Read both topics until all numbers were seen, and a little longer for duplicates."""
        consumer = Consumer(
            {
                "bootstrap.servers": self.system.bootstrap,
                "group.id": f"reader-{self.system.source}",
                "auto.offset.reset": "earliest",
                "session.timeout.ms": SESSION_TIMEOUT_MS,
            }
        )
        consumer.subscribe([self.system.valid, self.system.dead_letter])
        try:
            until(lambda: self._read(consumer) >= count, f"all {count} messages came out", seconds)
            for _ in range(10):
                self._read(consumer)
        finally:
            consumer.close()

    def _read(self, consumer: Consumer) -> int:
        for message in consumer.consume(5000, 0.2):
            assert message.error() is None, message.error()
            self.by_number[int(values_of(headers_of(message))["id"])].append(message)
        return len(self.by_number)


def producer(system: System) -> Producer:
    """A producer that keeps the order."""
    return Producer({"bootstrap.servers": system.bootstrap, "enable.idempotence": True})


def send(system: System, to: Producer, sent: Sequence[Sent]) -> None:
    """Put messages on the source, and wait until they are there."""
    for one in sent:
        to.produce(system.source, one.payload, one.key, headers=list(one.headers))
    assert to.flush(30) == 0


def arrived(system: System, sent: Sequence[Sent]) -> Arrivals:
    """Everything that came out, each message in the right place and unchanged."""
    arrivals = Arrivals(system)
    arrivals.await_all(len(sent), seconds=90)
    for one in sent:
        for copy in arrivals.by_number[one.number]:
            _assert_right(system, one, copy)
    return arrivals


def _assert_right(system: System, sent: Sent, copy: Message) -> None:
    headers = tuple(headers_of(copy))
    own = len(headers) - len(sent.headers)
    added = values_of(headers[:own])
    fate = VALID if copy.topic() == system.valid else added.get("deadLetterErrorCode", b"").decode()
    assert (sent.number, fate) == (sent.number, sent.fate), added
    assert (copy.value(), copy.key()) == (sent.payload, sent.key)
    assert headers[own:] == sent.headers
    if sent.fate == VALID:
        assert not added
    else:
        assert added["deadLetterErrorReason"]
        assert added["deadLetterErrorCategory"]
        assert added["deadLetterSource"].startswith(f"kafka://{system.source}/".encode())


def assert_order_is_kept(arrivals: Arrivals, sent: Sequence[Sent]) -> None:
    """Messages of one key in one destination come out in the order in which they went in."""
    places: dict[tuple[str | None, bytes], list[tuple[Any, int]]] = defaultdict(list)
    for one in sent:
        if one.key is not None:
            first = arrivals.by_number[one.number][0]
            places[first.topic(), one.key].append(((first.partition(), first.offset()), one.number))
    for line in places.values():
        assert [number for _, number in sorted(line)] == [number for _, number in line]
