"""Service Bus: no fault loses a message, and every session keeps its order.

The short form runs with the acceptance tests; the long one by `make faults`.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from sluicegate.shared.clock import SystemClock
from tests.fakes.registry_server import RegistryServer
from tests.faults.plant import Plant
from tests.faults.servicebus_pipe import ServiceBusPipe
from tests.fixtures.programs import Start, until
from tests.fixtures.scenarios import KeepRow
from tests.fixtures.servicebus_server import ServiceBusServer


class ServiceBusPlant(Plant):
    """A plant on a server that the test may break."""

    pipe: ServiceBusPipe
    server: ServiceBusServer

    def arrivals_by_key(self) -> Counter[str]:
        """Count the different messages of each session that came out."""
        sent = self.account.sent
        return Counter(sent[number].key for number in self.account.arrivals if number in sent)

    def restart(self, seconds: float) -> None:
        """The server is away for a while."""
        self.server.stop()
        self.wait(seconds)
        self.server.start()

    def refuse(self, seconds: float) -> None:
        """No message is taken for a while."""
        self.server.refuse_sends()
        self.wait(seconds)
        self.server.take_sends()

    def slow(self, seconds: float) -> None:
        """Everything takes its time for a while."""
        self.server.be_slow(0.1)
        self.wait(seconds)
        self.server.be_slow(0)


@pytest.fixture
def plant(program: Start, tmp_path: Path, seed: int, keep_row: KeepRow) -> Iterator[ServiceBusPlant]:
    with ExitStack() as stack:
        print(f"FAULTS_SEED={seed}")
        server = stack.enter_context(ServiceBusServer())
        registry = stack.enter_context(RegistryServer())
        made = ServiceBusPlant(ServiceBusPipe(server), registry, program, tmp_path, seed)
        made.server = server
        made.keep_row = keep_row
        yield made


@pytest.mark.acceptance
@pytest.mark.timeout(300)
def test_a_storm_in_short(plant: ServiceBusPlant) -> None:
    """A bit of everything, while messages keep coming."""
    worker = plant.worker().start().ready()
    with plant.sending(2_000, rate=200):
        plant.progress()
        for _ in range(2):
            plant.wait(0.1, 1.0)
            worker.kill()
            worker.start()
        plant.progress()
        plant.restart(0.5)
        plant.progress()
        plant.server.lose_locks(plant.pipe.input)
        plant.server.detach_links(plant.pipe.input)
        plant.refuse(0.5)
        plant.server.drop_connections()
        plant.slow(0.5)
        plant.registry.down()
        plant.wait(0.3)
        plant.registry.up()
    finish(plant)


@pytest.mark.faults
@pytest.mark.timeout(900)
def test_fifty_kills(plant: ServiceBusPlant) -> None:
    worker = plant.worker().start().ready()
    with plant.sending(20_000, rate=200):
        for _ in range(50):
            plant.wait(0.05, 3.0)
            worker.kill()
            worker.start()
    finish(plant)


@pytest.mark.faults
@pytest.mark.timeout(600)
def test_kills_of_two_workers_that_share_the_sessions(plant: ServiceBusPlant) -> None:
    """A killed worker's messages go to the other one, and each session keeps its order."""
    workers = [plant.worker().start().ready() for _ in range(2)]
    with plant.sending(6_000, rate=200):
        for number in range(10):
            plant.wait(0.5, 3.0)
            workers[number % 2].kill()
            workers[number % 2].start()
    finish(plant)


@pytest.mark.faults
@pytest.mark.timeout(600)
def test_the_service_comes_and_goes_refuses_and_loses_locks(plant: ServiceBusPlant) -> None:
    plant.worker().start().ready()
    with plant.sending(6_000, rate=200):
        for _ in range(6):
            plant.restart(plant.random.uniform(0.1, 2.0))
            plant.progress()
            plant.server.lose_locks(plant.pipe.input)
            plant.server.detach_links(plant.pipe.input)
            plant.progress()
            plant.refuse(1.0)
            plant.server.drop_connections()
            plant.slow(1.0)
            plant.progress()
    finish(plant)


@pytest.mark.parametrize(
    "seconds",
    [
        pytest.param(5.0, id="in short", marks=pytest.mark.acceptance),
        pytest.param(20.0, id="at length", marks=pytest.mark.faults),
    ],
)
@pytest.mark.timeout(400)
def test_random_faults_of_sessions(plant: ServiceBusPlant, seconds: float) -> None:
    """Broken links, lost locks and a stalling service during slow batches: every session goes on."""
    plant.worker().start().ready()
    server, queue = plant.server, plant.pipe.input
    faults: Sequence[Callable[[], None]] = (
        lambda: server.detach_links(queue),
        server.drop_connections,
        lambda: server.lose_locks(queue),
        lambda: plant.slow(0.3),
    )
    clock = SystemClock()
    with plant.sending(int(seconds * 100), rate=100, slow_every=40):
        plant.progress()
        until_then = clock.monotonic() + seconds
        while clock.monotonic() < until_then:
            plant.random.choice(faults)()
            plant.events += 1
            plant.wait(0.1, 0.8)
        before = plant.arrivals_by_key()
    open_keys = {each.key for number, each in plant.account.sent.items() if number in plant.account.missing}
    until(
        lambda: plant.read() >= 0 and all(plant.arrivals_by_key()[key] > before[key] for key in open_keys),
        "every session goes on",
        120,
    )
    finish(plant)


def finish(plant: ServiceBusPlant) -> None:
    """Everything is out, in order, and completed."""
    until(plant.pipe.drained, "everything is completed", 120)
    plant.finish()
