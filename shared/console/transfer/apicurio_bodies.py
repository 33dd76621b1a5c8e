"""The JSON of Apicurio's APIs, generations 1 to 3, as far as an import reads it.

Generation 1 is also the API of IBM Event Streams.
"""

from typing import Annotated, Any, Generic, TypeVar

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from sluicegate.shared.console.transfer.entities import DEFAULT_GROUP, Group

Item = TypeVar("Item")


def _text(value: Any) -> Any:
    """Versions have numbers in generation 1, and names later."""
    return str(value) if isinstance(value, int) else value


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel, validate_by_name=True)


class FoundArtifact(_Body):
    """An artifact in a listing."""

    group_id: Group = DEFAULT_GROUP
    artifact_id: str = Field(validation_alias=AliasChoices("artifactId", "id"))


class FoundVersion(_Body):
    """A version in a listing, or its metadata.

    `artifact_id` is empty in listings of one artifact's versions. Generation 1 knows no content id.
    """

    group_id: Group = DEFAULT_GROUP
    artifact_id: str = ""
    version: Annotated[str, BeforeValidator(_text)]
    global_id: int
    content_id: int | None = None
    state: str | None = None
    artifact_type: str | None = Field(None, validation_alias=AliasChoices("artifactType", "type"))


class FoundGroup(_Body):
    """A group in a listing."""

    group_id: Group = DEFAULT_GROUP


class FoundRule(_Body):
    """A rule."""

    type: str = Field(validation_alias=AliasChoices("type", "ruleType"))
    config: str = ""


class ApicurioPage(_Body, Generic[Item]):
    """A part of a listing; `count` is the number of all items."""

    items: tuple[Item, ...] = Field(validation_alias=AliasChoices("versions", "artifacts", "groups"))
    count: int
