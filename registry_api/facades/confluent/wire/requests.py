"""Bodies of requests, and their commands for the core."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final

from pydantic import Field

from sluicegate.registry_api.core.amendments import AmendVersion
from sluicegate.registry_api.core.commands import LATEST, Draft, RegisterVersion
from sluicegate.registry_api.core.forms import Form
from sluicegate.registry_api.core.model import Reference
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.scopes import CompatibilityPolicy, Config, ConfigUpdate, Mode
from sluicegate.registry_api.facades.confluent.faults import LevelUnknown, ModeUnknown, PolicyUnknown, TypeUnknown
from sluicegate.registry_api.facades.confluent.wire.base import Body
from sluicegate.registry_api.facades.confluent.wire.contracts import (
    MetadataBody,
    RuleSetBody,
    SchemaTagsBody,
    metadata_of,
    rules_of,
    tags_of,
)
from sluicegate.registry_api.facades.confluent.wire.queries import Number
from sluicegate.shared.formats.engine import TagChange
from sluicegate.shared.model import CompatibilityMode, GlobalId, SchemaFormat, VersionNumber
from sluicegate.shared.wire import REFERENCE_NAME_LIMIT

FORMATS: Final[Mapping[str, SchemaFormat]] = MappingProxyType({each.value.upper(): each for each in SchemaFormat})
"""`schemaType` -> format, in upper case alone, as Confluent's server takes it. The formats beyond
its three are named alike.
"""


_BINARY: Final = re.compile(r"[A-Za-z0-9+/=\s]+").fullmatch
"""Base64: a text of Protobuf has a semicolon or a brace."""


class ReferenceBody(Body):
    """A version, under the name by which a schema refers to it. `version` -1: the newest."""

    name: Annotated[str, Field(max_length=REFERENCE_NAME_LIMIT)] | None = None
    subject: str | None = None
    version: Number | None = None

    def reference(self) -> Reference:
        """Return the core's reference; a missing field names nothing."""
        return Reference.to_subject(self.name or "", self.subject or "", VersionNumber(self.version or 0))


class SchemaRequest(Body):
    """A schema that is registered, looked up or compared."""

    text: str | None = Field(default=None, alias="schema", description="The text; empty: the newest version's.")
    schema_type: str | None = Field(
        default=None, description="`AVRO` (which is also what none means), `JSON`, `PROTOBUF`, `XML`, `CSV` or `TABLE`."
    )
    references: tuple[ReferenceBody, ...] | None = Field(default=None, description="The versions that it refers to.")
    metadata: MetadataBody | None = Field(default=None, description="What is said about it beside its text.")
    rule_set: RuleSetBody | None = Field(default=None, description="Its rules.")
    id: Number | None = Field(default=None, description="The id that it must get: in mode IMPORT.")
    version: Number | None = Field(
        default=None, description="The number that it must get: the next one, but in mode IMPORT."
    )
    subject: str | None = Field(default=None, description="Not looked at: the path names the subject.")
    schema_tags_to_add: tuple[SchemaTagsBody, ...] | None = Field(
        default=None, description="Tags that are written into the text before it is registered."
    )
    schema_tags_to_remove: tuple[SchemaTagsBody, ...] | None = Field(
        default=None, description="Tags that are taken out of the text before it is registered."
    )
    propagate_schema_tags: bool | None = Field(
        default=None, description="The tags of the newest version are written into the text, too."
    )

    @property
    def form(self) -> str:
        """The form in which the text was sent, by the name under which it can be asked for; empty: as a text."""
        binary = self.text is not None and _BINARY(self.text) is not None
        return Form.SERIALIZED if binary and _format(self.schema_type) is SchemaFormat.PROTOBUF else ""

    def draft(self) -> Draft:
        """The schema. Raises `TypeUnknown`."""
        return Draft(
            text=self.text or None,
            format=_format(self.schema_type),
            references=tuple(body.reference() for body in self.references or ()),
            metadata=metadata_of(self.metadata),
            rules=rules_of(self.rule_set),
        )

    def registration(self, subject: SubjectName, *, normalize: bool, force: bool) -> RegisterVersion:
        """The wish in a `POST .../versions`. Raises `TypeUnknown`."""
        tags = TagChange(tags_of(self.schema_tags_to_add), tags_of(self.schema_tags_to_remove))
        # A rewritten schema has the number of its version in its metadata.
        number = self.version if self.version is not None else LATEST if tags else 0
        return RegisterVersion(
            subject,
            self.draft(),
            number=number,
            global_id=GlobalId(self.id) if self.id is not None and self.id >= 0 else None,
            normalize=normalize,
            force=force,
            tags=tags,
            propagate_tags=bool(self.propagate_schema_tags),
        )


class TagsRequest(Body):
    """A version that is to be registered anew with other tags, metadata or rules."""

    new_version: Number | None = Field(default=None, description="The number that it must get: the next one.")
    tags_to_add: tuple[SchemaTagsBody, ...] | None = Field(default=None, description="Tags that it gets in its text.")
    tags_to_remove: tuple[SchemaTagsBody, ...] | None = Field(default=None, description="Tags that it loses there.")
    metadata: MetadataBody | None = Field(default=None, description="In place of its own.")
    rule_set: RuleSetBody | None = Field(default=None, description="In place of the newest version's.")
    rules_to_merge: RuleSetBody | None = Field(default=None, description="Rules beside those of the version before.")
    rules_to_remove: tuple[str, ...] | None = Field(default=None, description="Names of rules that are left out.")

    def amendment(self, subject: SubjectName, number: VersionNumber) -> AmendVersion:
        """The wish in a `POST .../tags`."""
        return AmendVersion(
            subject,
            number,
            new_number=self.new_version or 0,
            tags=TagChange(tags_of(self.tags_to_add), tags_of(self.tags_to_remove)),
            metadata=metadata_of(self.metadata),
            rules=rules_of(self.rule_set),
            merged_rules=rules_of(self.rules_to_merge),
            removed_rules=None if self.rules_to_remove is None else frozenset(self.rules_to_remove),
        )


class ConfigRequest(Body):
    """A change of a scope's settings: missing fields stay, nulls are removed."""

    alias: str | None = None
    alias_for_deks: str | None = None
    normalize: bool | None = None
    validate_fields: bool | None = None
    validate_new_schemas: bool | None = None
    validate_rules: bool | None = None
    compatibility: str | None = None
    compatibility_policy: str | None = None
    compatibility_group: str | None = None
    default_metadata: MetadataBody | None = None
    override_metadata: MetadataBody | None = None
    default_rule_set: RuleSetBody | None = None
    override_rule_set: RuleSetBody | None = None

    def update(self) -> ConfigUpdate:
        """Return the core's command. Raises `LevelUnknown` and `PolicyUnknown`."""
        config = Config(
            alias=self.alias,
            alias_for_deks=self.alias_for_deks,
            normalize=self.normalize,
            validate_fields=self.validate_fields,
            validate_new_schemas=self.validate_new_schemas,
            validate_rules=self.validate_rules,
            compatibility=_level(self.compatibility),
            compatibility_policy=_policy(self.compatibility_policy),
            compatibility_group=self.compatibility_group,
            default_metadata=metadata_of(self.default_metadata),
            override_metadata=metadata_of(self.override_metadata),
            default_rules=rules_of(self.default_rule_set),
            override_rules=rules_of(self.override_rule_set),
        )
        return ConfigUpdate(config, frozenset(_CORE_NAMES.get(name, name) for name in self.model_fields_set))


_CORE_NAMES: Final = {"default_rule_set": "default_rules", "override_rule_set": "override_rules"}


class ModeRequest(Body):
    """A mode, in any case; null: none of its own."""

    mode: str | None = None

    def chosen(self) -> Mode | None:
        """The mode. Raises `ModeUnknown`."""
        if self.mode is None:
            return None
        try:
            return Mode(self.mode.upper())
        except ValueError:
            raise ModeUnknown from None


def _format(name: str | None) -> SchemaFormat:
    found = FORMATS.get(name) if name else SchemaFormat.AVRO
    if found is None:
        raise TypeUnknown(name or "")
    return found


def _level(name: str | None) -> CompatibilityMode | None:
    if name is None:
        return None
    try:
        return CompatibilityMode(name.upper())
    except ValueError:
        raise LevelUnknown from None


def _policy(name: str | None) -> CompatibilityPolicy | None:
    if name is None:
        return None
    try:
        return CompatibilityPolicy(name.upper())
    except ValueError:
        raise PolicyUnknown from None
