"""The one table of this API from error to response.

`{"error_code", "message"}`, with the reasons of a refused schema.
"""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from flask import Response, g

from sluicegate.registry_api.core import errors
from sluicegate.registry_api.core import subject_errors as subjects
from sluicegate.registry_api.core.reports import CompatibilityReport
from sluicegate.registry_api.core.rules import RuleType
from sluicegate.registry_api.facades.artifacts.faults import ArtifactExists, ArtifactMissing, RequestUnusable
from sluicegate.registry_api.facades.artifacts.wire import Cause, ErrorAnswer
from sluicegate.registry_api.facades.operation import JSON
from sluicegate.registry_api.facades.refusal import INTERNAL, Refusal, Table, refusal, unavailable
from sluicegate.shared.errors import (
    CompilerUnavailable,
    EntityUnknown,
    FormatUnsupported,
    MessageTypeUnknown,
    SampleUnusable,
    SchemaError,
    SettingsInvalid,
    SluicegateError,
)
from sluicegate.shared.model import Violation

_SHOWN: Final = 5
"""Reasons in the message of a refusal; all are in its `causes`."""


def _says(status: HTTPStatus) -> Callable[[SluicegateError], Refusal]:
    return lambda error: Refusal(status, error.message)


def _internal(_: SluicegateError) -> Refusal:
    return INTERNAL


def _unauthenticated(error: errors.Unauthenticated) -> Refusal:
    headers = (("WWW-Authenticate", 'Basic realm="sluicegate"'),)
    return Refusal(HTTPStatus.UNAUTHORIZED, error.message, headers=headers)


def _invalid(error: errors.SchemaInvalid | SchemaError) -> Refusal:
    reasons = _joined(each.message for each in error.violations)
    return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, f"The schema is not valid: {reasons}", error.violations)


def _missing(error: subjects.SubjectNotFound) -> Refusal:
    return Refusal(HTTPStatus.NOT_FOUND, ArtifactMissing.named(error.subject.qualified).message)


def _exists(error: subjects.SubjectExists) -> Refusal:
    return Refusal(HTTPStatus.CONFLICT, ArtifactExists(error.subject.qualified).message)


def _unusable_name(error: subjects.SubjectNameInvalid) -> Refusal:
    limit = "An id has 1 to 1024 bytes, no control characters, and is not a reserved name."
    return Refusal(HTTPStatus.BAD_REQUEST, f"No artifact can have the id '{error.subject.qualified[:100]}'. {limit}")


def _incompatible(error: subjects.SubjectIncompatible) -> Refusal:
    causes = tuple(_causes(error.report))
    reasons = _joined(each.message for each in causes)
    sentence = f"Rule COMPATIBILITY ({error.report.compatibility.value}) refuses the schema: {reasons}"
    return Refusal(HTTPStatus.CONFLICT, sentence, causes)


def _causes(report: CompatibilityReport) -> Iterable[Violation]:
    for sentence in report.reserved:
        yield Violation("", RuleType.COMPATIBILITY, sentence)
    for found in report.incompatibilities:
        cause = Cause.of_incompatibility(found)
        yield Violation(cause.context, found.finding.code, cause.description)
    for failure in report.failures:
        if not failure.same_format:
            yield Violation(
                "", RuleType.COMPATIBILITY, f"Version {failure.number} is a schema of format {failure.format.value}"
            )


def _joined(reasons: Iterable[str]) -> str:
    listed = list(reasons)
    more = f"; and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return "; ".join(listed[:_SHOWN]) + more


_BAD: Final = _says(HTTPStatus.BAD_REQUEST)
_ABSENT: Final = _says(HTTPStatus.NOT_FOUND)
_CONFLICT: Final = _says(HTTPStatus.CONFLICT)
_UNPROCESSABLE: Final = _says(HTTPStatus.UNPROCESSABLE_ENTITY)
_FORBIDDEN: Final = _says(HTTPStatus.FORBIDDEN)

TABLE: Table = MappingProxyType(
    {
        SluicegateError: _internal,
        SettingsInvalid: _internal,
        SampleUnusable: _BAD,
        MessageTypeUnknown: _BAD,
        EntityUnknown: _BAD,
        FormatUnsupported: _BAD,
        SchemaError: _invalid,
        CompilerUnavailable: unavailable,
        errors.RegistryError: _internal,
        errors.SchemaNotFound: _ABSENT,
        errors.VersionNotFound: _ABSENT,
        errors.SchemaInvalid: _invalid,
        errors.SchemaIncompatible: _CONFLICT,
        errors.InputInvalid: _BAD,
        errors.ReferenceGone: _BAD,
        errors.VersionReferenced: _CONFLICT,
        errors.NotPermitted: _UNPROCESSABLE,
        errors.AccessDenied: _FORBIDDEN,
        errors.Unauthenticated: _unauthenticated,
        errors.Forbidden: _FORBIDDEN,
        errors.ExaminerBusy: unavailable,
        errors.Overloaded: unavailable,
        errors.StoreUnavailable: unavailable,
        subjects.SubjectError: _internal,
        subjects.SubjectNotFound: _missing,
        subjects.SubjectVersionNotFound: _ABSENT,
        subjects.ContentNotFound: _ABSENT,
        subjects.SubjectExists: _exists,
        subjects.RuleExists: _CONFLICT,
        subjects.RuleNotFound: _ABSENT,
        subjects.SubjectSoftDeleted: _ABSENT,
        subjects.SubjectNotSoftDeleted: _CONFLICT,
        subjects.VersionSoftDeleted: _ABSENT,
        subjects.VersionNotSoftDeleted: _CONFLICT,
        subjects.ConfigNotFound: _ABSENT,
        subjects.ModeNotFound: _ABSENT,
        subjects.ModeMisplaced: _UNPROCESSABLE,
        subjects.SubjectIncompatible: _incompatible,
        subjects.DraftInvalid: _UNPROCESSABLE,
        subjects.IdTaken: _CONFLICT,
        subjects.NumberTaken: _CONFLICT,
        subjects.ReferenceExists: _CONFLICT,
        subjects.SubjectNameInvalid: _unusable_name,
        subjects.RulesInvalid: _UNPROCESSABLE,
        subjects.SettingInvalid: _UNPROCESSABLE,
        subjects.ContextNotEmpty: _CONFLICT,
        ArtifactMissing: _ABSENT,
        ArtifactExists: _CONFLICT,
        RequestUnusable: _BAD,
    }
)


def refuse(error: Exception) -> Refusal:
    """Return the refusal for an error."""
    return refusal(TABLE, error)


def write(refused: Refusal) -> Response:
    """Return a refusal in the shape of this API."""
    ours = refused.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    answer = ErrorAnswer(
        error_code=refused.status,
        message=refused.message,
        incident=g.request_id if ours else None,
        causes=tuple(Cause.of_violation(each) for each in refused.violations) or None,
    )
    body = answer.model_dump_json(by_alias=True, exclude_none=True)
    return Response(body, refused.status, list(refused.headers), content_type=JSON)
