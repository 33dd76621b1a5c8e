"""Messages of Confluent's serializers, up to the verdict: real client, registry and engines."""

import threading
from collections.abc import Callable, Iterator
from typing import Any, cast

import httpx
import pytest
from confluent_kafka.schema_registry import SchemaRegistryClient, header_schema_id_serializer
from confluent_kafka.schema_registry.avro import AvroSerializer
from confluent_kafka.schema_registry.json_schema import JSONSerializer
from confluent_kafka.schema_registry.protobuf import ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf.timestamp_pb2 import Timestamp
from structlog.testing import capture_logs
from werkzeug.serving import WSGIRequestHandler, make_server

from sluicegate.registry_api.app import StorePorts, compose
from sluicegate.registry_api.core.examination import EngineExaminer
from sluicegate.registry_api.store.memory import MemoryFeed, MemoryStore
from sluicegate.shared.formats import catalog
from sluicegate.validator.model import VALID, Headers, Invalid
from sluicegate.validator.modes.by_frame import ByFrame
from sluicegate.validator.pipeline.check import Checks
from sluicegate.validator.pipeline.process import Processor
from sluicegate.validator.registry.client import RegistryClient
from sluicegate.validator.registry.provider import CachedSchemas, CacheTimes
from sluicegate.validator.telemetry.metrics import Metrics
from tests.fakes.clock import FakeClock
from tests.fakes.registry_service import settings
from tests.fakes.validator import message

RECORD = '{"type":"record","name":"R","namespace":"shop","fields":[{"name":"a","type":"int"}]}'
OBJECT = '{"$schema":"http://json-schema.org/draft-07/schema#","title":"O","type":"object","properties":{"a":{"type":"integer"}}}'
OURS = {"auto.register.schemas": True}

Written = tuple[bytes, Headers]


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the base class's names
        """Say nothing."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A registry that listens."""
    store = MemoryStore()
    with capture_logs():
        application = compose(
            settings(),
            StorePorts(store, store, MemoryFeed(store), lambda: None),
            EngineExaminer(catalog.engine),
        )
        server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()
        application.close()


def avro(client: SchemaRegistryClient, conf: dict[str, object]) -> Callable[[SerializationContext], bytes]:
    serializer = AvroSerializer(client, RECORD, conf=OURS | conf)
    return lambda context: bytes(serializer({"a": 5}, context) or b"")


def json_schema(client: SchemaRegistryClient, conf: dict[str, object]) -> Callable[[SerializationContext], bytes]:
    serializer = JSONSerializer(OBJECT, client, conf=OURS | conf)
    return lambda context: bytes(serializer({"a": 5}, context) or b"")


def protobuf(client: SchemaRegistryClient, conf: dict[str, object]) -> Callable[[SerializationContext], bytes]:
    serializer = ProtobufSerializer(Timestamp, client, conf=OURS | {"use.deprecated.format": False} | conf)
    return lambda context: bytes(serializer(Timestamp(seconds=5), context) or b"")


@pytest.mark.parametrize("conf", [{}, {"schema.id.serializer": header_schema_id_serializer}], ids=["frame", "header"])
@pytest.mark.parametrize("serializer", [avro, json_schema, protobuf])
def test_what_the_serializers_write_is_valid_and_what_was_changed_is_not(
    url: str,
    serializer: Callable[[SchemaRegistryClient, dict[str, object]], Callable[[SerializationContext], bytes]],
    conf: dict[str, object],
) -> None:
    with SchemaRegistryClient({"url": url}) as client:
        head: Headers = []
        context = SerializationContext(
            f"topic-{serializer.__name__}-{len(conf)}", MessageField.VALUE, cast("Any", head)
        )
        payload = serializer(client, conf)(context)
    clock, metrics = FakeClock(), Metrics()
    with RegistryClient(httpx.Client(base_url=f"{url}/"), clock, metrics) as ours:
        schemas = CachedSchemas(ours, CacheTimes(), clock, metrics)
        subject = Processor(ByFrame(schemas, Checks(schemas, catalog.engine, capacity=10)))

        assert subject.judge(message(payload, head=head)) == VALID
        assert isinstance(subject.judge(message(payload + b"\x7f", head=head)), Invalid)
