"""Confluent's client for Node, @confluentinc/schemaregistry, with its three serializers."""

import subprocess
import sysconfig
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.clients.conftest import Registry
from tests.acceptance.clients.node import NodeClient, RuntimeMissing
from tests.acceptance.clients.orders import ORDERS, VALUE, Order
from tests.acceptance.clients.passage import passed
from tests.fixtures.kafka_topics import MakeTopic

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(400)]  # the first run downloads


@pytest.fixture(scope="session")
def node() -> NodeClient:
    """The client."""
    client = NodeClient("@confluentinc/schemaregistry", "confluent_node.cjs")
    try:
        client.installed()
    except RuntimeMissing as reason:
        pytest.skip(f"Confluent's client for Node: {reason}")
    return client


def ok(found: list[Any]) -> list[Any]:
    """Return the results of commands, none of which failed."""
    assert [each for each in found if "error" in each] == []
    return [each["ok"] for each in found]


def descriptors(order: Order, folder: Path) -> str:
    """Return the set of descriptors of generated code in base64; empty for other formats."""
    if order.type != "PROTOBUF":
        return ""
    (folder / "order.proto").write_text(order.schema)
    (folder / order.name).write_text(order.part)
    protoc = Path(sysconfig.get_path("scripts")) / "protoc"
    command = [str(protoc), f"-I{folder}", "--include_imports", "-o", str(folder / "set"), "order.proto"]
    subprocess.run(command, check=True, cwd=folder)
    return b64encode((folder / "set").read_bytes()).decode()


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order.type)
@pytest.mark.parametrize("prefix", [False, True])
def test_node_registers_looks_up_produces_and_consumes(
    node: NodeClient,
    registry: Registry,
    kafka_bootstrap: str,
    make_topic: MakeTopic,
    tmp_path: Path,
    order: Order,
    prefix: bool,
) -> None:
    topic = make_topic("orders")
    url, subject = registry.urls[prefix], f"{topic}-value"
    references = [{"name": order.name, "subject": f"{topic}-part", "version": 1}]
    whole = {"subject": subject, "type": order.type, "schema": order.schema, "references": references}
    _, registered, found, latest, payload = ok(
        node.run(
            url,
            [
                {
                    "do": "register",
                    "subject": f"{topic}-part",
                    "type": order.type,
                    "schema": order.part,
                    "references": [],
                },
                {"do": "register", **whole},
                {"do": "find", **whole},
                {"do": "latest", "subject": subject},
                {
                    "do": "encode",
                    "topic": topic,
                    "type": order.type,
                    "value": VALUE,
                    "descriptors": descriptors(order, tmp_path),
                },
            ],
        )
    )
    assert registered == found == latest
    (message,) = passed(kafka_bootstrap, topic, [(None, b64decode(payload))])
    sent = b64encode(message.value() or b"").decode()
    assert ok(node.run(url, [{"do": "decode", "topic": topic, "type": order.type, "payload": sent}])) == [VALUE]
