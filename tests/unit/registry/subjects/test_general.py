"""The cache of the general settings, and its renewal."""

import pytest

from sluicegate.registry_api.core.general import SETTINGS_CHANGED, General, GeneralModes
from sluicegate.registry_api.core.names import DEFAULT_SCOPE
from sluicegate.registry_api.core.scopes import Config, ScopeSettings
from sluicegate.registry_api.store.memory import MemoryStore
from sluicegate.shared.model import CompatibilityMode, SchemaId

NONE, FULL = CompatibilityMode.NONE, CompatibilityMode.FULL


@pytest.fixture
def store() -> MemoryStore:
    """An empty store."""
    return MemoryStore()


@pytest.fixture
def general(store: MemoryStore) -> GeneralModes:
    """Over that store."""
    return GeneralModes(store, General(NONE))


def configure(store: MemoryStore, mode: CompatibilityMode) -> None:
    """Change the configuration directly in the store."""
    store.tables.settings[DEFAULT_SCOPE] = ScopeSettings(Config(compatibility=mode))


def test_it_is_read_each_time_until_changes_are_heard_of(store: MemoryStore, general: GeneralModes) -> None:
    assert general().compatibility is NONE
    configure(store, FULL)
    assert general().compatibility is FULL


def test_it_is_kept_until_settings_change(store: MemoryStore, general: GeneralModes) -> None:
    general.on_live()
    assert general().compatibility is NONE
    configure(store, FULL)
    general.on_change(SchemaId(7))
    assert general().compatibility is NONE
    general.on_change(SETTINGS_CHANGED)
    assert general().compatibility is FULL


def test_it_is_not_kept_while_changes_may_be_missed(store: MemoryStore, general: GeneralModes) -> None:
    general.on_live()
    assert general().compatibility is NONE
    general.on_gap()
    configure(store, FULL)
    assert general().compatibility is FULL
    configure(store, NONE)
    assert general().compatibility is NONE
