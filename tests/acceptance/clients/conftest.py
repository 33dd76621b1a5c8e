"""One registry as a real process over Postgres for all clients of these tests.

Each uses its own topics and subjects.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from confluent_kafka.schema_registry import SchemaRegistryClient

from sluicegate.shared.quickstart.ports import free_port
from tests.fixtures.programs import Program

pytestmark = pytest.mark.acceptance


@dataclass(frozen=True)
class Registry:
    """Where the registry is."""

    url: str

    @property
    def urls(self) -> tuple[str, str]:
        """Both places at which Confluent's API stands."""
        return self.url, f"{self.url}/confluent"


@pytest.fixture(scope="module")
def registry(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A registry that answers, for a module's tests."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    program = Program(
        ("registry", "serve"),
        {"SLUICEGATE_REGISTRY_DATABASE_URL": module_database_url, "SLUICEGATE_REGISTRY_PORT": str(port)},
        f"{url}/ready",
        tmp_path_factory.mktemp("registry") / "registry.log",
    )
    program.start().ready()
    try:
        yield Registry(url)
    finally:
        program.stop()


@pytest.fixture(params=["root", "prefix"])
def client(request: pytest.FixtureRequest, registry: Registry) -> Iterator[SchemaRegistryClient]:
    """Confluent's client, at either place."""
    with SchemaRegistryClient({"url": registry.urls[request.param == "prefix"]}) as client:
        yield client
