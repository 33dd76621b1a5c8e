"""The example of a service that loads its schema at start and reloads it on change."""

import runpy
from pathlib import Path
from typing import Any

import httpx
import pytest

from sluicegate.shared.client import ClientError, RegistryClient
from tests.fakes.clock import FakeClock
from tests.fakes.native_registry import FakeRegistry
from tests.fakes.scripted_transport import ScriptedTransport

EXAMPLE = Path(__file__).parents[3] / "examples" / "service_with_schema.py"
INTEGER, STRING = '{"type": "integer"}', '{"type": "string"}'


@pytest.fixture
def example() -> Any:
    """Return the names of the example's module."""
    return runpy.run_path(str(EXAMPLE))


def opened(transport: httpx.BaseTransport) -> RegistryClient:
    return RegistryClient("http://registry", clock=FakeClock(), transport=transport)


def test_service_loads_its_schema_and_reloads_a_new_version(example: Any) -> None:
    registry = FakeRegistry()
    schema_id = registry.add(INTEGER)
    with opened(registry.transport()) as client:
        schema = example["LiveSchema"](client, schema_id)
        assert (schema.current.version, schema.current.validator.accepts(b"1")) == (1, True)
        assert not schema.reload()

        registry.add_version(schema_id, STRING)

        assert schema.reload()
        assert (schema.current.version, schema.current.validator.accepts(b"1")) == (2, False)


def test_service_does_not_start_without_a_registry(example: Any) -> None:
    refused = httpx.ConnectError("connection refused")
    with opened(ScriptedTransport(refused, refused, refused)) as client, pytest.raises(ClientError):
        example["LiveSchema"](client, 1)
