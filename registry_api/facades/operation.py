"""One route, declared once: Flask's rules, the access that it needs and the OpenAPI document all come from here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from flask import Response
from pydantic import BaseModel

from registry_api.core.access import Role
from registry_api.core.model import Caller
from registry_api.facades.refusal import Refusal
from shared.model import SchemaId

JSON = "application/json"


class Scope(Enum):
    """What the role must be held on."""

    CLUSTER = "cluster"
    SCHEMA = "schema"


@dataclass(frozen=True, slots=True)
class Need:
    """What a caller must hold before anything else of a request is looked at."""

    role: Role
    scope: Scope


@dataclass(frozen=True, slots=True)
class Reply:
    """One status that an operation answers with. `shape` is any type that pydantic knows; None for an empty body."""

    description: str
    shape: Any = None
    media: tuple[str, ...] = (JSON,)
    headers: tuple[str, ...] = ()
    example: Any = None


@dataclass(frozen=True, slots=True)
class Call:
    """A request on its way to a view: who sent it, and the gate, for needs that only the body tells."""

    caller: Caller
    authorize: Callable[[Role, SchemaId | None], None]


@dataclass(frozen=True, slots=True)
class Operation:
    """A method on a path. `view` gets the `Call`, each path parameter as text, and `body` and `query` where they are declared."""

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


@dataclass(frozen=True, slots=True)
class Facade:
    """One API over the core: the paths that are its own, what it can do, and its way to refuse."""

    name: str
    prefixes: tuple[str, ...]
    operations: tuple[Operation, ...]
    refuse: Callable[[Exception], Refusal]
    write: Callable[[Refusal], Response]

    def owns(self, path: str) -> bool:
        """Whether an answer on this path must have this facade's shape."""
        return any(path == prefix or path.startswith(prefix + "/") for prefix in self.prefixes)
