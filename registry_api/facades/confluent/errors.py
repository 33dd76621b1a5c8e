"""Confluent's one table from error to response: `{"error_code", "message"}`."""

from collections.abc import Callable
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from flask import Response, request
from werkzeug.exceptions import NotFound

from sluicegate.registry_api.core import errors
from sluicegate.registry_api.core import subject_errors as subjects
from sluicegate.registry_api.facades.confluent.faults import (
    BodyUnusable,
    LevelUnknown,
    ModeUnknown,
    PolicyUnknown,
    RestartForbidden,
    SchemaRefused,
    TypeUnknown,
    VersionUnreadable,
)
from sluicegate.registry_api.facades.confluent.media import V1
from sluicegate.registry_api.facades.confluent.messages import told
from sluicegate.registry_api.facades.confluent.rewriting import misplaced
from sluicegate.registry_api.facades.confluent.wire.answers import ErrorAnswer
from sluicegate.registry_api.facades.refusal import RETRY_AFTER, Refusal, Table, refusal
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

_UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY
_PHRASES: Final = {413: "Request Entity Too Large", 422: "Unprocessable Entity"}
"""The words of Confluent's server where Python has had others since."""


def _code(status: HTTPStatus, code: int) -> Callable[[SluicegateError], Refusal]:
    return lambda error: Refusal(status, error.message, code=code)


def _not_found(code: int) -> Callable[[SluicegateError], Refusal]:
    return _code(HTTPStatus.NOT_FOUND, code)


def _unprocessable(code: int) -> Callable[[SluicegateError], Refusal]:
    return _code(_UNPROCESSABLE, code)


def _again(code: int) -> Callable[[SluicegateError], Refusal]:
    """Something does not answer now that will again. Confluent's clients try again on any 5xx."""
    return lambda error: Refusal(
        HTTPStatus.INTERNAL_SERVER_ERROR, error.message, headers=(("Retry-After", RETRY_AFTER),), code=code
    )


def _incompatible(error: subjects.SubjectIncompatible) -> Refusal:
    details = ", ".join(told(error.report))
    return Refusal(HTTPStatus.CONFLICT, f"{error.message}, details: [{details}]", code=HTTPStatus.CONFLICT)


def _unusable(error: BodyUnusable) -> Refusal:
    return Refusal(error.status, error.message, code=error.status)


def _unauthenticated(error: errors.Unauthenticated) -> Refusal:
    headers = (("WWW-Authenticate", 'Basic realm="sluicegate"'),)
    return Refusal(HTTPStatus.UNAUTHORIZED, error.message, headers=headers, code=HTTPStatus.UNAUTHORIZED)


def _internal(_: SluicegateError) -> Refusal:
    return _INTERNAL


_INTERNAL = Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Internal Server Error", code=50001)

TABLE: Table = MappingProxyType(
    {
        SluicegateError: _internal,
        SettingsInvalid: _internal,
        SampleUnusable: _unprocessable(42201),
        MessageTypeUnknown: _unprocessable(42201),
        CompilerUnavailable: _again(50002),
        EntityUnknown: _unprocessable(42201),
        FormatUnsupported: _unprocessable(42201),
        SchemaError: _unprocessable(42201),
        errors.RegistryError: _internal,
        errors.SchemaNotFound: _not_found(40401),
        errors.VersionNotFound: _not_found(40402),
        errors.SchemaInvalid: _unprocessable(42201),
        errors.SchemaIncompatible: _code(HTTPStatus.CONFLICT, HTTPStatus.CONFLICT),
        errors.InputInvalid: _unprocessable(42201),
        errors.ReferenceGone: _unprocessable(42201),
        errors.VersionReferenced: _unprocessable(42206),
        errors.AccessDenied: _code(HTTPStatus.FORBIDDEN, 40301),
        errors.Unauthenticated: _unauthenticated,
        errors.Forbidden: _code(HTTPStatus.FORBIDDEN, 40301),
        errors.ExaminerBusy: _again(50002),
        errors.Overloaded: _again(50002),
        errors.StoreUnavailable: _again(50001),
        subjects.SubjectError: _internal,
        subjects.SubjectNotFound: _not_found(40401),
        subjects.SubjectVersionNotFound: _not_found(40402),
        subjects.ContentNotFound: _not_found(40403),
        subjects.SubjectExists: _code(HTTPStatus.CONFLICT, HTTPStatus.CONFLICT),
        subjects.RuleExists: _code(HTTPStatus.CONFLICT, HTTPStatus.CONFLICT),
        subjects.RuleNotFound: _not_found(40408),
        subjects.SubjectSoftDeleted: _not_found(40404),
        subjects.SubjectNotSoftDeleted: _not_found(40405),
        subjects.VersionSoftDeleted: _not_found(40406),
        subjects.VersionNotSoftDeleted: _not_found(40407),
        subjects.ConfigNotFound: _not_found(40408),
        subjects.ModeNotFound: _not_found(40409),
        subjects.ModeMisplaced: _unprocessable(42204),
        subjects.SubjectIncompatible: _incompatible,
        subjects.DraftInvalid: _unprocessable(42201),
        subjects.NotPermitted: _unprocessable(42205),
        subjects.IdTaken: _unprocessable(42205),
        subjects.NumberTaken: _unprocessable(42205),
        subjects.ReferenceExists: _unprocessable(42206),
        subjects.SubjectNameInvalid: _unprocessable(42208),
        subjects.RulesInvalid: _unprocessable(42210),
        subjects.SettingInvalid: _unprocessable(422),
        subjects.ContextNotEmpty: _unprocessable(42211),
        TypeUnknown: _unprocessable(42201),
        SchemaRefused: _unprocessable(42201),
        VersionUnreadable: _unprocessable(42202),
        LevelUnknown: _unprocessable(42203),
        PolicyUnknown: _unprocessable(42203),
        ModeUnknown: _unprocessable(42204),
        BodyUnusable: _unusable,
        RestartForbidden: _not_found(40401),
    }
)


def refuse(error: Exception) -> Refusal:
    """Return the refusal for an error."""
    if isinstance(error, NotFound) and misplaced(request.path):
        return Refusal(HTTPStatus.BAD_REQUEST, "The name of a context begins with a dot", code=HTTPStatus.BAD_REQUEST)
    found = refusal(TABLE, error)
    return _INTERNAL if found.status >= HTTPStatus.INTERNAL_SERVER_ERROR and not found.code else found


def write(refused: Refusal) -> Response:
    """Return a refusal in this facade's shape.

    One with words of HTTP itself has these.
    """
    code, message = refused.code, refused.message
    if not code:
        code, message = refused.status, f"HTTP {refused.status} {_phrase(refused.status)}"
    return Response(
        ErrorAnswer(error_code=code, message=message).model_dump_json(),
        refused.status,
        headers=list(refused.headers),
        content_type=V1,
    )


def _phrase(status: int) -> str:
    return _PHRASES.get(status) or HTTPStatus(status).phrase
