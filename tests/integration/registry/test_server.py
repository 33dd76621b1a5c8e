"""`sluicegate registry serve` as a real process on a real Postgres."""

import os
import signal
import ssl
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psycopg
import pytest
import trustme

from sluicegate.registry_api.settings import RegistrySettings
from sluicegate.shared.clock import SystemClock
from tests.fixtures.programs import PROGRAM, until
from tests.fixtures.registry_process import Registry, Serve

SCHEMA = {"name": "person", "schema_type": "json", "specification": '{"type": "object", "additionalProperties": false}'}
NEXT = '{"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": false}'
NOWHERE = "postgresql://u:p@127.0.0.1:1/nothing"
KILLED_SECONDS = RegistrySettings.model_fields["stop_timeout"].default


def register(registry: Registry, **given: object) -> httpx.Response:
    return httpx.post(f"{registry.url}/schemas", json={**SCHEMA, **given})


def test_a_schema_goes_in_and_comes_out(serve: Serve, database_url: str) -> None:
    registry = serve(database_url)
    registry.program.ready()
    assert register(registry).json()["message"] == "schema successfully created"
    for _ in range(3):
        answer = httpx.get(f"{registry.url}/schemas/1/versions/1/spec")
        assert (answer.status_code, answer.text) == (200, SCHEMA["specification"])
    assert registry.program.terminate() == 0


def terminated(registry: Registry) -> int:
    """As a container is stopped."""
    return registry.program.terminate()


def interrupted(registry: Registry) -> int:
    """As at a terminal: Ctrl-C reaches the server and its workers, which hear from the server, too."""
    server = registry.program._process
    assert server
    os.killpg(server.pid, signal.SIGINT)
    return server.wait(60)


def managed(registry: Registry) -> int:
    """As a service manager stops it: SIGTERM for every process of it."""
    server = registry.program._process
    assert server
    os.killpg(server.pid, signal.SIGTERM)
    return server.wait(60)


@pytest.mark.parametrize("stop", [terminated, interrupted, managed])
def test_requests_that_are_being_answered_are_finished_before_it_stops(
    serve: Serve, database_url: str, stop: Callable[[Registry], int]
) -> None:
    patient = {"SLUICEGATE_REGISTRY_POOL__STATEMENT_TIMEOUT": str(KILLED_SECONDS)}
    registry = serve(database_url, **patient)
    registry.program.ready()
    register(registry)
    with psycopg.connect(database_url) as held, ThreadPoolExecutor(1) as pool:
        held.execute("select from sluicegate.schema where id = 1 for update")
        answer = pool.submit(
            httpx.put, f"{registry.url}/schemas/1", json={"specification": NEXT}, timeout=KILLED_SECONDS
        )
        until(lambda: _waits(database_url), "the update waits for the row")
        begun = SystemClock().monotonic()
        stopping = pool_of_one(lambda: stop(registry))
        until(lambda: not _accepts(registry), "no new connections")
        held.rollback()
        assert answer.result().json().get("message") == "schema successfully updated", registry.program.log
        assert stopping() == 0
    # Killing the worker would take as long as it may.
    assert SystemClock().monotonic() - begun < KILLED_SECONDS, registry.program.log


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="what a thread hears is read from Linux's /proc")
def test_ctrl_c_is_heard_by_the_server_alone(serve: Serve, database_url: str) -> None:
    registry = serve(database_url)
    registry.program.ready()
    children = Path(f"/proc/{registry.program.pid}/task/{registry.program.pid}/children").read_text().split()
    workers = [child for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]
    assert workers
    deaf = [_deaf(thread) for worker in workers for thread in Path(f"/proc/{worker}/task").iterdir()]
    assert all(deaf), f"{deaf.count(False)} of {len(deaf)} threads hear it"


def _deaf(thread: Path) -> bool:
    (mask,) = (line.split()[1] for line in (thread / "status").read_text().splitlines() if line.startswith("SigBlk:"))
    return bool(int(mask, 16) >> (signal.SIGINT - 1) & 1)


def pool_of_one(action: Callable[[], int]) -> Callable[[], int]:
    """Run an action beside the test; the result gives its answer."""
    pool = ThreadPoolExecutor(1)
    running = pool.submit(action)

    def result() -> int:
        try:
            return running.result()
        finally:
            pool.shutdown()

    return result


def _waits(database_url: str) -> bool:
    with psycopg.connect(database_url) as connection:
        waiting = connection.execute(
            "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
        )
        return waiting.fetchone() is not None


def _accepts(registry: Registry) -> bool:
    try:
        httpx.get(f"{registry.url}/health", timeout=0.5)
    except httpx.ConnectError:
        return False
    except httpx.HTTPError:
        return True
    return True


def test_its_workers_go_when_it_is_killed_and_it_starts_again_at_once(
    serve: Serve, database_url: str, tmp_path: Path
) -> None:
    registry = serve(database_url, "--workers", "2")
    registry.program.ready()
    server = registry.program._process
    assert server
    os.kill(server.pid, signal.SIGKILL)  # it alone, not its group
    server.wait()
    until(lambda: not _accepts(registry), "the workers end")
    registry.program.start().ready()


def test_a_port_in_use_is_one_clear_line(serve: Serve, database_url: str) -> None:
    registry = serve(database_url)
    registry.program.ready()
    second = subprocess.run(
        [PROGRAM, "registry", "serve", "--port", str(registry.port)],
        env={**os.environ, "SLUICEGATE_REGISTRY_DATABASE_URL": database_url},  # noqa: TID251 - handed on
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert second.stderr.splitlines() == [
        f"Error: cannot listen on 127.0.0.1:{registry.port}: another program listens there. "
        "Stop it, or name another port with --port"
    ]


def test_without_a_database_it_is_up_and_not_ready(serve: Serve) -> None:
    registry = serve(NOWHERE)
    registry.up()
    ready = httpx.get(f"{registry.url}/ready", timeout=10)
    assert (ready.status_code, ready.json()["message"]) == (503, "The registry's database does not answer. Try again.")
    assert register(registry).status_code == 503


def test_without_its_tables_it_says_what_to_do(serve: Serve, empty_database_url: str) -> None:
    registry = serve(empty_database_url)
    registry.up()
    ready = httpx.get(f"{registry.url}/ready", timeout=10)
    assert ready.status_code == 503
    assert "sluicegate registry migrate" in ready.json()["message"]


def test_it_migrates_when_it_is_told_to(serve: Serve, empty_database_url: str) -> None:
    registry = serve(empty_database_url, "--migrate")
    registry.program.ready()
    assert register(registry).status_code == 201


def test_what_one_replica_deletes_another_forgets(serve: Serve, database_url: str) -> None:
    one, other = serve(database_url), serve(database_url)
    for registry in (one, other):
        registry.program.ready()
    register(one)
    path = "/schemas/1/versions/1"
    for registry in (one, other):
        for _ in range(3):
            assert httpx.get(registry.url + path).status_code == 200
    until(lambda: _hits(other) > 0, "the other one reads from its cache")
    assert httpx.delete(one.url + path).status_code == 200
    assert httpx.get(one.url + path).status_code == 404
    until(lambda: httpx.get(other.url + path).status_code == 404, "the other one forgets", seconds=5)


def _hits(registry: Registry) -> float:
    httpx.get(f"{registry.url}/schemas/1/versions/1")
    lines = httpx.get(f"{registry.url}/metrics").text.splitlines()
    return sum(
        float(line.split()[-1])
        for line in lines
        if line.startswith("sluicegate_registry_hot_reads_total{") and "hit" in line
    )


def test_the_metrics_of_all_workers_are_put_together(serve: Serve, database_url: str) -> None:
    registry = serve(database_url, "--workers", "2")
    registry.program.ready()
    for index in range(20):
        # each on its own connection
        register(registry, name=f"name {index}", publisher_id=str(index))
    counted = [
        float(line.split()[-1])
        for line in httpx.get(f"{registry.url}/metrics").text.splitlines()
        if line.startswith("sluicegate_registry_registrations_total{") and "added" in line
    ]
    assert counted == [20]


def test_a_body_without_a_length_is_limited_too(serve: Serve, database_url: str) -> None:
    registry = serve(database_url, SLUICEGATE_REGISTRY_BODY_LIMIT="2048")
    registry.program.ready()
    headers = {"Content-Type": "application/json"}
    for content in (b"x" * 2049, iter([b"x" * 1000] * 3)):
        answer = httpx.post(f"{registry.url}/schemas", content=content, headers=headers)
        assert (answer.status_code, answer.json()["message"]) == (
            413,
            "The body is larger than the limit of 2048 bytes",
        )


@pytest.mark.parametrize("password", [None, "hunter2"])
def test_it_speaks_tls(serve: Serve, database_url: str, tmp_path: Path, password: str | None) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    issued.cert_chain_pems[0].write_to_path(cert)
    key.write_bytes(_private_key(issued.private_key_pem.bytes(), password))
    environment = {"SLUICEGATE_REGISTRY_TLS__CERT": str(cert), "SLUICEGATE_REGISTRY_TLS__KEY": str(key)}
    if password:
        environment["SLUICEGATE_REGISTRY_TLS__KEY_PASSWORD"] = password
    registry = serve(database_url, **environment)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)

    def answers() -> bool:
        try:
            return httpx.get(f"{registry.url}/ready", verify=trusting).status_code == 200
        except httpx.HTTPError:
            return False

    until(answers, f"TLS\n{registry.program.log}")
    assert registry.program.terminate() == 0


def test_client_needs_a_certificate_where_an_authority_is_named(
    serve: Serve, database_url: str, tmp_path: Path
) -> None:
    authority, others = trustme.CA(), trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    cert, key, known = tmp_path / "cert.pem", tmp_path / "key.pem", tmp_path / "ca.pem"
    issued.cert_chain_pems[0].write_to_path(cert)
    issued.private_key_pem.write_to_path(key)
    authority.cert_pem.write_to_path(known)
    registry = serve(
        database_url,
        SLUICEGATE_REGISTRY_TLS__CERT=str(cert),
        SLUICEGATE_REGISTRY_TLS__KEY=str(key),
        SLUICEGATE_REGISTRY_TLS__CLIENT_CA=str(known),
    )

    def status(client: trustme.LeafCert | None) -> int | None:
        context = ssl.create_default_context()
        authority.configure_trust(context)
        if client is not None:
            client.configure_cert(context)
        try:
            return httpx.get(f"{registry.url}/ready", verify=context).status_code
        except httpx.HTTPError:
            return None

    until(lambda: status(authority.issue_cert("client")) == 200, f"mutual TLS\n{registry.program.log}")
    assert status(None) is None
    assert status(others.issue_cert("client")) is None
    assert registry.program.terminate() == 0


def _private_key(pem: bytes, password: str | None) -> bytes:
    from cryptography.hazmat.primitives import serialization

    if password is None:
        return pem
    return serialization.load_pem_private_key(pem, None).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password.encode()),
    )


@pytest.mark.parametrize("password", [None, "hunter2"])
def test_a_certificate_that_is_none_is_one_clear_line(tmp_path: Path, password: str | None) -> None:
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("nonsense")
    secret = {"SLUICEGATE_REGISTRY_TLS__KEY_PASSWORD": password} if password else {}
    result = subprocess.run(
        [PROGRAM, "registry", "serve", "--port", "0"],
        env={
            **os.environ,  # noqa: TID251 - handed on
            "SLUICEGATE_REGISTRY_DATABASE_URL": NOWHERE,
            "SLUICEGATE_REGISTRY_TLS__CERT": str(nonsense),
            "SLUICEGATE_REGISTRY_TLS__KEY": str(nonsense),
            **secret,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: tls: ")


def workers(registry: Registry) -> set[int]:
    """The process ids of a server's workers."""
    children = Path(f"/proc/{registry.program.pid}/task/{registry.program.pid}/children").read_text().split()
    return {int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()}


needs_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="workers are found in Linux's /proc")


@needs_proc
def test_worker_that_is_killed_is_started_again(serve: Serve, database_url: str) -> None:
    registry = serve(database_url)
    registry.program.ready()
    (first,) = workers(registry)
    os.kill(first, signal.SIGKILL)
    until(lambda: workers(registry) not in (set(), {first}), "another worker runs")
    # The connection waits at the server's socket until the new worker accepts it.
    assert httpx.get(f"{registry.url}/health", timeout=60).status_code == 200
    (ended,) = [line for line in registry.program.log.splitlines() if '"worker ended"' in line]
    assert '"code":-9' in ended
    assert registry.program.terminate() == 0


@needs_proc
def test_other_workers_serve_while_one_is_started_again(serve: Serve, database_url: str) -> None:
    registry = serve(database_url, "--workers", "2")
    registry.program.ready()
    until(lambda: len(workers(registry)) == 2, "two workers run")
    for killed in (1, 2, 3):
        os.kill(max(workers(registry)), signal.SIGKILL)
        assert httpx.get(f"{registry.url}/ready", timeout=60).status_code == 200
        until(lambda: registry.program.log.count('"worker ended"') == killed, "the end is logged")  # noqa: B023
        until(lambda: len(workers(registry)) == 2, "two workers run again")
    assert registry.program.running
    assert registry.program.terminate() == 0


def test_registry_that_drains_is_not_ready_and_answers_each_request_as_the_last_of_its_connection(
    serve: Serve, database_url: str
) -> None:
    registry = serve(database_url, SLUICEGATE_REGISTRY_DRAIN_SECONDS="10")
    registry.program.ready()
    register(registry)
    with httpx.Client(base_url=registry.url, timeout=60) as kept:
        assert "connection" not in kept.get("/schemas/1/versions/1").headers
        os.kill(registry.program.pid, signal.SIGTERM)
        until(lambda: httpx.get(f"{registry.url}/ready").status_code == 503, "not ready")
        for path in ("/schemas", "/schemas/1/versions/1", "/health"):  # from the database, the hot cache, neither
            answer = kept.get(path)
            assert (answer.status_code, answer.headers["connection"]) == (200, "close"), path
        answer = kept.put("/schemas/1", json={"specification": NEXT})
        assert (answer.status_code, answer.headers["connection"]) == (200, "close")
    assert registry.program.terminate(seconds=60) == 0
