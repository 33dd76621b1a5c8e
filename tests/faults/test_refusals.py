"""Kafka: refused messages and crashing payloads, while the worker is killed.

The short form runs with the acceptance tests; the long one by `make faults`.
"""

from pathlib import Path

import pytest

from tests.faults import traffic
from tests.faults.conftest import MakePlant

SITE = Path(__file__).parents[1] / "fakes" / "crashing_site"


@pytest.mark.parametrize(
    ("count", "kills"),
    [
        pytest.param(900, 1, id="in short", marks=pytest.mark.acceptance),
        pytest.param(9_000, 20, id="at length", marks=pytest.mark.faults),
    ],
)
@pytest.mark.timeout(900)
def test_refused_oversized_and_crashing_messages(kafka_plant: MakePlant, count: int, kills: int) -> None:
    plant = kafka_plant(once=True, strict=True)
    worker = plant.worker(environment={"PYTHONPATH": str(SITE)}).start().ready()
    messages = list(traffic.awkward(plant.schemas, count, every=90))
    with plant.sending_these(messages, rate=100):
        for _ in range(kills):
            plant.progress(120)
            plant.wait(0.0, 3.0)
            worker.kill()
            worker.start()
    plant.finish(300)
