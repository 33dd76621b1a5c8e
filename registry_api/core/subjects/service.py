"""Everything about subjects in one place: what facades are given."""

from collections.abc import Callable
from dataclasses import dataclass

from sluicegate.registry_api.core.model import Lookup
from sluicegate.registry_api.core.ports import Examiner
from sluicegate.registry_api.core.subjects.amendments import Amendments
from sluicegate.registry_api.core.subjects.catalogue import Catalogue
from sluicegate.registry_api.core.subjects.checks import Checks
from sluicegate.registry_api.core.subjects.comparisons import Comparisons
from sluicegate.registry_api.core.subjects.deletions import Deletions
from sluicegate.registry_api.core.subjects.drafts import Drafts
from sluicegate.registry_api.core.subjects.ports import SubjectStore
from sluicegate.registry_api.core.subjects.registrations import Registrations
from sluicegate.registry_api.core.subjects.scopes import Config
from sluicegate.registry_api.core.subjects.settings import Settings
from sluicegate.registry_api.core.subjects.tagging import Tagging


@dataclass(frozen=True, slots=True)
class Subjects:
    """The registry by subjects. Methods of its parts raise `SubjectError`, and the errors of `registry_api.core.errors`."""

    registrations: Registrations
    amendments: Amendments
    tagging: Tagging
    checks: Checks
    catalogue: Catalogue
    deletions: Deletions
    settings: Settings

    @classmethod
    def over(
        cls,
        store: SubjectStore,
        lookup: Lookup,
        examiner: Examiner,
        tagging: Tagging,
        defaults: Config,
        settings_changed: Callable[[], None] = lambda: None,
    ) -> "Subjects":
        """Put the parts together. `lookup` reads what is referred to, `defaults` hold where no scope says otherwise."""
        drafts, comparisons, catalogue = Drafts(store, examiner), Comparisons(examiner), Catalogue(store)
        registrations = Registrations(store, lookup, drafts, comparisons, tagging, defaults)
        return cls(
            registrations,
            Amendments(catalogue, registrations),
            tagging,
            Checks(store, lookup, drafts, comparisons, defaults),
            catalogue,
            Deletions(store),
            Settings(store, defaults, settings_changed),
        )
