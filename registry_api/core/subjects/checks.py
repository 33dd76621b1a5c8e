"""Whether a draft would be compatible, without registering it."""

from sluicegate.registry_api.core.errors import SchemaInvalid
from sluicegate.registry_api.core.model import Lookup
from sluicegate.registry_api.core.subjects.comparisons import Comparisons
from sluicegate.registry_api.core.subjects.drafts import Drafts
from sluicegate.registry_api.core.subjects.errors import DraftInvalid, SubjectVersionNotFound
from sluicegate.registry_api.core.subjects.model import LATEST, CompatibilityReport, Draft
from sluicegate.registry_api.core.subjects.names import SubjectName
from sluicegate.registry_api.core.subjects.ports import SubjectReader
from sluicegate.registry_api.core.subjects.scopes import Config
from sluicegate.shared.model import CompatibilityMode, ValidityMode, VersionNumber


class Checks:
    """Compares drafts with what is registered. Thread-safe."""

    def __init__(
        self, reader: SubjectReader, lookup: Lookup, drafts: Drafts, comparisons: Comparisons, defaults: Config
    ) -> None:
        """Take the ports, and the settings that hold where no scope says otherwise."""
        self._reader = reader
        self._lookup = lookup
        self._drafts = drafts
        self._comparisons = comparisons
        self._defaults = defaults

    def check(
        self,
        subject: SubjectName,
        draft: Draft,
        number: VersionNumber | None = None,
        *,
        normalize: bool = False,
        verbose: bool = False,
    ) -> CompatibilityReport:
        """Compare a draft with one version (`LATEST`: the newest, if there is one), or, with None, with those that registering it would.

        Raises `SubjectVersionNotFound`, also for a version of a subject that is not there. A draft that cannot be read raises
        `DraftInvalid` or `SchemaInvalid`, or, when asked to be verbose, is reported as incompatible.
        """
        state = self._reader.state(subject)
        config = state.scopes.config(self._defaults)
        if number is None:
            versions = state.active
        elif number == LATEST:
            versions = state.active[-1:]
        else:
            versions = tuple(version for version in state.active if version.number == number)
            if not versions:
                raise SubjectVersionNotFound(number)
        try:
            judged = self._drafts.judged(
                state.subject,
                draft,
                self._lookup,
                ValidityMode.SYNTAX_ONLY,
                normalize=normalize or bool(config.normalize),
            )
        except (SchemaInvalid, DraftInvalid) as error:
            if not verbose:
                raise
            mode = config.compatibility or CompatibilityMode.NONE
            return CompatibilityReport(mode, bool(config.validate_fields), invalid=_reason(error))
        return self._comparisons.report(config, judged, versions, self._lookup)


def _reason(error: SchemaInvalid | DraftInvalid) -> str:
    if isinstance(error, SchemaInvalid):
        return "; ".join(violation.message for violation in error.violations)
    return error.message
