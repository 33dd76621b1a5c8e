"""The thin layer before Flask that answers reads of what never changes: one version, and its text.

It asks `Access` for every request, as every facade does, and lets Flask word the refusal. Whatever it is not sure of goes to Flask,
whose answers, where they declare themselves immutable, fill the cache.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from registry_api.answers import Answer, AnswerCache, Ticket, header
from registry_api.core.access import Access, Credentials, Role
from registry_api.core.errors import AccessDenied
from registry_api.metrics import Metrics
from registry_api.request_ids import HEADER, RequestIds
from shared.logs import logger
from shared.model import SchemaId

_immutable = re.compile(r"/schemas/([1-9][0-9]{0,17})/versions/[1-9][0-9]{0,17}(/spec)?").fullmatch
_ROUTES = {
    None: "/schemas/{schema_id}/versions/{version}",
    "/spec": "/schemas/{schema_id}/versions/{version}/spec",
}
_NOBODY = Credentials()
# Of the request or of the moment, not of the answer.
_PASSING = frozenset({"date", "x-request-id"})
_UNCHANGED_KEEPS = frozenset({"etag", "cache-control"})


class HotReads:
    """A WSGI application around another."""

    def __init__(
        self,
        inner: WSGIApplication,
        cache: AnswerCache,
        access: Access,
        request_ids: RequestIds,
        metrics: Metrics,
        *,
        log_reads: bool = False,
    ) -> None:
        """Take what answers the rest, and what a hot read needs. `log_reads` notes each of them, which costs more than the read."""
        self._inner = inner
        self._cache = cache
        self._access = access
        self._request_ids = request_ids
        self._log_reads = log_reads
        self._count = _Counter(metrics)
        self._hot_bytes = metrics.hot_bytes

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer from the cache, or let Flask answer."""
        answer = self._cache.get(environ.get("PATH_INFO", ""))
        if answer is None or environ.get("QUERY_STRING") or environ["REQUEST_METHOD"] != "GET":
            return self._ask(environ, start_response)
        named = environ.get("HTTP_IF_NONE_MATCH")
        if (named is not None and named != answer.etag) or not self._allowed(environ, answer):
            return self._inner(environ, start_response)
        return self._answer(environ, start_response, answer, unchanged=named is not None)

    def _allowed(self, environ: WSGIEnvironment, answer: Answer) -> bool:
        authorization, key = environ.get("HTTP_AUTHORIZATION"), environ.get("HTTP_X_API_KEY")
        credentials = _NOBODY if authorization is None and key is None else Credentials(authorization, key)
        try:
            self._access.authorize(credentials, Role.READER, answer.schema_id)
        except AccessDenied:
            return False
        return True

    def _answer(
        self, environ: WSGIEnvironment, start_response: StartResponse, answer: Answer, *, unchanged: bool
    ) -> list[bytes]:
        request_id = self._request_ids.of(environ)
        self._count.hit(answer.route, unchanged=unchanged)
        if self._log_reads:
            logger().debug(
                "hot read", request_id=request_id, path=environ["PATH_INFO"], status=304 if unchanged else 200
            )
        if unchanged:
            kept = [pair for pair in answer.headers if pair[0].lower() in _UNCHANGED_KEEPS]
            start_response("304 NOT MODIFIED", [*kept, (HEADER, request_id)])
            return []
        start_response("200 OK", [*answer.headers, (HEADER, request_id)])
        return [answer.body]

    def _ask(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Let Flask answer, and keep the answer if it is one that never changes."""
        plain = environ["REQUEST_METHOD"] == "GET" and not environ.get("QUERY_STRING")
        match = _immutable(environ.get("PATH_INFO", "")) if plain else None
        if match is None:
            return self._inner(environ, start_response)
        self._count.miss()
        schema_id = SchemaId(int(match[1]))
        ticket = self._cache.ticket(schema_id)
        if ticket is None:
            return self._inner(environ, start_response)
        return self._fill(environ, start_response, schema_id, _ROUTES[match[2]], ticket)

    def _fill(
        self, environ: WSGIEnvironment, start_response: StartResponse, schema_id: SchemaId, route: str, ticket: Ticket
    ) -> Iterable[bytes]:
        heard = _Listener(start_response)
        chunks = self._inner(environ, heard)
        try:
            body = b"".join(chunks)
        finally:
            close: Callable[[], object] = getattr(chunks, "close", _nothing)
            close()
        etag = header(heard.headers, "etag")
        if heard.status.startswith("200 ") and etag and "immutable" in (header(heard.headers, "cache-control") or ""):
            kept = tuple((name, value) for name, value in heard.headers if name.lower() not in _PASSING)
            self._cache.put(environ["PATH_INFO"], Answer(schema_id, route, etag, kept, body), ticket)
            self._hot_bytes.set(self._cache.size)
        return [body]


class _Listener:
    """Hears what an application answers, and passes it on."""

    def __init__(self, start_response: StartResponse) -> None:
        self._start_response = start_response
        self.status = ""
        self.headers: list[tuple[str, str]] = []

    def __call__(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None, /
    ) -> Callable[[bytes], object]:
        self.status, self.headers = status, headers
        return self._start_response(status, headers, exc_info) if exc_info else self._start_response(status, headers)


class _Counter:
    """The metrics of hot reads, looked up once and not for each read."""

    def __init__(self, metrics: Metrics) -> None:
        self._miss = metrics.hot_reads.labels("miss").inc
        self._hit = metrics.hot_reads.labels("hit").inc
        self._not_modified = metrics.hot_reads.labels("not_modified").inc
        self._requests = {
            (route, unchanged): metrics.requests.labels("native", route, "GET", "3xx" if unchanged else "2xx").inc
            for route in _ROUTES.values()
            for unchanged in (False, True)
        }

    def miss(self) -> None:
        self._miss()

    def hit(self, route: str, *, unchanged: bool) -> None:
        (self._not_modified if unchanged else self._hit)()
        self._requests[route, unchanged]()


def _nothing() -> None:
    """What there is to close about an iterable that cannot be closed."""
