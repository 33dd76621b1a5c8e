"""The main job on real parts: every message comes out where it should, unchanged, whatever is killed on the way."""

import json
import socket
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from confluent_kafka import Consumer, Message, Producer

from shared.clock import SystemClock
from tests.acceptance.traffic import ORDER, PERSON, VALID, Headers, Ids, Sent, messages
from tests.fixtures.kafka import MakeTopic
from tests.fixtures.programs import Program, Start, until

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

COUNT = 10_000
SESSION_TIMEOUT_MS = 6000  # tansu lets a member in after half of it
VALIDATOR_TOML = """
[source]
bootstrap = "{bootstrap}"
topics = ["{topics[0]}"]
group = "{group}"
config = {{ "session.timeout.ms" = 6000 }}

[destination]
bootstrap = "{bootstrap}"
valid = "{topics[1]}"
dead_letter = "{topics[2]}"

[registry]
url = "{registry}"

[health]
port = {port}
"""


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

    def register(self, name: str, schema_type: str, schema: object) -> int:
        body = {"name": name, "schema_type": schema_type, "specification": json.dumps(schema)}
        answer = httpx.post(f"{self.registry_url}/schemas", json=body)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["identification"])


@pytest.fixture
def system(
    database_url: str, kafka_bootstrap: str, make_topic: MakeTopic, program: Start, tmp_path: Path, group_id: str
) -> System:
    registry_port, health_port = _free_ports(2)
    registry_url = f"http://127.0.0.1:{registry_port}"
    topics = [make_topic(name) for name in ("input", "valid", "dead-letter")]
    file = tmp_path / "validator.toml"
    file.write_text(
        VALIDATOR_TOML.format(
            bootstrap=kafka_bootstrap, registry=registry_url, port=health_port, group=group_id, topics=topics
        )
    )
    registry = program(
        "registry",
        "serve",
        ready_url=f"{registry_url}/ready",
        environment={
            "SLUICEGATE_REGISTRY_DATABASE_URL": database_url,
            "SLUICEGATE_REGISTRY_PORT": str(registry_port),
        },
    )
    validator = program("validator", "run", "-f", str(file), ready_url=f"http://127.0.0.1:{health_port}/ready")
    return System(kafka_bootstrap, registry_url, registry, validator, *topics)


@dataclass(slots=True)
class Arrivals:
    """What came out, by the number that each message carries."""

    system: System
    by_number: dict[int, list[Message]] = field(default_factory=lambda: defaultdict(list))

    def await_all(self, count: int, seconds: float) -> None:
        """Read both topics until every number was seen, and then a little longer, for what comes twice."""
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
            self.by_number[int(dict(message.headers() or [])["id"])].append(message)
        return len(self.by_number)


def test_each_message_arrives_exactly_where_it_should(system: System) -> None:
    ids, sent = _started(system)

    _send(system, _producer(system), sent)

    arrivals = _arrived(system, sent)
    assert ids
    assert {len(copies) for copies in arrivals.by_number.values()} == {1}, "nothing failed, so nothing comes twice"
    _assert_order_is_kept(arrivals, sent)
    assert system.validator.terminate() == 0, system.validator.log[-2000:]
    assert system.registry.terminate() == 0, system.registry.log[-2000:]


def test_nothing_is_lost_when_the_registry_is_killed_and_started_again(system: System) -> None:
    _, sent = _started(system)
    with _sending_slowly(system, sent) as at:
        at(COUNT // 3)
        system.registry.kill()
        at(2 * COUNT // 3)  # a third of the traffic, with the late schema in it, meets no registry
        system.registry.start().ready()

    arrivals = _arrived(system, sent)

    _assert_order_is_kept(arrivals, sent)


def test_nothing_is_lost_when_the_validator_is_killed_twice(system: System) -> None:
    _, sent = _started(system)
    with _sending_slowly(system, sent) as at:
        at(COUNT // 3)
        system.validator.kill()
        system.validator.start()
        at(2 * COUNT // 3)
        system.validator.ready()
        system.validator.kill()
        system.validator.start()

    _arrived(system, sent)


def _started(system: System) -> tuple[Ids, Sequence[Sent]]:
    system.registry.start().ready()
    ids = Ids(
        person=system.register("person", "json", PERSON),
        order=system.register("order", "avro", ORDER),
        late=system.register("late", "json", {**PERSON, "title": "late"}),
    )
    system.validator.start().ready()
    return ids, tuple(messages(ids, COUNT, late_from=COUNT // 3))


def _producer(system: System) -> Producer:
    return Producer({"bootstrap.servers": system.bootstrap, "enable.idempotence": True})


def _send(system: System, producer: Producer, sent: Sequence[Sent]) -> None:
    for one in sent:
        producer.produce(system.source, one.payload, one.key, headers=list(one.headers))
    assert producer.flush(30) == 0


class _sending_slowly:  # noqa: N801 - reads as what it does, after `with`
    """Sends over some seconds, from a thread, so that there is a middle to kill something in."""

    CHUNK = 100
    PAUSE = 0.08

    def __init__(self, system: System, sent: Sequence[Sent]) -> None:
        self._system, self._sent = system, sent
        self._done = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Callable[[int], None]:
        self._thread.start()
        return lambda number: until(lambda: self._done >= number, f"{number} messages sent")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        clock, producer = SystemClock(), _producer(self._system)
        for start in range(0, len(self._sent), self.CHUNK):
            if clock.wait(self.PAUSE, self._stop):
                return
            _send(self._system, producer, self._sent[start : start + self.CHUNK])
            self._done = start + self.CHUNK


def _arrived(system: System, sent: Sequence[Sent]) -> Arrivals:
    """Everything that came out, each message in the right place and unchanged."""
    arrivals = Arrivals(system)
    arrivals.await_all(len(sent), seconds=90)
    for one in sent:
        for copy in arrivals.by_number[one.number]:
            _assert_right(system, one, copy)
    return arrivals


def _assert_right(system: System, sent: Sent, copy: Message) -> None:
    headers: Headers = tuple(copy.headers() or ())
    added = dict(headers[len(sent.headers) :])
    fate = VALID if copy.topic() == system.valid else added.get("deadLetterErrorCode", b"").decode()
    assert (sent.number, fate) == (sent.number, sent.fate), added
    assert (copy.value(), copy.key()) == (sent.payload, sent.key)
    assert headers[: len(sent.headers)] == sent.headers
    if sent.fate == VALID:
        assert not added
    else:
        assert added["deadLetterErrorReason"]
        assert added["deadLetterErrorCategory"]
        assert added["deadLetterSource"].startswith(f"kafka://{system.source}/".encode())


def _assert_order_is_kept(arrivals: Arrivals, sent: Sequence[Sent]) -> None:
    """Messages of one key in one destination come out in the order in which they went in."""
    places: dict[tuple[str | None, bytes], list[tuple[Any, int]]] = defaultdict(list)
    for one in sent:
        if one.key is not None:
            first = arrivals.by_number[one.number][0]
            places[first.topic(), one.key].append(((first.partition(), first.offset()), one.number))
    for line in places.values():
        assert [number for _, number in sorted(line)] == [number for _, number in line]


def _free_ports(count: int) -> Iterator[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return iter(ports)
