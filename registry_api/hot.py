"""The thin layer before Flask that answers reads of immutable data.

These are one version, its text, and the schema of a global id in two APIs. It identifies the caller of every
request, as every facade does, and lets Flask word the refusal. Every uncertain request goes to
Flask, whose answers fill the cache if they name a holder. Invariant: a cached answer is only for
callers who may read one of its holders; others ask Flask, because the same content may be in a
subject of theirs.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from sluicegate.registry_api.answers import KEPT, Answer, AnswerCache, Holder, Ticket, header
from sluicegate.registry_api.core.access.identity import Header, Identity
from sluicegate.registry_api.core.access.roles import Role
from sluicegate.registry_api.early import REFUSED
from sluicegate.registry_api.metrics import Metrics
from sluicegate.registry_api.registry_id import RegistryId
from sluicegate.registry_api.request_ids import HEADER, RequestIds
from sluicegate.registry_api.security_headers import SECURITY_HEADERS
from sluicegate.shared.logs import logger
from sluicegate.shared.model import SchemaId

_immutable = re.compile(r"/schemas/([1-9][0-9]{0,17})/versions/[1-9][0-9]{0,17}(/spec)?").fullmatch
_identified = re.compile(r"((?:/confluent)?)/schemas/ids/[1-9][0-9]{0,9}").fullmatch
_artifact = re.compile(r"((?:/api)?)/ids/[1-9][0-9]{0,9}").fullmatch
_ROUTES = {
    None: "/schemas/{schema_id}/versions/{version}",
    "/spec": "/schemas/{schema_id}/versions/{version}/spec",
}
_ROUTES_BY_ID = {mount: f"{mount}/schemas/ids/{{id}}" for mount in ("", "/confluent")}
_ARTIFACT_ROUTES = {mount: f"{mount}/ids/{{id}}" for mount in ("", "/api")}
_FORMS: Mapping[str | None, str] = {
    None: "",
    "*/*": "",
    "application/vnd.schemaregistry.v1+json": "",
    "application/vnd.schemaregistry.v1+json, application/vnd.schemaregistry+json, application/json": "",
    "application/json": " json",
}
"""`Accept` headers of Confluent's clients -> addition to the key of the answer.

Other headers go to Flask.
"""

_IDENTIFIED = "/schemas/ids/"
_STATUS_LINES = {200: "200 OK", 304: "304 NOT MODIFIED"}
# Of the request or of the moment, not of the answer.
_PASSING = frozenset({"date", "x-request-id", "sluicegate-registry", "strict-transport-security", "warning"})
_UNCHANGED_KEEPS = frozenset({"etag", "cache-control", "deprecation", "vary", *map(str.lower, SECURITY_HEADERS)})


class Asked(NamedTuple):
    """The first line of a request, decoded."""

    method: str
    path: str
    query: str


class HotAnswer(NamedTuple):
    """An answer that needs nothing else."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


@dataclass(frozen=True, slots=True)
class _Sought:
    """The target of a request, with its schema if the path names it."""

    key: str
    route: str
    schema_id: SchemaId | None


class HotReads:
    """A WSGI application around another."""

    def __init__(
        self,
        inner: WSGIApplication,
        cache: AnswerCache,
        identity: Identity,
        request_ids: RequestIds,
        registry_id: RegistryId,
        metrics: Metrics,
        *,
        log_reads: bool = False,
        notices: Callable[[Header, str], tuple[tuple[str, str], ...]] = lambda _header, _peer: (),
    ) -> None:
        """Use the inner application, and the parts for a hot read.

        `log_reads` logs each of them, which costs more than the read. `notices` gives more headers
        for the answer to a request, by its headers and its peer.
        """
        self._notices = notices
        self._inner = inner
        self._cache = cache
        self._identity = identity
        self._request_ids = request_ids
        self._registry_id = registry_id
        self._log_reads = log_reads
        self._count = _Counter(metrics)
        self._hot_bytes = metrics.hot_bytes

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer from the cache, or let Flask answer."""
        if REFUSED in environ:
            return self._inner(environ, start_response)
        asked = Asked(environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", ""))
        source = environ.get("REMOTE_ADDR", "")
        hot = self.answer(asked, lambda name: environ.get(f"HTTP_{name.upper().replace('-', '_')}"), source)
        if hot is None:
            return self._ask(environ, start_response)
        start_response(_STATUS_LINES[hot.status], hot.headers)
        return [hot.body]

    def answer(self, asked: Asked, header: Header, source: str) -> HotAnswer | None:
        """Return the kept answer, or None if Flask has to answer.

        Quick: takes no thread and asks no database.

        `source` is the address that the request came from.
        """
        path = asked.path
        answer = self._cache.get(_key(path, header("accept")) if _IDENTIFIED in path else path)
        if answer is None or asked.query or asked.method != "GET":
            return None
        named = header("if-none-match")
        if (named is not None and named != answer.etag) or not self._allowed(header, source, answer):
            return None
        return self._written(path, header, source, answer, unchanged=named is not None)

    def holds(self, path: str, accept: str | None) -> bool:
        """Whether the answer to a path is kept now."""
        return self._cache.get(_key(path, accept)) is not None

    def knows(self, header: Header, source: str) -> bool:
        """Whether the caller of a request is remembered, so that the database need not be asked."""
        return self._identity.recall(header, source) is not None

    def _allowed(self, header: Header, source: str, answer: Answer) -> bool:
        principal = self._identity.recall(header, source)
        if principal is None:
            return False
        allows = principal.grants.allows
        return any(allows(Role.READER, holder.subject) for holder in answer.holders)

    def _written(self, path: str, header: Header, source: str, answer: Answer, *, unchanged: bool) -> HotAnswer:
        request_id = self._request_ids.given(header("x-request-id"))
        self._count.hit(answer.route, unchanged=unchanged)
        if self._log_reads:
            logger().debug("hot read", request_id=request_id, path=path, status=304 if unchanged else 200)
        own = (*self._registry_id.headers, (HEADER, request_id), *self._notices(header, source))
        if unchanged:
            kept = [pair for pair in answer.headers if pair[0].lower() in _UNCHANGED_KEEPS]
            return HotAnswer(304, [*kept, *own], b"")
        return HotAnswer(200, [*answer.headers, *own], answer.body)

    def _ask(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Let Flask answer, and keep the answer if it is one that never changes."""
        plain = environ["REQUEST_METHOD"] == "GET" and not environ.get("QUERY_STRING")
        asked = _sought(environ) if plain else None
        if asked is None:
            return self._inner(environ, start_response)
        self._count.miss()
        ticket = self._cache.ticket(asked.schema_id)
        if ticket is None:
            return self._inner(environ, start_response)
        return self._fill(environ, start_response, asked, ticket)

    def _fill(
        self, environ: WSGIEnvironment, start_response: StartResponse, asked: _Sought, ticket: Ticket
    ) -> Iterable[bytes]:
        heard = _Listener(start_response)
        chunks = self._inner(environ, heard)
        try:
            body = b"".join(chunks)
        finally:
            close: Callable[[], object] = getattr(chunks, "close", _nothing)
            close()
        holder: Holder | None = environ.get(KEPT)
        if heard.status.startswith("200 ") and holder is not None:
            kept = tuple((name, value) for name, value in heard.headers if name.lower() not in _PASSING)
            etag = header(heard.headers, "etag") or ""
            self._cache.put(asked.key, Answer((holder,), asked.route, etag, kept, body), ticket)
            self._hot_bytes.set(self._cache.size)
        return [body]


def _key(path: str, accept: str | None) -> str:
    """Return the key of an answer in the cache; empty: it is not kept."""
    if _IDENTIFIED not in path:
        return path
    form = _FORMS.get(accept)
    return "" if form is None else path + form


def _sought(environ: WSGIEnvironment) -> _Sought | None:
    """Return the target of a request without a query, if its answer can be cached."""
    path: str = environ.get("PATH_INFO", "")
    key = _key(path, environ.get("HTTP_ACCEPT"))
    match = _immutable(path)
    if match is not None:
        return _Sought(key, _ROUTES[match[2]], SchemaId(int(match[1])))
    match = _artifact(path)
    if match is not None:
        return _Sought(key, _ARTIFACT_ROUTES[match[1]], None)
    match = _identified(path) if key else None
    return None if match is None else _Sought(key, _ROUTES_BY_ID[match[1]], None)


class _Listener:
    """Records an application's answer, and passes it on."""

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
            (route, unchanged): metrics.requests.labels(facade, route, "GET", "3xx" if unchanged else "2xx").inc
            for facade, routes in (("native", _ROUTES), ("confluent", _ROUTES_BY_ID), ("artifacts", _ARTIFACT_ROUTES))
            for route in routes.values()
            for unchanged in (False, True)
        }

    def miss(self) -> None:
        self._miss()

    def hit(self, route: str, *, unchanged: bool) -> None:
        (self._not_modified if unchanged else self._hit)()
        self._requests[route, unchanged]()


def _nothing() -> None:
    """Close an iterable that has no `close`."""
