"""Settings for scopes: a subject, a context, everything.

Which of them counts, and how they are changed.
"""

from dataclasses import dataclass, fields, replace
from enum import StrEnum

from sluicegate.registry_api.core.metadata import Metadata, RuleSet, merged_metadata, merged_rules
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.shared.model import CompatibilityMode, ValidityMode


class Mode(StrEnum):
    """The permitted changes to the subjects of a scope."""

    READWRITE = "READWRITE"
    READONLY = "READONLY"
    READONLY_OVERRIDE = "READONLY_OVERRIDE"
    IMPORT = "IMPORT"
    FORWARD = "FORWARD"

    @property
    def read_only(self) -> bool:
        """Whether nothing may be changed."""
        return self in (Mode.READONLY, Mode.READONLY_OVERRIDE)

    @property
    def takes_ids(self) -> bool:
        """Whether ids come with the registrations, which are not checked then."""
        return self in (Mode.IMPORT, Mode.FORWARD)


class CompatibilityPolicy(StrEnum):
    """How strictly schemas are compared."""

    STRICT = "STRICT"
    LENIENT = "LENIENT"
    LOGICAL = "LOGICAL"


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one scope, or those in force. None: this scope does not say."""

    alias: str | None = None
    alias_for_deks: str | None = None
    normalize: bool | None = None
    validate_fields: bool | None = None
    validate_new_schemas: bool | None = None
    validate_rules: bool | None = None
    compatibility: CompatibilityMode | None = None
    compatibility_policy: CompatibilityPolicy | None = None
    compatibility_group: str | None = None
    default_metadata: Metadata | None = None
    override_metadata: Metadata | None = None
    default_rules: RuleSet | None = None
    override_rules: RuleSet | None = None

    def under(self, narrower: "Config") -> "Config":
        """Return the settings in force for a narrower scope: its own, else this scope's.

        Metadata and rule sets of both are merged; an alias is never inherited.
        """
        said = {name: value for name in _PLAIN if (value := getattr(narrower, name)) is not None}
        return replace(
            self,
            **said,
            alias=narrower.alias,
            alias_for_deks=narrower.alias_for_deks,
            default_metadata=merged_metadata(self.default_metadata, narrower.default_metadata),
            override_metadata=merged_metadata(self.override_metadata, narrower.override_metadata),
            default_rules=merged_rules(self.default_rules, narrower.default_rules),
            override_rules=merged_rules(self.override_rules, narrower.override_rules),
        )


@dataclass(frozen=True, slots=True)
class ConfigUpdate:
    """A partial change: `said` names the fields of `config` that count.

    A field that was said to be None is cleared.
    """

    config: Config
    said: frozenset[str]

    def applied(self, before: Config) -> Config:
        """The settings after the change."""
        return replace(before, **{name: getattr(self.config, name) for name in self.said})


@dataclass(frozen=True, slots=True)
class ScopeSettings:
    """The stored settings of one scope. `config` None: nothing was ever configured.

    `validity` is no part of the configuration, because Confluent's API has no such setting.
    """

    config: Config | None = None
    mode: Mode | None = None
    validity: ValidityMode | None = None


@dataclass(frozen=True, slots=True)
class Scopes:
    """The settings of a subject and its scopes, narrowest first: subject, context, global.

    `default` is the scope of `PUT /mode`: the default context, for subjects of every context.
    """

    subject: ScopeSettings
    context: ScopeSettings
    everything: ScopeSettings
    default: ScopeSettings
    policy: CompatibilityPolicy | None = None
    """The policy of the native registration; a setting of the subject overrides it."""

    def config(self, defaults: Config) -> Config:
        """The settings in force."""
        found = defaults
        own = None if self.policy is None else Config(compatibility_policy=self.policy)
        for config in (self.everything.config, self.context.config, own, self.subject.config):
            if config is not None:
                found = found.under(config)
        return found

    @property
    def mode(self) -> Mode:
        """Return the mode: a global READONLY_OVERRIDE, or that of the narrowest scope with one."""
        if Mode.READONLY_OVERRIDE in (self.default.mode, self.everything.mode):
            return Mode.READONLY_OVERRIDE
        return self.subject.mode or self.context.mode or self.everything.mode or Mode.READWRITE

    def validity(self, default: ValidityMode) -> ValidityMode:
        """Return the validity mode in force: that of the narrowest scope with one."""
        return self.subject.validity or self.context.validity or self.everything.validity or default


@dataclass(frozen=True, slots=True)
class ScopedMode:
    """A mode, and the scope that it was set for."""

    scope: SubjectName
    mode: Mode


FIELDS: frozenset[str] = frozenset(each.name for each in fields(Config))
_PLAIN = (
    "normalize",
    "validate_fields",
    "validate_new_schemas",
    "validate_rules",
    "compatibility",
    "compatibility_policy",
    "compatibility_group",
)
