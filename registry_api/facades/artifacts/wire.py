"""Bodies and queries of this API.

Field names are those of Apicurio Registry 1.3; times are milliseconds since 1970.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic.alias_generators import to_camel

from sluicegate.registry_api.core.model import Incompatibility, Version, VersionState
from sluicegate.registry_api.core.rules import RuleMode, RuleType
from sluicegate.registry_api.facades.artifacts.types import type_name
from sluicegate.registry_api.facades.numbers import INTEGER
from sluicegate.shared.model import CompatibilityMode, ValidityMode, Violation


class Body(BaseModel):
    """A JSON object. Unknown members are left alone, as Jackson is set up in Apicurio."""

    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel, validate_by_name=True)


class Document(BaseModel):
    """A schema as it was sent: the bytes of the body."""

    model_config = ConfigDict(frozen=True)

    data: bytes


class Metadata(Body):
    """A version of an artifact, without its text."""

    id: str
    type: str
    version: int
    created_by: str = ""
    created_on: int = Field(description="Milliseconds since 1970, when the version was registered.")
    modified_by: str = ""
    modified_on: int = Field(description="The same as `createdOn`: a version never changes.")
    global_id: int
    state: VersionState | None = Field(default=None, description="Not in the answer to a registration.")

    @classmethod
    def of(cls, version: Version, *, state: bool = True) -> "Metadata":
        """The metadata of a version, with its state or without it."""
        created = int(version.created_at.timestamp() * 1000)
        return cls(
            id=version.subject.qualified,
            type=type_name(version.format),
            version=version.number,
            created_on=created,
            modified_on=created,
            global_id=version.global_id,
            state=version.state if state else None,
        )


def _spelt(value: Any) -> Any:
    return value.strip().upper().replace("-", "_") if isinstance(value, str) else value


MODES: Final[Mapping[RuleType, type[CompatibilityMode] | type[ValidityMode]]] = {
    RuleType.COMPATIBILITY: CompatibilityMode,
    RuleType.VALIDITY: ValidityMode,
}
"""The settings of each kind of rule."""


def _own_mode(value: Any, _: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    """Return the setting as one of the rule's type; a type that cannot be read has its own fault."""
    kind = info.data.get("type")
    modes = list(MODES[kind]) if kind else []
    if kind and value not in modes:
        raise ValueError(f"the rule {kind} has one of the settings {', '.join(modes)}")
    return MODES[kind](value) if kind else value


class Rule(Body):
    """A rule: its kind, and its setting."""

    type: Annotated[RuleType, BeforeValidator(_spelt)]
    config: Annotated[CompatibilityMode | ValidityMode, BeforeValidator(_spelt), WrapValidator(_own_mode)]

    @property
    def mode(self) -> RuleMode:
        """The setting, as one of the kind's."""
        return MODES[self.type](self.config)


class StateChange(Body):
    """The new state of a version, or of all versions."""

    state: Annotated[VersionState, BeforeValidator(_spelt)]


class Cause(Body):
    """One reason of a refusal: the place in the schema, and a sentence."""

    description: str
    context: str = ""

    @classmethod
    def of_violation(cls, violation: Violation) -> "Cause":
        """A violation of the format's rules."""
        return cls(description=violation.message, context=violation.path)

    @classmethod
    def of_incompatibility(cls, found: Incompatibility) -> "Cause":
        """An incompatibility with a registered version."""
        sentence = f"{found.finding.message} (version {found.number}, {found.direction.value})"
        return cls(description=sentence, context=found.finding.path)


class ErrorAnswer(BaseModel):
    """A refusal.

    `incident` is the id of the request in the registry's log, when the fault is the registry's.
    """

    model_config = ConfigDict(frozen=True)

    error_code: int
    message: str
    incident: str | None = None
    causes: tuple[Cause, ...] | None = None


class IfExists(StrEnum):
    """The treatment of an id that is taken."""

    FAIL = "FAIL"
    UPDATE = "UPDATE"
    RETURN = "RETURN"
    RETURN_OR_UPDATE = "RETURN_OR_UPDATE"


class Creation(BaseModel):
    """`POST /artifacts`."""

    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel, validate_by_name=True)

    if_exists: Annotated[IfExists, BeforeValidator(_spelt)] = Field(
        default=IfExists.FAIL,
        description="The treatment of an id that is taken: `FAIL` answers 409, `RETURN` answers the latest version, "
        "`UPDATE` adds a version, `RETURN_OR_UPDATE` answers the version with this content or adds one.",
    )


class Over(StrEnum):
    """The fields that a search covers."""

    EVERYTHING = "everything"
    NAME = "name"
    DESCRIPTION = "description"
    LABELS = "labels"


class Direction(StrEnum):
    """The order of a search by id."""

    ASCENDING = "asc"
    DESCENDING = "desc"


def _lowered(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


MAX_FOUND = 500


class Search(BaseModel):
    """`GET /search/artifacts`."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    search: str = Field(default="", description="A part of an id or a description, in any case.")
    offset: Annotated[int, Field(ge=0, le=2**31 - 1), INTEGER] = Field(default=0, description="Artifacts to leave out.")
    limit: Annotated[int, Field(ge=0, le=MAX_FOUND), INTEGER] = Field(
        default=10, description="Artifacts in the answer."
    )
    over: Annotated[Over, BeforeValidator(_lowered)] = Field(
        default=Over.EVERYTHING, description="The place to search. No artifact has labels."
    )
    order: Annotated[Direction, BeforeValidator(_lowered)] = Field(
        default=Direction.ASCENDING, description="The order of ids."
    )


class Found(Body):
    """An artifact in the answer to a search: its latest version."""

    id: str
    name: str
    description: str = ""
    type: str
    labels: tuple[str, ...] = ()
    created_by: str = ""
    created_on: int
    modified_by: str = ""
    modified_on: int
    state: VersionState

    @classmethod
    def of(cls, version: Version) -> "Found":
        """The artifact of a version."""
        created = int(version.created_at.timestamp() * 1000)
        subject = version.subject.qualified
        return cls(
            id=subject,
            name=subject,
            description=version.description,
            type=type_name(version.format),
            created_on=created,
            modified_on=created,
            state=version.state,
        )


class SearchAnswer(Body):
    """A page of artifacts, and the number of all that match."""

    artifacts: tuple[Found, ...]
    count: int
