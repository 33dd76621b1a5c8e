"""The comparison of a draft with the versions of a schema: which of them count, and the incompatibilities that are found."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from sluicegate.registry_api.core.compatibility import RULES, TRANSITIVE, looked_at
from sluicegate.registry_api.core.drafts import Judged
from sluicegate.registry_api.core.histories import Histories, Terms
from sluicegate.registry_api.core.metadata import Metadata
from sluicegate.registry_api.core.model import Address, HistoryEntry, Incompatibility, Version
from sluicegate.registry_api.core.ports import Examiner, State, View
from sluicegate.registry_api.core.references import References
from sluicegate.registry_api.core.reports import CompatibilityReport, Failure
from sluicegate.registry_api.core.scopes import CompatibilityPolicy, Config
from sluicegate.shared.formats.options import Policy
from sluicegate.shared.model import CompatibilityMode, VersionNumber

RESERVED = "confluent:reserved"
"""The property that names fields which no version may have, separated by commas."""


LONG_HISTORY = 50
"""The number from which on members are compared first; fewer versions are compared as soon."""

_READ_AT_ONCE = 50


class Comparisons:
    """Compares drafts with versions. Thread-safe."""

    def __init__(self, examiner: Examiner) -> None:
        """Take the judge of texts."""
        self._examiner = examiner
        self._histories = Histories(examiner)

    def report(self, config: Config, judged: Judged, state: State, view: View) -> CompatibilityReport:
        """Compare a draft with the active versions of a schema that its mode names."""
        mode, latest = config.compatibility or CompatibilityMode.NONE, state.latest
        report = self._reserved(config, judged, latest)
        if latest is None or not RULES[mode].directions:
            return report
        if config.compatibility_group is None and not RULES[mode].transitive:
            # The questions of all modes are the same: those of a transitive mode are about one version each.
            terms = Terms(judged.draft.format, TRANSITIVE[mode], policy(config))
            if latest.number >= LONG_HISTORY and self._histories.fits(terms, judged.source, latest):
                return report
            return self._compared(report, config, judged, [latest.entry], latest, view)
        if config.compatibility_group is None and latest.number >= LONG_HISTORY:
            terms = Terms(judged.draft.format, report.compatibility, policy(config))
            suspects = self._histories.suspects(terms, judged.source, latest.schema_id, view)
            if suspects is not None:
                return self._compared_with(report, judged, suspects, latest, view, terms)
        entries = _grouped(config, judged, view.history(latest.schema_id))
        return self._compared(report, config, judged, looked_at(mode, entries), latest, view)

    def report_against(self, config: Config, judged: Judged, version: Version, view: View) -> CompatibilityReport:
        """Compare a draft with one version."""
        report = self._reserved(config, judged, version)
        if not RULES[report.compatibility].directions:
            return report
        entries = _grouped(config, judged, [version.entry])
        return self._compared(report, config, judged, entries, version, view)

    def _reserved(self, config: Config, judged: Judged, latest: Version | None) -> CompatibilityReport:
        """A report about reserved fields alone."""
        mode, validate_fields = config.compatibility or CompatibilityMode.NONE, bool(config.validate_fields)
        faults = _reserved_faults(judged, latest) if validate_fields else ()
        return CompatibilityReport(mode, validate_fields, reserved=faults)

    def _compared_with(
        self,
        report: CompatibilityReport,
        judged: Judged,
        suspects: Sequence[VersionNumber],
        known: Version,
        view: View,
        terms: Terms,
    ) -> CompatibilityReport:
        """The report of a comparison with some versions, which are all of the draft's format."""
        for at in range(0, len(suspects), _READ_AT_ONCE):
            addresses = [Address(known.schema_id, number) for number in suspects[at : at + _READ_AT_ONCE]]
            active = [version for version in view.versions(addresses) if version.active]
            versions = sorted(active, key=lambda version: -version.number)
            numbered = References(view.versions).registered(versions)
            found = self._examiner.incompatibilities(terms.format, terms.mode, judged.source, numbered, terms.policy)
            failure = _failure(versions, found)
            if failure is not None:
                return replace(report, failures=(failure,), incompatibilities=found)
        return report

    def _compared(
        self,
        report: CompatibilityReport,
        config: Config,
        judged: Judged,
        entries: Sequence[HistoryEntry],
        known: Version,
        view: View,
    ) -> CompatibilityReport:
        """The report with the newest version that the draft does not fit.

        `known` was read with its text.
        """
        alike = list(takewhile(lambda entry: entry.format is judged.draft.format, entries))
        versions = _read(alike, known, view)
        numbered = References(view.versions).registered(versions)
        found = self._examiner.incompatibilities(
            judged.draft.format, report.compatibility, judged.source, numbered, policy(config)
        )
        failure = _failure(versions, found)
        if failure is not None:
            return replace(report, failures=(failure,), incompatibilities=found)
        if len(alike) < len(entries):
            (other,) = _read(entries[len(alike) : len(alike) + 1], known, view)
            return replace(report, failures=(Failure(other.number, other.text, other.format, (), same_format=False),))
        return report


def _failure(versions: Sequence[Version], found: Sequence[Incompatibility]) -> Failure | None:
    """The newest version that something was found against."""
    for version in versions:
        against = tuple(each for each in found if each.number == version.number)
        if against:
            return Failure(version.number, version.text, version.format, against)
    return None


def _read(entries: Sequence[HistoryEntry], known: Version, view: View) -> list[Version]:
    """The versions of some entries, in their order."""
    missing = [entry.address for entry in entries if entry.version_id != known.version_id]
    found = {version.address: version for version in view.versions(missing)} if missing else {}
    found[known.address] = known
    return [found[entry.address] for entry in entries if entry.address in found]


def policy(config: Config) -> Policy | None:
    """How strictly to compare: logical types are no matter of JSON Schema, so that policy asks for nothing there."""
    match config.compatibility_policy:
        case CompatibilityPolicy.STRICT:
            return Policy.STRICT
        case CompatibilityPolicy.LENIENT:
            return Policy.LENIENT
        case _:
            return Policy.STRICT


def _grouped(config: Config, judged: Judged, entries: Sequence[HistoryEntry]) -> Sequence[HistoryEntry]:
    """The entries with the draft's value of the property that makes groups."""
    group = config.compatibility_group
    if group is None:
        return entries
    wanted = _property(judged.draft.metadata, group)
    return [entry for entry in entries if _property(entry.metadata, group) == wanted]


def _property(metadata: Metadata | None, key: str) -> str | None:
    return metadata.properties.get(key) if metadata else None


def _reserved(metadata: Metadata | None) -> frozenset[str]:
    named = _property(metadata, RESERVED) or ""
    return frozenset(name.strip() for name in named.split(",") if name.strip())


def _reserved_faults(judged: Judged, latest: Version | None) -> tuple[str, ...]:
    """The faults about reserved fields, in Confluent's words."""
    reserved = _reserved(judged.draft.metadata)
    removed = _reserved(latest.metadata) - reserved if latest else frozenset()
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
