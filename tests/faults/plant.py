"""A worker between both sides of a broker, with a registry and a constant sender."""

import random
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from sluicegate.shared.clock import SystemClock
from sluicegate.shared.quickstart.ports import free_port
from tests.faults import traffic
from tests.faults.account import Account, Arrival, Sent, batches, summary
from tests.fixtures.programs import Program, Start, until
from tests.fixtures.scenarios import KeepRow

_NEVER = threading.Event()
_QUIET_READS = 3


class Pipe(Protocol):
    """A broker with an input and two destinations. A new broker in this suite implements it."""

    @property
    def once(self) -> bool:
        """Whether every message must come out exactly once."""
        ...

    def settings(self) -> str:
        """`delivery`, `[source]` and `[destination]` for the worker."""
        ...

    def send(self, messages: Sequence[Sent]) -> None:
        """Put messages on the input, in order for each key; return once they are there.

        May fail while the broker is away.
        """
        ...

    def read(self) -> Sequence[Arrival]:
        """Return new output of both destinations; waits a moment if there is none."""
        ...


class Registry(Protocol):
    """A registry that the test may break."""

    @property
    def url(self) -> str:
        """Where it is, up or down."""
        ...

    def add(self, text: str) -> int:
        """Register a JSON schema without checking it; its id."""
        ...

    def down(self) -> None:
        """Nothing answers."""
        ...

    def up(self) -> None:
        """It answers again."""
        ...


class Plant:
    """Everything around one pipe. `start`, then break things, then `finish`."""

    def __init__(self, pipe: Pipe, registry: Registry, program: Start, folder: Path, seed: int) -> None:
        self.pipe = pipe
        self.registry = registry
        self.schemas = traffic.register(registry.add)
        self.account = Account()
        self.random = random.Random(seed)
        self._program = program
        self._folder = folder
        self.workers: list[Program] = []
        self.events = 0  # number of faults by the test, without ends of workers
        self.keep_row: KeepRow = lambda row: None

    def worker(self, processes: int = 1, settings: str = "", environment: Mapping[str, str] | None = None) -> Program:
        """One more worker, not started. `settings`: more lines for `[worker]`."""
        number, port = len(self.workers), free_port()
        file = self._folder / f"validator-{number}.toml"
        file.write_text(
            f"""{self.pipe.settings()}
[registry]
url = "{self.registry.url}"
[worker]
name = "worker-{number}"
processes = {processes}
{settings}
[health]
port = {port}
"""
        )
        ready = f"http://127.0.0.1:{port}/ready"
        self.workers.append(
            self._program("validator", "run", "-f", str(file), ready_url=ready, environment=environment)
        )
        return self.workers[-1]

    @contextmanager
    def sending(self, count: int, rate: float = 400.0, slow_every: int = 0) -> Iterator[None]:
        """Send `count` messages at a rate while the block runs; at its end wait for the rest.

        `slow_every`: one in so many takes long to check.
        """
        first = len(self.account.sent)
        with self.sending_these(list(traffic.messages(self.schemas, count, first, slow_every)), rate):
            yield

    @contextmanager
    def sending_these(self, messages: Sequence[Sent], rate: float) -> Iterator[None]:
        """Send messages as `sending` does."""
        failures: list[Exception] = []

        def send() -> None:
            try:
                for batch in batches(messages, 40):
                    self.pipe.send(batch)
                    self.account.add_sent(batch)
                    SystemClock().wait(40 / rate, _NEVER)
            except Exception as error:
                failures.append(error)

        thread = threading.Thread(target=send, daemon=True)
        thread.start()
        yield
        thread.join(600)
        assert not thread.is_alive(), "the sender stands still"
        assert not failures, failures

    def wait(self, least: float, most: float | None = None) -> None:
        """So many seconds, or somewhere between."""
        SystemClock().wait(least if most is None else self.random.uniform(least, most), _NEVER)

    def read(self) -> int:
        """Record the output; return the number of distinct messages."""
        self.account.add_arrivals(self.pipe.read())
        return len(self.account.arrivals)

    def progress(self, seconds: float = 60.0) -> None:
        """Wait until something comes out that had not before, or nothing is left to come."""
        before = self.read()
        until(
            lambda: self.read() > before or not self.account.missing,
            "something comes out",
            seconds,
            explain=self._state,
        )

    def finish(self, seconds: float = 90.0) -> None:
        """Everything comes out; the workers stop; and all of it is right."""
        events = self.events + sum(worker.endings for worker in self.workers)
        try:
            until(self._complete, "everything comes out", seconds, explain=self._state)
            self._stop()
        finally:
            self.keep_row(replace(self.account.row, events=events))
            print(summary(self.account))
        self.account.assert_right(once=self.pipe.once)

    def _stop(self) -> None:
        for worker in self.workers:
            if worker.running:
                code = worker.ready().terminate()  # a starting worker has no stop handler yet
                assert code == 0, f"{code}: {worker.log[-3000:]}"
        for _ in range(_QUIET_READS):
            self.read()

    def _complete(self) -> bool:
        self.read()
        return not self.account.missing

    def _state(self) -> str:
        """Return the state, with the workers' output."""
        logs = "\n".join("\n".join(_telling(worker.log)[-30:]) for worker in self.workers)
        return f"{summary(self.account)}\n{logs}"


def _telling(log: str) -> Sequence[str]:
    """The lines that are not the client's about connections."""
    return [line for line in log.splitlines() if '"FAIL [' not in line]
