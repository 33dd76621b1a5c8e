"""Pub/Sub: no fault loses a message, and every ordering key keeps its order.

The short form runs with the acceptance tests; the long one by `make faults`.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import grpc
import pytest

from tests.fakes.registry_server import RegistryServer
from tests.faults.plant import Plant
from tests.faults.pubsub_pipe import PubSubPipe
from tests.fixtures.programs import Program, Start, until
from tests.fixtures.pubsub.admin import PubSubAdmin
from tests.fixtures.pubsub.emulator import PROJECT, Emulator
from tests.fixtures.scenarios import KeepRow

REFUSALS = (
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.PERMISSION_DENIED,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
    grpc.StatusCode.NOT_FOUND,
)
SUBSCRIPTIONS = pytest.mark.parametrize("exactly_once", [False, True], ids=["plain", "exactly-once"])


class PubSubPlant(Plant):
    """A plant on an emulator that the test may break."""

    pipe: PubSubPipe
    emulator: Emulator

    def kill(self, worker: Program) -> None:
        """SIGKILL, and a new start."""
        worker.kill()
        self.pipe.forget_worker()
        worker.start()

    def restart(self, seconds: float) -> None:
        """The emulator is away for a while."""
        self.emulator.stop()
        self.wait(seconds)
        self.emulator.start()

    def refuse(self, method: str, code: grpc.StatusCode, seconds: float) -> None:
        """One of the methods fails for a while."""
        self.emulator.trouble.refusals[method] = code
        self.wait(seconds)
        del self.emulator.trouble.refusals[method]

    def slow(self, seconds: float) -> None:
        """Every call takes its time for a while."""
        self.emulator.trouble.delay = 0.2
        self.wait(seconds)
        self.emulator.trouble.delay = 0.0


MakePlant = Callable[..., PubSubPlant]


@pytest.fixture
def pubsub_plant(program: Start, tmp_path: Path, seed: int, keep_row: KeepRow) -> Iterator[MakePlant]:
    with ExitStack() as stack:

        def make(*, exactly_once: bool) -> PubSubPlant:
            print(f"FAULTS_SEED={seed}")
            emulator = stack.enter_context(Emulator())
            admin = stack.enter_context(PubSubAdmin(PROJECT, emulator.host))
            registry = stack.enter_context(RegistryServer())
            pipe = PubSubPipe(emulator, admin, exactly_once=exactly_once)
            plant = PubSubPlant(pipe, registry, program, tmp_path, seed)
            plant.keep_row = keep_row
            plant.emulator = emulator
            return plant

        yield make


@SUBSCRIPTIONS
@pytest.mark.acceptance
def test_a_storm_in_short(pubsub_plant: MakePlant, exactly_once: bool) -> None:
    """A bit of everything, while messages keep coming."""
    plant = pubsub_plant(exactly_once=exactly_once)
    worker = plant.worker().start().ready()
    with plant.sending(3_000, rate=600):
        plant.progress()
        for _ in range(2):
            plant.wait(0.1, 1.0)
            plant.kill(worker)
        plant.progress()
        plant.restart(0.5)
        plant.emulator.break_streams()
        plant.refuse("Publish", plant.random.choice(REFUSALS), 0.5)
        plant.refuse("Acknowledge", grpc.StatusCode.UNAVAILABLE, 0.5)
        plant.slow(0.5)
        plant.registry.down()
        plant.wait(0.3)
        plant.registry.up()
    finish(plant)


@SUBSCRIPTIONS
@pytest.mark.faults
@pytest.mark.timeout(600)
def test_fifty_kills(pubsub_plant: MakePlant, exactly_once: bool) -> None:
    plant = pubsub_plant(exactly_once=exactly_once)
    worker = plant.worker().start().ready()
    with plant.sending(40_000, rate=400):
        for _ in range(50):
            plant.wait(0.05, 2.0)
            plant.kill(worker)
    finish(plant)


@SUBSCRIPTIONS
@pytest.mark.faults
@pytest.mark.timeout(600)
def test_kills_of_two_workers_that_share_the_keys(pubsub_plant: MakePlant, exactly_once: bool) -> None:
    """A killed worker's messages go to the other one, and each key keeps its order."""
    plant = pubsub_plant(exactly_once=exactly_once)
    workers = [plant.worker().start().ready() for _ in range(2)]
    with plant.sending(12_000, rate=400):
        for number in range(10):
            plant.wait(0.5, 2.0)
            plant.kill(workers[number % 2])
    finish(plant)


@SUBSCRIPTIONS
@pytest.mark.faults
@pytest.mark.timeout(600)
def test_the_service_comes_and_goes(pubsub_plant: MakePlant, exactly_once: bool) -> None:
    plant = pubsub_plant(exactly_once=exactly_once)
    plant.worker().start().ready()
    with plant.sending(12_000, rate=400):
        for _ in range(10):
            plant.restart(plant.random.uniform(0.1, 2.0))
            plant.progress()
            plant.emulator.break_streams()
            plant.wait(0.1, 0.5)
    finish(plant)


@SUBSCRIPTIONS
@pytest.mark.faults
@pytest.mark.timeout(600)
def test_the_service_refuses(pubsub_plant: MakePlant, exactly_once: bool) -> None:
    plant = pubsub_plant(exactly_once=exactly_once)
    plant.worker().start().ready()
    with plant.sending(12_000, rate=400):
        for code in REFUSALS:
            plant.refuse("Publish", code, 2.0)
            plant.progress()
        for method in ("Acknowledge", "ModifyAckDeadline"):
            plant.refuse(method, grpc.StatusCode.UNAVAILABLE, 2.0)
            plant.progress()
        plant.slow(3.0)
    finish(plant)


@SUBSCRIPTIONS
@pytest.mark.parametrize(
    "losses",
    [
        pytest.param(6, id="in short", marks=pytest.mark.acceptance),
        pytest.param(40, id="at length", marks=pytest.mark.faults),
    ],
)
@pytest.mark.timeout(600)
def test_leases_end_while_slow_batches_are_in_hand(pubsub_plant: MakePlant, exactly_once: bool, losses: int) -> None:
    """The service redelivers messages while the worker still has them."""
    plant = pubsub_plant(exactly_once=exactly_once)
    plant.worker().start().ready()
    with plant.sending(losses * 100, rate=100, slow_every=40):
        plant.progress()
        for _ in range(losses):
            plant.wait(0.1, 1.0)
            plant.pipe.forget_worker()
            plant.events += 1
    finish(plant)


def finish(plant: PubSubPlant) -> None:
    """Everything is out, in order, and acknowledged."""
    until(plant.pipe.drained, "everything is acknowledged", 120)
    plant.finish()
