"""The views of the API of administration."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus

from flask import Response
from pydantic import BaseModel, TypeAdapter

from sluicegate.registry_api.core.access.administration import Administration, Explanation, NotFound
from sluicegate.registry_api.core.access.resources import CLUSTER, Resource
from sluicegate.registry_api.core.access.roles import Role
from sluicegate.registry_api.core.errors import InputInvalid
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.facades.admin.wire import (
    AuditBody,
    AuditRequest,
    EntryBody,
    ExplainQuery,
    ExplanationBody,
    GrantBody,
    GrantRequest,
    GrantsQuery,
    IssuedKeyBody,
    KeyBody,
    KeyRequest,
    RotationRequest,
    cursor,
)
from sluicegate.registry_api.facades.numbers import LARGEST, number
from sluicegate.registry_api.facades.operation import JSON, Call, Facade, Need, Scope
from sluicegate.shared.model import Violation

_SECRET = {"Cache-Control": "no-store"}
_KEYS = TypeAdapter(tuple[KeyBody, ...])
_GRANTS = TypeAdapter(tuple[GrantBody, ...])


class AdminRoutes:
    """Every view of the facade."""

    def __init__(self, administration: Administration, create_role: Role) -> None:
        """Take the rules, and the role that creates subjects."""
        self._administration = administration
        self._create_role = create_role
        self._needs: Mapping[str, Need] = {}

    def publish(self, facades: Iterable[Facade]) -> None:
        """Take the operations of all facades, which `explain` knows by name."""
        operations = (operation for facade in facades for operation in facade.operations)
        self._needs = {operation.name: operation.need for operation in operations if operation.need is not None}

    def create_key(self, call: Call, body: KeyRequest) -> Response:
        """`POST /admin/keys`."""
        issued = self._administration.create_key(body.name, body.owner, body.expires_at, call.caller)
        return _answer(IssuedKeyBody.of(issued), HTTPStatus.CREATED)

    def rotate_key(self, call: Call, key_id: str, body: RotationRequest) -> Response:
        """`POST /admin/keys/{key_id}/rotate`."""
        issued = self._administration.rotate_key(key_id, body.old_expires_at, body.expires_at, call.caller)
        return _answer(IssuedKeyBody.of(issued), HTTPStatus.CREATED)

    def keys(self, _: Call) -> Response:
        """`GET /admin/keys`."""
        return _json(_KEYS.dump_json(tuple(KeyBody.of(key) for key in self._administration.list_keys())))

    def revoke_key(self, call: Call, key_id: str) -> Response:
        """`DELETE /admin/keys/{key_id}`."""
        self._administration.revoke_key(key_id, call.caller)
        return Response(status=HTTPStatus.NO_CONTENT)

    def add_grant(self, call: Call, body: GrantRequest) -> Response:
        """`POST /admin/grants`."""
        kept = self._administration.add_grant(body.principal, body.grant, call.principal, call.caller)
        return _answer(GrantBody.of(kept), HTTPStatus.CREATED)

    def grants(self, call: Call, query: GrantsQuery) -> Response:
        """`GET /admin/grants`."""
        found = self._administration.grants(query.principal, call.principal)
        return _json(_GRANTS.dump_json(tuple(GrantBody.of(kept) for kept in found)))

    def remove_grant(self, call: Call, grant_id: str) -> Response:
        """`DELETE /admin/grants/{grant_id}`."""
        value = number(grant_id)
        if value is None or not 0 < value <= LARGEST:
            raise NotFound(f"There is no grant {grant_id[:60]!r}.")
        self._administration.remove_grant(value, call.principal, call.caller)
        return Response(status=HTTPStatus.NO_CONTENT)

    def explain(self, _: Call, query: ExplainQuery) -> Response:
        """`GET /admin/explain`."""
        need = self._needs.get(query.operation)
        if need is None:
            sentence = f"There is no operation {query.operation[:60]!r} that needs a role. GET /openapi.json names them"
            raise InputInvalid([Violation("operation", "unsupported", sentence)], f"Bad request: {sentence}")
        return _answer(ExplanationBody.of(self._explanation(query, need)))

    def audit(self, _: Call, query: AuditRequest) -> Response:
        """`GET /admin/audit`."""
        rows = self._administration.audit(query.query)
        more = cursor(rows[-1]) if len(rows) == query.limit else None
        return _answer(AuditBody(entries=tuple(EntryBody.of(row) for row in rows), next=more))

    def _explanation(self, query: ExplainQuery, need: Need) -> Explanation:
        resource: Resource = CLUSTER if query.subject is None else SubjectName.parse(query.subject)
        if need.scope is Scope.CLUSTER:
            resource = CLUSTER
        if need.scope in (Scope.CALLER, Scope.LISTED) and query.subject is None:
            return Explanation(True, [f"The operation needs: {need}."])
        role = self._create_role if need.scope is Scope.NAME else need.role
        return self._administration.explain(query.principal, role, resource)


def _answer(body: BaseModel, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return _json(body.model_dump_json().encode(), status)


def _json(body: bytes, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(body, status, _SECRET, content_type=JSON)
