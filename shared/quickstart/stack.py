"""The parts of a quickstart, the order in which they start, and the order in which they end."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from sluicegate.shared.addresses import without_credentials
from sluicegate.shared.clock import Clock
from sluicegate.shared.quickstart.addresses import Addresses
from sluicegate.shared.quickstart.broker import QuickstartBroker
from sluicegate.shared.quickstart.commands import Commands
from sluicegate.shared.quickstart.errors import PartFailed
from sluicegate.shared.quickstart.folder import DataFolder
from sluicegate.shared.quickstart.interrupts import Interrupts
from sluicegate.shared.quickstart.keys import kept_keys
from sluicegate.shared.quickstart.ports import HOST, PortChoice, free_port
from sluicegate.shared.quickstart.postgres import PostgresServer
from sluicegate.shared.quickstart.process import ChildProcess, Command, RunningPart, last_lines
from sluicegate.shared.quickstart.readiness import answers, until
from sluicegate.shared.quickstart.topics import TOPICS, create_topics

READY_SECONDS = 60.0
BROKER, VALIDATOR, DATABASE, REGISTRY = "Kafka", "validator", "Postgres", "registry"
_STOP_ORDER = (VALIDATOR, BROKER, REGISTRY, DATABASE)  # each before the parts that it uses

Announce = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class RunPlan:
    """The options of a run.

    `database_url` None: an embedded Postgres. Port 0: a free one. `secured` False: a registry
    without keys.
    """

    folder: DataFolder
    registry_port: int = 8080
    kafka_port: int = 9092
    database_url: str | None = None
    secured: bool = True


@dataclass(frozen=True, slots=True)
class _Supervised:
    part: RunningPart
    log: Path


class Stack:
    """Starts, watches and stops the parts. For the main thread: on Linux the parts end with it."""

    def __init__(
        self, plan: RunPlan, commands: Commands, interrupts: Interrupts, clock: Clock, lock: int, announce: Announce
    ) -> None:
        """Prepare; nothing runs before `start`.

        Children inherit `lock`; `announce` receives each ready part with its address.
        """
        self._plan = plan
        self._commands = commands
        self._interrupts = interrupts
        self._clock = clock
        self._lock = lock
        self._announce = announce
        self._parts: dict[str, _Supervised] = {}

    def __enter__(self) -> Self:
        """Nothing starts yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End everything that was started. A signal changes nothing any more."""
        self._interrupts.refuse()
        for name in _STOP_ORDER:
            if name in self._parts:
                self._parts[name].part.stop()

    def start(self) -> Addresses:
        """Start everything and return when all of it is ready.

        Raises `QuickstartError` and the launchers' errors.

        The slowest goes first: a validator takes seconds to join its group, and needs only the
        broker for that.
        """
        registry_port = PortChoice(self._plan.registry_port, "the registry", "--registry-port").claimed()
        kafka_port = PortChoice(self._plan.kafka_port, "Kafka", "--kafka-port").claimed()
        health_port = free_port()
        keys = kept_keys(self._plan.folder) if self._plan.secured else None
        registry_url = f"http://{HOST}:{registry_port}"
        bootstrap = self._start_broker(kafka_port)
        validator = self._start_child(VALIDATOR, self._commands.validator(bootstrap, registry_url, health_port, keys))
        database_url = self._plan.database_url or self._start_database()
        registry = self._start_child(REGISTRY, self._commands.registry(database_url, registry_port, keys))
        self._await(REGISTRY, registry_port)
        self._await(VALIDATOR, health_port)
        return Addresses(
            registry_url=registry_url,
            bootstrap=bootstrap,
            database_url=without_credentials(self._plan.database_url or "") or database_url,
            validator_url=f"http://{HOST}:{health_port}",
            data_dir=str(self._plan.folder.path),
            topics=TOPICS,
            manager_key=None if keys is None else keys.manager,
            manager_key_file=None if keys is None else str(keys.manager_file),
            pids={REGISTRY: registry.pid, VALIDATOR: validator.pid},
        )

    def check(self) -> None:
        """Raise `PartFailed` after the end of a part, and `Interrupted` after a signal.

        A signal raises by itself, but Python drops errors in a finalizer or a callback that is
        running.
        """
        self._interrupts.check()
        for name, supervised in self._parts.items():
            if not supervised.part.running:
                raise self._failed(name, "ended unexpectedly")

    def _start_broker(self, port: int) -> str:
        log = self._plan.folder.log("kafka")
        log.unlink(missing_ok=True)
        broker = QuickstartBroker(port, log)
        with self._interrupts.held():
            broker.start()
            self._parts[BROKER] = _Supervised(broker, log)
        create_topics(broker.bootstrap)
        self._announce(BROKER, broker.bootstrap)
        return broker.bootstrap

    def _start_database(self) -> str:
        server = PostgresServer(self._plan.folder.postgres)
        with self._interrupts.held():
            server.start()
            self._parts[DATABASE] = _Supervised(server, server.home / "server.log")
        self._announce(DATABASE, str(server.home))
        return server.url

    def _start_child(self, name: str, command: Command) -> ChildProcess:
        child = ChildProcess(command, self._lock)
        with self._interrupts.held():
            child.start()
            self._parts[name] = _Supervised(child, command.log)
        return child

    def _await(self, name: str, port: int) -> None:
        if not until(lambda: answers(port), READY_SECONDS, self._clock, self.check):
            raise self._failed(name, f"was not ready within {READY_SECONDS:.0f} s")
        self._announce(name, f"http://{HOST}:{port}")

    def _failed(self, name: str, what: str) -> PartFailed:
        log = self._parts[name].log
        return PartFailed(name, what, log, last_lines(log))
