"""The modes of schemas that name none: the settings of the default context, cached."""

import threading
from dataclasses import dataclass

from sluicegate.registry_api.core.names import DEFAULT_SCOPE
from sluicegate.registry_api.core.ports import StoreReader
from sluicegate.registry_api.core.scopes import Config, Scopes
from sluicegate.shared.model import CompatibilityMode, SchemaId, ValidityMode

SETTINGS_CHANGED = SchemaId(0)
"""Message of a change feed about changed settings, instead of a schema's id."""


@dataclass(frozen=True, slots=True)
class General:
    """The modes of schemas that name none."""

    compatibility: CompatibilityMode
    validity: ValidityMode = ValidityMode.FULL

    def within(self, scopes: Scopes) -> "General":
        """Return the modes in force in a scope, where these are the defaults."""
        config = scopes.config(Config(compatibility=self.compatibility))
        return General(config.compatibility or CompatibilityMode.NONE, scopes.validity(self.validity))


class GeneralModes:
    """The modes for every registration, read once and cached. Thread-safe.

    The cache is used only while a change feed reports changes.
    """

    def __init__(self, reader: StoreReader, defaults: General) -> None:
        """Use a port, and defaults for missing settings.

        Nothing is read yet, and nothing is cached before `on_live`.
        """
        self._reader = reader
        self._defaults = defaults
        self._lock = threading.Lock()
        self._known: General | None = None
        self._changes = 0
        self._live = False

    def __call__(self) -> General:
        """The modes in force."""
        with self._lock:
            known, changes = self._known, self._changes
        if known is not None:
            return known
        found = self._defaults.within(self._reader.scopes(DEFAULT_SCOPE))
        with self._lock:
            if self._live and changes == self._changes:
                self._known = found
        return found

    def on_change(self, schema_id: SchemaId) -> None:
        """Something changed."""
        if schema_id == SETTINGS_CHANGED:
            self.forget()

    def forget(self) -> None:
        """Read it again when it is asked for."""
        with self._lock:
            self._known = None
            self._changes += 1

    def on_gap(self) -> None:
        """Changes may be missed from now on."""
        with self._lock:
            self._live = False
        self.forget()

    def on_live(self) -> None:
        """Changes are seen from now on."""
        with self._lock:
            self._live = True
