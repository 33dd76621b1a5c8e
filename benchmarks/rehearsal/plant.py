"""Three registries behind haproxy, four validators, Postgres with a standby, and Apache Kafka."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from benchmarks.rehearsal.messages import PARTITIONS, TOPICS
from sluicegate.shared.quickstart.ports import PortChoice
from tests.fixtures.balancer import Balancer
from tests.fixtures.kafka_jars import kafka_jars
from tests.fixtures.kafka_node import ApacheKafka
from tests.fixtures.postgres_node import Nodes, PostgresNode, follow, servers
from tests.fixtures.programs import Program, run

REGISTRIES = 3
VALIDATORS = 4
_RETRIES = "conn-failure empty-response junk-response"
"""haproxy repeats a request whose registry was killed. Registrations are idempotent."""

_VALIDATOR = """
[source]
bootstrap = "{bootstrap}"
topics = ["{topics.source}"]
group = "rehearsal"
config = {{ "session.timeout.ms" = 6000, "heartbeat.interval.ms" = 500 }}
[destination]
bootstrap = "{bootstrap}"
valid = "{topics.valid}"
dead_letter = "{topics.dead_letter}"
[registry]
url = "{registry}"
[health]
port = {port}
"""


@dataclass
class Replica:
    """A program on a port of its own, which can be started again from other code."""

    arguments: tuple[str, ...]
    port: int
    log: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    program: Program | None = None

    def launch(self, code: Mapping[str, str]) -> Program:
        """Start it without waiting."""
        ready = f"http://127.0.0.1:{self.port}/ready"
        self.program = Program(self.arguments, {**self.settings, **code}, ready, self.log).start()
        return self.program

    def start(self, code: Mapping[str, str]) -> None:
        """Start it, and wait until it is ready."""
        self.launch(code).ready()

    def kill(self) -> None:
        """End it by SIGKILL."""
        if self.program is not None:
            self.program.stop()

    def terminate(self) -> None:
        """End it by SIGTERM, and expect that it ends well."""
        assert self.program is not None
        code = self.program.terminate(60)
        assert code == 0, f"{self.arguments} ended with {code}:\n{self.program.log[-3000:]}"


class Plant:
    """All parts. `code` holds the environment of the release that runs."""

    def __init__(self, folder: Path, nodes: Nodes, code: Mapping[str, str]) -> None:
        """Prepare. Raises `KafkaJarsMissing` and `ProgramMissing`."""
        self._folder, self.code = folder, code
        self._balancer = Balancer(folder)
        self.kafka = ApacheKafka(kafka_jars(), folder / "kafka")
        self.primary: PostgresNode = nodes.make("one")
        self.standby: PostgresNode = nodes.make("two")
        self.database = {"SLUICEGATE_REGISTRY_DATABASE_URL": _both(self.primary, self.standby)}
        self.registries: list[Replica] = []
        self.validators: list[Replica] = []
        self.url = ""

    def start(self) -> None:
        """Start everything, with tables and topics."""
        self.kafka.start()
        admin = AdminClient({"bootstrap.servers": self.kafka.bootstrap, "log_level": 0})
        topics = [NewTopic(name, PARTITIONS, 1) for name in (TOPICS.source, TOPICS.valid, TOPICS.dead_letter)]
        for created in admin.create_topics(topics).values():
            created.result(30)
        self.primary.initialize("max_connections = 100").start()
        follow(self.primary, self.standby)
        self.migrate("all")
        self.registries = [self._registry(number) for number in range(REGISTRIES)]
        self._launch(self.registries)
        self.url = self._balancer.start([each.port for each in self.registries], retry_on=_RETRIES)
        self.validators = [self._validator(number) for number in range(VALIDATORS)]
        self._launch(self.validators)

    def migrate(self, phase: str) -> None:
        """Run the migrations of the release."""
        done = run(("registry", "migrate", "--phase", phase), {**self.database, **self.code})
        assert done.returncode == 0, done.stderr

    def fail_over(self) -> None:
        """Kill the primary, promote the standby, and make the dead server the new standby."""
        self.primary.kill()
        self.standby.promote()
        self.primary, self.standby = self.standby, self.primary
        self.standby.wipe()
        follow(self.primary, self.standby)

    def stop(self) -> None:
        """Kill the programs."""
        for each in (*self.validators, *self.registries):
            each.kill()
        self._balancer.stop()
        self.kafka.kill()

    def _launch(self, replicas: Sequence[Replica]) -> None:
        for program in [each.launch(self.code) for each in replicas]:
            program.ready()

    def _registry(self, number: int) -> Replica:
        port = _port()
        arguments = ("registry", "serve", "--port", str(port))
        return Replica(arguments, port, self._folder / f"registry-{number}.log", self.database)

    def _validator(self, number: int) -> Replica:
        port, file = _port(), self._folder / f"validator-{number}.toml"
        text = _VALIDATOR.format(bootstrap=self.kafka.bootstrap, topics=TOPICS, registry=self.url, port=port)
        file.write_text(text)
        return Replica(("validator", "run", "-f", str(file)), port, self._folder / f"validator-{number}.log")


@contextmanager
def plant(folder: Path, code: Mapping[str, str]) -> Iterator[Plant]:
    """Yield a running plant; nothing of it outlives the block."""
    with servers() as nodes:
        made = Plant(folder, nodes, code)
        try:
            made.start()
            yield made
        finally:
            made.stop()


def _both(one: PostgresNode, other: PostgresNode) -> str:
    return f"postgresql://sluicegate@{one.address},{other.address}/postgres?target_session_attrs=read-write"


def _port() -> int:
    return PortChoice(0, "a rehearsal", "").claimed()
