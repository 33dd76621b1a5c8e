"""The compatibility check of a draft that is not registered."""

from dataclasses import replace

from sluicegate.registry_api.core.commands import LATEST, Draft
from sluicegate.registry_api.core.comparisons import Comparisons
from sluicegate.registry_api.core.drafts import Drafts
from sluicegate.registry_api.core.errors import SchemaInvalid
from sluicegate.registry_api.core.model import Address, Version
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.ports import State, StoreReader
from sluicegate.registry_api.core.registration import lenient
from sluicegate.registry_api.core.reports import CompatibilityReport
from sluicegate.registry_api.core.scopes import Config
from sluicegate.registry_api.core.subject_errors import DraftInvalid, SubjectVersionNotFound
from sluicegate.shared.model import CompatibilityMode, ValidityMode, VersionNumber


class Checks:
    """Compares drafts with registered versions. Thread-safe."""

    def __init__(
        self, reader: StoreReader, drafts: Drafts, comparisons: Comparisons, defaults: Config, validity: ValidityMode
    ) -> None:
        """Take the ports, and the settings that hold where no scope says otherwise."""
        self._reader = reader
        self._drafts = drafts
        self._comparisons = comparisons
        self._defaults = defaults
        self._validity = validity

    def check(
        self,
        subject: SubjectName,
        draft: Draft,
        number: VersionNumber | None = None,
        *,
        normalize: bool = False,
        verbose: bool = False,
    ) -> CompatibilityReport:
        """Compare a draft with one version, or, with None, as its registration would.

        `LATEST` is the newest version, if there is one. Raises `SubjectVersionNotFound`, also for
        an unknown subject. An unreadable draft raises `DraftInvalid` or `SchemaInvalid`; with
        `verbose` it is reported as incompatible.
        """
        state = self._reader.state(subject)
        config = state.scopes.config(self._defaults)
        version = self._chosen(state, number)
        normal = normalize or bool(config.normalize)
        try:
            validity = lenient(state.scopes.validity(self._validity))
            judged = self._drafts.judged(state.subject, draft, self._reader, validity, normalize=normal)
        except (SchemaInvalid, DraftInvalid) as error:
            if not verbose:
                raise
            mode = config.compatibility or CompatibilityMode.NONE
            return CompatibilityReport(mode, bool(config.validate_fields), invalid=_reason(error))
        if version is not None:
            return self._comparisons.report_against(config, judged, version, self._reader)
        return self._comparisons.report(
            config, judged, state if number is None else replace(state, latest=None), self._reader
        )

    def _chosen(self, state: State, number: VersionNumber | None) -> Version | None:
        """The version that a request names, if it names one and that is there."""
        if number is None or number == LATEST:
            return None if number is None else state.latest
        found = () if state.schema_id is None else self._reader.versions([Address(state.schema_id, number)])
        for version in found:
            if version.active:
                return version
        raise SubjectVersionNotFound(number)


def _reason(error: SchemaInvalid | DraftInvalid) -> str:
    if isinstance(error, SchemaInvalid):
        return "; ".join(violation.message for violation in error.violations)
    return error.message
