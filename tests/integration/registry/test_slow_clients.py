"""Clients that send slowly, do not send, or do not read, at a real server: the others are answered."""

import resource
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import httpx
import pytest

from sluicegate.shared.clock import SystemClock
from tests.fixtures.programs import until
from tests.fixtures.registry_process import Registry, Serve

SCHEMA = {"name": "person", "schema_type": "json", "specification": '{"type": "object"}'}
SLOW_BODIES, IDLE, NOT_READING, READING = 1_000, 1_024, 12, 4
LARGE_BYTES = 4_000_000
LONG = "600"
HEAD = "POST /schemas HTTP/1.1\r\nHost: registry\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"


@pytest.fixture
def many_files() -> Iterator[None]:
    """Allow this process as many sockets as the tests open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = 2 * (SLOW_BODIES + IDLE)
    if hard != resource.RLIM_INFINITY and hard < needed:
        pytest.skip(f"needs {needed} open files, {hard} are allowed")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, needed), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def connected(registry: Registry, opened: ExitStack, sent: str = "", *, receives: int | None = None) -> socket.socket:
    """Connect and send; `receives` limits the kernel's buffer of a client that does not read."""
    client = opened.enter_context(socket.socket())
    if receives is not None:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives)
    client.settimeout(60)
    client.connect(("127.0.0.1", registry.port))
    client.sendall(sent.encode())
    return client


def response(client: socket.socket) -> bytes:
    """Everything until the server closes."""
    received = b""
    while piece := client.recv(65536):
        received += piece
    return received


def test_slow_idle_and_unreading_clients_hold_nobody_up(serve: Serve, database_url: str, many_files: None) -> None:
    limits = {"BODY_TIMEOUT": LONG, "WRITE_TIMEOUT": LONG}
    registry = serve(database_url, **{f"SLUICEGATE_REGISTRY_{name}": value for name, value in limits.items()})
    registry.program.ready()
    with httpx.Client(base_url=registry.url, timeout=60) as client, ExitStack() as opened:
        assert client.post("/schemas", json=SCHEMA).status_code == 201
        large = {**SCHEMA, "name": "large", "specification": f'{{"description": "{"x" * LARGE_BYTES}"}}'}
        assert client.post("/schemas", json=large).status_code == 201
        for _ in range(NOT_READING):
            connected(registry, opened, "GET /schemas/2 HTTP/1.1\r\nHost: registry\r\n\r\n", receives=4096)
        for _ in range(IDLE):
            connected(registry, opened)
        for _ in range(SLOW_BODIES):
            connected(registry, opened, HEAD.format(length=1000) + '{"name": ')
        for path in ("/health", "/ready", "/metrics", "/schemas/1/versions/1", "/schemas/1", "/schemas/types") * 3:
            assert client.get(path).status_code == 200, path
        assert client.post("/schemas", json={**SCHEMA, "name": "another", "specification": "{}"}).status_code == 201


def test_body_that_is_late_gets_408(serve: Serve, database_url: str) -> None:
    registry = serve(database_url, SLUICEGATE_REGISTRY_BODY_TIMEOUT="0.5")
    registry.program.ready()
    with ExitStack() as opened:
        answer = response(connected(registry, opened, HEAD.format(length=1000) + '{"name": '))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in head.lower()
    assert b"did not arrive within 0.5 seconds" in body


def test_late_body_of_confluents_api_gets_its_error_shape(serve: Serve, database_url: str) -> None:
    registry = serve(database_url, SLUICEGATE_REGISTRY_BODY_TIMEOUT="0.5")
    registry.program.ready()
    with ExitStack() as opened:
        head = HEAD.format(length=1000).replace("/schemas", "/subjects/a/versions")
        answer = response(connected(registry, opened, head))
    assert b'"error_code":408' in answer


def test_large_body_gives_way_when_bodies_fill_the_memory(serve: Serve, database_url: str) -> None:
    limits = {"SLUICEGATE_REGISTRY_BODY_MEMORY": "1048576", "SLUICEGATE_REGISTRY_BODY_TIMEOUT": LONG}
    registry = serve(database_url, **limits)
    registry.program.ready()
    with ExitStack() as opened:
        slow = [connected(registry, opened, HEAD.format(length=900_000) + " " * 600_000) for _ in range(3)]
        assert httpx.post(f"{registry.url}/schemas", json=SCHEMA, timeout=60).status_code == 201
        until(lambda: sum(map(_closed, slow)) >= 2, "two of three large bodies are refused")


def _is_reset(client: socket.socket) -> bool:
    """Whether the server knows this connection no more: it says so when something is sent."""
    try:
        client.sendall(b"\r\n")
    except ConnectionError:
        return True
    return False


def _closed(client: socket.socket) -> bool:
    """Whether the server has refused the request.

    A reset is reported once; after it, and after a lost answer, nothing comes.
    """
    client.setblocking(False)
    try:
        found = client.recv(12, socket.MSG_PEEK)
        return not found or found.startswith(b"HTTP/1.1 503")
    except BlockingIOError:
        return False
    except ConnectionError:
        return True
    finally:
        client.settimeout(60)


def test_client_that_never_reads_is_cut_off(serve: Serve, database_url: str) -> None:
    registry = serve(database_url, SLUICEGATE_REGISTRY_WRITE_TIMEOUT="1")
    registry.program.ready()
    large = {**SCHEMA, "specification": f'{{"description": "{"x" * LARGE_BYTES}"}}'}
    assert httpx.post(f"{registry.url}/schemas", json=large, timeout=60).status_code == 201
    with ExitStack() as opened:
        client = connected(registry, opened, "GET /schemas/1 HTTP/1.1\r\nHost: registry\r\n\r\n", receives=4096)
        until(lambda: _is_reset(client), "the connection is cut")


@pytest.mark.parametrize(
    "head", ["GET /schemas/1 HTTP/1.1\r\n\r\n", "GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"]
)
def test_request_without_exactly_one_host_gets_400(serve: Serve, database_url: str, head: str) -> None:
    registry = serve(database_url)
    registry.program.ready()
    with ExitStack() as opened:
        assert response(connected(registry, opened, head)).startswith(b"HTTP/1.1 400 ")


def test_length_beside_chunks_ends_the_connection(serve: Serve, database_url: str) -> None:
    """RFC 9112, section 6.3: chunks win, and later bytes are not read as a request."""
    registry = serve(database_url)
    registry.program.ready()
    head = (
        "POST /check/validity HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    )
    with ExitStack() as opened:
        answer = response(connected(registry, opened, head + "GET /health HTTP/1.1\r\nHost: a\r\n\r\n"))
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"connection: close" in answer.lower()


def test_truncated_body_registers_nothing(serve: Serve, database_url: str) -> None:
    registry = serve(database_url)
    registry.program.ready()
    body = '{"name": "cut", "schema_type": "json", "specification": "{}"}'
    with ExitStack() as opened:
        client = connected(registry, opened, HEAD.format(length=len(body) + 1) + body)
        client.shutdown(socket.SHUT_WR)
        clock = SystemClock()
        until(lambda: clock.monotonic() > 0 and httpx.get(f"{registry.url}/health").status_code == 200, "still up")
    assert httpx.get(f"{registry.url}/schemas").json() == []


def test_server_under_load_stops_after_its_stop_timeout(serve: Serve, database_url: str) -> None:
    limits = {"BODY_TIMEOUT": LONG, "WRITE_TIMEOUT": LONG, "STOP_TIMEOUT": "2", "WORKERS": "2"}
    registry = serve(database_url, **{f"SLUICEGATE_REGISTRY_{name}": value for name, value in limits.items()})
    registry.program.ready()
    answered = [0] * READING
    with ExitStack() as opened, ThreadPoolExecutor(READING) as readers:
        with httpx.Client(base_url=registry.url, timeout=60) as client:
            assert client.post("/schemas", json=SCHEMA).status_code == 201
        for _ in range(50):
            connected(registry, opened, HEAD.format(length=1000) + '{"name": ')
            connected(registry, opened)

        def read(number: int) -> None:
            with suppress(httpx.HTTPError), httpx.Client(base_url=registry.url, timeout=60) as client:
                while client.get("/schemas/1/versions/1").status_code == 200:
                    answered[number] += 1

        reading = [readers.submit(read, number) for number in range(READING)]
        until(lambda: min(answered) > 10, "all readers are answered")
        code = registry.program.terminate(seconds=90)
        assert code == 0, registry.program.log
        for each in reading:
            each.result(timeout=60)
