"""python-schema-registry-client, sync and async."""

import asyncio
import uuid

import pytest
from schema_registry.client import AsyncSchemaRegistryClient, SchemaRegistryClient, schema
from schema_registry.client.errors import ClientError
from schema_registry.serializers import (
    AsyncAvroMessageSerializer,
    AvroMessageSerializer,
    JsonMessageSerializer,
)

from tests.acceptance.clients.conftest import Registry
from tests.acceptance.clients.passage import passed
from tests.fixtures.kafka_topics import MakeTopic

pytestmark = pytest.mark.acceptance

ORDER = {"id": 1, "note": "first"}
AVRO = schema.AvroSchema(
    {
        "type": "record",
        "name": "Order",
        "fields": [{"name": "id", "type": "long"}, {"name": "note", "type": "string"}],
    }
)
STRICTER = schema.AvroSchema(
    {"type": "record", "name": "Order", "fields": [{"name": "id", "type": "int"}, {"name": "more", "type": "string"}]}
)
JSON = schema.JsonSchema(
    {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "properties": {"id": {"type": "integer"}, "note": {"type": "string"}},
    }
)


@pytest.fixture(params=["root", "prefix"])
def client(request: pytest.FixtureRequest, registry: Registry) -> SchemaRegistryClient:
    return SchemaRegistryClient(url=registry.urls[request.param == "prefix"])


def test_avro_there_and_back(client: SchemaRegistryClient, kafka_bootstrap: str, make_topic: MakeTopic) -> None:
    topic = make_topic("orders")
    serializer = AvroMessageSerializer(client)
    payload = serializer.encode_record_with_schema(f"{topic}-value", AVRO, ORDER)
    (found,) = passed(kafka_bootstrap, topic, [(None, payload)])
    assert AvroMessageSerializer(client).decode_message(found.value()) == ORDER


def test_json_there_and_back(client: SchemaRegistryClient, kafka_bootstrap: str, make_topic: MakeTopic) -> None:
    topic = make_topic("orders")
    serializer = JsonMessageSerializer(client)
    payload = serializer.encode_record_with_schema(f"{topic}-value", JSON, ORDER)
    (found,) = passed(kafka_bootstrap, topic, [(None, payload)])
    assert JsonMessageSerializer(client).decode_message(found.value()) == ORDER


def test_in_asyncio(registry: Registry) -> None:
    subject = uuid.uuid4().hex

    async def there_and_back() -> object:
        client = AsyncSchemaRegistryClient(url=registry.url)
        serializer = AsyncAvroMessageSerializer(client)
        payload = await serializer.encode_record_with_schema(subject, AVRO, ORDER)
        return await AsyncAvroMessageSerializer(client).decode_message(payload)

    assert asyncio.run(there_and_back()) == ORDER


def test_every_call(client: SchemaRegistryClient) -> None:
    subject = uuid.uuid4().hex
    schema_id = client.register(subject, AVRO)
    assert client.register(subject, AVRO) == schema_id
    assert client.get_by_id(schema_id) == AVRO
    assert subject in client.get_subjects()
    assert client.get_versions(subject) == [1]
    found = client.get_schema(subject, "latest")
    assert found is not None
    assert (found.schema_id, found.version) == (schema_id, 1)
    checked = client.check_version(subject, AVRO)
    assert checked is not None
    assert checked.version == 1
    assert subject in [pair.subject for pair in client.get_schema_subject_versions(schema_id) or ()]
    assert client.test_compatibility(subject, AVRO) is True
    assert client.test_compatibility(subject, schema.AvroSchema('"int"')) is False
    assert client.update_compatibility("FULL", subject) is True
    assert client.get_compatibility(subject) == "FULL"
    assert client.delete_version(subject, 1) == 1
    assert client.get_versions(subject) == []


def test_a_schema_that_does_not_fit(client: SchemaRegistryClient) -> None:
    subject = uuid.uuid4().hex
    client.register(subject, AVRO)
    with pytest.raises(ClientError) as refused:
        client.register(subject, STRICTER)
    assert refused.value.http_code == 409
