"""One route, declared once: the source of Flask's rules, access rights and the OpenAPI document."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol, TypeVar

from flask import Request, Response
from pydantic import BaseModel

from sluicegate.registry_api.core.access.principals import Principal
from sluicegate.registry_api.core.access.roles import Role
from sluicegate.registry_api.core.model import Caller
from sluicegate.registry_api.facades.allowance import BodyAllowance
from sluicegate.registry_api.facades.refusal import Refusal

JSON = "application/json"
Model = TypeVar("Model", bound=BaseModel)


class Scope(Enum):
    """The resource that a role is needed on.

    The value is the part of a sentence, for documentation.
    """

    CLUSTER = "on the cluster"
    SUBJECT = "on the subject of the path, or on the target of that alias"
    SETTINGS = "on the subject of the path; for a context, on the cluster"
    SCHEMA = "on the subject of the schema"
    NAME = "on each name in the body"
    CONTENT = "on a subject that has the content"
    LISTED = "on each subject in the answer"
    """Every caller may ask; the answer has only the subjects that the caller has the role on."""
    GRANTED = "on the whole resource of the grant"
    CALLER = ""
    """Every identified caller may ask."""


class Source(Enum):
    """The source of an operation's answers, which selects the threads that serve it."""

    STORE = "store"
    NOTHING = "nothing"
    """This process alone."""
    PROBE = "probe"
    """A question whether the database answers."""


@dataclass(frozen=True, slots=True)
class Need:
    """The role that an operation needs, and the resource that it needs it on.

    This is the table of operations and roles.

    `creates`: it may register the first version of a name, which needs `auth.create_role` on that
    name. `refers`: its body may refer to schemas, which needs a reader of each.
    """

    role: Role
    scope: Scope
    creates: bool = False
    refers: bool = False

    def __str__(self) -> str:
        """The need in words, for documentation."""
        refers = "; reader on each referenced subject" if self.refers else ""
        match self.scope:
            case Scope.CALLER:
                return f"any caller{refers}"
            case Scope.LISTED:
                return f"any caller; {self.role} {self.scope.value}"
            case Scope.NAME:
                return f"`auth.create_role` {self.scope.value}{refers}"
        creates = "; for a first version `auth.create_role`" if self.creates else ""
        return f"{self.role} {self.scope.value}{creates}{refers}"


@dataclass(frozen=True, slots=True)
class Reply:
    """One status that an operation answers with.

    `shape` is any type that pydantic knows; None for an empty body.
    """

    description: str
    shape: Any = None
    media: tuple[str, ...] = (JSON,)
    headers: tuple[str, ...] = ()
    example: Any = None


@dataclass(frozen=True, slots=True)
class Call:
    """A request on its way to a view: its caller as the audit trail names it, and with grants."""

    caller: Caller
    principal: Principal


@dataclass(frozen=True, slots=True)
class Operation:
    """A method on a path.

    `view` gets the `Call`, each path parameter as text, and `body` and `query` where they are
    declared.
    """

    method: str
    path: str
    name: str
    summary: str
    view: Callable[..., Response]
    replies: Mapping[int, Reply]
    need: Need | None = None
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Path parameter -> its JSON Schema."""
    example: Any = None
    source: Source = Source.STORE
    headers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Header of the request -> its JSON Schema."""
    body_media: str = JSON
    """The media type of the body; another one than JSON: `body` is read from its bytes."""


class Intake(Protocol):
    """A facade's way to read requests. The same facade's `refuse` words its errors."""

    def admit(self, request: Request, *, bodied: bool) -> None:
        """Refuse a request with an unreadable body, or without an acceptable form of the answer."""
        ...

    def body(self, request: Request, model: type[Model], allowed: BodyAllowance) -> Model:
        """The body, read into a model."""
        ...

    def query(self, request: Request, model: type[Model]) -> Model:
        """The query, read into a model."""
        ...


@dataclass(frozen=True, slots=True)
class Facade:
    """One API over the core: its paths, operations, reading of requests, and refusals.

    `prefixes` are paths of requests. Each path of an operation is served below every one of
    `mounts`.
    """

    name: str
    prefixes: tuple[str, ...]
    operations: tuple[Operation, ...]
    refuse: Callable[[Exception], Refusal]
    write: Callable[[Refusal], Response]
    intake: Intake
    mounts: tuple[str, ...] = ("",)
    stored: bool = True
    """Whether its answers come from the database."""

    def claim(self, path: str) -> int:
        """Return the number of characters of a path that belong to this facade; -1 for none.

        The facade with the longest part answers.
        """
        return max((len(each) for each in self.prefixes if path == each or path.startswith(each + "/")), default=-1)
