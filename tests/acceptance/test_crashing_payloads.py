"""Payloads that crash their checking process, through the real program: found and isolated."""

from pathlib import Path

import httpx
import pytest
from confluent_kafka import Consumer, Producer

from sluicegate.shared.quickstart.ports import PortChoice
from tests.fakes.registry_server import RegistryServer
from tests.fakes.validator import BAD, PERSON
from tests.fixtures.kafka_records import headers_of, values_of
from tests.fixtures.kafka_topics import MakeTopic
from tests.fixtures.programs import Start, until

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

SITE = Path(__file__).parents[1] / "fakes" / "crashing_site"
COUNT = 3_000
POISON = {1_000: b'{"age":1,"x":"crash"}', 1_001: b'{"age":-1,"x":"crash"}', 2_500: b'{"age":1,"x":"raise"}'}


def payload(number: int) -> bytes:
    return POISON.get(number) or (BAD if number % 10 == 0 else b'{"age":%d}' % number)


@pytest.mark.parametrize("processes", [1, 2])
def test_a_payload_that_crashes_its_checker_is_found_and_dead_lettered(
    kafka_bootstrap: str, make_topic: MakeTopic, group_id: str, tmp_path: Path, program: Start, processes: int
) -> None:
    topics = [make_topic(name) for name in ("input", "valid", "dead-letter")]
    port = PortChoice(0, "a test", "").claimed()
    with RegistryServer() as server:
        schema = server.registry.add(PERSON)
        file = tmp_path / "validator.toml"
        file.write_text(f"""
[source]
bootstrap = "{kafka_bootstrap}"
topics = ["{topics[0]}"]
group = "{group_id}"
config = {{ "session.timeout.ms" = 6000, "heartbeat.interval.ms" = 500 }}
[destination]
bootstrap = "{kafka_bootstrap}"
valid = "{topics[1]}"
dead_letter = "{topics[2]}"
[registry]
url = "{server.url}"
[worker]
name = "w"
processes = {processes}
[health]
port = {port}
""")
        send(kafka_bootstrap, topics[0], schema)
        health = f"http://127.0.0.1:{port}"
        running = program(
            "validator", "run", "-f", str(file), ready_url=f"{health}/ready", environment={"PYTHONPATH": str(SITE)}
        ).start()

        found = Arrived(kafka_bootstrap, topics[1:])
        until(
            lambda: found.more() == COUNT,
            "all come out",
            150.0,
            explain=lambda: f"{len(found.codes)} {running.log[-2000:]}",
        )

        crashed = {number: code for number, code in found.codes.items() if code == "payload_crashes_checker"}
        assert set(crashed) == set(POISON)
        assert {number for number, code in found.codes.items() if code == "payload_invalid"} == {
            number for number in range(COUNT) if payload(number) == BAD
        }
        text = httpx.get(f"{health}/metrics").text
        assert "sluicegate_validator_process_restarts_total{" in text
        assert 1 <= running.log.count('"worker process ended and is started again"') <= processes * (len(POISON) + 1)
        assert running.terminate() == 0


def send(bootstrap: str, topic: str, schema: int) -> None:
    producer = Producer({"bootstrap.servers": bootstrap})
    headers: list[tuple[str, str | bytes | None]] = [("schemaId", b"%d" % schema), ("versionId", b"1")]
    for number in range(COUNT):
        producer.produce(topic, payload(number), b"%d" % number, headers=headers)
    assert producer.flush(30) == 0


class Arrived:
    """The code of each message that came out, by its number; "" where it was valid."""

    def __init__(self, bootstrap: str, topics: list[str]) -> None:
        self.codes: dict[int, str] = {}
        self._consumer = Consumer(
            {"bootstrap.servers": bootstrap, "group.id": topics[0], "auto.offset.reset": "earliest"}
        )
        self._consumer.subscribe(topics)

    def more(self) -> int:
        for message in self._consumer.consume(1000, 0.2):
            assert message.error() is None
            code = values_of(headers_of(message)).get("deadLetterErrorCode", b"")
            self.codes[int(message.key() or b"")] = code.decode()
        return len(self.codes)
