"""A payload that crashes its checker, on brokers that count deliveries: one dead letter only."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sluicegate.shared.quickstart.ports import free_port
from tests.acceptance.pairs.ends import End, Record, toml
from tests.fakes.registry_server import RegistryServer
from tests.fakes.validator import PERSON
from tests.fixtures.programs import Start

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.usefixtures("careless_sockets"),
    pytest.mark.timeout(400),
]

SITE = Path(__file__).parents[2] / "fakes" / "crashing_site"
COUNT = 400
POISON = {200: b'{"age":1,"x":"crash"}', 300: b'{"age":1,"x":"raise"}'}


@pytest.mark.parametrize("broker", ["pubsub", "servicebus"])
def test_only_the_payload_that_crashes_its_checker_is_dead_lettered(
    broker: str, make_end: Callable[[str], End], tmp_path: Path, program: Start
) -> None:
    end = make_end(broker)
    with RegistryServer() as server:
        schema = server.registry.add(PERSON)
        port = free_port()
        file = tmp_path / "validator.toml"
        settings = {
            "source": end.source(),
            "destination": end.destination(),
            "registry": {"url": server.url},
            "health": {"port": port},
        }
        file.write_text(toml(settings))
        end.put([record(number, schema) for number in range(COUNT)])
        running = program(
            "validator",
            "run",
            "-f",
            str(file),
            ready_url=f"http://127.0.0.1:{port}/ready",
            environment={"PYTHONPATH": str(SITE)},
        ).start()

        valid = end.take({"valid": COUNT - len(POISON), "dead_letter": 0}, 240.0)["valid"]
        dead = end.take({"valid": 0, "dead_letter": len(POISON)}, 240.0)["dead_letter"]

        assert running.terminate(60) == 0, running.log[-2000:]
    numbers = {int(each.attributes["id"]) for each in valid}
    assert not numbers & set(POISON)
    assert {(int(each.attributes["id"]), each.attributes["deadLetterErrorCode"]) for each in dead} == {
        (number, "payload_crashes_checker") for number in POISON
    }
    assert '"worker process cautious"' in running.log


def record(number: int, schema: int) -> Record:
    payload = POISON.get(number) or b'{"age":%d}' % number
    attributes = {"id": str(number), "schemaId": str(schema), "versionId": "1"}
    return Record(payload, f"key-{number % 7}", tuple(attributes.items()))
