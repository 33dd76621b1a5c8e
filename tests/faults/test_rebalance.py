"""Kafka: workers join, leave and die while others have slow payloads and a full window in hand.

The short forms run with the acceptance tests; the long ones by `make faults`.
"""

from collections.abc import Iterator

import pytest

from tests.faults.conftest import KafkaPlant, MakePlant
from tests.faults.plant import Plant
from tests.faults.real_registry import RealRegistry
from tests.fixtures.programs import Program, Start, until

EVENTS = 100
KILLS = 50
SMALL_WINDOW = "batch_messages = 100\nwindow_messages = 200"
"""So that a batch waits for a full window most of the time."""

CLIENTS = pytest.mark.parametrize(
    ("client", "once"), [("confluent", True), ("kafka-python", False)], ids=["exactly-once", "kafka-python"]
)


@pytest.mark.acceptance
@pytest.mark.timeout(300)
@pytest.mark.parametrize("processes", [1, 2])
def test_scale_out_while_slow_payloads_are_checked(kafka_plant: MakePlant, processes: int) -> None:
    """No fault at all: one worker has a batch of slow payloads in hand, and a second one joins."""
    plant = kafka_plant(once=True)
    first, second = plant.worker(processes), plant.worker(processes)
    first.start().ready()
    with plant.sending(400, rate=10_000, slow_every=2):
        pass
    second.start().ready()
    plant.events += 1
    until(lambda: "partitions assigned" in second.log, "the second worker has partitions")

    plant.finish()


@CLIENTS
@pytest.mark.acceptance
@pytest.mark.timeout(300)
def test_joins_and_leaves_in_short(kafka_plant: MakePlant, client: str, once: bool) -> None:
    plant = kafka_plant(once=once, client=client)
    _join_and_leave(plant, events=6, count=1_200, rate=100)


@CLIENTS
@pytest.mark.faults
@pytest.mark.timeout(1800)
def test_a_hundred_joins_and_leaves(kafka_plant: MakePlant, client: str, once: bool) -> None:
    """While slow batches and a full window are in hand."""
    plant = kafka_plant(once=once, client=client)
    _join_and_leave(plant, events=EVENTS, count=20_000, rate=100)


@CLIENTS
@pytest.mark.faults
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("number", [1, 2, 3])
def test_fifty_kills_while_everything_restarts(
    kafka_plant: MakePlant, program: Start, client: str, once: bool, number: int, seed: int
) -> None:
    """Broker, registry and Postgres are stopped and killed between kills of two workers."""
    with RealRegistry(program) as registry:
        plant = kafka_plant(once=once, client=client, registry=registry)
        plant.random.seed(f"{seed}-{number}")
        print(f"FAULTS_SEED={seed}, run {number}")
        workers = [plant.worker(settings=SMALL_WINDOW) for _ in range(2)]
        for worker in workers:
            worker.start()
        with plant.sending(15_000, rate=80, slow_every=20):
            for kill in range(KILLS):
                plant.wait(0.3, 3.0)
                worker = plant.random.choice(workers)
                worker.kill()
                worker.start()
                plant.read()
                if kill % 5 == 4:
                    _break_something(plant, registry)
        plant.finish(300)


def _join_and_leave(plant: KafkaPlant, *, events: int, count: int, rate: float) -> None:
    """One worker stays; two others come and go, half of the times by a kill."""
    stays, *others = (plant.worker(settings=SMALL_WINDOW) for _ in range(3))
    stays.start().ready()
    with plant.sending(count, rate=rate, slow_every=10):
        for other in _turns(plant, others, events):
            if other.running:
                _leave(plant, other)
            else:
                other.start()
                plant.events += 1
                other.ready() if plant.random.random() < 0.5 else plant.wait(0.0, 1.5)
            plant.wait(0.0, 1.0)
            plant.read()
    plant.finish(300)


def _turns(plant: Plant, others: list[Program], events: int) -> Iterator[Program]:
    while plant.events + sum(each.endings for each in others) < events:
        yield plant.random.choice(others)


def _leave(plant: Plant, other: Program) -> None:
    if plant.random.random() < 0.5:
        other.kill()
    else:
        code = other.ready().terminate()
        assert code == 0, f"{code}: {other.log[-3000:]}"


def _break_something(plant: KafkaPlant, registry: RealRegistry) -> None:
    plant.events += 1
    match plant.random.randrange(4):
        case 0:
            plant.node.stop()
            plant.node.start()
        case 1:
            plant.node.kill()
            plant.node.start()
        case 2:
            registry.down()
            plant.wait(0.5, 3.0)
            registry.up()
        case 3:
            registry.postgres.stop()
            plant.wait(0.5, 3.0)
            registry.postgres.start()
