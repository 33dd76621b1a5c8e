"""Mounts facades into one Flask application.

It adds routing, access, errors in each facade's shape, request ids, metrics and the access log.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from itertools import product
from typing import Any

from flask import Flask, Response, g, request
from structlog.typing import FilteringBoundLogger
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from sluicegate.registry_api.answers import compressible
from sluicegate.registry_api.auditing import DENIED, DONE, READ, Auditor
from sluicegate.registry_api.core.access.grants import NOTHING_GRANTED
from sluicegate.registry_api.core.access.identity import Header, Identity
from sluicegate.registry_api.core.access.principals import CredentialKind, Principal
from sluicegate.registry_api.core.access.resources import CLUSTER
from sluicegate.registry_api.core.access.roles import Role
from sluicegate.registry_api.core.errors import ExaminerBusy, Forbidden, Overloaded, StoreUnavailable
from sluicegate.registry_api.core.guard.authority import Authority, acting
from sluicegate.registry_api.core.model import Caller
from sluicegate.registry_api.core.origin import Origin
from sluicegate.registry_api.early import REFUSED, EarlyRefusal
from sluicegate.registry_api.facades import problem
from sluicegate.registry_api.facades.allowance import BodyAllowance
from sluicegate.registry_api.facades.journal import Journal
from sluicegate.registry_api.facades.operation import Call, Facade, Operation, Scope, Source
from sluicegate.registry_api.facades.problem import has_problems
from sluicegate.registry_api.facades.routing import rules, url_map
from sluicegate.registry_api.metrics import Metrics
from sluicegate.registry_api.registry_id import RegistryId
from sluicegate.registry_api.request_ids import HEADER, RequestIds
from sluicegate.registry_api.security_headers import SECURITY_HEADERS
from sluicegate.shared.logs import logger

_PASSING = (ExaminerBusy, Overloaded, StoreUnavailable)
"""Temporary errors: the log needs no traceback, for every status."""

_UNASKED = Principal("", CredentialKind.NONE, NOTHING_GRANTED)
"""The caller of an operation that needs no credentials."""


_ALL_METHODS = ("DELETE", "GET", "HEAD", "POST", "PUT")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The common parts of every facade."""

    identity: Identity
    metrics: Metrics
    request_ids: RequestIds
    registry_id: RegistryId
    body: BodyAllowance
    auditor: Auditor
    source: Callable[[str, Header], str]
    """From the peer and the headers of a request to the address of its client."""
    notices: Callable[[Header, str], tuple[tuple[str, str], ...]] = lambda _header, _peer: ()
    """From the headers and the peer of a request to more headers of its answer."""
    sample: Callable[[], None] = lambda: None
    """Called after each request, for metrics that say how things stand."""


def mount(facades: Sequence[Facade], surroundings: Surroundings) -> Flask:
    """Return one application that serves all facades."""
    app = Flask("registry_api", static_folder=None)
    # One byte more than may be: a chunked body is cut off here without a word, and must then be
    # seen to be too long.
    app.config["MAX_CONTENT_LENGTH"] = surroundings.body.bytes + 1
    written = rules(facades)
    mounted = [
        (base, facade, operation) for facade in facades for base, operation in product(facade.mounts, facade.operations)
    ]
    app.url_map = url_map(
        tuple(
            ((base + written[operation.path]).rstrip("/") or "/", _endpoint_name(base, operation), operation.method)
            for base, _, operation in mounted
        )
    )
    for base, facade, operation in mounted:
        app.view_functions[_endpoint_name(base, operation)] = _endpoint(facade, operation, surroundings)
    _watch(app, facades, surroundings)
    app.register_error_handler(Exception, _refuser(facades, surroundings))
    return app


def _endpoint_name(base: str, operation: Operation) -> str:
    return f"{base}:{operation.name}" if base else operation.name


def _endpoint(facade: Facade, operation: Operation, surroundings: Surroundings) -> Callable[..., Response]:
    """The view behind its gate: access first, then the query and the body, then the view."""

    def endpoint(**path: str) -> Response:
        g.stored = operation.source is Source.STORE
        call = _call(facade.name, operation, surroundings)
        if operation.need is None:
            return answer(call, path)
        g.authority = Authority(call.principal.grants, operation.need.role)
        with acting(g.authority):
            return answer(call, path)

    def answer(call: Call, path: dict[str, str]) -> Response:
        facade.intake.admit(request, bodied=operation.body is not None)
        given: dict[str, Any] = dict(path)
        if operation.query is not None:
            given["query"] = facade.intake.query(request, operation.query)
        if operation.body is not None:
            given["body"] = facade.intake.body(request, operation.body, surroundings.body)
        return operation.view(call, **given)

    return endpoint


def _call(api: str, operation: Operation, surroundings: Surroundings) -> Call:
    """The caller. Raises `Unauthenticated`, and `Forbidden` where a role on the cluster is missing."""
    need = operation.need
    if need is None:
        return Call(Caller("", g.request_id), _UNASKED)
    peer = request.remote_addr or ""
    origin = Origin("", "", surroundings.source(peer, request.headers.get), api, operation.name)
    g.caller, g.role = Caller("", g.request_id, origin), need.role
    principal = surroundings.identity.identify(request.headers.get, peer)
    origin = replace(origin, credential=principal.kind.value, key_id=principal.key_id or "")
    g.caller = Caller(principal.name, g.request_id, origin)
    if need.scope is Scope.CLUSTER and not principal.grants.allows(need.role, CLUSTER):
        raise Forbidden(f"This needs the role {need.role.value} on the cluster.")
    return Call(g.caller, principal)


def _watch(app: Flask, facades: Sequence[Facade], surroundings: Surroundings) -> None:
    paths = {
        _endpoint_name(base, operation): base + operation.path
        for facade in facades
        for base, operation in product(facade.mounts, facade.operations)
    }
    journal = Journal(surroundings.metrics, paths)

    def arrived() -> None:
        g.started = time.perf_counter()
        g.request_id = surroundings.request_ids.of(request.environ)
        early: EarlyRefusal | None = request.environ.get(REFUSED)
        if early is not None:
            raise _early(early)

    def answered(response: Response) -> Response:
        response.headers[HEADER] = g.request_id
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        for name, value in surroundings.notices(request.headers.get, request.remote_addr or ""):
            response.headers.add(name, value)
        if response.status_code == HTTPStatus.NOT_MODIFIED or compressible(response.content_type):
            response.vary.add("Accept-Encoding")
        owner = _owner(facades, request.path)
        answered_by_store = owner.stored and g.get("stored", True) and REFUSED not in request.environ
        if answered_by_store and response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
            surroundings.registry_id.ensure()
        response.headers.extend(surroundings.registry_id.headers)
        seconds = time.perf_counter() - g.started
        journal.note(owner.name, response, seconds)
        surroundings.sample()
        _audit(surroundings.auditor, response.status_code)
        return response

    app.before_request(arrived)
    app.after_request(answered)


def _audit(auditor: Auditor, status: int) -> None:
    """Note the answer to a caller. The row of a change was written with the change."""
    caller: Caller | None = g.get("caller")
    if caller is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return
    authority: Authority | None = g.get("authority")
    hidden = status == HTTPStatus.NOT_FOUND and authority is not None and bool(authority.hidden)
    if hidden or status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        auditor.note(caller, DENIED)
    elif status < HTTPStatus.BAD_REQUEST and g.role is not Role.READER:
        auditor.line(caller, DONE)
    elif auditor.reads and status < HTTPStatus.BAD_REQUEST:
        auditor.note(caller, READ)


def _refuser(facades: Sequence[Facade], surroundings: Surroundings) -> Callable[[Exception], Response]:
    own = {
        _endpoint_name(base, operation)
        for facade in facades
        for base, operation in product(facade.mounts, facade.operations)
        if has_problems(operation)
    }

    def refuse(error: Exception) -> Response:
        if isinstance(error, MethodNotAllowed) and request.method == "OPTIONS":
            return _methods(error.valid_methods or ())
        if isinstance(error, NotFound) and request.method == "OPTIONS" and request.path == "/*":
            return _methods(_ALL_METHODS)  # `OPTIONS *`: of the server as a whole
        facade = _owner(facades, request.path)
        refused = facade.refuse(_told(error, surroundings.body.bytes))
        if refused.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            _complain(logger(), refused.status, error)
        return problem.write(refused) if request.endpoint in own else facade.write(refused)

    return refuse


def _methods(allowed: Iterable[str]) -> Response:
    """Answer `OPTIONS`, as Jersey does: 200 and the methods of the path (RFC 9110, section 9.3.7)."""
    return Response(status=HTTPStatus.OK, headers={"Allow": ", ".join(sorted({*allowed, "OPTIONS"}))})


def _early(refused: EarlyRefusal) -> Exception:
    if refused.status == HTTPStatus.SERVICE_UNAVAILABLE:
        return Overloaded(refused.message)
    error = HTTPException(refused.message)
    error.code = refused.status
    return error


def _complain(log: FilteringBoundLogger, status: int, error: Exception) -> None:
    if status == HTTPStatus.SERVICE_UNAVAILABLE or isinstance(error, _PASSING):
        log.warning("request refused", request_id=g.request_id, reason=str(error))
    else:
        log.error("request failed", request_id=g.request_id, method=request.method, path=request.path, exc_info=error)


def _told(error: Exception, body_limit: int) -> Exception:
    """Return HTTP's own errors with a remedy."""
    if not isinstance(error, HTTPException):
        return error
    match error:
        case NotFound():
            error.description = f"There is nothing at {request.path[:200]}. GET /openapi.json lists what there is"
        case MethodNotAllowed():
            allowed = ", ".join(sorted(error.valid_methods or ()))
            error.description = f"{request.method} is not allowed here. Use one of: {allowed}"
        case _ if error.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            error.description = f"The body is larger than the limit of {body_limit} bytes"
    return error


def _owner(facades: Sequence[Facade], path: str) -> Facade:
    return max(facades, key=lambda facade: facade.claim(path))
