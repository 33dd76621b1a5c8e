"""A registry in one process: the real application over a fake store and engine, with a client."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from sluicegate.registry_api.app import Application, StorePorts, compose
from sluicegate.registry_api.core.access.identity import Identity
from sluicegate.registry_api.core.examination import EngineExaminer
from sluicegate.registry_api.settings import RegistrySettings
from sluicegate.shared.errors import FormatUnsupported
from sluicegate.shared.formats.engine import FormatEngine
from sluicegate.shared.model import SchemaFormat
from tests.fakes.api_client import Answer, ApiClient
from tests.fakes.registry_store import FakeStore
from tests.fakes.schema_engine import LineEngine

FIELDS = "name:text"


def line_engine(schema_format: SchemaFormat) -> FormatEngine:
    """JSON and Avro are spoken, in the small language of `LineEngine`."""
    if schema_format in (SchemaFormat.JSON, SchemaFormat.AVRO):
        return LineEngine(schema_format)
    raise FormatUnsupported(f"Format {schema_format.value!r} is not supported. Use one of: json, avro")


@dataclass
class Service:
    """Parts for a test of the API."""

    store: FakeStore = field(default_factory=FakeStore)
    settings: RegistrySettings = field(default_factory=lambda: settings())
    engine: Callable[[SchemaFormat], FormatEngine] = line_engine
    identity: Identity | None = None
    application: Application = field(init=False)
    client: ApiClient = field(init=False)

    def __post_init__(self) -> None:
        store = self.store
        ports = StorePorts(store, store, store, store.close)
        self.application = compose(self.settings, ports, EngineExaminer(self.engine), self.identity)
        self.client = ApiClient(self.application)

    def register(self, text: str = FIELDS, **fields: Any) -> Answer:
        return self.client.post(
            "/schemas", json={"name": "person", "schema_type": "json", "specification": text, **fields}
        )

    def update(self, schema_id: int, text: str) -> Answer:
        return self.client.put(f"/schemas/{schema_id}", json={"specification": text})


def settings(**given: Any) -> RegistrySettings:
    """Settings that no environment and no file reaches, for a database that is never asked."""
    values = {"database_url": SecretStr("postgresql://unused"), **given}
    return RegistrySettings.model_construct(**{**_defaults(), **values})


def _defaults() -> dict[str, Any]:
    return {name: each.default for name, each in RegistrySettings.model_fields.items() if not each.is_required()}
