"""One request and its answer: retries of reads, and every failure as a `ClientError`."""

import threading
from collections.abc import Mapping
from http import HTTPStatus
from typing import TypeVar

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from sluicegate.shared.client.errors import (
    AccessRefused,
    AnswerUnintelligible,
    ClientError,
    RegistryFailing,
    RegistryRefused,
    RegistryUnreachable,
)
from sluicegate.shared.clock import Clock
from sluicegate.shared.wire import Report

TIMEOUT = httpx.Timeout(30.0, connect=5.0)
RETRY_WAITS = (0.2, 0.6)
"""Seconds to wait before each further try of a read."""

Shape = TypeVar("Shape")

_PASSING = {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}
_REPORT = TypeAdapter(Report)


class Exchange:
    """Sends requests to one registry.

    Blocks; raises only `ClientError`. The HTTP client is the caller's to close.
    """

    def __init__(self, http: httpx.Client, clock: Clock) -> None:
        """Take a client whose `base_url` is the registry's."""
        self._http = http
        self._clock = clock
        self._never = threading.Event()

    def read(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: BaseModel | None = None,
        accept: str | None = None,
    ) -> httpx.Response:
        """Send a request that changes nothing; repeat it without an answer and after 502, 503, 504.

        `accept`: media types in place of JSON.
        """
        for wait in RETRY_WAITS:
            try:
                response = self._send(method, path, params, body, accept)
            except RegistryUnreachable:
                pass
            else:
                if response.status_code not in _PASSING:
                    return response
            self._clock.wait(wait, self._never)
        return self._send(method, path, params, body, accept)

    def change(self, method: str, path: str, *, body: BaseModel | None = None) -> httpx.Response:
        """Send a change, once: a lost answer does not mean that the change was lost."""
        return self._send(method, path, None, body)

    def _send(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None,
        body: BaseModel | None,
        accept: str | None = None,
    ) -> httpx.Response:
        content = None if body is None else body.model_dump_json(exclude_none=True).encode()
        headers = {} if body is None else {"Content-Type": "application/json"}
        headers |= {} if accept is None else {"Accept": accept}
        try:
            return self._http.request(method, path, params=params, content=content, headers=headers)
        except httpx.TimeoutException as error:
            raise _unreachable(self._http.base_url, "it does not answer in time") from error
        except httpx.RemoteProtocolError as error:
            raise _unreachable(self._http.base_url, _not_http(error)) from error
        except (httpx.RequestError, UnicodeError) as error:  # a host name that DNS cannot carry
            raise _unreachable(self._http.base_url, str(error) or type(error).__name__) from error


def _not_http(error: httpx.RemoteProtocolError) -> str:
    """Return the cause: a server that ends a connection, or a port of another protocol."""
    if "disconnected" in str(error):
        return str(error)
    return "that port does not speak HTTP"


def parsed(response: httpx.Response, shape: TypeAdapter[Shape]) -> Shape:
    """The body as the shape that the contract promises. Raises `AnswerUnintelligible`."""
    try:
        return shape.validate_json(response.content)
    except ValidationError as error:
        raise _unintelligible(response) from error


def refusal(response: httpx.Response) -> ClientError:
    """Return the error for an unexpected status."""
    status = response.status_code
    report = _report(response)
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return _access_refused(response, report)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        said = f": {report.message.rstrip('.')}" if report else ""
        return RegistryFailing(
            f"The registry at {_place(response)} failed with {_status(response)}{said}. Try again later."
        )
    if response.is_redirect:
        return AnswerUnintelligible(
            f"{_place(response)} redirects to {response.headers.get('location', 'nowhere')}. "
            "Use the registry's own address."
        )
    return RegistryRefused(report) if report else _unintelligible(response)


def shown(url: httpx.URL) -> str:
    """Return an address for messages, without a password."""
    return str(url.copy_with(username=None, password=None, query=None, fragment=None)).rstrip("/")


def _report(response: httpx.Response) -> Report | None:
    try:
        return _REPORT.validate_json(response.content)
    except ValidationError:
        return None


def _access_refused(response: httpx.Response, report: Report | None) -> AccessRefused:
    said = f": {report.message.rstrip('.')}" if report else ""
    line = f"{_place(response)} refuses access ({_status(response)}){said}. Check the API key."
    return AccessRefused(Report(message=line, errors=report.errors if report else None))


def _unreachable(url: httpx.URL, cause: str) -> RegistryUnreachable:
    return RegistryUnreachable(f"Cannot reach the registry at {shown(url)}: {cause.rstrip('.')}.")


def _unintelligible(response: httpx.Response) -> AnswerUnintelligible:
    kind = response.headers.get("content-type", "no content type").split(";")[0]
    return AnswerUnintelligible(
        f"{_place(response)} answered {_status(response)} with {kind}, which is not a registry's answer. "
        "Check the address and any proxy on the way."
    )


def _place(response: httpx.Response) -> str:
    return shown(response.request.url)


def _status(response: httpx.Response) -> str:
    return f"{response.status_code} {response.reason_phrase}".rstrip()
