"""Commands run in this process against a registry that is a dictionary."""

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from sluicegate.shared.console.command import Surroundings
from sluicegate.shared.console.schema import schema
from tests.fakes.clock import FakeClock
from tests.fakes.native_registry import FakeRegistry

Run = Callable[..., Result]


@pytest.fixture
def registry() -> FakeRegistry:
    """An empty registry."""
    return FakeRegistry()


@pytest.fixture
def clock() -> FakeClock:
    """The clock that retries wait on."""
    return FakeClock()


@pytest.fixture
def run(registry: FakeRegistry, clock: FakeClock) -> Run:
    """Run `sluicegate schema` with arguments; `transport` takes the place of the fake registry."""

    def run(
        *args: object,
        stdin: bytes | BytesIO = b"",
        transport: httpx.BaseTransport | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Result:
        around = Surroundings(transport or registry.transport(), clock)
        words = [str(arg) for arg in args]
        result = CliRunner().invoke(schema, words, input=stdin, obj=around, env=env, catch_exceptions=False)
        assert "Traceback" not in result.output
        return result

    return run


@pytest.fixture
def person(tmp_path: Path) -> Path:
    """A JSON Schema in a file."""
    file = tmp_path / "person.json"
    file.write_bytes(b'{"type": "object",\r\n "title": "P\xc3\xa9rson"}\r\n')
    return file
