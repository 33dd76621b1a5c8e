"""The movable content of a registry: subjects with versions, and settings of scopes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

JsonObject = Mapping[str, Any]
"""Settings, metadata and rules that are copied verbatim.

Fields that this registry does not know are kept.
"""


class Place(NamedTuple):
    """Place of a version."""

    subject: str
    number: int


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A referenced version and its name.

    The subject is of the same context unless qualified.
    """

    name: str
    subject: str
    number: int


@dataclass(frozen=True, slots=True)
class MovedVersion:
    """A version.

    `global_id` None: whichever the registry gives it. `kind` is Confluent's name of the format.
    `deprecated` is unknown, and False, where a registry does not show it.

    `schema_id`: the native id of its schema, where it has one to keep. Schemas get theirs in the
    order in which they are made.
    """

    place: Place
    global_id: int | None
    kind: str
    text: str
    references: tuple[NamedPlace, ...] = ()
    metadata: JsonObject | None = None
    rules: JsonObject | None = None
    deleted: bool = False
    deprecated: bool = False
    schema_id: int | None = None

    @property
    def needs(self) -> tuple[Place, ...]:
        """Return the versions that must exist before it."""
        return tuple(Place(qualified(self.place.subject, each.subject), each.number) for each in self.references)


@dataclass(frozen=True, slots=True)
class ScopeState:
    """Own settings of a scope. None: nothing is set."""

    config: JsonObject | None = None
    mode: str | None = None


@dataclass(frozen=True, slots=True)
class Holdings:
    """All movable content.

    Scopes are named as in Confluent's API: a subject, `:.context:`, or "" for the global scope.
    `unkept` describes the rest and its place.
    """

    versions: Mapping[Place, MovedVersion] = field(default_factory=dict)
    scopes: Mapping[str, ScopeState] = field(default_factory=dict)
    unkept: tuple[str, ...] = ()

    @property
    def subjects(self) -> tuple[str, ...]:
        """The subjects that have versions."""
        return tuple(sorted({place.subject for place in self.versions}))


def context_of(subject: str) -> str:
    """The context of a subject as it is written before it: "" or `:.context:`."""
    if not subject.startswith(":."):
        return ""
    end = subject.find(":", 1)
    return subject if end < 0 else subject[: end + 1]


def qualified(owner: str, subject: str) -> str:
    """The subject that a schema of another one refers to."""
    return subject if subject.startswith(":.") else context_of(owner) + subject
