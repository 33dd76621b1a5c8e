"""The first look at every request of a worker process."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Final, TypeAlias
from wsgiref.types import WSGIApplication

from sluicegate.registry_api.early import (
    BODY_TOO_LARGE,
    CREDENTIALS_REPEATED,
    HOST_MISSING,
    REFUSED,
    STOPPING,
    TOO_BUSY,
    EarlyRefusal,
)
from sluicegate.registry_api.encodings import asks_for_gzip
from sluicegate.registry_api.front.bodies import Bodies, BodyLimits, BodyRefused, ClientGone
from sluicegate.registry_api.front.gateway import WsgiAnswer, environment
from sluicegate.registry_api.front.lanes import Lane
from sluicegate.registry_api.front.protocol import Arrival, Scope
from sluicegate.registry_api.hot import Asked, HotReads
from sluicegate.shared.logs import logger

_CLOSE: Final = ("connection", "close")
_READY: Final = "/ready"

AddClose: TypeAlias = Callable[[list[tuple[str, str]]], list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Lanes:
    """The threads of a worker process."""

    stored: Lane
    """Requests that need the database."""
    storeless: Lane
    """Requests that need no database."""
    by_path: Mapping[str, Lane]
    """Path -> the lane of its requests; for other paths it is `stored`."""
    refusals: Lane
    """Requests whose refusal the application words."""
    asking: frozenset[str] = frozenset()
    """Paths whose answers need no database, while a caller that is not remembered does."""

    def of(self, path: str) -> Lane:
        """Return the lane for a path."""
        return self.by_path.get(path, self.stored)

    def close(self) -> None:
        """Close every lane, the one for refusals last."""
        for lane in {self.stored, self.storeless, *self.by_path.values()}:
            lane.close()
        self.refusals.close()


class Front:
    """Takes each request on the server's thread, which must never wait, and has it answered.

    Hot reads are answered at once. A body is received on the event loop before a thread is taken,
    so that only complete requests take threads.
    """

    def __init__(
        self,
        hot: HotReads,
        application: WSGIApplication,
        lanes: Lanes,
        limits: BodyLimits,
        loop: asyncio.AbstractEventLoop,
        credential_headers: Sequence[str] = (),
    ) -> None:
        """Take the hot reads, the application that answers the rest, and where each part runs.

        `credential_headers`: headers that name a caller, in lower case. A request with two of one
        kind is refused, because its readers would not agree on the one that counts.
        """
        self._credential_headers = tuple(credential_headers)
        self._hot = hot
        self._application = application
        self._lanes = lanes
        self._max_body_bytes = limits.max_bytes
        self._bodies = Bodies(limits)
        self._loop = loop
        self._tasks: set[asyncio.Task[None]] = set()
        self._draining = False

    def __call__(self, arrival: Arrival) -> None:
        """Take a request."""
        try:
            self._take(arrival)
        except Exception:
            logger().exception("request failed in the server")
            _answer_bare(arrival, HTTPStatus.INTERNAL_SERVER_ERROR)

    def drain(self) -> None:
        """Say in `/ready` that the process is to end, and let each answer close its connection.

        Any thread.

        Otherwise a connection that was kept would be closed while a client sends its next request
        on it, and the client cannot know whether that was read.
        """
        self._draining = True

    def stop(self) -> None:
        """Wait no longer for slow bodies: the process is to end. Call on the event loop."""
        self._bodies.stop()

    def _take(self, arrival: Arrival) -> None:
        scope = arrival.scope
        headers = scope.headers
        hosts = headers.get_all("host")
        if len(hosts) != 1 and (hosts or scope.http_version == "1.1"):
            return self._refuse(arrival, HOST_MISSING)
        if any(len(headers.get_all(name)) > 1 for name in self._credential_headers):
            return self._refuse(arrival, CREDENTIALS_REPEATED)
        compressed = asks_for_gzip(headers.get("accept-encoding"))  # takes too long for this thread
        if not compressed and "origin" not in headers:  # pages of other origins need headers of their own
            asked = Asked(scope.method, scope.path, scope.query_string)
            hot = self._hot.answer(asked, headers.get, scope.client.rpartition(":")[0])
            if hot is not None:
                arrival.proto.response_bytes(hot.status, self._last(hot.headers), hot.body)
                return arrival.done()
        if self._draining and scope.path == _READY:
            return self._refuse(arrival, STOPPING)
        length = headers.get("content-length")  # the server has refused those that are no number
        if length is not None and int(length) > self._max_body_bytes:
            return self._refuse(arrival, BODY_TOO_LARGE)
        if (length is None and "transfer-encoding" not in headers) or length == "0":
            kept = compressed and self._hot.holds(scope.path, headers.get("accept"))
            return self._run(arrival, self._lanes.storeless if kept else self._lane(scope), b"", _nothing)
        self._loop.call_soon_threadsafe(self._start, arrival, None if length is None else int(length))
        return None

    def _lane(self, scope: Scope) -> Lane:
        """Return the lane of a request without a body. A caller is looked up where requests may wait for the database."""
        path, source = scope.path, scope.client.rpartition(":")[0]
        if path in self._lanes.asking and self._hot.knows(scope.headers.get, source):
            return self._lanes.storeless
        return self._lanes.of(path)

    def _start(self, arrival: Arrival, declared: int | None) -> None:
        task = self._loop.create_task(self._receive(arrival, declared))
        self._tasks.add(task)  # the loop keeps weak references only
        task.add_done_callback(self._tasks.discard)
        arrival.taskref(task)

    async def _receive(self, arrival: Arrival, declared: int | None) -> None:
        try:
            body = await self._bodies.receive(arrival.proto, declared)
        except ClientGone:
            arrival.done()
        except BodyRefused as refused:
            self._refuse(arrival, refused.refusal)
        else:
            release = partial(self._loop.call_soon_threadsafe, self._bodies.release, len(body))
            self._run(arrival, self._lanes.of(arrival.scope.path), body, release)

    def _run(self, arrival: Arrival, lane: Lane, body: bytes, release: Callable[[], object]) -> None:
        def run() -> None:
            _answer(arrival, self._application, body, None, self._last)
            release()

        def refuse() -> None:
            self._refuse(arrival, TOO_BUSY)
            release()

        lane.submit(run, refuse)

    def _last(self, headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """The headers of an answer, which is the last one of its connection while the process drains."""
        return [*headers, _CLOSE] if self._draining else headers

    def _refuse(self, arrival: Arrival, refusal: EarlyRefusal) -> None:
        self._lanes.refusals.submit(
            lambda: _answer(arrival, self._application, b"", refusal, _closing),
            lambda: _answer_bare(arrival, refusal.status),
        )


def _answer(
    arrival: Arrival, application: WSGIApplication, body: bytes, refusal: EarlyRefusal | None, last: AddClose
) -> None:
    """Run the application and send its answer.

    `last` adds the header that closes the connection. Never raises.
    """
    try:
        status, headers, content = _written(arrival.scope, application, body, refusal)
    except Exception:
        logger().exception("request failed in the server")
        return _answer_bare(arrival, HTTPStatus.INTERNAL_SERVER_ERROR)
    arrival.proto.response_bytes(status, last(headers), content)
    return arrival.done()


def _written(
    scope: Scope, application: WSGIApplication, body: bytes, refusal: EarlyRefusal | None
) -> tuple[int, list[tuple[str, str]], bytes]:
    environ = environment(scope, body)
    if refusal is not None:
        environ[REFUSED] = refusal
        for name in ("CONTENT_LENGTH", "HTTP_CONTENT_ENCODING"):  # its body is not read
            environ.pop(name, None)
    answer = WsgiAnswer(application, environ)
    return answer.status, answer.headers, b"" if scope.method == "HEAD" else answer.body


def _answer_bare(arrival: Arrival, status: int) -> None:
    """Answer without the application."""
    headers = [_CLOSE, ("retry-after", "2")] if status == HTTPStatus.SERVICE_UNAVAILABLE else [_CLOSE]
    arrival.proto.response_bytes(status, headers, b"")
    arrival.done()


def _closing(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [*headers, _CLOSE]


def _nothing() -> None:
    """Release nothing."""
