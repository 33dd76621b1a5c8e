"""Environment of the worker in a soak: a broker with topics, and settings."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from confluent_kafka.admin import AdminClient, NewTopic

from benchmarks.registry_server import PROGRAM, free_port, process
from benchmarks.soak.memory import Memory
from benchmarks.soak.traffic import PARTITIONS, Topics
from sluicegate.shared.quickstart.kafka import KafkaServer
from sluicegate.shared.quickstart.ports import HOST
from tests.fixtures.kafka_jars import kafka_jars
from tests.fixtures.kafka_node import ApacheKafka

Kind: TypeAlias = Literal["tansu", "apache"]
STOP_SECONDS: Final = 30.0

_LIMITED = {"retention.bytes": str(256 << 20), "segment.bytes": str(64 << 20), "file.delete.delay.ms": "1000"}
"""Of a partition: minutes of messages, so that an hour of them fits on any disk."""
_FETCH_WAIT: dict[Kind, int] = {"apache": 500, "tansu": 10}
"""Milliseconds that consumers let a broker wait for more. tansu waits though it has enough; Kafka,
whose default this is, does not.
"""


@dataclass(frozen=True, slots=True)
class Broker:
    """A new one, with topics. `fetch_wait`: how long consumers should let it wait, in milliseconds."""

    bootstrap: str
    topics: Topics
    pid: int
    fetch_wait: int


@contextmanager
def broker(kind: Kind) -> Iterator[Broker]:
    """tansu keeps all records in memory; Apache Kafka forgets those that are minutes old.

    Raises `KafkaJarsMissing`.
    """
    with (
        tempfile.TemporaryDirectory(prefix="soak-") as folder,
        KafkaServer() if kind == "tansu" else ApacheKafka(kafka_jars(), Path(folder) / "kafka") as node,
    ):
        assert node.pid is not None
        topics = _topics(node.bootstrap, {} if kind == "tansu" else _LIMITED)
        yield Broker(node.bootstrap, topics, node.pid, _FETCH_WAIT[kind])


def _topics(bootstrap: str, config: dict[str, str]) -> Topics:
    names = Topics("source", "valid", "dead-letter")
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    new = [NewTopic(name, PARTITIONS, 1, config=config) for name in (names.source, names.valid, names.dead_letter)]
    for future in admin.create_topics(new).values():
        future.result(30)
    return names


@dataclass(frozen=True, slots=True)
class WorkerKind:
    """Options of the worker."""

    exactly_once: bool = False
    processes: int = 1

    @property
    def delivery(self) -> str:
        """As settings say it."""
        return "exactly_once" if self.exactly_once else "at_least_once"


class WorkerEnded(Exception):
    """The worker ended without a request; the message has its last output."""


@dataclass(slots=True)
class Worker:
    """`sluicegate validator run`, as a process that answers."""

    process: "subprocess.Popen[bytes]"
    memory: Memory
    started: float
    log: Path

    def look(self) -> None:
        """Take a sample of its memory. Raises `WorkerEnded`."""
        if self.process.poll() is not None:
            raise WorkerEnded(f"the worker has ended with code {self.process.returncode}:\n{self._last_words}")
        self.memory.sample(time.monotonic())

    def stop(self) -> None:
        """Have it leave. Raises `WorkerEnded` when it does not do so well."""
        self.process.terminate()
        if self.process.wait(STOP_SECONDS):
            raise WorkerEnded(
                f"the worker was stopped, and ended with code {self.process.returncode}:\n{self._last_words}"
            )

    @property
    def _last_words(self) -> str:
        return self.log.read_text(errors="replace")[-3000:]


@contextmanager
def worker(broker: Broker, registry_url: str, cache: int, kind: WorkerKind) -> Iterator[Worker]:
    """A new one."""
    health = f"http://{HOST}:{free_port()}"
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        file, log = Path(folder) / "validator.toml", Path(folder) / "log"
        file.write_text(_settings(broker, registry_url, cache, health, kind))
        command = (sys.executable, str(PROGRAM), "validator", "run", "-f", str(file))
        with process(*command, url=f"{health}/health", log=log) as child:
            yield Worker(child, Memory(child.pid), time.monotonic(), log)


def _settings(broker: Broker, registry_url: str, cache: int, health: str, kind: WorkerKind) -> str:
    return f"""
delivery = "{kind.delivery}"
[source]
bootstrap = "{broker.bootstrap}"
topics = ["{broker.topics.source}"]
group = "soak"
config = {{ "session.timeout.ms" = 6000, "fetch.wait.max.ms" = {broker.fetch_wait} }}
[destination]
bootstrap = "{broker.bootstrap}"
valid = "{broker.topics.valid}"
dead_letter = "{broker.topics.dead_letter}"
[registry]
url = "{registry_url}"
cache_schemas = {cache}
[worker]
processes = {kind.processes}
[health]
port = {health.rpartition(":")[2]}
"""
