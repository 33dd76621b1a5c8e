"""`sluicegate validator run --processes 2`: two real worker processes as one program."""

import os
import signal
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from confluent_kafka import Consumer, Producer

from sluicegate.shared.quickstart.ports import PortChoice
from tests.fakes.registry_server import RegistryServer
from tests.fakes.validator import BAD, GOOD, PERSON
from tests.fixtures.kafka_records import headers_of, values_of
from tests.fixtures.kafka_topics import MakeTopic
from tests.fixtures.programs import Program, Start, until

pytestmark = pytest.mark.acceptance

COUNT = 4_000


class Fleet:
    """The program, and everything around it."""

    def __init__(self, bootstrap: str, make_topic: MakeTopic, group: str, folder: Path, server: RegistryServer) -> None:
        self.bootstrap = bootstrap
        self.input, self.valid, self.dead = (make_topic(name) for name in ("input", "valid", "dead-letter"))
        self.schema = server.registry.add(PERSON)
        self.port = PortChoice(0, "a test", "").claimed()
        self.file = folder / "validator.toml"
        self.file.write_text(f"""
[source]
bootstrap = "{bootstrap}"
topics = ["{self.input}"]
group = "{group}"
config = {{ "session.timeout.ms" = 6000, "heartbeat.interval.ms" = 500 }}
[destination]
bootstrap = "{bootstrap}"
valid = "{self.valid}"
dead_letter = "{self.dead}"
[registry]
url = "{server.url}"
[worker]
name = "w"
[health]
port = {self.port}
""")

    def send(self, first: int, count: int) -> None:
        """Messages, one in ten bad, each with its number."""
        producer = Producer({"bootstrap.servers": self.bootstrap})
        headers: list[tuple[str, str | bytes | None]] = [("schemaId", b"%d" % self.schema), ("versionId", b"1")]
        for number in range(first, first + count):
            payload = GOOD if number % 10 else BAD
            producer.produce(self.input, payload, b"%d" % number, headers=headers)
        assert producer.flush(30) == 0

    def arrived(self, count: int) -> dict[bytes, set[bytes]]:
        """Return the workers that rejected each message, after `count` messages.

        b"" stands for valid messages.
        """
        consumer = Consumer(
            {
                "bootstrap.servers": self.bootstrap,
                "group.id": uuid.uuid4().hex,
                "auto.offset.reset": "earliest",
                "session.timeout.ms": 6000,
            }
        )
        consumer.subscribe([self.valid, self.dead])
        found: dict[bytes, set[bytes]] = {}

        def more() -> bool:
            for message in consumer.consume(1000, 0.2):
                assert message.error() is None
                worker = values_of(headers_of(message)).get("deadLetterWorker", b"")
                found.setdefault(message.key() or b"", set()).add(worker)
            return len(found) >= count

        until(more, "all messages come out", explain=lambda: f"{len(found)} of {count}")
        consumer.close()
        return found

    def ready(self) -> dict[str, bool]:
        """Return the program's state of its parts."""
        parts: dict[str, bool] = httpx.get(f"http://127.0.0.1:{self.port}/ready").json()["parts"]
        return parts

    def settled(self) -> float:
        """Messages that were settled, by all processes that run."""
        text = httpx.get(f"http://127.0.0.1:{self.port}/metrics").text
        return sum(
            float(line.split()[-1])
            for line in text.splitlines()
            if line.startswith("sluicegate_validator_messages_settled_total ")
        )


@pytest.fixture
def fleet(kafka_bootstrap: str, make_topic: MakeTopic, group_id: str, tmp_path: Path) -> Iterator[Fleet]:
    with RegistryServer() as server:
        yield Fleet(kafka_bootstrap, make_topic, group_id, tmp_path, server)


def workers(pid: int) -> list[int]:
    """The worker processes below a process."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(each) for each in children if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes()]


def started(program: Start, fleet: Fleet) -> Program:
    ready = f"http://127.0.0.1:{fleet.port}/ready"
    return program("validator", "run", "-f", str(fleet.file), "--processes", "2", ready_url=ready).start().ready()


PROCESSES = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="looks for processes in /proc, which this system does not have"
)


@PROCESSES
def test_two_processes_share_the_work_and_one_that_is_killed_is_replaced(program: Start, fleet: Fleet) -> None:
    running = started(program, fleet)
    assert fleet.ready()["processes"]
    fleet.send(0, COUNT)
    until(lambda: fleet.settled() == COUNT, "both together settle all", explain=lambda: str(fleet.settled()))
    before = workers(running.pid)
    assert len(before) == 2

    os.kill(before[0], signal.SIGKILL)
    fleet.send(COUNT, COUNT)
    found = fleet.arrived(2 * COUNT)

    names = set().union(*found.values())
    assert names <= {b"", b"w-1", b"w-2"}
    assert len(names) > 1
    until(lambda: len(workers(running.pid)) == 2 and fleet.ready()["processes"], "the process is replaced")
    children = workers(running.pid)
    assert running.terminate() == 0
    assert "worker stopped" in running.log
    assert not any(Path(f"/proc/{each}").exists() for each in children), "none is left behind"


@PROCESSES
def test_a_frozen_process_is_replaced_and_no_counter_falls(program: Start, fleet: Fleet) -> None:
    """A process that is stopped answers nothing, and does not end.

    Probes go on answering meanwhile.
    """
    fleet.file.write_text(fleet.file.read_text().replace('name = "w"', 'name = "w"\nstall_seconds = 5'))
    running = started(program, fleet)
    fleet.send(0, COUNT)
    until(lambda: fleet.settled() == COUNT, "both together settle all", explain=lambda: str(fleet.settled()))
    frozen, other = workers(running.pid)

    os.kill(frozen, signal.SIGSTOP)
    fleet.send(COUNT, COUNT)
    counts = [float(COUNT)]

    def replaced() -> bool:
        counts.append(fleet.settled())
        now = workers(running.pid)
        return frozen not in now and len(now) == 2 and fleet.ready()["processes"]

    until(replaced, "the process is replaced", 90, explain=lambda: running.log[-3000:])
    until(lambda: fleet.settled() >= 2 * COUNT, "all messages are settled", explain=lambda: str(fleet.settled()))
    assert counts == sorted(counts), "Prometheus takes a fall for a restart, and adds the whole count again"
    assert other in workers(running.pid), "the other process was left alone"
    assert len(fleet.arrived(2 * COUNT)) == 2 * COUNT
    assert running.terminate() == 0
