"""The API of administration as a list of operations."""

from collections.abc import Mapping

from sluicegate.registry_api.core.access.roles import Role
from sluicegate.registry_api.facades.admin.errors import refuse
from sluicegate.registry_api.facades.admin.routes import AdminRoutes
from sluicegate.registry_api.facades.admin.wire import (
    AuditBody,
    AuditRequest,
    ExplainQuery,
    ExplanationBody,
    GrantBody,
    GrantRequest,
    GrantsQuery,
    IssuedKeyBody,
    KeyBody,
    KeyRequest,
    RotationRequest,
)
from sluicegate.registry_api.facades.intake import PlainIntake
from sluicegate.registry_api.facades.operation import Facade, Need, Operation, Reply, Scope
from sluicegate.registry_api.facades.problem import problems, write
from sluicegate.shared.wire import Report

_MANAGES = Need(Role.MANAGER, Scope.CLUSTER)
_DELEGATES = Need(Role.MANAGER, Scope.GRANTED)
"""A manager of a prefix gives roles inside it."""

_KEY = {"key_id": {"type": "string"}}
_GRANT = {"grant_id": {"type": "integer", "format": "int64", "minimum": 1}}
_KEY_EXAMPLE = {"name": "orders service", "owner": "team-a", "expires_at": "2027-01-01T00:00:00Z"}
_ROTATION_EXAMPLE = {"old_expires_at": "2026-12-01T00:00:00Z"}
_GRANT_EXAMPLE = {
    "principal": "key:4bWnB2sTJ6xa",
    "role": "writer",
    "resource": {"type": "subject", "prefix": "orders-"},
}
_NOT_FOUND = Reply("There is no such key or grant", Report)
_ISSUED = Reply("The key, shown this once", IssuedKeyBody)
_ALWAYS = {
    401: Reply("The credentials are missing or wrong", Report, headers=("WWW-Authenticate",)),
    403: Reply("The caller lacks the role", Report),
    500: Reply("The fault is ours; the log tells more under the answer's request id", Report),
    503: Reply("The database does not answer, or the registry is too busy", Report, headers=("Retry-After",)),
}
_ASKED = {400: Reply("The request is not right; every field at fault is named", Report)}
_BODIED = {
    **_ASKED,
    413: Reply("The body is over the limit", Report),
    415: Reply("The body is not declared as JSON", Report),
}


def admin(routes: AdminRoutes) -> Facade:
    """The facade over these routes."""
    operations = (*_keys(routes), *_grants(routes), *_reading(routes))
    return Facade("admin", ("/admin",), operations, refuse, write, PlainIntake())


def _replies(more: Mapping[int, Reply], **by_status: Reply) -> Mapping[int, Reply]:
    own = {int(status.removeprefix("_")): reply for status, reply in by_status.items()}
    return problems(dict(sorted({**_ALWAYS, **more, **own}.items())))


def _keys(routes: AdminRoutes) -> tuple[Operation, ...]:
    return (
        Operation(
            "POST", "/admin/keys", "createKey", "Make an API key", routes.create_key,
            _replies(_BODIED, _201=_ISSUED), _MANAGES, body=KeyRequest, example=_KEY_EXAMPLE,
        ),
        Operation(
            "GET", "/admin/keys", "listKeys", "List all keys, without their texts", routes.keys,
            _replies({}, _200=Reply("Keys, oldest first", tuple[KeyBody, ...])), _MANAGES,
        ),
        Operation(
            "DELETE", "/admin/keys/{key_id}", "revokeKey", "Revoke a key", routes.revoke_key,
            _replies({}, _204=Reply("Revoked"), _404=_NOT_FOUND), _MANAGES, parameters=_KEY,
        ),
        Operation(
            "POST", "/admin/keys/{key_id}/rotate", "rotateKey", "Make a key with the grants of another one, which soon ends",
            routes.rotate_key, _replies(_BODIED, _201=_ISSUED, _404=_NOT_FOUND), _MANAGES,
            body=RotationRequest, parameters=_KEY, example=_ROTATION_EXAMPLE,
        ),
    )  # fmt: skip


def _grants(routes: AdminRoutes) -> tuple[Operation, ...]:
    return (
        Operation(
            "POST", "/admin/grants", "addGrant", "Give a role on a resource that the caller manages", routes.add_grant,
            _replies(_BODIED, _201=Reply("The grant", GrantBody), _404=_NOT_FOUND), _DELEGATES,
            body=GrantRequest, example=_GRANT_EXAMPLE,
        ),
        Operation(
            "GET", "/admin/grants", "listGrants", "List the grants on resources that the caller manages", routes.grants,
            _replies(_ASKED, _200=Reply("Grants, oldest first", tuple[GrantBody, ...])), _DELEGATES, query=GrantsQuery,
        ),
        Operation(
            "DELETE", "/admin/grants/{grant_id}", "removeGrant", "Take a role away", routes.remove_grant,
            _replies({}, _204=Reply("Removed"), _404=_NOT_FOUND), _DELEGATES, parameters=_GRANT,
        ),
    )  # fmt: skip


def _reading(routes: AdminRoutes) -> tuple[Operation, ...]:
    return (
        Operation(
            "GET", "/admin/explain", "explainAccess", "Whether a principal may do something, and why", routes.explain,
            _replies(_ASKED, _200=Reply("The decision", ExplanationBody)), _MANAGES, query=ExplainQuery,
        ),
        Operation(
            "GET", "/admin/audit", "readAudit", "Read the audit, newest first", routes.audit,
            _replies(_ASKED, _200=Reply("Rows of the audit", AuditBody)), _MANAGES, query=AuditRequest,
        ),
    )  # fmt: skip
