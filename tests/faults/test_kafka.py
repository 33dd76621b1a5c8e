"""Kafka: no fault loses a message, and none duplicates one in exactly-once mode.

The short form runs with the acceptance tests; the long one by `make faults`.
"""

import re

import pytest

from tests.faults.conftest import MakePlant
from tests.fixtures.kafka_acls import denied

KILLS = 50
DELIVERIES = pytest.mark.parametrize("once", [False, True], ids=["at-least-once", "exactly-once"])

CLIENTS = pytest.mark.parametrize(
    ("client", "once"),
    [("confluent", False), ("confluent", True), ("kafka-python", False)],
    ids=["at-least-once", "exactly-once", "kafka-python"],
)


@DELIVERIES
@pytest.mark.acceptance
def test_a_storm_in_short(kafka_plant: MakePlant, once: bool) -> None:
    """A bit of everything, while messages keep coming."""
    plant = kafka_plant(once=once)
    worker = plant.worker().start().ready()
    with plant.sending(3_000, rate=600):
        for _ in range(2):
            plant.progress()
            plant.wait(0.0, 0.3)
            worker.kill()
            worker.start()
        plant.registry.down()
        plant.network.cut()
        plant.events += 3  # with the cut below
        plant.wait(0.5)
        plant.registry.up()
        plant.progress()
        plant.network.cut()
    plant.finish()


class TestLong:
    """Each kind of trouble by itself, and much of it."""

    pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]  # noqa: RUF012 - pytest takes a list, and changes nothing

    @DELIVERIES
    def test_the_worker_is_killed_at_random_points(self, kafka_plant: MakePlant, once: bool) -> None:
        plant = kafka_plant(once=once)
        worker = plant.worker()
        with plant.sending(30_000, rate=200):
            for _ in range(KILLS):
                worker.start()
                if plant.random.random() < 0.7:
                    plant.progress(120)
                plant.wait(0.0, 3.0)
                worker.kill()
                plant.read()
            worker.start()
        plant.finish(180)

    @DELIVERIES
    def test_the_broker_is_stopped_and_killed(self, kafka_plant: MakePlant, once: bool) -> None:
        plant = kafka_plant(once=once)
        plant.worker().start().ready()
        with plant.sending(20_000, rate=300):
            for end in (plant.node.stop, plant.node.kill) * 3:
                plant.progress(90)
                end()
                plant.events += 1
                plant.wait(0.0, 3.0)
                plant.node.start()
        plant.finish(180)

    @CLIENTS
    def test_rights_are_taken_away_and_given_back(self, kafka_plant: MakePlant, client: str, once: bool) -> None:
        """Each right that the worker needs, while it runs and when it starts.

        It waits, and goes on.
        """
        plant = kafka_plant(once=once, client=client)
        worker = plant.worker().start().ready()
        with plant.sending(8_000, rate=200):
            for operation, kind, name in plant.pipe.rights * 2:
                plant.progress()
                plant.events += 1
                with denied(plant.node.bootstrap, operation, kind, name):
                    plant.wait(1.0, 6.0)
                    assert worker.running, worker.log[-3000:]
        for operation, kind, name in plant.pipe.rights:
            worker.kill()
            with denied(plant.node.bootstrap, operation, kind, name), plant.sending(200):
                worker.start()
                plant.wait(6.0)
                assert worker.running, worker.log[-3000:]
            plant.progress()
        for resource in ("topic", "group"):
            assert re.search(f"{resource} ?authorization ?failed", worker.log, re.IGNORECASE)
        plant.finish(120)

    @DELIVERIES
    def test_the_network_is_slow_and_breaks(self, kafka_plant: MakePlant, once: bool) -> None:
        plant = kafka_plant(once=once)
        plant.worker().start().ready()
        with plant.sending(10_000, rate=400):
            plant.network.delay = 0.05
            for _ in range(10):
                plant.wait(0.2, 3.0)
                plant.network.cut()
                plant.events += 1
            plant.network.delay = 0.0
            plant.network.refusing = True
            plant.network.cut()
            plant.events += 1
            plant.wait(5.0)
            plant.network.refusing = False
            plant.progress()
        plant.finish(120)

    @DELIVERIES
    def test_the_registry_goes_and_comes_back(self, kafka_plant: MakePlant, once: bool) -> None:
        plant = kafka_plant(once=once)
        worker = plant.worker().start().ready()
        with plant.sending(6_000, rate=400):
            for _ in range(3):
                plant.progress()
                worker.kill()
                plant.registry.down()
                plant.events += 1
                worker.start()  # it has no schema and no registry
                plant.wait(1.0, 4.0)
                plant.registry.up()
        plant.finish(120)

    @DELIVERIES
    def test_workers_come_and_go_in_mid_batch(self, kafka_plant: MakePlant, once: bool) -> None:
        plant = kafka_plant(once=once)
        first, second, third = (plant.worker() for _ in range(3))
        first.start().ready()
        with plant.sending(20_000, rate=500):
            for each in (second, third, second, third):
                each.start().ready()
                plant.progress()
                plant.wait(0.0, 2.0)
                if plant.random.random() < 0.5:
                    each.kill()
                else:
                    assert each.terminate() == 0, each.log[-3000:]
        plant.finish(120)

    def test_the_other_client(self, kafka_plant: MakePlant) -> None:
        """kafka-python, which has no transactions here."""
        plant = kafka_plant(once=False, client="kafka-python")
        worker = plant.worker().start().ready()
        with plant.sending(6_000, rate=300):
            for _ in range(5):
                plant.progress()
                plant.wait(0.0, 1.0)
                worker.kill()
                worker.start()
            plant.progress()
            plant.network.cut()
            plant.node.stop()
            plant.events += 2
            plant.node.start()
            plant.progress(90)
        plant.finish(180)
