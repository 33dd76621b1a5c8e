"""Confluent's serializers with the key in the URL, `http://token:KEY@host/confluent`, as IBM's page sets them up.

Confluent's client for Java is in a repository of Confluent's own: its requests are sent here as it sends them.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator

import pytest
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.error import SchemaRegistryError
from confluent_kafka.serialization import MessageField, SerializationContext

from tests.acceptance.clients.golang import built, formats, run
from tests.acceptance.clients.node import NodeClient, RuntimeMissing
from tests.acceptance.clients.orders import ORDERS, VALUE
from tests.acceptance.clients.passage import passed
from tests.fixtures.kafka_topics import MakeTopic
from tests.fixtures.secured_registry import SecuredRegistry, prefix, secured

# the first run downloads and compiles
pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(1_200)]

TEXT = '{"type":"record","name":"Order","fields":[{"name":"id","type":"long"}]}'
MEDIA = "application/vnd.schemaregistry.v1+json"
JAVA = {
    "Content-Type": MEDIA,
    "Accept": "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2",
    "User-Agent": "Java/17.0.12",
    "X-Confluent-Accept-Unknown-Properties": "true",
}
"""The headers of `RestService` over `HttpURLConnection`, which adds an `Accept` of its own."""


@pytest.fixture(scope="module")
def registry(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredRegistry]:
    with secured(module_database_url, tmp_path_factory.mktemp("secured")) as registry:
        yield registry


def address(registry: SecuredRegistry, topic: str, role: str = "manager") -> str:
    """The URL of Confluent's API with a key for the subjects of a topic."""
    return registry.within(registry.key((role, prefix(topic))), "/confluent")


def value(topic: str) -> SerializationContext:
    return SerializationContext(topic, MessageField.VALUE)


def test_pythons_serializer_registers_and_reads(
    registry: SecuredRegistry, kafka_bootstrap: str, make_topic: MakeTopic
) -> None:
    topic = make_topic("orders")
    with SchemaRegistryClient({"url": address(registry, topic)}) as client:
        serialize = AvroSerializer(client, TEXT)
        (message,) = passed(kafka_bootstrap, topic, [(None, serialize({"id": 1}, value(topic)))])
        with SchemaRegistryClient({"url": address(registry, topic, "reader")}) as reader:
            assert AvroDeserializer(reader)(message.value(), value(topic)) == {"id": 1}
            with pytest.raises(SchemaRegistryError) as refused:
                AvroSerializer(reader, TEXT.replace("long", "int"))({"id": 1}, value(topic))
            assert refused.value.http_status_code == 403
        with pytest.raises(SchemaRegistryError) as refused:
            AvroSerializer(client, TEXT)({"id": 1}, value("of-another-team"))
        assert refused.value.http_status_code == 403
    assert registry.ask(registry.root, "GET", f"/artifacts/{topic}-value").text == TEXT


@pytest.mark.parametrize("url", ["http://token:wrong@{host}/confluent", "http://{host}/confluent"])
def test_pythons_serializer_reports_wrong_credentials(registry: SecuredRegistry, url: str) -> None:
    host = registry.url.removeprefix("http://")
    with SchemaRegistryClient({"url": url.format(host=host)}) as client:
        with pytest.raises(SchemaRegistryError) as refused:
            AvroSerializer(client, TEXT)({"id": 1}, value("orders"))
        assert (refused.value.http_status_code, refused.value.error_code) == (401, 401)


def test_go_registers_looks_up_produces_and_consumes(
    registry: SecuredRegistry, kafka_bootstrap: str, make_topic: MakeTopic
) -> None:
    try:
        program = built()
    except RuntimeMissing as reason:
        pytest.skip(f"Go clients: {reason}")
    topic = make_topic("orders")
    asked = {"bootstrap": kafka_bootstrap, "topic": topic, "formats": formats(), "breaking": '"string"'}
    found = run(program, {"url": address(registry, topic), **asked})
    assert {name: done["consumed"] for name, done in found["done"].items()} == {each.type: VALUE for each in ORDERS}


def test_node_registers_looks_up_produces_and_consumes(
    registry: SecuredRegistry, kafka_bootstrap: str, make_topic: MakeTopic
) -> None:
    node = NodeClient("@confluentinc/schemaregistry", "confluent_node.cjs")
    try:
        node.installed()
    except RuntimeMissing as reason:
        pytest.skip(f"Confluent's client for Node: {reason}")
    topic = make_topic("orders")
    url = address(registry, topic)
    whole = {"subject": f"{topic}-value", "type": "AVRO", "schema": TEXT, "references": []}
    encode = {"do": "encode", "topic": topic, "type": "AVRO", "value": {"id": 1}, "descriptors": ""}
    registered, found, payload = node.run(url, [{"do": "register", **whole}, {"do": "find", **whole}, encode])
    assert registered == found
    assert registered["ok"] > 0
    (message,) = passed(kafka_bootstrap, topic, [(None, b64decode(payload["ok"]))])
    sent = b64encode(message.value() or b"").decode()
    assert node.run(url, [{"do": "decode", "topic": topic, "type": "AVRO", "payload": sent}]) == [{"ok": {"id": 1}}]
    (refused,) = node.run(url.replace("token:sg_", "token:xx_"), [{"do": "register", **whole}])
    assert refused["status"] == 401


def test_the_requests_of_javas_serializer_are_answered(registry: SecuredRegistry) -> None:
    subject = "java-orders-value"
    key = registry.key(("manager", prefix(subject)))
    body = json.dumps({"schema": TEXT})
    path = f"/confluent/subjects/{subject}"
    registered = registry.ask(key, "POST", f"{path}/versions?normalize=false", body, **JAVA)
    assert (registered.status_code, registered.headers["Content-Type"]) == (200, MEDIA)
    schema_id = registered.json()["id"]
    found = registry.ask(key, "POST", f"{path}?normalize=false&deleted=false", body, **JAVA)
    assert (found.json()["id"], found.json()["version"], found.json()["subject"]) == (schema_id, 1, subject)
    latest = registry.ask(key, "GET", f"{path}/versions/latest", **JAVA)
    assert latest.json()["schema"] == TEXT
    by_id = f"/confluent/schemas/ids/{schema_id}?fetchMaxId=false&subject={subject}"
    assert registry.ask(key, "GET", by_id, **JAVA).json()["schema"] == TEXT
    refused = registry.ask("wrong", "GET", by_id, **JAVA)
    assert (refused.status_code, refused.json()["error_code"]) == (401, 401)
