"""The first schema that a worker asks for is refused: it holds no partition, and a key without rights condemns no message."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from confluent_kafka import Consumer, Producer

from sluicegate.shared.quickstart.ports import free_port
from tests.acceptance.conftest import VALIDATOR_TOML
from tests.acceptance.system import SESSION_TIMEOUT_MS
from tests.fakes.registry_server import RegistryServer
from tests.fakes.validator import GOOD, PERSON
from tests.fixtures.kafka_records import headers_of, values_of
from tests.fixtures.kafka_topics import MakeTopic
from tests.fixtures.programs import Program, Start, until

pytestmark = pytest.mark.acceptance

REFUSED = 1


class Pipeline:
    """A worker that was just started, between three topics, and a registry with two schemas.

    The first is refused.
    """

    def __init__(self, bootstrap: str, topics: list[str], worker: Program, registry: RegistryServer, url: str) -> None:
        self.registry, self.worker = registry, worker
        self._topics, self._bootstrap, self._url = topics, bootstrap, url
        self.found: list[str] = []
        names = {"bootstrap.servers": bootstrap, "group.id": f"reader-{topics[0]}", "auto.offset.reset": "earliest"}
        self.reader = Consumer(names | {"session.timeout.ms": SESSION_TIMEOUT_MS})
        self.reader.subscribe(topics[1:])

    def put(self, *schemas: int) -> None:
        producer = Producer({"bootstrap.servers": self._bootstrap})
        for schema_id in schemas:
            producer.produce(self._topics[0], GOOD, headers={"schemaId": str(schema_id), "versionId": "1"}, partition=0)
        assert producer.flush(30) == 0

    def read(self) -> int:
        """Note where messages came out: `valid`, or the code of the dead letter."""
        for message in self.reader.consume(100, 0.2):
            assert message.error() is None, message.error()
            code = values_of(headers_of(message)).get("deadLetterErrorCode", b"valid").decode()
            self.found.append(code)
        return len(self.found)

    def refused(self) -> bool:
        lines = httpx.get(f"{self._url}/metrics").text.splitlines()
        values = [line.rsplit(" ", 1)[1] for line in lines if line.startswith("sluicegate_validator_registry_refused")]
        assert values
        return float(values[0]) == 1


@pytest.fixture
def pipeline(
    kafka_bootstrap: str, make_topic: MakeTopic, program: Start, tmp_path: Path, group_id: str
) -> Iterator[Pipeline]:
    with RegistryServer() as registry:
        for _ in range(2):
            registry.add(PERSON)
        topics, port = [make_topic(name) for name in ("input", "valid", "dead-letter")], free_port()
        file = tmp_path / "validator.toml"
        text = VALIDATOR_TOML.format(
            bootstrap=kafka_bootstrap, registry=registry.url, port=port, group=group_id, topics=topics
        )
        file.write_text(text.replace("[registry]", "[registry]\nunreadable_seconds = 3"))
        url = f"http://127.0.0.1:{port}"
        worker = program("validator", "run", "-f", str(file), ready_url=f"{url}/ready")
        made = Pipeline(kafka_bootstrap, topics, worker, registry, url)
        yield made
        made.reader.close()


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_refused_first_schema_is_a_dead_letter_and_holds_nothing(pipeline: Pipeline, status: int) -> None:
    pipeline.registry.refused[f"/schemas/{REFUSED}/"] = status
    pipeline.put(REFUSED, 2, REFUSED)

    pipeline.worker.start()

    until(lambda: pipeline.read() == 3, "all messages came out", explain=lambda: str(pipeline.found))
    code = "schema_not_found" if status == 404 else "schema_unreadable"
    assert sorted(pipeline.found) == sorted([code, "valid", code])


def test_a_key_without_rights_holds_all_messages_and_says_so(pipeline: Pipeline) -> None:
    pipeline.registry.refused["/schemas/"] = 403
    pipeline.put(REFUSED, 2)

    pipeline.worker.start()
    until(lambda: "registry refuses the validator's credentials" in pipeline.worker.log, "the log says so")
    until(pipeline.refused, "the metric says so")
    asked = len(pipeline.registry.asked)
    until(lambda: len(pipeline.registry.asked) > asked + 6, "the worker goes on asking")
    assert pipeline.read() == 0

    pipeline.registry.refused.clear()
    until(lambda: pipeline.read() == 2, "all messages came out", explain=lambda: str(pipeline.found))
    assert pipeline.found == ["valid", "valid"]
    until(lambda: not pipeline.refused(), "the metric says that it does not any more")
