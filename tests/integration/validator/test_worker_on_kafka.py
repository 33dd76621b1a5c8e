"""The worker with its real adapters on a Kafka-protocol broker, and a registry that comes and goes."""

import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Message, Producer

from sluicegate.shared.clock import SystemClock
from sluicegate.validator.bootstrap import running
from sluicegate.validator.settings import validator as settings
from tests.fakes.registry_server import RegistryServer
from tests.fakes.validator import BAD, GOOD, PERSON
from tests.fixtures.kafka_records import headers_of, values_of
from tests.fixtures.kafka_topics import MakeTopic
from tests.fixtures.programs import Start

WAIT_SECONDS = 60.0
COUNT = 2_000
GROUP_TIMES = {
    "confluent": '"session.timeout.ms" = 6000\n"heartbeat.interval.ms" = 500',
    "kafka-python": "session_timeout_ms = 6000\nheartbeat_interval_ms = 500",
}

Sent = tuple[bytes, bytes, list[tuple[str, bytes]], str]
"""Payload, key, headers, and the code of its dead letter; "" when it is valid."""


class Surroundings:
    """Topics, a registry and a settings file for one test and one client."""

    def __init__(
        self, client: str, bootstrap: str, make_topic: MakeTopic, group: str, folder: Path, server: RegistryServer
    ) -> None:
        self.bootstrap, self.server = bootstrap, server
        self.input, self.valid, self.dead = (make_topic(name) for name in ("input", "valid", "dead-letter"))
        self.person = server.registry.add(PERSON)
        self.number = server.registry.add('"int"', schema_type="avro")
        self.file = folder / "validator.toml"
        self.file.write_text(f"""
[source]
bootstrap = "{bootstrap}"
topics = ["{self.input}"]
group = "{group}"
client = "{client}"
[source.config]
{GROUP_TIMES[client]}
[destination]
bootstrap = "{bootstrap}"
valid = "{self.valid}"
dead_letter = "{self.dead}"
client = "{client}"
[registry]
url = "{server.url}"
[worker]
name = "test"
[health]
port = 0
""")

    def messages(self, count: int, first: int = 0) -> list[Sent]:
        """Every kind of message in turn."""
        named = [("schemaId", b"%d" % self.person), ("versionId", b"1"), ("format", b"json")]
        avro = [("schema_id", b"%d" % self.number), ("version", b"latest")]
        kinds = [
            (GOOD, named, ""),
            (BAD, named, "payload_invalid"),
            (b"\x02", avro, ""),
            (b"{", named, "payload_malformed"),
            (b"\x02\x02", avro, "payload_malformed"),
            (GOOD, named[:1], "attribute_missing"),
            (GOOD, [("schemaId", b"999"), ("versionId", b"1")], "schema_not_found"),
            (b"", [*named[:2], ("format", b"avro")], "format_mismatch"),
        ]
        numbered = []
        for number in range(first, first + count):
            payload, headers, code = kinds[number % len(kinds)]
            marks = [("id", b"%d" % number), ("dup", b"1"), ("dup", b"2")]
            numbered.append((payload, b"k%d" % (number % 50), [*headers, *marks], code))
        return numbered

    def send(self, sent: Sequence[Sent]) -> None:
        """Put messages on the input topic."""
        producer = Producer({"bootstrap.servers": self.bootstrap})
        for payload, key, headers, _ in sent:
            producer.produce(self.input, payload, key, headers=[*headers])
        assert producer.flush(30) == 0

    @contextmanager
    def worker(self) -> Iterator[None]:
        """A worker in a thread, stopped at the end."""
        stop = threading.Event()
        failures: list[BaseException] = []

        def run() -> None:
            try:
                with running(settings.read(self.file), stop) as worker:
                    worker.run()
            except BaseException as error:
                failures.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(WAIT_SECONDS)
        assert not failures, failures

    def arrived(self, count: int) -> dict[int, list[Message]]:
        """Return all output by number after `count` distinct messages, with early duplicates."""
        consumer = Consumer(
            {
                "bootstrap.servers": self.bootstrap,
                "group.id": uuid.uuid4().hex,
                "auto.offset.reset": "earliest",
                "session.timeout.ms": 6000,
            }
        )
        consumer.subscribe([self.valid, self.dead])
        found: dict[int, list[Message]] = {}
        clock = SystemClock()
        deadline = clock.monotonic() + WAIT_SECONDS
        while (batch := consumer.consume(5000, 0.3)) or len(found) < count:
            assert clock.monotonic() < deadline, f"{len(found)} of {count} messages came out"
            for message in batch:
                assert message.error() is None
                found.setdefault(int(values_of(headers_of(message))["id"]), []).append(message)
        consumer.close()
        return found


@pytest.fixture(params=["confluent", "kafka-python"])
def around(
    request: pytest.FixtureRequest, kafka_bootstrap: str, make_topic: MakeTopic, group_id: str, tmp_path: Path
) -> Iterator[Surroundings]:
    """For each of the two clients."""
    with RegistryServer() as server:
        yield Surroundings(request.param, kafka_bootstrap, make_topic, group_id, tmp_path, server)


def check(around: Surroundings, sent: Sequence[Sent], found: dict[int, list[Message]]) -> None:
    """Every message is once where it should be, unchanged."""
    assert set(found) == set(range(len(sent)))
    for number, (payload, key, headers, code) in enumerate(sent):
        (message,) = found[number]
        arrived = headers_of(message)
        own = len(arrived) - len(headers)
        assert (message.value(), message.key(), arrived[own:]) == (payload, key, headers)
        added = values_of(arrived[:own])
        assert added.get("deadLetterErrorCode", b"").decode() == code
        assert message.topic() == (around.dead if code else around.valid)
        assert not code or added["deadLetterSource"].startswith(f"kafka://{around.input}/".encode())


def test_mixed_messages_arrive_where_they_should(around: Surroundings) -> None:
    sent = around.messages(COUNT)
    around.send(sent)

    with around.worker():
        found = around.arrived(COUNT)

    check(around, sent, found)


def test_a_restarted_worker_repeats_nothing_that_was_settled(around: Surroundings) -> None:
    sent = around.messages(400)
    around.send(sent[:200])
    with around.worker():
        around.arrived(200)
    around.send(sent[200:])

    with around.worker():
        found = around.arrived(400)

    check(around, sent, found)


def test_a_worker_starts_without_the_registry_with_the_schemas_that_another_one_kept(
    around: Surroundings, tmp_path: Path
) -> None:
    text = around.file.read_text()
    around.file.write_text(text.replace("[registry]\n", f'[registry]\nsnapshot = "{tmp_path / "schemas"}"\n'))
    named = [("schemaId", b"%d" % around.person), ("versionId", b"1")]
    sent: list[Sent] = [
        (GOOD if number % 3 else BAD, b"k", [*named, ("id", b"%d" % number)], "" if number % 3 else "payload_invalid")
        for number in range(60)
    ]
    around.send(sent[:30])
    with around.worker():
        around.arrived(30)
    around.server.down()
    around.send(sent[30:])

    with around.worker():
        found = around.arrived(60)

    check(around, sent, found)


def test_a_registry_outage_loses_nothing(around: Surroundings) -> None:
    """Cached schemas work during the outage; messages of the last one wait."""
    known = [
        each for each in around.messages(320) if each[3] in {"", "payload_invalid"} and each[2][0][0] == "schemaId"
    ]
    known = [_renumbered(each, number) for number, each in enumerate(known)]
    unknown = around.server.registry.add(PERSON)
    late_headers = [("schemaId", b"%d" % unknown), ("versionId", b"1"), ("id", b"")]
    late: list[Sent] = [(GOOD, b"k%d" % each, late_headers, "") for each in range(40)]
    sent = [*known, *(_renumbered(each, len(known) + number) for number, each in enumerate(late))]
    half = len(known) // 2
    around.send(sent[:half])
    with around.worker():
        around.arrived(half)
        around.server.down()
        around.send(sent[half : len(known)])
        around.arrived(len(known))
        around.send(sent[len(known) :])
        SystemClock().wait(2, threading.Event())
        around.server.up()
        found = around.arrived(len(sent))

    check(around, sent, found)


@pytest.mark.parametrize("around", ["confluent"], indirect=True)
def test_sigterm_delivers_settles_and_leaves(around: Surroundings, program: Start) -> None:
    sent = around.messages(COUNT)
    around.file.write_text(around.file.read_text().replace("port = 0", "enabled = false"))
    validator = program("validator", "run", "-f", str(around.file), ready_url="").start()
    around.send(sent)
    around.arrived(1)

    code = validator.terminate()

    assert code == 0, validator.log
    assert '"event":"validator stopped"' in validator.log
    with around.worker():
        found = around.arrived(COUNT)
    check(around, sent, found)


def _renumbered(sent: Sent, number: int) -> Sent:
    payload, key, headers, code = sent
    return payload, key, [(name, b"%d" % number if name == "id" else value) for name, value in headers], code
