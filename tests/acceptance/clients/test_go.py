"""Go services: franz-go's registry client, hamba/avro with its own, and franz-go for Kafka."""

import json
from pathlib import Path

import pytest

from tests.acceptance.clients.conftest import Registry
from tests.acceptance.clients.golang import built, formats, run
from tests.acceptance.clients.node import RuntimeMissing
from tests.acceptance.clients.orders import ORDERS, VALUE
from tests.fixtures.kafka_topics import MakeTopic

# the first run downloads and compiles
pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(1_200)]

BREAKING = json.dumps(
    {"type": "record", "name": "Order", "namespace": "shop", "fields": [{"name": "more", "type": "int"}]}
)


@pytest.fixture(scope="session")
def program() -> Path:
    """The program."""
    try:
        return built()
    except RuntimeMissing as reason:
        pytest.skip(f"Go clients: {reason}")


@pytest.mark.parametrize("prefix", [False, True])
def test_go_registers_looks_up_produces_and_consumes(
    program: Path, registry: Registry, kafka_bootstrap: str, make_topic: MakeTopic, prefix: bool
) -> None:
    found = run(
        program,
        {
            "url": registry.urls[prefix],
            "bootstrap": kafka_bootstrap,
            "topic": make_topic("orders"),
            "formats": formats(),
            "breaking": BREAKING,
        },
    )
    assert set(found["done"]) == {order.type for order in ORDERS}
    for done in found["done"].values():
        assert done["consumed"] == VALUE
        assert done["found"] == done["id"] > 0
        assert done["version"] == 1
    assert "incompatible" in found["refused"].lower()
    assert "Schema 2000000 not found" in found["missing"]
