"""The compatibility rule of one subject, or the global one.

It has the checks of an API that distinguishes setting from replacing.
"""

from collections.abc import Callable
from dataclasses import replace

from sluicegate.registry_api.core.model import Caller
from sluicegate.registry_api.core.names import DEFAULT_SCOPE, SubjectName
from sluicegate.registry_api.core.ports import Store
from sluicegate.registry_api.core.scopes import Config, Scopes, ScopeSettings
from sluicegate.registry_api.core.settings import require_writable
from sluicegate.registry_api.core.subject_errors import RuleExists, RuleNotFound, SubjectNotFound
from sluicegate.shared.model import CompatibilityMode

COMPATIBILITY = "COMPATIBILITY"

Check = Callable[[CompatibilityMode | None], None]


class Rules:
    """Reads and changes compatibility rules. Thread-safe.

    The rule of a subject is its own setting; it has none while wider settings hold for it. Every
    method raises `SubjectNotFound` for a subject without active versions, and the changes
    `NotPermitted` in a read-only mode.
    """

    def __init__(self, store: Store, defaults: Config, changed: Callable[[], None]) -> None:
        """Use a port, the default settings, and a receiver of changes of settings."""
        self._store = store
        self._defaults = defaults
        self._changed = changed

    def general(self) -> CompatibilityMode:
        """The mode of subjects without a rule of their own."""
        config = self._store.scopes(DEFAULT_SCOPE).config(self._defaults)
        return config.compatibility or CompatibilityMode.NONE

    def own(self, subject: SubjectName) -> CompatibilityMode | None:
        """The rule of a subject; None where it has none."""
        state = self._store.state(subject)
        if state.latest is None:
            raise SubjectNotFound(subject)
        config = state.scopes.subject.config
        return config.compatibility if config else None

    def add(self, scope: SubjectName, mode: CompatibilityMode, caller: Caller) -> None:
        """Set a rule where there is none. Raises `RuleExists`."""

        def require_none(before: CompatibilityMode | None) -> None:
            if before is not None:
                raise RuleExists(COMPATIBILITY)

        self._put(scope, mode, require_none, caller)

    def replace(self, scope: SubjectName, mode: CompatibilityMode, caller: Caller) -> None:
        """Set another rule. Raises `RuleNotFound` for a subject that has none."""
        self._put(scope, mode, _required(scope), caller)

    def remove(self, scope: SubjectName, caller: Caller) -> None:
        """Remove a rule. Raises `RuleNotFound` for a subject that has none."""
        self._put(scope, None, _required(scope), caller)

    def _put(self, scope: SubjectName, mode: CompatibilityMode | None, check: Check, caller: Caller) -> None:
        place = scope if scope == DEFAULT_SCOPE else self._store.state(scope).subject

        def change(scopes: Scopes, occupied: bool) -> ScopeSettings:
            if not occupied and scope != DEFAULT_SCOPE:
                raise SubjectNotFound(scope)
            before = scopes.subject.config or Config()
            check(before.compatibility)
            require_writable(place, scopes)
            after = replace(before, compatibility=mode)
            return replace(scopes.subject, config=None if after == Config() else after)

        try:
            self._store.put_settings(place, change, caller)
        finally:
            self._changed()


def _required(scope: SubjectName) -> Check:
    def require(before: CompatibilityMode | None) -> None:
        if before is None and scope != DEFAULT_SCOPE:
            raise RuleNotFound(COMPATIBILITY)

    return require
