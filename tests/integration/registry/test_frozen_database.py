"""A real registry whose Postgres is frozen: every request is answered, and it recovers by itself."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

from sluicegate.registry_api.server_settings import Pool
from sluicegate.registry_api.settings import RegistrySettings
from sluicegate.registry_api.store.migrate import migrate
from sluicegate.shared.key_text import new_key
from sluicegate.shared.quickstart.postgres import PostgresServer
from tests.fixtures.programs import until
from tests.fixtures.registry_process import Registry, Serve

SCHEMA = {"name": "person", "schema_type": "json", "specification": '{"type": "object"}'}
IN_FLIGHT = 12
ANSWER_SECONDS = 10.0

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes are found in Linux's /proc")


@pytest.fixture
def postgres() -> Iterator[PostgresServer]:
    """A server that a test may freeze."""
    with TemporaryDirectory(prefix="postgres-") as folder:
        Path(folder).chmod(0o711)
        with PostgresServer(Path(folder) / "data", durable=False) as server:
            migrate(server.url)
            yield server


@contextmanager
def frozen(server: PostgresServer) -> Iterator[None]:
    """Stop every process of a database server, and let them go on afterwards."""
    postmaster = int((server.home / "cluster" / "postmaster.pid").read_text().split()[0])
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    processes = [postmaster, *map(int, children)]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


def attempt(registry: Registry, number: int) -> httpx.Response:
    """Read for even numbers, write for odd ones."""
    if number % 2:
        return httpx.post(f"{registry.url}/schemas", json={**SCHEMA, "name": f"n{number}"}, timeout=120)
    return httpx.get(f"{registry.url}/schemas/1", timeout=120)


def test_frozen_database_holds_up_no_answer(serve: Serve, postgres: PostgresServer) -> None:
    registry = serve(postgres.url)
    registry.program.ready()
    httpx.post(f"{registry.url}/schemas", json=SCHEMA, timeout=60).raise_for_status()
    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        with frozen(postgres):
            waiting = [pool.submit(attempt, registry, number) for number in range(IN_FLIGHT)]
            for path in ("/health", "/metrics", "/openapi.json", "/schemas/types", "/health"):
                assert httpx.get(registry.url + path, timeout=60).status_code == 200, path
            assert httpx.get(f"{registry.url}/ready", timeout=60).status_code == 503
            for answer in (each.result() for each in waiting):
                assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "2")
            late = httpx.get(f"{registry.url}/subjects", timeout=60)
            # Confluent's status for this
            assert (late.status_code, late.headers.get("Retry-After")) == (500, "2")
        until(lambda: attempt(registry, 0).status_code == 200, "it reads again")
        until(lambda: attempt(registry, 101).status_code in (201, 409), "it writes again")
    assert "Traceback" not in registry.program.log


def test_frozen_database_holds_up_no_answer_that_needs_none(
    serve: Serve, postgres: PostgresServer, tmp_path: Path
) -> None:
    """More callers that the process does not remember than it has threads."""
    key, file = str(new_key()), tmp_path / "key"
    file.write_text(key)
    file.chmod(0o600)
    auth = {"SLUICEGATE_REGISTRY_AUTH__MODE": "keys", "SLUICEGATE_REGISTRY_AUTH__BOOTSTRAP_KEY_FILE": str(file)}
    registry = serve(postgres.url, **auth)
    registry.program.ready()

    def ask(path: str, key: str | None = None) -> httpx.Response:
        return httpx.get(registry.url + path, headers={} if key is None else {"X-API-Key": key}, timeout=60)

    assert ask("/schemas/types", key).status_code == 200
    with ThreadPoolExecutor(IN_FLIGHT) as pool, frozen(postgres):
        waiting = [pool.submit(ask, "/schemas/types", str(new_key())) for _ in range(IN_FLIGHT)]
        for sent in (None, key, str(new_key())):
            for path in ("/health", "/", "/docs", "/openapi.json", "/metrics"):
                assert ask(path, sent).status_code == 200, path
        assert {each.result().status_code for each in waiting} <= {500, 503}


def test_waits_of_a_request_end_before_ten_seconds() -> None:
    """A request waits for a thread, and then for a statement or for a connection."""
    pool = Pool()
    queue_timeout = RegistrySettings.model_fields["queue_timeout"].default
    assert queue_timeout + max(pool.statement_timeout + 0.5, pool.timeout) < ANSWER_SECONDS
