"""Cross-origin requests of pages in browsers (CORS), as the Fetch standard has them.

Only the origins of the setting `cors_origins` get the headers. No credentials of the browser are
allowed: pages send API keys and tokens as headers of their own.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_ANY: Final = "*"
_METHODS: Final = "GET, HEAD, POST, PUT, DELETE, OPTIONS"
_EXPOSED: Final = "ETag, Link, Location, Retry-After, Deprecation, X-Request-Id, Sluicegate-Registry"
_SECONDS: Final = "600"
"""How long a browser keeps the answer to a preflight request."""


class CrossOrigin:
    """A WSGI application around another: names the allowed origins."""

    def __init__(self, inner: WSGIApplication, origins: Sequence[str]) -> None:
        """`origins`: `https://host:port`, or `*` for all."""
        self._inner = inner
        self._origins = frozenset(origins)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a preflight request, or add the headers to the inner answer."""
        origin = environ.get("HTTP_ORIGIN")
        if not self._origins or origin is None:
            return self._inner(environ, start_response)
        if _ANY not in self._origins and origin not in self._origins:
            return self._inner(environ, start_response)
        allowed = [("Access-Control-Allow-Origin", origin), ("Vary", "Origin")]
        if environ["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ:
            wanted = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "")
            start_response("204 NO CONTENT", [*allowed, *_preflight(wanted)])
            return ()

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None, /) -> Any:
            exposed = ("Access-Control-Expose-Headers", _EXPOSED)
            return start_response(status, [*headers, *allowed, exposed], exc_info)

        return self._inner(environ, start)


def _preflight(wanted: str) -> list[tuple[str, str]]:
    headers = [("Access-Control-Allow-Methods", _METHODS), ("Access-Control-Max-Age", _SECONDS)]
    return [*headers, ("Access-Control-Allow-Headers", wanted)] if wanted else headers
