"""Bodies of answers. Fields that say nothing are left out when they are written."""

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from sluicegate.registry_api.core.model import Direction
from sluicegate.registry_api.facades.confluent.wire.base import Body
from sluicegate.registry_api.facades.confluent.wire.contracts import MetadataBody, RuleSetBody, SchemaTagsBody
from sluicegate.shared.model import CompatibilityMode

_FOUND: Final = "The entities in its text with tags that were asked for."
_DEPRECATED: Final = "True for a deprecated version; left out for others. An addition of Sluicegate."


class ErrorAnswer(BaseModel):
    """A refusal."""

    error_code: int
    message: str


class ReferenceAnswer(Body):
    """A version, under the name by which a schema refers to it."""

    name: str
    subject: str
    version: int


class _Content(Body):
    """The part of a schema that is the same at every place."""

    guid: str | None = Field(default=None, description="The content, named without its context.")
    schema_type: str | None = Field(default=None, description="The format. In profile 7 it is left out for Avro.")
    text: str = Field(alias="schema", description="The text, as it was registered.")
    references: tuple[ReferenceAnswer, ...] | None = None
    metadata: MetadataBody | None = None
    rule_set: RuleSetBody | None = None


class VersionAnswer(_Content):
    """A version of a subject."""

    schema_tags: tuple[SchemaTagsBody, ...] | None = Field(default=None, description=_FOUND)

    subject: str
    version: int
    id: int
    deprecated: bool | None = Field(default=None, description=_DEPRECATED)


class ListedAnswer(VersionAnswer):
    """A version in a listing."""

    aliases: tuple[str, ...] | None = None
    ts: int | None = Field(default=None, description="When it was registered, in milliseconds since 1970.")
    deleted: bool | None = None


class IdentifiedAnswer(_Content):
    """A schema, by its id or guid."""

    schema_tags: tuple[SchemaTagsBody, ...] | None = Field(default=None, description=_FOUND)
    max_id: int | None = Field(default=None, description="The largest id that there is.")
    subject: str | None = None
    version: int | None = None
    deprecated: bool | None = Field(default=None, description=_DEPRECATED)


class RegisteredAnswer(Body):
    """The place of a schema. In profile 7 only the id, unless the registry changed the schema."""

    id: int
    version: int | None = None
    guid: str | None = None
    schema_type: str | None = None
    text: str | None = Field(default=None, alias="schema")
    references: tuple[ReferenceAnswer, ...] | None = None
    metadata: MetadataBody | None = None
    rule_set: RuleSetBody | None = None


class SubjectVersionAnswer(Body):
    """The place of a schema."""

    subject: str
    version: int


class ContextIdAnswer(Body):
    """The id of a content in a context."""

    context: str
    id: int


class CompatibilityAnswer(BaseModel):
    """Whether a schema fits."""

    is_compatible: bool
    messages: tuple[str, ...] | None = None


class SubjectChangeAnswer(BaseModel):
    """A reason why a version cannot read all data of the other one."""

    direction: Direction
    path: str
    code: str
    message: str


class DifferencesAnswer(BaseModel):
    """The differences of two versions, and whether each mode would accept the new one."""

    subject: str
    old_version: int
    new_version: int
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changes: tuple[SubjectChangeAnswer, ...]
    verdicts: dict[CompatibilityMode, bool]


class ConfigAnswer(Body):
    """The settings of a scope."""

    alias: str | None = None
    alias_for_deks: str | None = None
    normalize: bool | None = None
    validate_fields: bool | None = None
    validate_new_schemas: bool | None = None
    validate_rules: bool | None = None
    compatibility_level: str | None = None
    compatibility_policy: str | None = None
    compatibility_group: str | None = None
    default_metadata: MetadataBody | None = None
    override_metadata: MetadataBody | None = None
    default_rule_set: RuleSetBody | None = None
    override_rule_set: RuleSetBody | None = None


class ModeAnswer(Body):
    """A mode; none, where there was none."""

    mode: str | None = None


class ScopeSettingsAnswer(Body):
    """The own settings of a scope: a subject, or a context as `:.context:`."""

    scope: str
    config: ConfigAnswer | None = None
    mode: str | None = None


class ScopeAnswer(BaseModel):
    """The place of a cluster."""

    path: tuple[str, ...] = ()
    clusters: Mapping[str, str]


class ClusterAnswer(BaseModel):
    """Which cluster this is."""

    scope: ScopeAnswer
    id: str = ""


class ReleaseAnswer(Body):
    """Which release this is."""

    version: str
    commit_id: str


class DeploymentAnswer(BaseModel):
    """How it is deployed."""

    attributes: tuple[str, ...] = ()


class RestartAnswer(BaseModel):
    """That it was done."""

    success: bool = True


class NothingAnswer(BaseModel):
    """An empty object."""

    model_config = ConfigDict(extra="forbid")
