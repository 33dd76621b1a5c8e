"""The views of the native API: from a parsed request to a call of the core, and back."""

from dataclasses import replace
from http import HTTPStatus

from flask import Response, request
from pydantic import BaseModel, TypeAdapter

from sluicegate.registry_api.answers import KEPT, Holder
from sluicegate.registry_api.core.commands import Page, Query
from sluicegate.registry_api.core.errors import SchemaInvalid, SchemaNotFound, VersionNotFound
from sluicegate.registry_api.core.model import Address, Outcome, Registration, Version, VersionState
from sluicegate.registry_api.core.service import Registry
from sluicegate.registry_api.facades.deprecation import naming_deprecation
from sluicegate.registry_api.facades.links import link
from sluicegate.registry_api.facades.native.errors import NotANumber
from sluicegate.registry_api.facades.native.wire import (
    CheckReport,
    ListQuery,
    PageSize,
    SearchQuery,
    VersionsQuery,
    addition,
    bundle,
    details,
    differences_body,
    references,
    registration,
    schema_body,
    version_body,
    violated,
)
from sluicegate.registry_api.facades.numbers import LARGEST, number
from sluicegate.registry_api.facades.operation import JSON, Call
from sluicegate.registry_api.facades.warnings import log_warnings
from sluicegate.shared.formats.catalog import FORMATS
from sluicegate.shared.model import SchemaId, VersionNumber, Violation
from sluicegate.shared.wire import (
    BundleInfo,
    BundleRequest,
    CompatibilityRequest,
    DocumentInfo,
    InsertInfo,
    RegisterRequest,
    Report,
    SchemaBody,
    UpdateRequest,
    ValidityRequest,
)

IMMUTABLE = "public, max-age=31536000, immutable"
# A schema's text is untrusted: no browser may take it for a page of the registry.
_INERT = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
_SCHEMAS = TypeAdapter(tuple[SchemaBody, ...])


class NativeRoutes:
    """Every view of the facade over one core."""

    def __init__(self, registry: Registry, page_size: PageSize) -> None:
        """Take the core, and the size of pages."""
        self._registry = registry
        self._page_size = page_size

    def register(self, call: Call, body: RegisterRequest) -> Response:
        """`POST /schemas`."""
        command = registration(body)
        done = self._registry.register(command, call.caller)
        return _inserted(done, HTTPStatus.CREATED, "schema successfully created")

    def register_bundle(self, call: Call, body: BundleRequest) -> Response:
        """`POST /schemas/bundle`."""
        done = self._registry.register_bundle(bundle(body), call.caller)
        added = sum(each.outcome is Outcome.ADDED for each in done.values())
        documents = tuple(
            DocumentInfo(name=name, **_insert_info(each, "schema successfully created").model_dump())
            for name, each in done.items()
        )
        info = BundleInfo(message=f"{added} of {len(done)} documents registered", documents=documents)
        return _json(info, HTTPStatus.CREATED if added else HTTPStatus.OK)

    def update(self, call: Call, schema_id: str, body: UpdateRequest) -> Response:
        """`PUT /schemas/{schema_id}`."""
        command = addition(_schema_id(schema_id), body)
        done = self._registry.update(command, call.caller)
        return _inserted(done, HTTPStatus.OK, "schema successfully updated")

    def list_active(self, _: Call, query: ListQuery) -> Response:
        """`GET /schemas`."""
        return self._page(query.query(self._page_size))

    def list_all(self, _: Call, query: ListQuery) -> Response:
        """`GET /schemas/all`."""
        return self._page(replace(query.query(self._page_size), deactivated=True))

    def search(self, _: Call, query: SearchQuery) -> Response:
        """`GET /schemas/search`."""
        return self._page(query.query(self._page_size))

    def schema(self, _: Call, schema_id: str, query: VersionsQuery) -> Response:
        """`GET /schemas/{schema_id}` and `GET /schemas/{schema_id}/versions`."""
        return self._versions(_schema_id(schema_id), query, deactivated=False)

    def schema_all(self, _: Call, schema_id: str, query: VersionsQuery) -> Response:
        """`GET /schemas/{schema_id}/versions/all`."""
        return self._versions(_schema_id(schema_id), query, deactivated=True)

    def latest(self, _: Call, schema_id: str) -> Response:
        """`GET /schemas/{schema_id}/versions/latest`."""
        version = self._registry.latest(_schema_id(schema_id))
        # A content that was removed and registered again has a new number under the same hash.
        return _conditional(
            version, _json(version_body(version)), f"{version.fingerprint}-{version.number}", "no-cache"
        )

    def version(self, _: Call, schema_id: str, version: str) -> Response:
        """`GET /schemas/{schema_id}/versions/{version}`."""
        found = self._registry.version(*_address(schema_id, version))
        return _immutable(_json(version_body(found)), found)

    def specification(self, _: Call, schema_id: str, version: str) -> Response:
        """`GET /schemas/{schema_id}/versions/{version}/spec`."""
        found = self._registry.version(*_address(schema_id, version))
        response = Response(found.text.encode(), headers=_INERT, content_type=FORMATS[found.format].media_type)
        return _immutable(response, found)

    def differences(self, _: Call, schema_id: str, version: str, other: str) -> Response:
        """`GET /schemas/{schema_id}/versions/{version}/diff/{other}`."""
        found, old = _address(schema_id, version)
        new = _address(schema_id, other)[1]
        return _json(differences_body(self._registry.differences(found, old, new)))

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

    def check_compatibility(self, _: Call, body: CompatibilityRequest) -> Response:
        """`POST /check/compatibility`."""
        schema_id = _schema_id(body.schema_id)
        named = references(body.references)
        try:
            found = self._registry.check_compatibility(schema_id, body.new_schema, named)
        except SchemaInvalid as error:
            return _verdict("Schema is not valid", error.violations)
        return _verdict("Schemas are not compatible", tuple(violated(each) for each in found))

    def check_validity(self, _: Call, body: ValidityRequest) -> Response:
        """`POST /check/validity`."""
        named = references(body.references)
        found = self._registry.check_validity(body.format, body.new_schema, body.mode, named)
        return _verdict("Schema is not valid", found)

    def _versions(self, schema_id: SchemaId, query: VersionsQuery, *, deactivated: bool) -> Response:
        """Answer with a schema and as many of its versions as fit."""
        page = self._registry.search(
            Query(
                schema_id=schema_id,
                deactivated=deactivated,
                limit=1,
                max_bytes=self._page_size.max_bytes,
                after=query.after(schema_id),
            )
        )
        if not page.schemas:
            raise SchemaNotFound(schema_id)
        response = _json(schema_body(page.schemas[0], self._registry))
        if page.split:
            response.headers["Link"] = link("next", after_version=_last_address(page).number)
        return response

    def _page(self, query: Query) -> Response:
        page = self._registry.search(query)
        bodies = tuple(schema_body(schema, self._registry) for schema in page.schemas)
        response = Response(_SCHEMAS.dump_json(bodies, exclude_none=True), content_type=JSON)
        links = _links(query, page)
        if links:
            response.headers["Link"] = links
        return response


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
    exists = done.outcome is Outcome.EXISTS
    return _json(_insert_info(done, message), HTTPStatus.CONFLICT if exists else status)


def _insert_info(done: Registration, message: str) -> InsertInfo:
    if done.outcome is Outcome.EXISTS:
        message = f"schema already exists at id={done.schema_id}"
    else:
        log_warnings(done.warnings, schema_id=done.schema_id, version=done.number)
    return InsertInfo(
        identification=str(done.schema_id),
        version=str(done.number),
        message=message,
        warnings=details(done.warnings),
    )


def _verdict(message: str, violations: tuple[Violation, ...]) -> Response:
    if violations:
        return _json(CheckReport(message=message, errors=details(violations)), HTTPStatus.CONFLICT)
    return Response("true", content_type=JSON)


def _immutable(response: Response, version: Version) -> Response:
    """The answer about one version, which hot reads keep until its schema changes."""
    request.environ[KEPT] = Holder(version.schema_id, version.subject)
    return _conditional(version, response, version.fingerprint, IMMUTABLE)


def _conditional(version: Version, response: Response, etag: str, caching: str) -> Response:
    deprecated = version.state is VersionState.DEPRECATED
    response.set_etag(f"{etag}-deprecated" if deprecated else etag)
    naming_deprecation(response, version)
    response.headers["Cache-Control"] = caching
    response.make_conditional(request)
    return response


def _links(query: Query, page: Page) -> str:
    """RFC 8288 links to the pages before and after, relative to the host."""
    found: list[str] = []
    if page.more:
        after = _last_address(page) if page.split else None
        offset = query.offset + len(page.schemas) - page.split
        found.append(_link_at("next", query.limit, offset, after))
    if query.offset:
        found.append(_link_at("prev", query.limit, max(0, query.offset - query.limit), None))
    return ", ".join(found)


def _link_at(relation: str, limit: int, offset: int, after: Address | None) -> str:
    schema_id, number = after or (None, None)
    return link(relation, limit=limit, offset=offset, after_schema=schema_id, after_version=number)


def _last_address(page: Page) -> Address:
    return page.schemas[-1].versions[-1].address
