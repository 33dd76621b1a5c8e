"""From values of the core to bodies of answers."""

from collections.abc import Iterable
from typing import Any, Final

from sluicegate.registry_api.core.differences import VersionDifferences
from sluicegate.registry_api.core.model import Reference, Registration, Version, VersionState
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.reports import IdentifiedSchema, ListedVersion
from sluicegate.registry_api.core.scopes import Config, ScopeSettings
from sluicegate.registry_api.facades.confluent.profile import Profile
from sluicegate.registry_api.facades.confluent.wire.answers import (
    ConfigAnswer,
    DifferencesAnswer,
    IdentifiedAnswer,
    ListedAnswer,
    ReferenceAnswer,
    RegisteredAnswer,
    ScopeSettingsAnswer,
    SubjectChangeAnswer,
    VersionAnswer,
)
from sluicegate.registry_api.facades.confluent.wire.contracts import (
    SchemaTagsBody,
    metadata_body,
    rules_body,
    tags_bodies,
)
from sluicegate.registry_api.facades.confluent.wire.requests import ConfigRequest
from sluicegate.shared.formats.engine import Tags
from sluicegate.shared.model import SchemaFormat

QUALIFIED: Final = "qualified"


class Rendering:
    """Makes bodies of answers in the shape of one profile."""

    def __init__(self, profile: Profile) -> None:
        """Take the profile."""
        self._modern = profile is Profile.EIGHT

    def version(self, version: Version, text: str, references: str = "", tags: Tags | None = None) -> VersionAnswer:
        """A version, with its text in some form."""
        return VersionAnswer(
            **self._content(version, text, references),
            **_place(version),
            id=version.global_id,
            schema_tags=_tags(tags),
            deprecated=_deprecated(version),
        )

    def listed(self, listed: ListedVersion) -> ListedAnswer:
        """A version in a listing."""
        version = listed.version
        return ListedAnswer(
            **self._content(version, version.text),
            **_place(version),
            id=version.global_id,
            aliases=listed.aliases or None,
            ts=int(version.created_at.timestamp() * 1000),
            deleted=version.deleted,
            deprecated=_deprecated(version),
        )

    def identified(
        self, found: IdentifiedSchema, text: str, *, placed: bool, references: str = "", tags: Tags | None = None
    ) -> IdentifiedAnswer:
        """Return the answer for a schema by its id; with `placed`, with its version."""
        where = _place(found.version) if placed else {}
        content = self._content(found.version, text, references)
        return IdentifiedAnswer(
            **content,
            **where,
            max_id=found.max_id,
            schema_tags=_tags(tags),
            deprecated=_deprecated(found.version),
        )

    def registered(self, done: Registration, text: str) -> RegisteredAnswer:
        """Return the place of a registered schema."""
        version = done.version
        if not (self._modern or done.changed):
            return RegisteredAnswer(id=version.global_id)
        return RegisteredAnswer(**self._content(version, text), id=version.global_id, version=version.number)

    def _content(self, version: Version, text: str, references: str = "") -> dict[str, Any]:
        named = self._modern or version.format is not SchemaFormat.AVRO
        return {
            "guid": version.guid if self._modern else None,
            "schema_type": version.format.value.upper() if named else None,
            "text": text,
            "references": _references(version.subject, version.references, references),
            "metadata": metadata_body(version.metadata),
            "rule_set": rules_body(version.rules),
        }


def config_answer(config: Config) -> ConfigAnswer:
    """Settings as they are served."""
    return ConfigAnswer(
        alias=config.alias,
        alias_for_deks=config.alias_for_deks,
        normalize=config.normalize,
        validate_fields=config.validate_fields,
        validate_new_schemas=config.validate_new_schemas,
        validate_rules=config.validate_rules,
        compatibility_level=config.compatibility,
        compatibility_policy=config.compatibility_policy,
        compatibility_group=config.compatibility_group,
        default_metadata=metadata_body(config.default_metadata),
        override_metadata=metadata_body(config.override_metadata),
        default_rule_set=rules_body(config.default_rules),
        override_rule_set=rules_body(config.override_rules),
    )


def differences_answer(found: VersionDifferences) -> DifferencesAnswer:
    """Return the answer about two versions."""
    changes = (
        SubjectChangeAnswer(
            direction=each.direction, path=each.finding.path, code=each.finding.code, message=each.finding.message
        )
        for each in found.breaking
    )
    return DifferencesAnswer(
        subject=found.new.subject.qualified,
        old_version=found.old.number,
        new_version=found.new.number,
        added=found.added,
        removed=found.removed,
        changes=tuple(changes),
        verdicts=dict(found.verdicts),
    )


def settings_answer(scope: str, settings: ScopeSettings) -> ScopeSettingsAnswer:
    """Return the own settings of a scope in a listing."""
    config = None if settings.config is None else config_answer(settings.config)
    return ScopeSettingsAnswer(scope=scope, config=config, mode=settings.mode)


def config_body(config: Config) -> ConfigRequest:
    """Settings under the names that requests have for them: the answer to a change."""
    served = config_answer(config).model_dump(by_alias=True, exclude_none=True)
    level = served.pop("compatibilityLevel", None)
    return ConfigRequest.model_validate({**served, "compatibility": level} if level else served)


def _tags(tags: Tags | None) -> tuple[SchemaTagsBody, ...] | None:
    """Nothing where nothing was asked for or found, as Confluent's server leaves empty lists out."""
    return tags_bodies(tags) if tags else None


def _deprecated(version: Version) -> bool | None:
    """True, or nothing, so that answers about other versions are Confluent's."""
    return True if version.state is VersionState.DEPRECATED else None


def _place(version: Version) -> dict[str, Any]:
    return {"subject": version.subject.qualified, "version": version.number}


def _references(owner: SubjectName, references: Iterable[Reference], form: str) -> tuple[ReferenceAnswer, ...] | None:
    return (
        tuple(
            ReferenceAnswer(
                name=each.name,
                subject=owner.referred(each.subject).qualified if form == QUALIFIED else each.subject,
                version=each.number,
            )
            for each in references
        )
        or None
    )
