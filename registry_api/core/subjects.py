"""The parts of the core by subject, put together for the facades."""

from collections.abc import Callable
from dataclasses import dataclass

from sluicegate.registry_api.core.amendments import Amendments
from sluicegate.registry_api.core.checks import Checks
from sluicegate.registry_api.core.comparisons import Comparisons
from sluicegate.registry_api.core.deletion import Deletions
from sluicegate.registry_api.core.differences import Differences
from sluicegate.registry_api.core.drafts import Drafts
from sluicegate.registry_api.core.general import General
from sluicegate.registry_api.core.lookup import Catalogue
from sluicegate.registry_api.core.ports import Examiner, Store
from sluicegate.registry_api.core.registration import Registrations
from sluicegate.registry_api.core.rules import Rules
from sluicegate.registry_api.core.scopes import Config
from sluicegate.registry_api.core.settings import ScopeRegistry
from sluicegate.registry_api.core.states import States
from sluicegate.registry_api.core.tagging import Tagging
from sluicegate.shared.model import CompatibilityMode, ValidityMode


@dataclass(frozen=True, slots=True)
class Subjects:
    """The registry by subjects.

    Methods of its parts raise `SubjectError`, and the errors of `registry_api.core.errors`.
    """

    registrations: Registrations
    amendments: Amendments
    tagging: Tagging
    checks: Checks
    catalogue: Catalogue
    deletions: Deletions
    settings: ScopeRegistry
    rules: Rules
    states: States
    differences: Differences

    @classmethod
    def over(
        cls,
        store: Store,
        examiner: Examiner,
        tagging: Tagging,
        defaults: Config,
        settings_changed: Callable[[], None] = lambda: None,
        validity: ValidityMode = ValidityMode.FULL,
    ) -> "Subjects":
        """Put the parts together. `defaults` and `validity` hold where no scope says otherwise."""
        drafts, comparisons, catalogue = Drafts(examiner), Comparisons(examiner), Catalogue(store)
        registrations = Registrations(store, drafts, comparisons, tagging, defaults, validity)
        return cls(
            registrations,
            Amendments(catalogue, registrations),
            tagging,
            Checks(store, drafts, comparisons, defaults, validity),
            catalogue,
            Deletions(store),
            ScopeRegistry(store, defaults, settings_changed),
            Rules(store, General(defaults.compatibility or CompatibilityMode.NONE, validity), settings_changed),
            States(store),
            Differences(store, examiner, defaults),
        )
