"""The declaration of an operation of this API: the replies and parameters that all of them share."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Response
from pydantic import BaseModel

from sluicegate.registry_api.core.access.roles import Role
from sluicegate.registry_api.core.rules import RuleType
from sluicegate.registry_api.facades.artifacts.submissions import ID_HEADER, TYPE_HEADER
from sluicegate.registry_api.facades.artifacts.types import TYPES
from sluicegate.registry_api.facades.artifacts.wire import Document, ErrorAnswer
from sluicegate.registry_api.facades.operation import JSON, Need, Operation, Reply, Scope

READS: Final = Need(Role.READER, Scope.SUBJECT)
LISTS: Final = Need(Role.READER, Scope.LISTED)
READS_CONTENT: Final = Need(Role.READER, Scope.CONTENT)
READS_GLOBAL: Final = Need(Role.READER, Scope.CALLER)
WRITES: Final = Need(Role.WRITER, Scope.SUBJECT, refers=True)
CREATES: Final = Need(Role.WRITER, Scope.NAME, creates=True, refers=True)
MANAGES: Final = Need(Role.MANAGER, Scope.SUBJECT)
MANAGES_GLOBAL: Final = Need(Role.MANAGER, Scope.CLUSTER)

TEXT: Final = (JSON, "application/xml", "text/plain; charset=utf-8")
"""Media types of schema texts."""

_NUMBER: Final = {"type": "integer", "minimum": 1}
_PARAMETERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "artifact": {"type": "string", "description": "An artifact's id: the subject of the schema."},
    "version": _NUMBER,
    "id": _NUMBER,
    "rule": {"type": "string", "enum": [each.value for each in RuleType]},
}
_TYPE: Final = {"type": "string", "enum": list(TYPES), "description": "The format of the schema."}
_ID: Final = {"type": "string", "description": "The id of the new artifact; a UUID where none is given."}

_STATUSES: Final[Mapping[int, str]] = {
    400: "The request cannot be read",
    401: "No principal is known by these credentials",
    403: "The caller lacks the role",
    404: "There is no such artifact, version, id or rule",
    409: "It exists already, a rule refuses the schema, or another schema refers to it",
    413: "The body exceeds the limit",
    422: "The schema is not valid, or the mode forbids the change",
    503: "The registry is busy, or its database does not answer",
}
_BODIED: Final = (400, 413)


def declared(
    method: str,
    path: str,
    name: str,
    summary: str,
    view: Callable[..., Response],
    shape: Any,
    need: Need = READS,
    *,
    errors: tuple[int, ...] = (),
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    media: tuple[str, ...] = (JSON,),
    example: Any = None,
) -> Operation:
    """Declare a method on a path.

    `shape` is that of the answer, None for 204; `errors` are statuses beside those of all.
    """
    bad = (400,) if query is not None else ()
    statuses = sorted({401, 403, 503, *errors, *bad, *(_BODIED if body else ())})
    replies = {status: Reply(_STATUSES[status], ErrorAnswer) for status in statuses}
    done = {204: Reply("Done")} if shape is None else {200: Reply("Done", shape, media)}
    named = {parameter: _PARAMETERS[parameter] for parameter in _PARAMETERS if f"{{{parameter}}}" in path}
    headers: dict[str, Mapping[str, Any]] = {TYPE_HEADER: _TYPE} if body is Document else {}
    if (method, path) == ("POST", "/artifacts"):
        headers[ID_HEADER] = _ID
    return Operation(
        method,
        path,
        name,
        summary,
        view,
        {**done, **replies},
        need,
        body,
        query,
        named,
        example,
        headers=headers,
        body_media="*/*" if body is Document else JSON,
    )
