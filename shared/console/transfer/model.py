"""What a registry holds, as far as it can be moved: subjects with their versions, and what is configured for which scope."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

JsonObject = Mapping[str, Any]
"""What is moved as it is: settings, metadata, rules. What another registry knows beyond ours is not lost on the way."""


class Place(NamedTuple):
    """Where a version stands."""

    subject: str
    number: int


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """What a version refers to, and by what name. The subject is as the registry has it: of the same context unless qualified."""

    name: str
    subject: str
    number: int


@dataclass(frozen=True, slots=True)
class MovedVersion:
    """A version. `global_id` None: whichever the registry gives it. `kind` is Confluent's name of the format.

    `schema_id`: the native id of its schema, where it has one to keep. Schemas get theirs in the order in which they are made.
    """

    place: Place
    global_id: int | None
    kind: str
    text: str
    references: tuple[NamedPlace, ...] = ()
    metadata: JsonObject | None = None
    rules: JsonObject | None = None
    deleted: bool = False
    schema_id: int | None = None

    @property
    def needs(self) -> tuple[Place, ...]:
        """What must be there before it."""
        return tuple(Place(qualified(self.place.subject, each.subject), each.number) for each in self.references)


@dataclass(frozen=True, slots=True)
class ScopeState:
    """What is set for a scope itself. None: nothing."""

    config: JsonObject | None = None
    mode: str | None = None


@dataclass(frozen=True, slots=True)
class Holdings:
    """All that is moved. Scopes are named as Confluent's API names them: a subject, `:.context:`, or "" for the registry's own.

    `unkept`: what there is beyond that, and where, in words.
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
