"""@kafkajs/confluent-schema-registry in node: compatible with Confluent's own client both ways."""

import json
import uuid
from base64 import b64decode, b64encode
from typing import Any

import pytest
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.json_schema import JSONDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext

from tests.acceptance.clients.conftest import Registry
from tests.acceptance.clients.node import NodeClient, RuntimeMissing
from tests.acceptance.clients.passage import passed
from tests.fixtures.kafka_topics import MakeTopic

pytestmark = pytest.mark.acceptance

ORDER = {"id": 1, "note": "first"}
AVRO = json.dumps({
    "type": "record",
    "name": "Order",
    "namespace": "shop",
    "fields": [{"name": "id", "type": "int"}, {"name": "note", "type": "string"}],
})  # fmt: skip
JSON = json.dumps({
    "title": "Order",
    "type": "object",
    "properties": {"id": {"type": "integer"}, "note": {"type": "string"}},
})  # fmt: skip
PROTOBUF = 'syntax = "proto3";\npackage shop;\nmessage Order {\n  int32 id = 1;\n  string note = 2;\n}\n'


@pytest.fixture(scope="session")
def node() -> NodeClient:
    """The client."""
    client = NodeClient("@kafkajs/confluent-schema-registry", "kafkajs.cjs")
    try:
        client.installed()
    except RuntimeMissing as reason:
        pytest.skip(f"kafkajs: {reason}")
    return client


@pytest.fixture(params=["root", "prefix"])
def url(request: pytest.FixtureRequest, registry: Registry) -> str:
    return registry.urls[request.param == "prefix"]


def ok(found: list[Any]) -> list[Any]:
    """Return the results of commands, which must all succeed."""
    assert [each for each in found if "error" in each] == []
    return [each["ok"] for each in found]


@pytest.mark.parametrize(("kind", "schema"), [("AVRO", AVRO), ("JSON", JSON), ("PROTOBUF", PROTOBUF)])
def test_there_and_back(node: NodeClient, url: str, kind: str, schema: str) -> None:
    subject = uuid.uuid4().hex
    (schema_id,) = ok(node.run(url, [{"do": "register", "subject": subject, "type": kind, "schema": schema}]))
    (payload,) = ok(node.run(url, [{"do": "encode", "id": schema_id, "value": ORDER}]))
    decoded, latest, of_version, found = ok(
        node.run(
            url,
            [
                {"do": "decode", "payload": payload},
                {"do": "latest", "subject": subject},
                {"do": "versionId", "subject": subject, "version": 1},
                {"do": "find", "subject": subject, "type": kind, "schema": schema},
            ],
        )
    )
    assert decoded == ORDER
    assert latest == of_version == found == schema_id


def test_what_node_writes_python_reads(
    node: NodeClient, registry: Registry, kafka_bootstrap: str, make_topic: MakeTopic
) -> None:
    topic = make_topic("orders")
    context = SerializationContext(topic, MessageField.VALUE)
    ids = ok(
        node.run(
            registry.url,
            [
                {"do": "register", "subject": f"{topic}-value", "type": "AVRO", "schema": AVRO},
                {"do": "register", "subject": f"{topic}-json", "type": "JSON", "schema": JSON},
            ],
        )
    )
    payloads = ok(node.run(registry.url, [{"do": "encode", "id": each, "value": ORDER} for each in ids]))
    avro, other = passed(kafka_bootstrap, topic, [(None, b64decode(each)) for each in payloads])
    with SchemaRegistryClient({"url": registry.url}) as client:
        assert AvroDeserializer(client)(avro.value(), context) == ORDER
        assert JSONDeserializer(None, schema_registry_client=client)(other.value(), context) == ORDER


def test_what_python_writes_node_reads(
    node: NodeClient, registry: Registry, kafka_bootstrap: str, make_topic: MakeTopic
) -> None:
    topic = make_topic("orders")
    with SchemaRegistryClient({"url": registry.url}) as client:
        payload = AvroSerializer(client, AVRO)(ORDER, SerializationContext(topic, MessageField.VALUE))
    (message,) = passed(kafka_bootstrap, topic, [(None, payload)])
    sent = b64encode(message.value() or b"").decode()
    assert ok(node.run(registry.url, [{"do": "decode", "payload": sent}])) == [ORDER]


def test_references(node: NodeClient, url: str) -> None:
    subject = uuid.uuid4().hex
    customer = '{"type":"record","name":"Customer","namespace":"shop","fields":[{"name":"name","type":"string"}]}'
    order = '{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"by","type":"shop.Customer"}]}'
    reference = {"name": "shop.Customer", "subject": f"{subject}-customer", "version": 1}
    with SchemaRegistryClient({"url": url}) as client:
        client.register_schema(f"{subject}-customer", Schema(customer, "AVRO"))
    (schema_id,) = ok(
        node.run(
            url,
            [{"do": "register", "subject": subject, "type": "AVRO", "schema": order, "references": [reference]}],
        )
    )
    value = {"by": {"name": "x"}}
    (payload,) = ok(node.run(url, [{"do": "encode", "id": schema_id, "value": value}]))
    assert ok(node.run(url, [{"do": "decode", "payload": payload}])) == [value]


def test_refusals_are_told(node: NodeClient, url: str) -> None:
    subject = uuid.uuid4().hex
    stricter = AVRO.replace('"int"', '"string"')
    first, refused, missing = node.run(
        url,
        [
            {"do": "register", "subject": subject, "type": "AVRO", "schema": AVRO},
            {"do": "register", "subject": subject, "type": "AVRO", "schema": stricter},
            {"do": "encode", "id": 2_000_000, "value": ORDER},
        ],
    )
    assert "ok" in first
    assert "incompatible" in refused["error"].lower()
    assert missing == {"error": "Confluent_Schema_Registry - Schema 2000000 not found", "status": 404}
