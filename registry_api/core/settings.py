"""Changes of the settings of scopes: configurations and modes."""

from collections.abc import Callable
from dataclasses import replace

from sluicegate.registry_api.core.metadata import is_text
from sluicegate.registry_api.core.model import Caller
from sluicegate.registry_api.core.names import (
    DEFAULT_CONTEXT,
    DEFAULT_SCOPE,
    GLOBAL_CONTEXT,
    GLOBAL_SCOPE,
    MAX_NAME_BYTES,
    WILDCARD,
    SubjectName,
)
from sluicegate.registry_api.core.ports import Store
from sluicegate.registry_api.core.scopes import Config, ConfigUpdate, Mode, Scopes, ScopeSettings
from sluicegate.registry_api.core.subject_errors import (
    ConfigNotFound,
    ContextNotEmpty,
    ModeMisplaced,
    ModeNotFound,
    NotPermitted,
    RulesInvalid,
    SettingInvalid,
    SubjectNameInvalid,
    SubjectNotFound,
)


class ScopeRegistry:
    """Reads and changes settings.

    Thread-safe. A scope is a subject, a context (`:.context:`), `DEFAULT_SCOPE` or `GLOBAL_SCOPE`.
    """

    def __init__(self, store: Store, defaults: Config, changed: Callable[[], None]) -> None:
        """Use a port, the default settings, and a receiver of changes that are made here."""
        self._store = store
        self._defaults = defaults
        self._changed = changed

    def in_force(self, subject: SubjectName) -> Config:
        """The settings that count for a subject."""
        return self._store.state(subject).scopes.config(self._defaults)

    def config(self, scope: SubjectName, *, default_to_global: bool = False) -> Config:
        """The settings of a scope, or, by wish, those in force there.

        Raises `ConfigNotFound` when it has none of its own.
        """
        scopes = self._store.scopes(scope)
        if default_to_global or scope in (DEFAULT_SCOPE, GLOBAL_SCOPE):
            return scopes.config(self._defaults)
        if scopes.subject.config is None:
            raise ConfigNotFound(scope)
        return scopes.subject.config

    def update_config(self, scope: SubjectName, update: ConfigUpdate, caller: Caller) -> Config:
        """Change some settings of a scope; all of them afterwards.

        Raises `SubjectNameInvalid`, `NotPermitted` and `RulesInvalid`.
        """
        _require_usable(scope)
        for rules in (update.config.default_rules, update.config.override_rules):
            faults = rules.faults() if rules else ()
            if faults:
                raise RulesInvalid(faults[0])
        _require_keepable(update.config)
        _require_aliasable(scope, update.config.alias)

        def change(scopes: Scopes, _: bool) -> ScopeSettings:
            require_writable(scope, scopes)
            before = scopes.subject.config or Config()
            return replace(scopes.subject, config=update.applied(before))

        return self._put(scope, change, caller).config or Config()

    def delete_config(self, scope: SubjectName, caller: Caller) -> Config:
        """Delete the settings of a scope; return the former ones.

        Raises `SubjectNotFound` if there were none, and `NotPermitted`.
        """
        before: list[Config] = []

        def change(scopes: Scopes, _: bool) -> ScopeSettings:
            require_writable(scope, scopes)
            if scopes.subject.config is None and scope not in (DEFAULT_SCOPE, GLOBAL_SCOPE):
                raise SubjectNotFound(scope)
            before.append(scopes.subject.config or scopes.config(self._defaults))
            return replace(scopes.subject, config=None)

        self._put(scope, change, caller)
        return before[-1]

    def mode(self, scope: SubjectName, *, default_to_global: bool = False) -> Mode:
        """The mode of a scope, or, by wish, the one in force there.

        Raises `ModeNotFound` when it has none of its own.
        """
        scopes = self._store.scopes(scope)
        if default_to_global or scope in (DEFAULT_SCOPE, GLOBAL_SCOPE):
            return scopes.mode
        if scopes.subject.mode is None:
            raise ModeNotFound(scope)
        return scopes.subject.mode

    def set_mode(self, scope: SubjectName, mode: Mode | None, caller: Caller, *, force: bool = False) -> Mode | None:
        """Set the mode of a scope, or delete it with None.

        IMPORT is refused while the scope has active versions, and removes soft-deleted ones, unless
        `force` is set. Raises `SubjectNameInvalid` and `NotPermitted`.
        """
        _require_usable(scope)
        if mode is Mode.FORWARD and scope.context != GLOBAL_CONTEXT:
            raise ModeMisplaced

        def importing(scopes: Scopes) -> bool:
            return mode is Mode.IMPORT and not force and scopes.mode is not Mode.IMPORT

        def change(scopes: Scopes, occupied: bool) -> ScopeSettings:
            if importing(scopes) and occupied:
                raise NotPermitted("Cannot import since found existing subjects")
            return replace(scopes.subject, mode=mode)

        return self._store.put_settings(scope, change, caller, clear_deleted=importing).mode

    def delete_mode(self, scope: SubjectName, caller: Caller, *, recursive: bool = False) -> Mode | None:
        """Delete the mode of a scope (and, if `recursive`, of its subjects); return the former one.

        Raises `SubjectNotFound` if it had none, unless `recursive` is set.
        """
        before: list[Mode | None] = []

        def change(scopes: Scopes, _: bool) -> ScopeSettings:
            always = scope in (DEFAULT_SCOPE, GLOBAL_SCOPE)
            if scopes.subject.mode is None and not (recursive or always):
                raise SubjectNotFound(scope)
            before.append(scopes.mode if always else scopes.subject.mode)
            return replace(scopes.subject, mode=None)

        self._store.put_settings(scope, change, caller)
        if recursive and not scope.name:
            self._store.clear_modes(scope, caller)
        return before[-1]

    def delete_context(self, context: str, caller: Caller) -> None:
        """Delete a context and its settings.

        Raises `ContextNotEmpty` while it has subjects, deleted ones too, and `NotPermitted` for the
        default context.
        """
        if context in (DEFAULT_CONTEXT, GLOBAL_CONTEXT):
            raise NotPermitted(f"The context '{context}' cannot be deleted")
        if not self._store.delete_context(context, caller):
            raise ContextNotEmpty(context)

    def _put(
        self, scope: SubjectName, change: Callable[[Scopes, bool], ScopeSettings], caller: Caller
    ) -> ScopeSettings:
        try:
            return self._store.put_settings(scope, change, caller)
        finally:
            self._changed()


def _require_usable(scope: SubjectName) -> None:
    if not scope.usable_as_scope:
        raise SubjectNameInvalid(scope)


def _require_keepable(config: Config) -> None:
    for metadata in (config.default_metadata, config.override_metadata):
        if metadata is not None and not metadata.keepable:
            raise SettingInvalid("The metadata contains a character that cannot be kept")
    for text in (config.alias, config.alias_for_deks, config.compatibility_group):
        if text is not None and not is_text(text):
            raise SettingInvalid(f"{text!r} contains a character that cannot be kept")


def _require_aliasable(scope: SubjectName, alias: str | None) -> None:
    """Refuse an alias that no subject can have as its name.

    Every registration through it would fail.
    """
    if alias is None:
        return
    target = scope.referred(alias)
    if target.context == WILDCARD or not target.usable:
        limit = f"at most {MAX_NAME_BYTES} bytes, without control characters"
        raise SettingInvalid(f"The alias is not a subject's name: it has {limit}, and is not a reserved name")


def require_writable(scope: SubjectName, scopes: Scopes) -> None:
    """Raise `NotPermitted` when the mode of a scope forbids changes."""
    if scopes.mode.read_only:
        raise NotPermitted(f"Subject {scope} in context {scope.prefix} is in read-only mode")
