"""/health and /ready for a monitor: a real loop and server, with the test's time."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import httpx
import pytest

from sluicegate.validator.bootstrap import readiness
from sluicegate.validator.loop.worker import Worker
from sluicegate.validator.model import Destination, Message, Undelivered
from sluicegate.validator.pipeline.check import Decision
from sluicegate.validator.pipeline.decider import Decider
from sluicegate.validator.pipeline.envelope import Attributes
from sluicegate.validator.telemetry.health import HealthServer, Probes
from tests.fakes.validator import GOOD, VALID, Bench, FaultySink, message
from tests.fixtures.programs import until


class Gate:
    """A place where the loop hangs until the test lets it go on."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.open = threading.Event()

    def pass_through(self) -> None:
        self.reached.set()
        assert self.open.wait(30)


class HangingSink(FaultySink):
    """Hangs in `send`, as a library may that waits for its buffer."""

    gate: Gate

    def send(self, destination: Destination, messages: Sequence[Message]) -> None:
        self.gate.pass_through()
        super().send(destination, messages)


class HangingDecider:
    """Hangs while it looks for a schema."""

    def __init__(self, inner: Decider, gate: Gate) -> None:
        self._inner, self._gate = inner, gate
        self.likeness = inner.likeness

    def decide(self, attributes: Attributes) -> Decision:
        self._gate.pass_through()
        return self._inner.decide(attributes)


class HangingBench(Bench):
    """A worker that hangs at a gate: in its sink, or in a check."""

    def __init__(self, place: str) -> None:
        super().__init__(partitions=1)
        self.gate = Gate()
        self.place = place
        if place == "sink":
            self.sink = sink = HangingSink(self.broker)
            sink.gate = self.gate

    def decider(self) -> Decider:
        return HangingDecider(super().decider(), self.gate) if self.place == "check" else super().decider()


@contextmanager
def served(bench: Bench) -> Iterator[tuple[Worker, str]]:
    """The worker at work in a thread, and the address of its health server."""
    worker = bench.worker()
    bench.source.after_round = lambda: None
    thread = threading.Thread(target=worker.run)
    with HealthServer(
        Probes(lambda: worker.alive, lambda: readiness(worker, bench.schemas), bench.metrics.exposition), "127.0.0.1", 0
    ) as server:
        thread.start()
        try:
            yield worker, f"http://{server.address}"
        finally:
            bench.stop.set()
            thread.join(30)
            assert not thread.is_alive()


def answers(url: str, status: int) -> Callable[[], bool]:
    return lambda: httpx.get(url).status_code == status


@pytest.mark.parametrize("place", ["sink", "check"])
def test_health_fails_while_the_loop_hangs_and_no_longer(place: str) -> None:
    bench = HangingBench(place)
    bench.put(message())
    with served(bench) as (_, url):
        try:
            assert bench.gate.reached.wait(30)
            assert answers(f"{url}/health", 200)(), "it has not been long"
            bench.clock.advance(bench.pace.silence + 1)
            assert answers(f"{url}/health", 503)()
            assert httpx.get(f"{url}/health").json() == {"status": "failing"}
        finally:
            bench.gate.open.set()
        until(answers(f"{url}/health", 200), "the loop moves again")
        until(lambda: bench.payloads(VALID) == [GOOD], "the message goes on")


def test_a_destination_that_refuses_is_not_ready_and_yet_alive() -> None:
    bench = Bench(partitions=1)
    bench.sink.faults = {GOOD: [Undelivered("no")] * 1_000_000}
    bench.put(message())
    with served(bench) as (worker, url):
        until(lambda: not worker.sending, "the refusal is noticed")
        until(
            lambda: (
                httpx.get(f"{url}/ready").json()
                == {
                    "status": "failing",
                    "parts": {"source": True, "destination": False, "registry": True, "dead_letter_budget": True},
                }
            ),
            "the destination is named",
        )
        assert answers(f"{url}/health", 200)()
        bench.sink.faults = {}
        until(answers(f"{url}/ready", 200), "everything is ready again")


def test_a_registry_that_is_away_is_named() -> None:
    bench = Bench(partitions=1)
    bench.schemas.down = True
    bench.put(message())
    with served(bench) as (_, url):
        until(
            lambda: not httpx.get(f"{url}/ready").json()["parts"]["registry"],
            "the registry is named",
        )
        assert answers(f"{url}/ready", 503)()
        assert answers(f"{url}/health", 200)()
