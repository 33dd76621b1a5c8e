"""The pages for browsers: the one at `/`, and the explorer of the API at `/docs`.

All of their files are in `assets`, so a browser asks no other host (decision 0194).
"""

from collections.abc import Iterable, Mapping
from html import escape
from importlib import resources
from importlib.metadata import version
from types import MappingProxyType
from typing import Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Response
from werkzeug.exceptions import NotFound

from sluicegate.registry_api.facades.operation import Call, Operation, Reply, Source
from sluicegate.shared.wire import Report

WELCOME: Final = "/welcome"
_HTML: Final = "text/html"
_SCRIPT: Final = "text/javascript"
_STYLE: Final = "text/css"
_PNG: Final = "image/png"
_FAULT: Final = Reply("The fault is ours; the log tells more under the answer's request id", Report)

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {"Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
)
_FILES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "explorer.js": (_SCRIPT, "explorer.js"),
        "swagger-ui.js": (_SCRIPT, "swagger-ui-bundle.js"),
        "swagger-ui.css": (_STYLE, "swagger-ui.css"),
        "page.css": (_STYLE, "page.css"),
        "favicon.png": (_PNG, "favicon-32x32.png"),
    }
)
"""The last part of a path -> media type, and file in `assets`."""


class BrowserAddresses:
    """A WSGI application around another: gives browsers a page at `/`, where clients get `{}`."""

    def __init__(self, inner: WSGIApplication) -> None:
        """Use the inner application."""
        self._inner = inner

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Rewrite the path, and let answer."""
        reads = environ["REQUEST_METHOD"] in ("GET", "HEAD")
        if reads and environ.get("PATH_INFO") == "/" and _HTML in environ.get("HTTP_ACCEPT", ""):
            environ = {**environ, "PATH_INFO": WELCOME, "HTTP_ACCEPT": "*/*"}
        return self._inner(environ, start_response)


class BrowserRoutes:
    """The views."""

    def __init__(self) -> None:
        """Read the pages."""
        self._welcome = _read("welcome.html").replace(b"{version}", escape(version("sluicegate")).encode())
        self._docs = _read("docs.html")
        self._files = {name: (_read(file), media) for name, (media, file) in _FILES.items()}

    def welcome(self, _: Call) -> Response:
        """`GET /welcome`, and `GET /` for browsers."""
        return _page(self._welcome)

    def docs(self, _: Call) -> Response:
        """`GET /docs`."""
        return _page(self._docs)

    def file(self, _: Call, file: str) -> Response:
        """`GET /docs/{file}`. Raises `NotFound`."""
        if file not in self._files:
            raise NotFound
        data, media = self._files[file]
        return Response(data, content_type=media, headers={**_HEADERS, "Cache-Control": "public, max-age=3600"})


def browsing(routes: BrowserRoutes) -> tuple[Operation, ...]:
    """Return the operations of the pages."""
    media = tuple(dict.fromkeys(media for media, _ in _FILES.values()))
    page = {200: Reply("The page", str, (_HTML,)), 500: _FAULT}
    file = {200: Reply("The file", str, media), 404: Reply("There is no such file", Report), 500: _FAULT}
    return (
        Operation(
            "GET", WELCOME, "getWelcome", "The page that browsers get at `/`", routes.welcome, page, source=Source.NOTHING
        ),
        Operation(
            "GET", "/docs", "getDocs", "The explorer of this API, for browsers", routes.docs, page, source=Source.NOTHING
        ),
        Operation(
            "GET", "/docs/{file}", "getDocsFile", "A script, style or image of the pages", routes.file, file,
            parameters={"file": {"type": "string", "enum": sorted(_FILES)}}, source=Source.NOTHING,
        ),
    )  # fmt: skip


def _page(text: bytes) -> Response:
    return Response(text, content_type=f"{_HTML}; charset=utf-8", headers={**_HEADERS, "Cache-Control": "no-store"})


def _read(name: str) -> bytes:
    return (resources.files("sluicegate.registry_api.facades.ops") / "assets" / name).read_bytes()
