"""Whether a draft may follow the versions of a subject: which of them it is compared with, and what stands against it."""

from collections.abc import Sequence
from dataclasses import replace

from sluicegate.registry_api.core.compatibility import looked_at
from sluicegate.registry_api.core.model import Lookup
from sluicegate.registry_api.core.ports import Examiner
from sluicegate.registry_api.core.references import References
from sluicegate.registry_api.core.subjects.drafts import Judged
from sluicegate.registry_api.core.subjects.metadata import Metadata
from sluicegate.registry_api.core.subjects.model import CompatibilityReport, Failure, SubjectVersion
from sluicegate.registry_api.core.subjects.scopes import CompatibilityPolicy, Config
from sluicegate.registry_api.core.subjects.texts import whole
from sluicegate.shared.formats.options import Policy
from sluicegate.shared.model import CompatibilityMode

RESERVED = "confluent:reserved"
"""The property that names fields which no version may have, separated by commas."""


class Comparisons:
    """Compares drafts with versions. Thread-safe."""

    def __init__(self, examiner: Examiner) -> None:
        """Take what judges texts."""
        self._examiner = examiner

    def report(
        self, config: Config, judged: Judged, versions: Sequence[SubjectVersion], lookup: Lookup
    ) -> CompatibilityReport:
        """What stands against a draft. `versions` are those that are not deleted, lowest number first."""
        mode = config.compatibility or CompatibilityMode.NONE
        validate_fields = bool(config.validate_fields)
        reserved = _reserved_faults(judged, versions) if validate_fields else ()
        report = CompatibilityReport(mode, validate_fields, reserved=reserved)
        failure = self._failure(mode, judged, _grouped(config, judged, versions), lookup, _policy(config))
        return replace(report, failures=(failure,)) if failure else report

    def _failure(
        self,
        mode: CompatibilityMode,
        judged: Judged,
        versions: Sequence[SubjectVersion],
        lookup: Lookup,
        policy: Policy | None,
    ) -> Failure | None:
        """The newest version that the draft does not fit."""
        wanted = looked_at(mode, versions[::-1])
        alike = []
        for version in wanted:
            if version.format is not judged.draft.format:
                break
            alike.append(version)
        if alike:
            alike = whole(alike, lookup)
            numbered = References(lookup).registered([version.kept for version in alike])
            found = self._examiner.incompatibilities(judged.draft.format, mode, judged.source, numbered, policy)
            for version in alike:
                against = tuple(each for each in found if each.number == version.number)
                if against:
                    return Failure(version.number, version.text, version.format, against)
        if len(alike) < len(wanted):
            (other,) = whole([wanted[len(alike)]], lookup)
            return Failure(other.number, other.text, other.format, (), same_format=False)
        return None


def _policy(config: Config) -> Policy | None:
    """How strictly to compare: logical types are no matter of JSON Schema, so that policy asks for nothing there."""
    match config.compatibility_policy:
        case CompatibilityPolicy.STRICT:
            return Policy.STRICT
        case CompatibilityPolicy.LENIENT:
            return Policy.LENIENT
        case _:
            return Policy.STRICT


def _grouped(config: Config, judged: Judged, versions: Sequence[SubjectVersion]) -> Sequence[SubjectVersion]:
    """The versions with the draft's value of the property that makes groups."""
    group = config.compatibility_group
    if group is None:
        return versions
    wanted = _property(judged.draft.metadata, group)
    return [version for version in versions if _property(version.metadata, group) == wanted]


def _property(metadata: Metadata | None, key: str) -> str | None:
    return metadata.properties.get(key) if metadata else None


def _reserved(metadata: Metadata | None) -> frozenset[str]:
    named = _property(metadata, RESERVED) or ""
    return frozenset(name.strip() for name in named.split(",") if name.strip())


def _reserved_faults(judged: Judged, versions: Sequence[SubjectVersion]) -> tuple[str, ...]:
    """What is wrong about reserved fields, in Confluent's words."""
    reserved = _reserved(judged.draft.metadata)
    removed = _reserved(versions[-1].metadata) - reserved if versions else frozenset()
    fields = {path.partition("/")[0] for path in judged.content.attributes}
    return (
        *(_REMOVED.format(name) for name in sorted(removed)),
        *(_CONFLICT.format(name) for name in sorted(reserved & fields)),
    )


_REMOVED = (
    "{{errorType:'RESERVED_FIELD_REMOVED', description:'The new schema has reserved field {0} removed from its metadata "
    "which is present in the old schema's metadata.'}}"
)
_CONFLICT = (
    "{{errorType:'FIELD_CONFLICTS_WITH_RESERVED_FIELD', description:'The new schema has a field that conflicts with the "
    "reserved field {0}.'}}"
)
