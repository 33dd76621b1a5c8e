"""The questions that the worker asks a registry's native API."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice
from typing import Final, Self, TypeVar
from uuid import UUID

import httpx
from pydantic import TypeAdapter, ValidationError

from sluicegate.shared.clock import Clock
from sluicegate.shared.logs import logger
from sluicegate.shared.model import SchemaFormat, SchemaId, VersionNumber
from sluicegate.shared.wire import Answer, SchemaBody, VersionBody
from sluicegate.validator.errors import ValidatorError
from sluicegate.validator.model import NotFound
from sluicegate.validator.registry.connection import REQUEST_ID
from sluicegate.validator.registry.credentials import CredentialsMissing
from sluicegate.validator.telemetry.metrics import Metrics

T = TypeVar("T")

_OK, _NOT_FOUND = 200, 404
_IDENTITY = "Sluicegate-Registry"
_SHOWN = 200
_NOT_REACHED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, CredentialsMissing)
EXAMPLES: Final = 3
"""Schemas that are tried to find one that can be read."""
_NO_SCHEMA = SchemaId(2**62)
"""No registry comes to give out this many ids."""


class RegistryUnavailable(ValidatorError):
    """The registry gave no usable answer.

    `reached`: something accepted the request, so the request may be the cause. `status`: the status
    of the answer, 0 without an answer.
    """

    def __init__(self, message: str, *, reached: bool = True, status: int = 0) -> None:
        """Store the known facts."""
        super().__init__(message)
        self.reached = reached
        self.status = status


class Example(Enum):
    """Whether the registry gave this caller some other schema, so that the failure of one is not about all."""

    READ = auto()
    NONE = auto()
    """It lists no other schema that this caller may read."""
    UNLISTED = auto()
    """It gives no list."""
    FAILED = auto()
    """It lists others and gives none of them."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A version, under the name by which another one refers to it."""

    name: str
    schema_id: SchemaId
    number: VersionNumber


@dataclass(frozen=True, slots=True)
class RegisteredVersion:
    """A version as the registry describes it.

    It has no format: registries of the first release have it for schemas only.
    """

    number: VersionNumber
    format: SchemaFormat | None
    text: str
    references: tuple[Reference, ...]
    artifact: bytes | None
    deprecated: bool = False


class _ListedSchema(Answer):
    schema_id: int


_Listed = TypeAdapter(tuple[_ListedSchema, ...])


class _Refusal(Answer):
    message: str
    error_code: int | None = None
    """Only other APIs have one, and servers that know no such path."""


class RegistryClient:
    """Client of one registry. Blocks at most for its HTTP timeouts; thread-safe.

    Raises `RegistryUnavailable` for every unclear answer.
    """

    def __init__(self, http: httpx.Client, clock: Clock, metrics: Metrics) -> None:
        """`http` has the registry's address as its base, and timeouts. It is closed with this."""
        self._http = http
        self._clock = clock
        self._metrics = metrics
        self.registry: str | None = None
        """Identity of the registry that answered last: "" when it has none, None before the first
        answer. Any thread.
        """
        self.last_found: str | None = None
        """Path of the last question that found something."""

    def probe(self) -> None:
        """Ask about a schema that does not exist.

        Raises `RegistryUnavailable` when even that has no clear answer.
        """
        self.version(_NO_SCHEMA, VersionNumber(1))

    def version(self, schema_id: SchemaId, number: VersionNumber | None) -> RegisteredVersion | NotFound:
        """A version; without a number, the latest."""
        path = f"schemas/{schema_id}/versions/{'latest' if number is None else number}"
        answer = self.ask(path)
        if answer.status_code == _NOT_FOUND:
            return NotFound(_refusal(answer))
        try:
            body = VersionBody.model_validate_json(answer.content)
            found = _version(body)
        except ValueError as error:  # JSON, fields, base64 or UTF-8
            raise unreadable(answer, error) from error
        if body.schema_id != str(schema_id) or number not in {None, found.number}:
            raise RegistryUnavailable(f"{answer.url} answered with schema {body.schema_id} version {body.version}")
        self.last_found = path
        return found

    def format(self, schema_id: SchemaId) -> SchemaFormat:
        """A schema's format, which never changes."""
        answer = self.ask(f"schemas/{schema_id}/versions/all")
        if answer.status_code == _NOT_FOUND:
            raise RegistryUnavailable(f"{answer.url} does not know a schema whose version was just read")
        try:
            return SchemaBody.model_validate_json(answer.content).schema_type
        except ValidationError as error:
            raise unreadable(answer, error) from error

    def example(self, without: SchemaId) -> Example:
        """Read the latest version of some other schema. Its path becomes `last_found`."""
        try:
            listed = _Listed.validate_json(self.ask(f"schemas?limit={EXAMPLES + 1}").content)
        except (RegistryUnavailable, ValidationError):
            return Example.UNLISTED
        others = [SchemaId(each.schema_id) for each in listed if each.schema_id != without]
        return any_readable(others, lambda schema_id: self.version(schema_id, None))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        """This."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def ask(self, path: str) -> httpx.Response:
        """The answer to a GET, which is 200 or 404."""
        started = self._clock.monotonic()
        request = None
        try:
            request = self._http.build_request("GET", path)
            answer = self._http.send(request)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            sent = "" if request is None else f" ({_request_id(request)})"
            raise RegistryUnavailable(
                f"GET {self._http.base_url.join(path)}{sent}: {error or type(error).__name__}",
                reached=not isinstance(error, _NOT_REACHED),
            ) from error
        finally:
            self._metrics.registry_seconds.observe(self._clock.monotonic() - started)
        self._identify(answer)
        if answer.status_code not in {_OK, _NOT_FOUND}:
            raise RegistryUnavailable(f"{answered(answer)}: {answer.text[:_SHOWN]}", status=answer.status_code)
        return answer

    def _identify(self, answer: httpx.Response) -> None:
        """Note whose answer it is. Failures of proxies name no registry, and change nothing."""
        named = answer.headers.get(_IDENTITY, "")
        if not named and answer.status_code not in {_OK, _NOT_FOUND}:
            return
        found = _uuid(named)
        if self.registry and found and found != self.registry:
            logger().warning("registry changed: kept schemas are not used any more", before=self.registry, now=found)
        if found or not self.registry:
            self.registry = found


def _uuid(text: str) -> str:
    """Return the canonical spelling of a UUID; empty for anything else."""
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def _version(body: VersionBody) -> RegisteredVersion:
    """Raises `ValueError`."""
    references = tuple(
        Reference(each.name, SchemaId(int(each.schema_id)), VersionNumber(int(each.version)))
        for each in body.references
    )
    return RegisteredVersion(
        VersionNumber(int(body.version)),
        body.schema_type,
        body.text,
        references,
        body.compiled,
        body.deprecated is True,
    )


def any_readable(names: Iterable[T], read: Callable[[T], object]) -> Example:
    """Return whether one of some schemas can be read. Of a long list, the first ones are tried."""
    found = Example.NONE
    for name in islice(names, EXAMPLES):
        try:
            if not isinstance(read(name), NotFound):
                return Example.READ
        except RegistryUnavailable:
            found = Example.FAILED
    return found


def _refusal(answer: httpx.Response) -> str:
    """Return the registry's own message.

    A 404 without one comes from another server, such as a proxy, and says nothing about schemas.
    """
    try:
        refusal = _Refusal.model_validate_json(answer.content)
    except ValidationError as error:
        raise unreadable(answer, error) from error
    if refusal.error_code is not None:
        raise RegistryUnavailable(f"{answered(answer)}: {refusal.message}", status=answer.status_code)
    return refusal.message


def answered(answer: httpx.Response) -> str:
    """Return the request, the status, and the request id under which the registry's log has more."""
    return f"GET {answer.url} answered {answer.status_code} ({_request_id(answer.request)})"


def _request_id(request: httpx.Request) -> str:
    return f"request id {request.headers.get(REQUEST_ID, 'unknown')}"


def unreadable(answer: httpx.Response, error: Exception) -> RegistryUnavailable:
    """An answer that no registry gives: a proxy's, perhaps."""
    kind = type(error).__name__
    return RegistryUnavailable(
        f"{answered(answer)}, and this is no answer of a registry ({kind})",
        status=answer.status_code,
    )
