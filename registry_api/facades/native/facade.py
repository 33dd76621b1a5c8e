"""The native API as a list of operations: inputs, rights and answers of each path."""

from collections.abc import Mapping

from sluicegate.registry_api.core.access.roles import Role
from sluicegate.registry_api.facades.intake import PlainIntake
from sluicegate.registry_api.facades.native import examples
from sluicegate.registry_api.facades.native.errors import refuse, write
from sluicegate.registry_api.facades.native.routes import NativeRoutes
from sluicegate.registry_api.facades.native.wire import (
    CheckReport,
    DifferencesBody,
    ListQuery,
    SearchQuery,
    VersionsQuery,
)
from sluicegate.registry_api.facades.operation import Facade, Need, Operation, Reply, Scope
from sluicegate.registry_api.facades.problem import problems
from sluicegate.shared.formats.catalog import FORMATS
from sluicegate.shared.wire import (
    BundleInfo,
    BundleRequest,
    CompatibilityRequest,
    InsertInfo,
    RegisterRequest,
    Report,
    SchemaBody,
    UpdateRequest,
    ValidityRequest,
    VersionBody,
)

_LISTS = Need(Role.READER, Scope.LISTED)
_READS = Need(Role.READER, Scope.SCHEMA)
_WRITES = Need(Role.WRITER, Scope.SCHEMA, refers=True)
_CREATES = Need(Role.WRITER, Scope.NAME, creates=True, refers=True)
_CHECKS = Need(Role.READER, Scope.SCHEMA, refers=True)
_VALIDATES = Need(Role.READER, Scope.CALLER, refers=True)
_DELETES = Need(Role.MANAGER, Scope.SCHEMA)

_POSITIVE = {"type": "integer", "format": "int64", "minimum": 1}
_SCHEMA = {"schema_id": _POSITIVE}
_VERSION = {"schema_id": _POSITIVE, "version": _POSITIVE}
_CACHED = ("ETag", "Cache-Control")
_SPEC_MEDIA = tuple(dict.fromkeys(each.media_type.partition(";")[0] for each in FORMATS.values()))

_BAD = Reply("The request is not right; every field at fault is named", Report)
_NOT_FOUND = Reply("There is no such schema or version", Report)
_NOT_A_NUMBER = Reply("The id or the version is not a number", Report)
_UNCHANGED = Reply("It is what `If-None-Match` names", headers=_CACHED)
_EXISTS = Reply("This content is there already", InsertInfo, example=examples.EXISTS)
_TRUE = Reply("Yes", bool, example=True)
_ONE = Reply("The schema with its active versions", SchemaBody, headers=("Link",))
_MANY = Reply("Schemas", tuple[SchemaBody, ...], headers=("Link",))
_ALWAYS = {
    401: Reply("The credentials are missing or wrong", Report, headers=("WWW-Authenticate",)),
    403: Reply("The caller lacks the role", Report),
    500: Reply("The fault is ours; the log tells more under the answer's request id", Report),
    503: Reply("The database does not answer, or the registry is too busy", Report, headers=("Retry-After",)),
}
_BODIED = {
    400: _BAD,
    413: Reply("The body is over the limit", Report),
    415: Reply("The body is not declared as JSON", Report),
}


def native(routes: NativeRoutes) -> Facade:
    """The facade over these routes."""
    operations = (*_writing(routes), *_listing(routes), *_reading(routes), *_deleting(routes), *_checking(routes))
    return Facade("native", ("/schemas", "/check"), operations, refuse, write, PlainIntake())


def _replies(*, bodied: bool = False, **by_status: Reply) -> Mapping[int, Reply]:
    """Return the replies `_200=...` and so on, with those of every operation."""
    own = {int(status.removeprefix("_")): reply for status, reply in by_status.items()}
    return dict(sorted({**_ALWAYS, **(_BODIED if bodied else {}), **own}.items()))


def _writing(routes: NativeRoutes) -> tuple[Operation, ...]:
    return (
        Operation(
            "POST", "/schemas", "registerSchema", "Register a schema with its first version", routes.register,
            _replies(bodied=True, _201=Reply("Registered", InsertInfo, example=examples.CREATED), _409=_EXISTS),
            _CREATES, body=RegisterRequest, example=examples.REGISTER,
        ),
        Operation(
            "POST", "/schemas/bundle", "registerBundle", "Register new schemas that refer to each other, all or none",
            routes.register_bundle,
            problems(_replies(
                bodied=True, _200=Reply("All documents are registered already", BundleInfo),
                _201=Reply("Registered", BundleInfo, example=examples.BUNDLED),
            )),
            _CREATES, body=BundleRequest, example=examples.BUNDLE,
        ),
        Operation(
            "PUT", "/schemas/{schema_id}", "updateSchema", "Register a new version of a schema", routes.update,
            _replies(
                bodied=True, _200=Reply("Registered", InsertInfo, example=examples.UPDATED), _404=_NOT_FOUND, _409=_EXISTS
            ),
            _WRITES, body=UpdateRequest, parameters=_SCHEMA, example=examples.UPDATE,
        ),
    )  # fmt: skip


def _listing(routes: NativeRoutes) -> tuple[Operation, ...]:
    replies = _replies(_200=_MANY, _400=_BAD)
    return (
        Operation(
            "GET", "/schemas", "listSchemas", "Schemas with their active versions", routes.list_active,
            replies, _LISTS, query=ListQuery,
        ),
        Operation(
            "GET", "/schemas/all", "listAllSchemas", "Schemas with all versions, deactivated ones too", routes.list_all,
            replies, _LISTS, query=ListQuery,
        ),
        Operation(
            "GET", "/schemas/search", "searchSchemas", "Schemas that fit all that is given", routes.search,
            replies, _LISTS, query=SearchQuery,
        ),
    )  # fmt: skip


def _reading(routes: NativeRoutes) -> tuple[Operation, ...]:
    schema = _replies(_200=_ONE, _400=_BAD, _404=_NOT_FOUND)
    latest = _replies(_200=Reply("The version", VersionBody, headers=_CACHED), _304=_UNCHANGED, _404=_NOT_FOUND)
    text = Reply("The text as it was registered, byte for byte", str, _SPEC_MEDIA, _CACHED)
    return (
        Operation(
            "GET", "/schemas/{schema_id}", "getSchema", "A schema with its active versions", routes.schema,
            schema, _READS, query=VersionsQuery, parameters=_SCHEMA,
        ),
        Operation(
            "GET", "/schemas/{schema_id}/versions", "getVersions", "A schema with its active versions", routes.schema,
            schema, _READS, query=VersionsQuery, parameters=_SCHEMA,
        ),
        Operation(
            "GET", "/schemas/{schema_id}/versions/all", "getAllVersions", "A schema with all its versions",
            routes.schema_all, schema, _READS, query=VersionsQuery, parameters=_SCHEMA,
        ),
        Operation(
            "GET", "/schemas/{schema_id}/versions/latest", "getLatestVersion",
            "The active version with the highest number", routes.latest, latest, _READS, parameters=_SCHEMA,
        ),
        Operation(
            "GET", "/schemas/{schema_id}/versions/{version}", "getVersion", "One version", routes.version,
            {**latest, 422: _NOT_A_NUMBER}, _READS, parameters=_VERSION,
        ),
        Operation(
            "GET", "/schemas/{schema_id}/versions/{version}/spec", "getSpecification", "The text of one version",
            routes.specification, {**latest, 200: text, 422: _NOT_A_NUMBER}, _READS, parameters=_VERSION,
        ),
        Operation(
            "GET", "/schemas/{schema_id}/versions/{version}/diff/{other}", "getDifferences",
            "The changes between two versions, and the verdict of each compatibility mode", routes.differences,
            problems(_replies(_200=Reply("The differences", DifferencesBody), _404=_NOT_FOUND, _422=_NOT_A_NUMBER)), _READS,
            parameters={**_VERSION, "other": _POSITIVE},
        ),
    )  # fmt: skip


def _deleting(routes: NativeRoutes) -> tuple[Operation, ...]:
    referenced = Reply("Active versions refer to it; each is named", Report)
    replies = _replies(_200=Reply("Deactivated", Report, example=examples.DELETED), _404=_NOT_FOUND, _409=referenced)
    return (
        Operation(
            "DELETE", "/schemas/{schema_id}", "deleteSchema", "Deactivate a schema with all its versions",
            routes.delete_schema, replies, _DELETES, parameters=_SCHEMA,
        ),
        Operation(
            "DELETE", "/schemas/{schema_id}/versions/{version}", "deleteVersion", "Deactivate one version",
            routes.delete_version, {**replies, 422: _NOT_A_NUMBER}, _DELETES, parameters=_VERSION,
        ),
    )  # fmt: skip


def _checking(routes: NativeRoutes) -> tuple[Operation, ...]:
    no = Reply("No; every finding is listed", CheckReport)
    return (
        Operation(
            "POST", "/check/compatibility", "checkCompatibility", "Whether a text may become a schema's next version",
            routes.check_compatibility, _replies(bodied=True, _200=_TRUE, _404=_NOT_FOUND, _409=no), _CHECKS,
            body=CompatibilityRequest, example=examples.CHECK_COMPATIBILITY,
        ),
        Operation(
            "POST", "/check/validity", "checkValidity", "Whether a text is valid in its format",
            routes.check_validity, _replies(bodied=True, _200=_TRUE, _409=no), _VALIDATES,
            body=ValidityRequest, example=examples.CHECK_VALIDITY,
        ),
    )  # fmt: skip
