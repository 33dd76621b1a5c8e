"""The worker's own HTTP server: /health, /ready, /metrics."""

import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

import orjson

from sluicegate.shared.logs import logger
from sluicegate.validator.errors import ValidatorError

_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_JSON_TYPE = "application/json"
_REQUEST_SECONDS = 5.0


class HealthFailed(ValidatorError):
    """The health server cannot listen."""


@dataclass(frozen=True, slots=True)
class Probes:
    """The probes of the server. It calls them from its threads, and they return at once."""

    alive: Callable[[], bool]
    ready: Callable[[], Mapping[str, bool]]
    metrics: Callable[[], bytes]


class HealthServer:
    """Serves from threads of its own until it is closed."""

    def __init__(self, probes: Probes, host: str, port: int) -> None:
        """Listen. Raises `HealthFailed` when the address cannot be had."""
        try:
            self._server = _Server((host, port), probes)
        except OSError as error:
            raise HealthFailed(
                f"health: cannot listen on {host}:{port}: {error.strerror}. Choose another health.port, or turn health.enabled off"
            ) from error
        self._thread = threading.Thread(target=self._server.serve_forever, name="health", daemon=True)

    @property
    def address(self) -> str:
        """`host:port`, as it came out."""
        host, port = self._server.server_address[:2]
        return f"{host!s}:{port}"

    def __enter__(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], probes: Probes) -> None:
        self.probes = probes
        super().__init__(address, _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore clients that close early; log every other error."""
        if not isinstance(sys.exception(), ConnectionError):
            logger().exception("a probe failed")


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _REQUEST_SECONDS
    server_version = "sluicegate"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer a probe."""
        match self.path.partition("?")[0].rstrip("/"):
            case "/health":
                self._answer_state(self.server.probes.alive(), {})
            case "/ready":
                parts = self.server.probes.ready()
                self._answer_state(all(parts.values()), parts)
            case "/metrics":
                self._answer(HTTPStatus.OK, _METRICS_TYPE, self.server.probes.metrics())
            case _:
                self._answer(HTTPStatus.NOT_FOUND, _JSON_TYPE, b'{"message":"Not Found"}')

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the base class gives it
        """Probes come every few seconds: not worth a line."""

    def _answer_state(self, good: bool, parts: Mapping[str, bool]) -> None:
        status = HTTPStatus.OK if good else HTTPStatus.SERVICE_UNAVAILABLE
        body = {"status": "ok" if good else "failing"} | ({"parts": dict(parts)} if parts else {})
        self._answer(status, _JSON_TYPE, orjson.dumps(body))

    def _answer(self, status: HTTPStatus, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
