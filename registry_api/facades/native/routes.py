"""The views of the native API: from a parsed request to a call of the core, and back."""

from collections.abc import Iterable
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Response, request
from pydantic import BaseModel, TypeAdapter

from registry_api.core.access import Role
from registry_api.core.errors import SchemaInvalid, SchemaNotFound, VersionNotFound
from registry_api.core.model import Outcome, Page, Query, Reference, Registration
from registry_api.core.service import Registry
from registry_api.facades.native.errors import NotANumber
from registry_api.facades.native.wire import (
    LARGEST,
    CheckReport,
    ListQuery,
    SearchQuery,
    addition,
    details,
    number,
    references,
    registration,
    schema_body,
    version_body,
    violated,
)
from registry_api.facades.operation import JSON, Call
from registry_api.facades.warnings import log_warnings
from shared.model import SchemaFormat, SchemaId, VersionNumber, Violation
from shared.wire import (
    CompatibilityRequest,
    InsertInfo,
    RegisterRequest,
    Report,
    SchemaBody,
    UpdateRequest,
    ValidityRequest,
)

IMMUTABLE = "public, max-age=31536000, immutable"
MEDIA = {
    SchemaFormat.JSON: JSON,
    SchemaFormat.AVRO: JSON,
    SchemaFormat.PROTOBUF: "text/plain; charset=utf-8",
    SchemaFormat.XML: "application/xml",
    SchemaFormat.CSV: "text/plain; charset=utf-8",
    SchemaFormat.TABLE: JSON,
}
# A schema's text is whatever a team registered: no browser may take it for a page of ours.
_INERT = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
_SCHEMAS = TypeAdapter(tuple[SchemaBody, ...])


class NativeRoutes:
    """Every view of the facade over one core."""

    def __init__(self, registry: Registry, page_size: int) -> None:
        """Take the core, and how many schemas a listing gives to callers who name no limit."""
        self._registry = registry
        self._page_size = page_size

    def register(self, call: Call, body: RegisterRequest) -> Response:
        """`POST /schemas`."""
        command = registration(body)
        _authorize(call, command.references)
        done = self._registry.register(command, call.caller)
        return _inserted(done, HTTPStatus.CREATED, "schema successfully created")

    def update(self, call: Call, schema_id: str, body: UpdateRequest) -> Response:
        """`PUT /schemas/{schema_id}`."""
        command = addition(_schema_id(schema_id), body)
        _authorize(call, command.references)
        done = self._registry.update(command, call.caller)
        return _inserted(done, HTTPStatus.OK, "schema successfully updated")

    def list_active(self, _: Call, query: ListQuery) -> Response:
        """`GET /schemas`."""
        return self._page(Query(limit=query.limit or self._page_size, offset=query.offset))

    def list_all(self, _: Call, query: ListQuery) -> Response:
        """`GET /schemas/all`."""
        return self._page(Query(deactivated=True, limit=query.limit or self._page_size, offset=query.offset))

    def search(self, _: Call, query: SearchQuery) -> Response:
        """`GET /schemas/search`."""
        return self._page(query.query(self._page_size))

    def schema(self, _: Call, schema_id: str) -> Response:
        """`GET /schemas/{schema_id}` and `GET /schemas/{schema_id}/versions`."""
        return _json(schema_body(self._registry.schema(_schema_id(schema_id)), self._registry))

    def schema_all(self, _: Call, schema_id: str) -> Response:
        """`GET /schemas/{schema_id}/versions/all`."""
        schema = self._registry.schema(_schema_id(schema_id), deactivated=True)
        return _json(schema_body(schema, self._registry))

    def latest(self, _: Call, schema_id: str) -> Response:
        """`GET /schemas/{schema_id}/versions/latest`."""
        version = self._registry.latest(_schema_id(schema_id))
        # A content that comes back has a new number under the same hash.
        return _conditional(_json(version_body(version)), f"{version.fingerprint}-{version.number}", "no-cache")

    def version(self, _: Call, schema_id: str, version: str) -> Response:
        """`GET /schemas/{schema_id}/versions/{version}`."""
        found = self._registry.version(*_address(schema_id, version))
        return _conditional(_json(version_body(found)), found.fingerprint, IMMUTABLE)

    def specification(self, _: Call, schema_id: str, version: str) -> Response:
        """`GET /schemas/{schema_id}/versions/{version}/spec`."""
        found = self._registry.version(*_address(schema_id, version))
        response = Response(found.text.encode(), headers=_INERT, content_type=MEDIA[found.format])
        return _conditional(response, found.fingerprint, IMMUTABLE)

    def delete_schema(self, call: Call, schema_id: str) -> Response:
        """`DELETE /schemas/{schema_id}`."""
        found = _schema_id(schema_id)
        self._registry.delete_schema(found, call.caller)
        return _json(Report(message=f"schema with id={found} successfully deleted"))

    def delete_version(self, call: Call, schema_id: str, version: str) -> Response:
        """`DELETE /schemas/{schema_id}/versions/{version}`."""
        found, numbered = _address(schema_id, version)
        self._registry.delete_version(found, numbered, call.caller)
        return _json(Report(message=f"schema with id={found} and version={numbered} successfully deleted"))

    def check_compatibility(self, call: Call, body: CompatibilityRequest) -> Response:
        """`POST /check/compatibility`."""
        schema_id = _schema_id(body.schema_id)
        call.authorize(Role.READER, schema_id)
        named = references(body.references)
        _authorize(call, named)
        try:
            found = self._registry.check_compatibility(schema_id, body.new_schema, named)
        except SchemaInvalid as error:
            return _verdict("Schema is not valid", error.violations)
        return _verdict("Schemas are not compatible", tuple(violated(each) for each in found))

    def check_validity(self, call: Call, body: ValidityRequest) -> Response:
        """`POST /check/validity`."""
        named = references(body.references)
        _authorize(call, named)
        found = self._registry.check_validity(body.format, body.new_schema, body.mode, named)
        return _verdict("Schema is not valid", found)

    def _page(self, query: Query) -> Response:
        page = self._registry.search(query)
        bodies = tuple(schema_body(schema, self._registry) for schema in page.schemas)
        response = Response(_SCHEMAS.dump_json(bodies, exclude_none=True), content_type=JSON)
        links = _links(query, page)
        if links:
            response.headers["Link"] = links
        return response


def _authorize(call: Call, named: Iterable[Reference]) -> None:
    """Whoever refers to a schema must be allowed to read it: what is answered tells of it."""
    for schema_id in sorted({reference.address.schema_id for reference in named}):
        if 0 < schema_id <= LARGEST:
            call.authorize(Role.READER, schema_id)


def _schema_id(text: str) -> SchemaId:
    value = number(text)
    if value is None or not 0 < value <= LARGEST:
        raise SchemaNotFound(text[:60])
    return SchemaId(value)


def _address(schema_id: str, version: str) -> tuple[SchemaId, VersionNumber]:
    values = number(schema_id), number(version)
    if values[0] is None or values[1] is None:
        raise NotANumber(schema_id, version)
    if not (0 < values[0] <= LARGEST and 0 < values[1] <= LARGEST):
        raise VersionNotFound(schema_id[:60], version[:60])
    return SchemaId(values[0]), VersionNumber(values[1])


def _json(body: BaseModel, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(body.model_dump_json(exclude_none=True), status, content_type=JSON)


def _inserted(done: Registration, status: HTTPStatus, message: str) -> Response:
    if done.outcome is Outcome.EXISTS:
        status, message = HTTPStatus.CONFLICT, f"schema already exists at id={done.schema_id}"
    else:
        log_warnings(done.warnings, schema_id=done.schema_id, version=done.number)
    info = InsertInfo(
        identification=str(done.schema_id),
        version=str(done.number),
        message=message,
        warnings=details(done.warnings),
    )
    return _json(info, status)


def _verdict(message: str, violations: tuple[Violation, ...]) -> Response:
    if violations:
        return _json(CheckReport(message=message, errors=details(violations)), HTTPStatus.CONFLICT)
    return Response("true", content_type=JSON)


def _conditional(response: Response, etag: str, caching: str) -> Response:
    response.set_etag(etag)
    response.headers["Cache-Control"] = caching
    response.make_conditional(request)
    return response


def _links(query: Query, page: Page) -> str:
    """RFC 8288 links to the pages before and after, relative to the host."""
    found: list[tuple[str, int]] = []
    if page.more:
        found.append(("next", query.offset + query.limit))
    if query.offset:
        found.append(("prev", max(0, query.offset - query.limit)))
    return ", ".join(f'<{_page_address(query.limit, offset)}>; rel="{name}"' for name, offset in found)


def _page_address(limit: int, offset: int) -> str:
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in {"limit", "offset"}]
    return f"{request.path}?{urlencode([*kept, ('limit', limit), ('offset', offset)])}"
