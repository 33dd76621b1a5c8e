"""From a request to a WSGI environment, and from a WSGI application's answer to bytes (PEP 3333)."""

import sys
from collections.abc import Callable
from io import BytesIO
from types import TracebackType
from typing import TypeAlias
from wsgiref.types import WSGIApplication, WSGIEnvironment

from sluicegate.registry_api.front.protocol import Scope

_PLAIN = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
_ExcInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]


def environment(scope: Scope, body: bytes) -> WSGIEnvironment:
    """Return the environment of a request whose body is complete."""
    host, _, port = scope.server.rpartition(":")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    _add_headers(environ, scope)
    if body:
        environ["CONTENT_LENGTH"] = str(len(body))
    return environ


def _add_headers(environ: WSGIEnvironment, scope: Scope) -> None:
    for name, value in scope.headers.items():
        if "_" in name:  # could pass for another header: `X_Request_Id` for `X-Request-Id`
            continue
        key = _PLAIN.get(name) or f"HTTP_{name.upper().replace('-', '_')}"
        environ[key] = f"{environ[key]},{value}" if key in environ else value


class WsgiAnswer:
    """The answer of a WSGI application, whole."""

    def __init__(self, application: WSGIApplication, environ: WSGIEnvironment) -> None:
        """Run the application to its end."""
        self.status = 500
        self.headers: list[tuple[str, str]] = []
        chunks = application(environ, self._start)
        try:
            self.body = b"".join(chunks)
        finally:
            close: Callable[[], object] | None = getattr(chunks, "close", None)
            if close is not None:
                close()

    def _start(
        self, status: str, headers: list[tuple[str, str]], exc_info: _ExcInfo | None = None, /
    ) -> Callable[[bytes], object]:
        self.status, self.headers = int(status[:3]), headers
        return _write


def _write(_: bytes) -> None:
    raise NotImplementedError("the registry's answers are iterables")
