"""The way into the broker for clients that misread its first answer."""

import socket
import struct
import threading
from collections.abc import Iterator

import pytest

from sluicegate.shared.quickstart.doorway import API_VERSIONS, Doorway, greeting_answer
from sluicegate.shared.quickstart.ports import HOST, free_port


def request(api: int, version: int, correlation: int = 7) -> bytes:
    return struct.pack(">hhi", api, version, correlation) + b"\xff\xff"


def framed(body: bytes) -> bytes:
    return struct.pack(">i", len(body)) + body


@pytest.fixture
def echo() -> Iterator[int]:
    """A broker that sends back whatever it gets; its port."""
    with socket.create_server((HOST, 0)) as server:
        threading.Thread(target=_serve, args=(server,), daemon=True).start()
        yield server.getsockname()[1]


def _serve(server: socket.socket) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            while data := connection.recv(1 << 16):
                connection.sendall(data)


@pytest.mark.parametrize("version", [3, 4, 5])
def test_doorway_refuses_versions_with_tagged_fields_as_kip_511_says(version: int) -> None:
    answer = greeting_answer(request(API_VERSIONS, version))
    assert answer is not None
    assert struct.unpack(">ihihhh", answer) == (7, 35, 1, API_VERSIONS, 0, 2)


@pytest.mark.parametrize("body", [request(API_VERSIONS, 0), request(API_VERSIONS, 2), request(3, 9), b"", b"\0" * 7])
def test_doorway_leaves_other_requests_to_the_broker(body: bytes) -> None:
    assert greeting_answer(body) is None


@pytest.mark.parametrize("first", [framed(request(3, 9)), b"GET / HTTP/1.1\r\n\r\n", framed(request(API_VERSIONS, 0))])
def test_doorway_passes_bytes_unchanged(echo: int, first: bytes) -> None:
    port = free_port()
    rest = bytes(range(256)) * 1000
    with Doorway(HOST, port, echo), socket.create_connection((HOST, port)) as client:
        client.sendall(first + rest)
        client.shutdown(socket.SHUT_WR)
        assert b"".join(iter(lambda: client.recv(1 << 16), b"")) == first + rest


def test_doorway_answers_once_and_passes_the_next_request(echo: int) -> None:
    port = free_port()
    again = framed(request(API_VERSIONS, 0, 8))
    with Doorway(HOST, port, echo), socket.create_connection((HOST, port)) as client:
        client.sendall(framed(request(API_VERSIONS, 3)) + again)
        client.shutdown(socket.SHUT_WR)
        found = b"".join(iter(lambda: client.recv(1 << 16), b""))
    assert found.endswith(again)
    assert len(found) == 4 + 16 + len(again)


def test_doorway_says_that_its_port_is_taken(echo: int) -> None:
    with pytest.raises(OSError, match="address already in use"):
        Doorway(HOST, echo, echo).start()


def test_stopped_doorway_closes_its_connections(echo: int) -> None:
    port = free_port()
    doorway = Doorway(HOST, port, echo).start()
    with socket.create_connection((HOST, port)) as client:
        client.sendall(b"\0\0\0\x01x")
        assert client.recv(5) == b"\0\0\0\x01x"
        doorway.stop()
        doorway.stop()
        assert client.recv(1) == b""


def test_doorway_without_a_broker_closes_the_connection_and_stops() -> None:
    port = free_port()
    with Doorway(HOST, port, free_port()) as doorway, socket.create_connection((HOST, port), timeout=30) as client:
        assert client.recv(1) == b""
        doorway.stop()
