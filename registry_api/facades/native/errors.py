"""The native API's one table from error to response: `{"message", "errors"?}`."""

from collections.abc import Callable
from http import HTTPStatus
from types import MappingProxyType

from flask import Response, request

from sluicegate.registry_api.core import errors
from sluicegate.registry_api.facades.native.wire import details, referring, violated
from sluicegate.registry_api.facades.refusal import Refusal, Table, refusal, unavailable
from sluicegate.shared.errors import (
    CompilerUnavailable,
    EntityUnknown,
    FormatUnsupported,
    MessageTypeUnknown,
    SampleUnusable,
    SchemaError,
    SchemaSyntaxError,
    SchemaUnusable,
    SchemaWithoutPayloads,
    SettingsInvalid,
    SluicegateError,
)
from sluicegate.shared.model import Violation
from sluicegate.shared.wire import Report

_READS = frozenset({"GET", "HEAD"})


class NotANumber(errors.RegistryError):
    """An id or a version in a path is not a number."""

    def __init__(self, schema_id: str, version: str) -> None:
        """Name both, as they were sent."""
        super().__init__(f"Id={schema_id[:60]} and/or version={version[:60]} are not of supported data types")


def _with_violations(
    status: HTTPStatus,
) -> Callable[[SchemaError | errors.SchemaInvalid | errors.InputInvalid], Refusal]:
    return lambda error: Refusal(status, error.message, error.violations)


def _says(status: HTTPStatus, headers: tuple[tuple[str, str], ...] = ()) -> Callable[[SluicegateError], Refusal]:
    return lambda error: Refusal(status, error.message, headers=headers)


def _absent() -> str:
    """Return one of the original's two messages about a missing resource."""
    return "is not registered" if request.method in _READS else "doesn't exist"


def _schema_not_found(error: errors.SchemaNotFound) -> Refusal:
    return Refusal(HTTPStatus.NOT_FOUND, f"Schema with id={error.schema_id} {_absent()}")


def _version_not_found(error: errors.VersionNotFound) -> Refusal:
    return Refusal(HTTPStatus.NOT_FOUND, f"Schema with id={error.schema_id} and version={error.number} {_absent()}")


def _incompatible(error: errors.SchemaIncompatible) -> Refusal:
    return Refusal(HTTPStatus.BAD_REQUEST, error.message, tuple(violated(found) for found in error.incompatibilities))


def _referenced(error: errors.VersionReferenced) -> Refusal:
    return Refusal(HTTPStatus.CONFLICT, error.message, tuple(referring(referral) for referral in error.referrals))


def _unsupported(error: FormatUnsupported) -> Refusal:
    violation = Violation("schema_type", "unsupported", error.message)
    return Refusal(HTTPStatus.BAD_REQUEST, f"Bad request: unknown format value: {error.message}", (violation,))


def _internal(_: SluicegateError) -> Refusal:
    return Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Internal Server Error")


TABLE: Table = MappingProxyType(
    {
        SluicegateError: _internal,
        SettingsInvalid: _internal,
        SampleUnusable: _says(HTTPStatus.BAD_REQUEST),
        MessageTypeUnknown: _says(HTTPStatus.BAD_REQUEST),
        EntityUnknown: _says(HTTPStatus.BAD_REQUEST),
        CompilerUnavailable: unavailable,
        FormatUnsupported: _unsupported,
        SchemaError: _with_violations(HTTPStatus.BAD_REQUEST),
        SchemaSyntaxError: _with_violations(HTTPStatus.BAD_REQUEST),
        SchemaUnusable: _with_violations(HTTPStatus.BAD_REQUEST),
        SchemaWithoutPayloads: _with_violations(HTTPStatus.BAD_REQUEST),
        errors.RegistryError: _internal,
        errors.NotPermitted: _says(HTTPStatus.FORBIDDEN),
        errors.SchemaNotFound: _schema_not_found,
        errors.VersionNotFound: _version_not_found,
        errors.SchemaInvalid: _with_violations(HTTPStatus.BAD_REQUEST),
        errors.SchemaIncompatible: _incompatible,
        errors.InputInvalid: _with_violations(HTTPStatus.BAD_REQUEST),
        errors.ReferenceGone: _with_violations(HTTPStatus.BAD_REQUEST),
        errors.VersionReferenced: _referenced,
        errors.AccessDenied: _says(HTTPStatus.FORBIDDEN),
        errors.Unauthenticated: _says(HTTPStatus.UNAUTHORIZED, (("WWW-Authenticate", 'Basic realm="sluicegate"'),)),
        errors.Forbidden: _says(HTTPStatus.FORBIDDEN),
        errors.ExaminerBusy: unavailable,
        errors.Overloaded: unavailable,
        errors.StoreUnavailable: unavailable,
        NotANumber: _says(HTTPStatus.UNPROCESSABLE_ENTITY),
    }
)


def refuse(error: Exception) -> Refusal:
    """Return the refusal for an error."""
    return refusal(TABLE, error)


def write(refused: Refusal) -> Response:
    """A refusal in this facade's shape."""
    report = Report(message=refused.message, errors=details(refused.violations))
    return Response(
        report.model_dump_json(exclude_none=True),
        refused.status,
        headers=list(refused.headers),
        content_type="application/json",
    )
