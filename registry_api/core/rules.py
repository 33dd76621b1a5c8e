"""The rules of one subject, or the global ones: its compatibility and its validity mode.

They have the checks of an API that distinguishes setting from replacing.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum

from sluicegate.registry_api.core.general import General
from sluicegate.registry_api.core.model import Caller
from sluicegate.registry_api.core.names import DEFAULT_SCOPE, SubjectName
from sluicegate.registry_api.core.ports import Store
from sluicegate.registry_api.core.scopes import Config, Scopes, ScopeSettings
from sluicegate.registry_api.core.settings import require_writable
from sluicegate.registry_api.core.subject_errors import RuleExists, RuleNotFound, SubjectNotFound
from sluicegate.shared.model import CompatibilityMode, ValidityMode


class RuleType(StrEnum):
    """The kinds of rules."""

    COMPATIBILITY = "COMPATIBILITY"
    VALIDITY = "VALIDITY"


RuleMode = CompatibilityMode | ValidityMode
"""The setting of a rule, which is one of its kind's."""

_Own = Mapping[RuleType, RuleMode]
_Change = Callable[[_Own], Mapping[RuleType, RuleMode | None]]


class Rules:
    """Reads and changes rules. Thread-safe.

    The rule of a subject is its own setting; it has none while wider settings hold for it. Every
    method raises `SubjectNotFound` for a subject without active versions, and the changes
    `NotPermitted` in a read-only mode.
    """

    def __init__(self, store: Store, defaults: General, changed: Callable[[], None]) -> None:
        """Use a port, the default modes, and a receiver of changes of settings."""
        self._store = store
        self._defaults = defaults
        self._changed = changed

    def general(self, kind: RuleType) -> RuleMode:
        """The mode of subjects without a rule of their own."""
        general = self._defaults.within(self._store.scopes(DEFAULT_SCOPE))
        return general.compatibility if kind is RuleType.COMPATIBILITY else general.validity

    def own(self, subject: SubjectName) -> _Own:
        """The rules of a subject, without those that it does not have."""
        state = self._store.state(subject)
        if state.latest is None:
            raise SubjectNotFound(subject)
        return _own(state.scopes.subject)

    def add(self, scope: SubjectName, kind: RuleType, mode: RuleMode, caller: Caller) -> None:
        """Set a rule where there is none. Raises `RuleExists`."""

        def change(own: _Own) -> Mapping[RuleType, RuleMode | None]:
            if kind in own:
                raise RuleExists(kind)
            return {kind: mode}

        self._put(scope, change, caller)

    def replace(self, scope: SubjectName, kind: RuleType, mode: RuleMode, caller: Caller) -> None:
        """Set another rule. Raises `RuleNotFound` for a subject that has none."""
        self._change(scope, kind, mode, caller)

    def remove(self, scope: SubjectName, kind: RuleType, caller: Caller) -> None:
        """Remove a rule. Raises `RuleNotFound` for a subject that has none."""
        self._change(scope, kind, None, caller)

    def clear(self, scope: SubjectName, caller: Caller) -> None:
        """Remove all rules, if there are some. Without one the caller needs the same rights."""
        self._put(scope, lambda own: dict.fromkeys(own), caller)

    def _change(self, scope: SubjectName, kind: RuleType, mode: RuleMode | None, caller: Caller) -> None:
        def change(own: _Own) -> Mapping[RuleType, RuleMode | None]:
            if kind not in own and scope != DEFAULT_SCOPE:
                raise RuleNotFound(kind)
            return {kind: mode}

        self._put(scope, change, caller)

    def _put(self, scope: SubjectName, wanted: _Change, caller: Caller) -> None:
        place = scope if scope == DEFAULT_SCOPE else self._store.state(scope).subject

        def change(scopes: Scopes, occupied: bool) -> ScopeSettings:
            if not occupied and scope != DEFAULT_SCOPE:
                raise SubjectNotFound(scope)
            said = wanted(_own(scopes.subject))
            require_writable(place, scopes)
            return _changed(scopes.subject, said)

        try:
            self._store.put_settings(place, change, caller)
        finally:
            self._changed()


def _own(settings: ScopeSettings) -> _Own:
    modes = {
        RuleType.COMPATIBILITY: settings.config.compatibility if settings.config else None,
        RuleType.VALIDITY: settings.validity,
    }
    return {kind: mode for kind, mode in modes.items() if mode is not None}


def _changed(settings: ScopeSettings, said: Mapping[RuleType, RuleMode | None]) -> ScopeSettings:
    if RuleType.COMPATIBILITY in said:
        mode = said[RuleType.COMPATIBILITY]
        config = replace(settings.config or Config(), compatibility=CompatibilityMode(mode) if mode else None)
        settings = replace(settings, config=None if config == Config() else config)
    if RuleType.VALIDITY in said:
        validity = said[RuleType.VALIDITY]
        settings = replace(settings, validity=ValidityMode(validity) if validity else None)
    return settings
