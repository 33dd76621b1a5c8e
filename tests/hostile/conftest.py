"""A shipped registry except for its store, and forbidden targets."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from werkzeug.test import Client, TestResponse

from sluicegate.registry_api.app import StorePorts, compose
from sluicegate.registry_api.store.memory import MemoryFeed, MemoryStore
from sluicegate.registry_api.trial.examiner import TrialExaminer
from sluicegate.shared.model import SchemaFormat
from tests.fakes.clock import FakeClock
from tests.fakes.registry_service import settings
from tests.fixtures.trials import shipped, trials
from tests.hostile.case import Bait

BODY_LIMIT = 64 * 1024 * 1024
"""More than the registry's default: its own limit is a separate case."""

_OURS = {"name": "plain", "schema_type": "json", "specification": '{"type": "object"}'}


@dataclass(frozen=True)
class Registry:
    """The application over trial processes with the limits that it is shipped with."""

    client: Client

    def post(self, schema_format: SchemaFormat, text: str, **fields: str) -> TestResponse:
        body = {"name": "hostile", "schema_type": schema_format.value, "specification": text, **fields}
        return self.client.post("/schemas", json=body)

    def put(self, schema_id: str, text: str) -> TestResponse:
        return self.client.put(f"/schemas/{schema_id}", json={"specification": text})

    def serves(self) -> bool:
        """Return whether usual requests get their usual answers."""
        written = self.client.post("/schemas", json=_OURS)
        read = self.client.get(f"/schemas/{written.get_json()['identification']}/versions/1/spec")
        return written.status_code in {201, 409} and (read.status_code, read.text) == (200, _OURS["specification"])


@pytest.fixture(scope="session")
def registry() -> Iterator[Registry]:
    """Yield one registry for all cases: each sees the effects of earlier ones."""
    with trials() as examiner:
        store = MemoryStore(FakeClock())
        ports = StorePorts(store, store, MemoryFeed(store), lambda: None)
        application = compose(settings(body_limit=BODY_LIMIT), ports, shipped(examiner))
        with capture_logs():
            yield Registry(Client(application))
        application.close()


@pytest.fixture(scope="session")
def judge() -> Iterator[TrialExaminer]:
    """An examiner behind no facade."""
    with trials() as examiner:
        yield examiner


@contextmanager
def laid(folder: Path) -> Iterator[Bait]:
    """A listener and a file.

    Raises `AssertionError` afterwards when something has touched one of them.
    """
    file = folder / "schema.json"
    file.write_text('{"type": "string"}')
    # older than the last change: the next read is recorded
    os.utime(file, (0, file.stat().st_mtime))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield Bait(f"http://127.0.0.1:{listener.getsockname()[1]}/schema.json", file)
        try:
            connection, _ = listener.accept()
        except BlockingIOError:
            pass
        else:
            connection.close()
            raise AssertionError("something has connected to the listener")
    assert file.stat().st_atime == 0, "something has read the file"


@pytest.fixture
def bait(tmp_path: Path) -> Iterator[Bait]:
    """A listener and a file, which are found untouched afterwards."""
    with laid(tmp_path) as found:
        yield found
