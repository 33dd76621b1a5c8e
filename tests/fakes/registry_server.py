"""The fake registry on a real port, which can go down and come back."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

import httpx

from tests.fakes.native_registry import FakeRegistry


class RegistryServer:
    """Serves a `FakeRegistry` on loopback. During an outage, its port is closed.

    `refused`: path prefixes with the status of the answer. `asked`: the paths of all requests.
    """

    def __init__(self) -> None:
        """Serves from when it is entered."""
        self.registry = FakeRegistry()
        self.refused: dict[str, int] = {}
        self.asked: list[str] = []
        self._port = 0
        self._server: _Server | None = None

    @property
    def url(self) -> str:
        """Where it is, up or down."""
        return f"http://127.0.0.1:{self._port}"

    def add(self, text: str) -> int:
        """Put a schema; its id."""
        return self.registry.add(text)

    def up(self) -> None:
        """Listen, on the same port each time."""
        server = _Server(("127.0.0.1", self._port), _Handler)
        server.registry, server.refused, server.asked = self.registry, self.refused, self.asked
        self._server, self._port = server, server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()

    def down(self) -> None:
        """Stop listening."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()

    def __enter__(self) -> Self:
        """Up."""
        self.up()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Down."""
        self.down()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    registry: FakeRegistry
    refused: dict[str, int]
    asked: list[str]


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        answer = self._refusal() or self.server.registry.answer(httpx.Request("GET", f"http://registry{self.path}"))
        self.send_response(answer.status_code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def _refusal(self) -> httpx.Response | None:
        statuses = [status for path, status in self.server.refused.items() if self.path.startswith(path)]
        return httpx.Response(statuses[0], json={"message": "no"}) if statuses else None

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the base class gives it
        pass
