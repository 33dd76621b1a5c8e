"""Declaration of an operation of this API: the common parts are declared once."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Response
from pydantic import BaseModel

from sluicegate.registry_api.core.access.roles import Role
from sluicegate.registry_api.facades.confluent.media import JSON, V1, VENDOR
from sluicegate.registry_api.facades.confluent.wire import answers, queries
from sluicegate.registry_api.facades.operation import Need, Operation, Reply, Scope, Source

ASKS: Final = Need(Role.READER, Scope.CALLER)
LISTS: Final = Need(Role.READER, Scope.LISTED)
FINDS: Final = Need(Role.READER, Scope.CONTENT)
READS: Final = Need(Role.READER, Scope.SUBJECT)
CHECKS: Final = Need(Role.READER, Scope.SUBJECT, refers=True)
READS_SETTINGS: Final = Need(Role.READER, Scope.SETTINGS)
WRITES: Final = Need(Role.WRITER, Scope.SUBJECT, creates=True, refers=True)
MANAGES: Final = Need(Role.MANAGER, Scope.SUBJECT)
MANAGES_SETTINGS: Final = Need(Role.MANAGER, Scope.SETTINGS)
MANAGES_ALL: Final = Need(Role.MANAGER, Scope.CLUSTER)

_MEDIA: Final = (V1, VENDOR, JSON)

_TEXT = {"type": "string"}
_ID = {"type": "integer", "format": "int32"}
PARAMETERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "subject": {"type": "string", "description": "A subject; `:.context:subject` names one of another context."},
    "version": {"type": "string", "description": "A number, `latest` or `-1`."},
    "other": {"type": "string", "description": "The number of the newer version, `latest` or `-1`."},
    "id": _ID,
    "guid": {"type": "string", "format": "uuid"},
    "context": _TEXT,
    "namespace": _TEXT,
    "resource": _TEXT,
}

_CODES: Final[Mapping[int, str]] = {
    400: "The body cannot be read",
    401: "The credentials are missing or wrong",
    403: "The caller lacks the role",
    404: "It is not there; the code says what",
    406: "The caller takes none of the media types that there are",
    409: "The schema is not compatible with those that are there",
    413: "The body is over the limit",
    415: "The body is of a media type that nobody reads",
    422: "It cannot be done; the code says why",
    500: "The database does not answer, or the fault is ours",
}
_ALWAYS = (401, 403, 406, 500)
_BODIED = (400, 413, 415, 422)


def declared(
    method: str,
    path: str,
    name: str,
    summary: str,
    view: Callable[..., Response],
    shape: Any,
    need: Need | None,
    *,
    errors: tuple[int, ...] = (),
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    example: Any = None,
    source: Source = Source.STORE,
) -> Operation:
    """A method on a path.

    `shape` is that of the answer, None for an empty one; `errors`: statuses beside those that all
    of them have.
    """
    paged = query is not None and issubclass(query, queries.Paging)
    told = {*_ALWAYS, *errors, *(_BODIED if body else ()), *((404,) if paged else ())}
    statuses = told - ({401, 403} if need is None else set())
    replies = {status: Reply(_CODES[status], answers.ErrorAnswer, (V1,)) for status in sorted(statuses)}
    headers = ("Link",) if query is queries.Schemas else ()
    done = {204: Reply("Done")} if shape is None else {200: Reply("Done", shape, _MEDIA, headers)}
    named = {parameter: PARAMETERS[parameter] for parameter in PARAMETERS if f"{{{parameter}}}" in path}
    return Operation(
        method, path, name, summary, view, {**done, **replies}, need, body, query, named, example, source
    )  # fmt: skip
