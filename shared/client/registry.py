"""The registry's native API as calls: one method for each operation."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import Annotated, Final, Literal, Self

import httpx
from pydantic import AfterValidator, TypeAdapter

from sluicegate.shared.client.errors import AnswerUnintelligible, EnvironmentUnusable
from sluicegate.shared.client.exchange import TIMEOUT, Exchange, parsed, refusal
from sluicegate.shared.clock import Clock, SystemClock
from sluicegate.shared.model import SchemaId, VersionNumber
from sluicegate.shared.wire import (
    CompatibilityRequest,
    InsertInfo,
    RegisterRequest,
    Report,
    SchemaBody,
    UpdateRequest,
    ValidityRequest,
    VersionBody,
)

VersionChoice = VersionNumber | Literal["latest"]

_LONGEST_NUMBER = 18


def _numbered(schema: SchemaBody) -> SchemaBody:
    """Versions are put in order by their numbers, so they must have some."""
    for version in schema.schemas:
        if not (version.version.isdecimal() and len(version.version) <= _LONGEST_NUMBER):
            raise ValueError("a version without a number")
    return schema


_INSERT_INFO = TypeAdapter(InsertInfo)
_REPORT = TypeAdapter(Report)
_SCHEMA = TypeAdapter(Annotated[SchemaBody, AfterValidator(_numbered)])
_SCHEMAS = TypeAdapter(tuple[Annotated[SchemaBody, AfterValidator(_numbered)], ...])
_VERSION = TypeAdapter(VersionBody)
_TRUE = TypeAdapter(Literal[True])

_LOOPBACK: Mapping[str, None] = {"all://127.0.0.1": None, "all://localhost": None, "all://[::1]": None}
"""Addresses that never use the environment's proxy: it would resolve them on its own machine."""


@dataclass(frozen=True, slots=True)
class Registration:
    """The place of a text in the registry, and whether this call created it."""

    info: InsertInfo
    created: bool


_SPLIT: Final = "after_schema="
"""In the address of a page that begins with further versions of the last schema."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of schemas, and whether there are more behind it."""

    schemas: tuple[SchemaBody, ...]
    more: bool


class RegistryClient:
    """Talks to one registry.

    Every method blocks and raises only `ClientError`. Close it, or use it in a `with`.
    """

    def __init__(
        self,
        url: httpx.URL | str,
        api_key: str | None = None,
        clock: Clock | None = None,
        transport: httpx.BaseTransport | None = None,
        *,
        token: str | None = None,
    ) -> None:
        """Open nothing yet: the first call connects. `transport` replaces the network, for tests.

        `token`: a bearer token, such as an OIDC provider's.

        Raises `EnvironmentUnusable` when the environment names a proxy or certificates that are
        none.
        """
        headers = {"Accept": "application/json"} | ({"X-API-Key": api_key} if api_key else {})
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        try:
            self._http = httpx.Client(
                base_url=url, headers=headers, timeout=TIMEOUT, transport=transport, mounts=_LOOPBACK
            )
        except (OSError, ValueError, ImportError, httpx.InvalidURL) as error:
            raise EnvironmentUnusable(
                f"The environment's proxy or certificates cannot be used: {error}. "
                "Look at HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, SSL_CERT_FILE and SSL_CERT_DIR."
            ) from error
        self._exchange = Exchange(self._http, clock or SystemClock())

    @property
    def exchange(self) -> Exchange:
        """The exchange that sends requests, for the registry's other APIs."""
        return self._exchange

    def __enter__(self) -> Self:
        """Use the client itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self._http.close()

    def register(self, request: RegisterRequest) -> Registration:
        """Register a new schema, or find the one that has this text already."""
        return _registration(self._exchange.change("POST", "/schemas", body=request), HTTPStatus.CREATED)

    def update(self, schema_id: SchemaId, request: UpdateRequest) -> Registration:
        """Add a version to a schema, or find the one that has this text already."""
        return _registration(self._exchange.change("PUT", f"/schemas/{schema_id}", body=request), HTTPStatus.OK)

    def schema(self, schema_id: SchemaId, *, deactivated: bool = False) -> SchemaBody:
        """A schema with its active versions, or with all of them."""
        path = f"/schemas/{schema_id}/versions" + ("/all" if deactivated else "")
        response = _fine(self._exchange.read("GET", path))
        schema = parsed(response, _SCHEMA)
        while (address := _next(response)) is not None:
            response = _fine(self._exchange.read("GET", address))
            schema = _joined(schema, parsed(response, _SCHEMA))
        return schema

    def version(self, schema_id: SchemaId, version: VersionChoice) -> VersionBody:
        """One active version."""
        path = f"/schemas/{schema_id}/versions/{version}"
        return parsed(_fine(self._exchange.read("GET", path)), _VERSION)

    def schemas(self, *, deactivated: bool, params: Mapping[str, str]) -> Listing:
        """A page of all schemas. `params` are `limit` and `offset`."""
        return self._listing("/schemas/all" if deactivated else "/schemas", params)

    def search(self, params: Mapping[str, str]) -> Listing:
        """A page of the schemas that fit the query parameters."""
        return self._listing("/schemas/search", params)

    def delete(self, schema_id: SchemaId, number: VersionNumber | None) -> Report:
        """Deactivate a version; None: every version."""
        path = f"/schemas/{schema_id}" + (f"/versions/{number}" if number else "")
        return parsed(_fine(self._exchange.change("DELETE", path)), _REPORT)

    def check_compatibility(self, request: CompatibilityRequest) -> Report | None:
        """Return the incompatibilities of a text with a schema; None: compatible."""
        return _verdict(self._exchange.read("POST", "/check/compatibility", body=request))

    def check_validity(self, request: ValidityRequest) -> Report | None:
        """Return the violations of a text; None: valid."""
        return _verdict(self._exchange.read("POST", "/check/validity", body=request))

    def _listing(self, path: str, params: Mapping[str, str]) -> Listing:
        """Read a page with all versions of its schemas.

        A further page that begins with the last schema of this one is read, too.
        """
        response = _fine(self._exchange.read("GET", path, params=params))
        schemas = parsed(response, _SCHEMAS)
        while (address := _next(response)) is not None and _SPLIT in address:
            response = _fine(self._exchange.read("GET", address))
            more = parsed(response, _SCHEMAS)
            schemas = (*schemas[:-1], _joined(schemas[-1], more[0]), *more[1:])
        return Listing(schemas, more="next" in response.links)


def _next(response: httpx.Response) -> str | None:
    """The address of the next page."""
    link = response.links.get("next")
    return None if link is None else link["url"]


def _joined(schema: SchemaBody, further: SchemaBody) -> SchemaBody:
    """A schema whose versions were on two pages."""
    return schema.model_copy(update={"schemas": (*schema.schemas, *further.schemas)})


def specification(version: VersionBody) -> bytes:
    """Return the registered text, byte for byte.

    Raises `AnswerUnintelligible` for an answer without one.
    """
    try:
        return base64.b64decode(version.specification, validate=True)
    except ValueError as error:
        line = f"The registry sent version {version.version} of schema {version.schema_id} without readable base64."
        raise AnswerUnintelligible(line) from error


def _fine(response: httpx.Response) -> httpx.Response:
    if response.status_code != HTTPStatus.OK:
        raise refusal(response)
    return response


def _registration(response: httpx.Response, created: HTTPStatus) -> Registration:
    if response.status_code == created:
        return Registration(parsed(response, _INSERT_INFO), created=True)
    if response.status_code == HTTPStatus.CONFLICT:
        return Registration(parsed(response, _INSERT_INFO), created=False)
    raise refusal(response)


def _verdict(response: httpx.Response) -> Report | None:
    if response.status_code == HTTPStatus.CONFLICT:
        return parsed(response, _REPORT)
    parsed(_fine(response), _TRUE)
    return None
