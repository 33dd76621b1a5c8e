"""Schemas with references, from registration to verdict: real application, engines and client."""

from collections.abc import Iterator
from io import BytesIO

import fastavro
import httpx
import pytest
from structlog.testing import capture_logs

from sluicegate.registry_api.app import StorePorts, compose
from sluicegate.registry_api.core.examination import EngineExaminer
from sluicegate.registry_api.store.memory import MemoryFeed, MemoryStore
from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.options import FormatOptions, JsonDraft
from sluicegate.shared.formats.protobuf.engine import ProtobufEngine
from sluicegate.shared.formats.protobuf.schema import ProtobufSchema
from sluicegate.shared.model import SchemaFormat, SchemaId, VersionNumber
from sluicegate.validator.model import SchemaRef
from sluicegate.validator.pipeline.check import Checks, EngineOf
from sluicegate.validator.registry.client import RegistryClient
from sluicegate.validator.registry.provider import CachedSchemas, CacheTimes
from sluicegate.validator.telemetry.metrics import Metrics
from tests.fakes.clock import FakeClock
from tests.fakes.registry_service import settings

ADDRESS = '{"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": false}'
PERSON = '{"type": "object", "properties": {"home": {"$ref": "address.json"}}}'
FIRM = '{"type": "object", "properties": {"owner": {"$ref": "person.json"}}}'

MONEY = '{"type": "record", "name": "Money", "namespace": "shop", "fields": [{"name": "cents", "type": "long"}]}'
ORDER = '{"type": "record", "name": "Order", "namespace": "shop", "fields": [{"name": "total", "type": "Money"}]}'

COLOUR = 'syntax = "proto3"; package shop; enum Colour { RED = 0; BLUE = 1; }'
CAR = (
    'syntax = "proto3"; package shop; import "common/colour.proto"; message Car { Colour colour = 1; string name = 2; }'
)


class System:
    """A registry, and a worker's checks that ask it."""

    def __init__(self, engine_of: EngineOf = catalog.engine, *, registry_engine: EngineOf = catalog.engine) -> None:
        store = MemoryStore()
        self.application = compose(
            settings(),
            StorePorts(store, store, MemoryFeed(store), lambda: None),
            EngineExaminer(registry_engine),
        )
        self.http = httpx.Client(transport=httpx.WSGITransport(self.application), base_url="http://registry/")
        clock, metrics = FakeClock(), Metrics()
        client = RegistryClient(self.http, clock, metrics)
        self.checks = Checks(CachedSchemas(client, CacheTimes(), clock, metrics), engine_of, capacity=10)

    def register(self, text: str, kind: str, *references: tuple[str, int]) -> int:
        """Register a new schema; its id."""
        named = [{"name": name, "schema_id": schema_id, "version": 1} for name, schema_id in references]
        body = {"name": "n", "schema_type": kind, "specification": text, "references": named}
        answer = self.http.post("/schemas", json=body)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["identification"])

    def accepts(self, schema_id: int, payload: bytes) -> bool:
        """Whether a message that names version 1 would be valid."""
        return self.checks.decide(SchemaRef(SchemaId(schema_id), VersionNumber(1), None)).accepts(payload)


@pytest.fixture
def system() -> Iterator[System]:
    with capture_logs():
        made = System()
        yield made
        made.application.close()


def test_json_schema(system: System) -> None:
    address = system.register(ADDRESS, "json")
    person = system.register(PERSON, "json", ("address.json", address))
    firm = system.register(FIRM, "json", ("person.json", person))
    assert system.accepts(firm, b'{"owner": {"home": {"city": "Paris"}}}')
    assert not system.accepts(firm, b'{"owner": {"home": {"town": "Paris"}}}')
    body = system.http.get(f"/schemas/{firm}/versions/1").json()
    assert body["attributes"] == "owner,owner/home,owner/home/city"


def test_avro(system: System) -> None:
    money = system.register(MONEY, "avro")
    order = system.register(ORDER, "avro", ("shop.Money", money))
    written = BytesIO()
    fastavro.schemaless_writer(
        written, {"type": "record", "name": "O", "fields": [{"name": "cents", "type": "long"}]}, {"cents": 5}
    )
    assert system.accepts(order, written.getvalue())
    assert not system.accepts(order, written.getvalue() + b"\0")


def test_protobuf_of_which_the_worker_compiles_nothing() -> None:
    class Uncompiling(ProtobufEngine):
        """Has no compiler."""

        def parse(self, source: SchemaSource) -> ProtobufSchema:
            raise AssertionError("the text was compiled again")

    def engine_of(schema_format: SchemaFormat) -> ProtobufEngine:
        return Uncompiling()

    with capture_logs():
        system = System(engine_of)
        colour = system.register(COLOUR, "protobuf")
        car = system.register(CAR, "protobuf", ("common/colour.proto", colour))
        assert system.accepts(car, b"\x08\x01\x12\x01x")
        assert not system.accepts(car, b"\x1a\x01x")
        system.application.close()


def test_a_changed_reference_is_compared_whole(system: System) -> None:
    """The schema's text stays the same; its reference becomes narrower."""
    address = system.register(ADDRESS, "json")
    narrower = ADDRESS.replace('"string"', '"integer"')
    other = system.register(narrower, "json")
    person = system.register(PERSON, "json", ("address.json", address))
    reference = {"name": "address.json", "schema_id": other, "version": 1}
    answer = system.http.put(f"/schemas/{person}", json={"specification": PERSON, "references": [reference]})
    assert answer.status_code == 400
    assert answer.json()["message"] == "Schemas are not compatible"
    assert "city" in answer.json()["errors"][0]["path"]


def test_referenced_json_schema_keeps_the_draft_of_its_registration() -> None:
    """The registry's default draft is another one than the worker's, and than the one that the parent names."""
    former = catalog.Catalog(FormatOptions(json_default_draft=JsonDraft.DRAFT_2020)).engine
    with capture_logs():
        system = System(registry_engine=former)
        child = system.register('{"type": "array", "prefixItems": [{"type": "string"}]}', "json")
        text = '{"$schema": "http://json-schema.org/draft-07/schema#", "allOf": [{"$ref": "child.json"}]}'
        parent = system.register(text, "json", ("child.json", child))
        assert system.accepts(parent, b'["text"]')
        assert not system.accepts(parent, b"[1]")
        system.application.close()
