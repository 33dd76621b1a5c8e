"""confluent-kafka, Confluent's client for Python: its serializers through a real broker.

Both sync and async.
"""

import asyncio
import json
import struct
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from confluent_kafka.schema_registry import (
    AsyncSchemaRegistryClient,
    Metadata,
    MetadataProperties,
    Rule,
    RuleKind,
    RuleMode,
    RuleSet,
    Schema,
    SchemaReference,
    SchemaRegistryClient,
    record_subject_name_strategy,
    topic_record_subject_name_strategy,
)
from confluent_kafka.schema_registry.avro import (
    AsyncAvroDeserializer,
    AsyncAvroSerializer,
    AvroDeserializer,
    AvroSerializer,
)
from confluent_kafka.schema_registry.error import SchemaRegistryError
from confluent_kafka.schema_registry.json_schema import (
    AsyncJSONDeserializer,
    AsyncJSONSerializer,
    JSONDeserializer,
    JSONSerializer,
)
from confluent_kafka.schema_registry.protobuf import (
    AsyncProtobufDeserializer,
    AsyncProtobufSerializer,
    ProtobufDeserializer,
    ProtobufSerializer,
)
from confluent_kafka.schema_registry.rule_registry import RuleRegistry
from confluent_kafka.schema_registry.serde import RuleContext, RuleExecutor
from confluent_kafka.serialization import MessageField, SerializationContext

from tests.acceptance.clients.conftest import Registry
from tests.acceptance.clients.passage import passed
from tests.acceptance.clients.protobuf_types import (
    Message,
    order_type,
    order_with_customer,
    order_with_passed_on_customer,
    visit_with_known_types,
)
from tests.fixtures.kafka_topics import MakeTopic

pytestmark = pytest.mark.acceptance

AVRO = json.dumps({
    "type": "record",
    "name": "Order",
    "namespace": "shop",
    "fields": [{"name": "id", "type": "long"}, {"name": "note", "type": ["null", "string"], "default": None}],
})  # fmt: skip
WIDER_AVRO = json.dumps({
    "type": "record",
    "name": "Order",
    "namespace": "shop",
    "fields": [*json.loads(AVRO)["fields"], {"name": "paid", "type": "boolean", "default": False}],
})  # fmt: skip
JSON = json.dumps({
    "$schema": "http://json-schema.org/draft-07/schema#",
    "title": "Order",
    "type": "object",
    "properties": {"id": {"type": "integer"}, "note": {"type": "string"}},
    "required": ["id"],
})  # fmt: skip
ORDERS: list[dict[str, Any]] = [{"id": 1, "note": "first"}, {"id": 2**53, "note": "\N{SNOWMAN}"}]
REGISTER = {"auto.register.schemas": True}


def values(topic: str) -> SerializationContext:
    return SerializationContext(topic, MessageField.VALUE)


def id_in(payload: bytes) -> int:
    """The id in Confluent's frame."""
    magic, found = struct.unpack(">bI", payload[:5])
    assert magic == 0
    return int(found)


class TestAvro:
    def test_there_and_back(self, client: SchemaRegistryClient, kafka_bootstrap: str, make_topic: MakeTopic) -> None:
        topic = make_topic("orders")
        serialize, deserialize = AvroSerializer(client, AVRO), AvroDeserializer(client)
        keys = AvroSerializer(client, '"string"')
        sent = [
            (keys("k", SerializationContext(topic, MessageField.KEY)), serialize(order, values(topic)))
            for order in ORDERS
        ]
        found = passed(kafka_bootstrap, topic, sent)
        assert [deserialize(message.value(), values(topic)) for message in found] == ORDERS
        registered = client.get_latest_version(f"{topic}-value")
        assert {id_in(message.value() or b"") for message in found} == {registered.schema_id}
        assert sorted(client.get_subjects(subject_prefix=topic)) == [f"{topic}-key", f"{topic}-value"]

    def test_an_older_reader_reads_what_a_newer_writer_wrote(self, client: SchemaRegistryClient) -> None:
        topic = uuid.uuid4().hex
        older, newer = AvroSerializer(client, AVRO), AvroSerializer(client, WIDER_AVRO)
        payloads = [older(ORDERS[0], values(topic)), newer({**ORDERS[0], "paid": True}, values(topic))]
        reader = AvroDeserializer(client, WIDER_AVRO)
        assert [reader(payload, values(topic))["paid"] for payload in payloads] == [False, True]
        assert [AvroDeserializer(client, AVRO)(payload, values(topic)) for payload in payloads] == [ORDERS[0]] * 2

    def test_a_schema_that_does_not_fit(self, client: SchemaRegistryClient) -> None:
        topic = uuid.uuid4().hex
        AvroSerializer(client, AVRO)(ORDERS[0], values(topic))
        with pytest.raises(SchemaRegistryError) as refused:
            AvroSerializer(client, AVRO.replace('"long"', '"string"'))({"id": "x", "note": None}, values(topic))
        assert (refused.value.http_status_code, refused.value.error_code) == (409, 409)
        assert "TYPE_MISMATCH" in refused.value.error_message

    def test_without_registration(self, client: SchemaRegistryClient) -> None:
        topic = uuid.uuid4().hex
        off = {"auto.register.schemas": False}
        with pytest.raises(SchemaRegistryError) as refused:
            AvroSerializer(client, AVRO, conf=off)(ORDERS[0], values(topic))
        assert (refused.value.http_status_code, refused.value.error_code) == (404, 40401)
        schema_id = client.register_schema(f"{topic}-value", Schema(AVRO, "AVRO"))
        assert id_in(AvroSerializer(client, AVRO, conf=off)(ORDERS[0], values(topic)) or b"") == schema_id

    def test_with_the_latest_version(self, client: SchemaRegistryClient) -> None:
        topic = uuid.uuid4().hex
        client.register_schema(f"{topic}-value", Schema(AVRO, "AVRO"))
        newest = client.register_schema(f"{topic}-value", Schema(WIDER_AVRO, "AVRO"))
        latest = {"auto.register.schemas": False, "use.latest.version": True}
        payload = AvroSerializer(client, AVRO, conf=latest)({**ORDERS[0], "paid": True}, values(topic))
        assert id_in(payload or b"") == newest
        assert AvroDeserializer(client)(payload, values(topic))["paid"] is True

    def test_with_the_latest_version_of_some_metadata(self, client: SchemaRegistryClient) -> None:
        topic = uuid.uuid4().hex
        tagged = Metadata(None, MetadataProperties({"stage": "stable"}), None)
        chosen = client.register_schema(f"{topic}-value", Schema(AVRO, "AVRO", metadata=tagged))
        other = Metadata(None, MetadataProperties({"stage": "next"}), None)
        client.register_schema(f"{topic}-value", Schema(WIDER_AVRO, "AVRO", metadata=other))
        conf = {"auto.register.schemas": False, "use.latest.with.metadata": {"stage": "stable"}}
        assert id_in(AvroSerializer(client, AVRO, conf=conf)(ORDERS[0], values(topic)) or b"") == chosen

    def test_normalized(self, client: SchemaRegistryClient) -> None:
        topic = uuid.uuid4().hex
        fields = json.loads(AVRO)["fields"]
        turned = json.dumps({"fields": fields, "namespace": "shop", "name": "Order", "type": "record"}, indent=2)
        conf = {**REGISTER, "normalize.schemas": True}
        first = AvroSerializer(client, AVRO, conf=conf)(ORDERS[0], values(topic))
        again = AvroSerializer(client, turned, conf=conf)(ORDERS[0], values(topic))
        assert id_in(first or b"") == id_in(again or b"")
        assert client.get_versions(f"{topic}-value") == [1]

    def test_references(self, client: SchemaRegistryClient) -> None:
        topic = uuid.uuid4().hex
        customer = '{"type":"record","name":"Customer","namespace":"shop","fields":[{"name":"name","type":"string"}]}'
        order = '{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"by","type":"shop.Customer"}]}'
        client.register_schema(f"{topic}-customer", Schema(customer, "AVRO"))
        reference = SchemaReference("shop.Customer", f"{topic}-customer", 1)
        schema = Schema(order, "AVRO", [reference])
        payload = AvroSerializer(client, schema)({"by": {"name": "x"}}, values(topic))
        assert AvroDeserializer(client)(payload, values(topic)) == {"by": {"name": "x"}}
        assert client.get_referenced_by(f"{topic}-customer", 1) == [id_in(payload or b"")]

    @pytest.mark.parametrize(
        ("strategy", "subject"),
        [(record_subject_name_strategy, "shop.Order"), (topic_record_subject_name_strategy, "{topic}-shop.Order")],
    )
    def test_subject_name_strategies(
        self, client: SchemaRegistryClient, strategy: Callable[..., str], subject: str
    ) -> None:
        topic = uuid.uuid4().hex
        AvroSerializer(client, AVRO, conf={**REGISTER, "subject.name.strategy": strategy})(ORDERS[0], values(topic))
        assert subject.format(topic=topic) in client.get_subjects()


class Upper(RuleExecutor):
    """A rule of a kind of its own: capitals."""

    def configure(self, client_conf: dict[str, Any], rule_conf: dict[str, Any]) -> None:
        """Nothing to choose."""

    def type(self) -> str:
        return "UPPER"

    def transform(self, ctx: RuleContext, message: Any) -> Any:
        return {**message, ctx.rule.expr: message[ctx.rule.expr].upper()}


def test_rules_from_the_registry_are_executed(client: SchemaRegistryClient) -> None:
    """Rule sets are the client's to run; the registry keeps them and hands them out."""
    topic = uuid.uuid4().hex
    rule = Rule("upper", None, RuleKind.TRANSFORM, RuleMode.WRITE, "UPPER", None, None, "note", None, None, False)
    schema = Schema(AVRO, "AVRO", rule_set=RuleSet(migration_rules=None, domain_rules=[rule]))
    client.register_schema(f"{topic}-value", schema)
    rules = RuleRegistry()  # type: ignore[no-untyped-call]  # typed in parts
    rules.register_executor(Upper())
    conf = {"auto.register.schemas": False, "use.latest.version": True}
    payload = AvroSerializer(client, conf=conf, rule_registry=rules)({"id": 1, "note": "abc"}, values(topic))
    assert AvroDeserializer(client)(payload, values(topic)) == {"id": 1, "note": "ABC"}


class TestJson:
    def test_there_and_back(self, client: SchemaRegistryClient, kafka_bootstrap: str, make_topic: MakeTopic) -> None:
        topic = make_topic("orders")
        serialize, deserialize = JSONSerializer(JSON, client), JSONDeserializer(JSON, schema_registry_client=client)
        found = passed(kafka_bootstrap, topic, [(None, serialize(order, values(topic))) for order in ORDERS])
        assert [deserialize(message.value(), values(topic)) for message in found] == ORDERS
        assert client.get_latest_version(f"{topic}-value").schema.schema_type == "JSON"

    def test_references(self, client: SchemaRegistryClient) -> None:
        topic = uuid.uuid4().hex
        customer = '{"type":"object","title":"Customer","properties":{"name":{"type":"string"}}}'
        order = '{"type":"object","title":"Order","properties":{"by":{"$ref":"customer.json"}}}'
        client.register_schema(f"{topic}-customer", Schema(customer, "JSON"))
        schema = Schema(order, "JSON", [SchemaReference("customer.json", f"{topic}-customer", 1)])
        payload = JSONSerializer(schema, client)({"by": {"name": "x"}}, values(topic))
        found = JSONDeserializer(None, schema_registry_client=client)(payload, values(topic))
        assert found == {"by": {"name": "x"}}


class TestProtobuf:
    def test_there_and_back(self, client: SchemaRegistryClient, kafka_bootstrap: str, make_topic: MakeTopic) -> None:
        """Python's serializer registers descriptors in base64, and its deserializer requests them."""
        topic = make_topic("orders")
        order = order_type()
        serialize, deserialize = ProtobufSerializer(order, client, {}), ProtobufDeserializer(order, {}, client)
        sent: list[Message] = [order(id=each["id"], note=each["note"]) for each in ORDERS]
        found = passed(kafka_bootstrap, topic, [(None, serialize(each, values(topic))) for each in sent])
        assert [deserialize(message.value(), values(topic)) for message in found] == sent
        registered = client.get_latest_version(f"{topic}-value")
        assert registered.schema.schema_type == "PROTOBUF"
        assert "message Order" in (registered.schema.schema_str or "")

    def test_imports_are_registered_and_referred_to(self, client: SchemaRegistryClient) -> None:
        topic = uuid.uuid4().hex
        order = order_with_customer(topic)
        payload = ProtobufSerializer(order, client, {})(order(customer={"name": "x"}), values(topic))
        found = ProtobufDeserializer(order, {}, client)(payload, values(topic))
        assert found.customer.name == "x"
        references = client.get_latest_version(f"{topic}-value").schema.references or []
        assert [reference.name for reference in references] == [f"{topic}/customer.proto"]
        assert client.get_versions(references[0].subject or "") == [1]

    def test_known_types_need_no_reference(self, client: SchemaRegistryClient) -> None:
        topic = uuid.uuid4().hex
        visit = visit_with_known_types()
        sent = visit(f1={"year": 2026}, f2={"units": 5}, f3={"value": b"\x01"}, note="x")
        payload = ProtobufSerializer(visit, client, {})(sent, values(topic))
        assert ProtobufDeserializer(visit, {}, client)(payload, values(topic)) == sent
        schema = client.get_latest_version(f"{topic}-value").schema
        assert not schema.references
        assert 'doc: "what was said"' in (schema.schema_str or "")

    def test_a_dependency_may_hold_only_public_imports(self, client: SchemaRegistryClient) -> None:
        topic = uuid.uuid4().hex
        order = order_with_passed_on_customer(topic)
        sent = order(customer={"name": "x"})
        payload = ProtobufSerializer(order, client, {})(sent, values(topic))
        assert ProtobufDeserializer(order, {}, client)(payload, values(topic)) == sent
        assert client.get_versions(f"{topic}/all.proto") == [1]


class TestAsync:
    """The same in asyncio."""

    @pytest.mark.parametrize("kind", ["avro", "json", "protobuf"])
    def test_there_and_back(self, registry: Registry, kafka_bootstrap: str, make_topic: MakeTopic, kind: str) -> None:
        topic = make_topic("orders")
        order = order_type()

        async def serialized() -> list[bytes]:
            async with AsyncSchemaRegistryClient({"url": registry.urls[1]}) as client:
                serialize = await _serializer(kind, client, order)
                orders = [order(**each) for each in ORDERS] if kind == "protobuf" else ORDERS
                return [await serialize(each, values(topic)) for each in orders]

        async def deserialized(payloads: list[bytes]) -> list[Any]:
            async with AsyncSchemaRegistryClient({"url": registry.url}) as client:
                deserialize = await _deserializer(kind, client, order)
                return [await deserialize(payload, values(topic)) for payload in payloads]

        found = passed(kafka_bootstrap, topic, [(None, payload) for payload in asyncio.run(serialized())])
        got = asyncio.run(deserialized([message.value() or b"" for message in found]))
        assert got == ([order(**each) for each in ORDERS] if kind == "protobuf" else ORDERS)


Call = Callable[[Any, SerializationContext], Awaitable[Any]]


async def _serializer(kind: str, client: AsyncSchemaRegistryClient, order: type[Message]) -> Call:
    made: Any
    match kind:
        case "avro":
            made = await AsyncAvroSerializer(client, AVRO)
        case "json":
            made = await AsyncJSONSerializer(JSON, client)
        case _:
            made = await AsyncProtobufSerializer(order, client, {})
    found: Call = made
    return found


async def _deserializer(kind: str, client: AsyncSchemaRegistryClient, order: type[Message]) -> Call:
    made: Any
    match kind:
        case "avro":
            made = await AsyncAvroDeserializer(client)
        case "json":
            made = await AsyncJSONDeserializer(JSON, schema_registry_client=client)
        case _:
            made = await AsyncProtobufDeserializer(order, {}, client)
    found: Call = made
    return found
