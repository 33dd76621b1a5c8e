"""Rows about subjects -> values of the core, by the places of the columns in `subject_queries.sql`."""

from collections.abc import Sequence
from typing import Any, Final

from sluicegate.registry_api.core.model import Address, Reference
from sluicegate.registry_api.core.references import in_order
from sluicegate.registry_api.core.subjects.identity import guid
from sluicegate.registry_api.core.subjects.model import SubjectReference, SubjectVersion
from sluicegate.registry_api.core.subjects.names import DEFAULT_SCOPE, GLOBAL_SCOPE, SubjectName
from sluicegate.registry_api.core.subjects.ports import SubjectState
from sluicegate.registry_api.core.subjects.scopes import CompatibilityPolicy, Scopes, ScopeSettings
from sluicegate.registry_api.store.documents import to_metadata, to_rules, to_settings
from sluicegate.registry_api.store.rows import Row
from sluicegate.shared.model import GlobalId, SchemaFormat, SchemaId, VersionId, VersionNumber

_STATE_COLUMNS: Final = 7
_NOTHING: Final = ScopeSettings()


def to_subject_version(row: Sequence[Any]) -> SubjectVersion:
    """The `version_columns`, and the artifact where it stands behind them."""
    version_id, context, subject, schema_id, number, global_id, known_guid, schema_format, fingerprint = row[:9]
    references, metadata, rules, created_at, deleted, identity, text, *artifact = row[9:]
    place = SubjectName(context, subject)
    named = tuple(_named(place, *each) for each in references or ())
    return SubjectVersion(
        subject=place,
        schema_id=SchemaId(schema_id),
        version_id=VersionId(version_id),
        number=VersionNumber(number),
        global_id=GlobalId(global_id),
        guid=known_guid or guid(text or "", named),
        format=SchemaFormat(schema_format),
        text=text or "",
        fingerprint=fingerprint,
        references=named,
        metadata=to_metadata(metadata),
        rules=to_rules(rules),
        created_at=created_at,
        deleted=deleted,
        addresses=in_order(
            [Reference(each[0], Address(SchemaId(each[1]), VersionNumber(each[2]))) for each in references or ()]
        ),
        artifact=artifact[0] if artifact else None,
        identified=known_guid is not None,
        identity=identity,
        whole=text is not None,
    )


def to_state(rows: Sequence[Row]) -> SubjectState:
    """The rows of `state`."""
    context, subject, schema_id, last_version, compatibility, policy, _ = rows[0][:_STATE_COLUMNS]
    place = SubjectName(context, subject)
    settings = next((row[6] for row in rows if row[6] is not None), None)
    return SubjectState(
        place,
        None if schema_id is None else SchemaId(schema_id),
        tuple(to_subject_version(row[_STATE_COLUMNS:]) for row in rows if row[_STATE_COLUMNS] is not None),
        to_scopes(place, compatibility, settings, policy),
        VersionNumber(last_version or 0),
    )


def to_scopes(
    place: SubjectName, compatibility: str | None, settings: Sequence[Sequence[Any]] | None, policy: str | None
) -> Scopes:
    """What `settings_of_target` gives for a scope, with the compatibility and the policy of its schema."""
    found = {SubjectName(context, subject): (config, mode) for context, subject, config, mode in settings or ()}
    own = to_settings(*found.get(place, (None, None)), compatibility)
    context, everything, default = (
        to_settings(*found[each]) if each in found else _NOTHING for each in (place.scope, GLOBAL_SCOPE, DEFAULT_SCOPE)
    )
    return Scopes(own, context, everything, default, None if policy is None else CompatibilityPolicy(policy))


def _named(place: SubjectName, name: str, _schema_id: int, number: int, context: str, subject: str) -> SubjectReference:
    to = SubjectName(context, subject)
    return SubjectReference(name, to.name if context == place.context else to.qualified, VersionNumber(number))
