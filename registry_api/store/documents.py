"""Settings, metadata and rule sets in the database: JSON with the core's names, without nulls."""

import json
from typing import Any

from pydantic import TypeAdapter

from sluicegate.registry_api.core.metadata import Metadata, RuleSet
from sluicegate.registry_api.core.scopes import Config, Mode, ScopeSettings

_CONFIG = TypeAdapter(Config)
_METADATA = TypeAdapter(Metadata)
_RULES = TypeAdapter(RuleSet)


def config_json(config: Config | None) -> str | None:
    """The settings of a scope."""
    return None if config is None else _written(_CONFIG, config)


def metadata_json(metadata: Metadata | None) -> str | None:
    """Metadata."""
    return None if metadata is None else _written(_METADATA, metadata)


def rules_json(rules: RuleSet | None) -> str | None:
    """A rule set."""
    return None if rules is None else _written(_RULES, rules)


def to_metadata(value: Any) -> Metadata | None:
    """Parse the output of `metadata_json`."""
    return None if value is None else _METADATA.validate_python(value)


def to_rules(value: Any) -> RuleSet | None:
    """Parse the output of `rules_json`."""
    return None if value is None else _RULES.validate_python(value)


def to_settings(config: Any, mode: str | None, compatibility: str | None = None) -> ScopeSettings:
    """Return the settings of a scope; `compatibility` is that of a subject's schema."""
    if compatibility is not None:
        config = {**(config or {}), "compatibility": compatibility}
    return ScopeSettings(None if config is None else _CONFIG.validate_python(config), Mode(mode) if mode else None)


def _written(adapter: TypeAdapter[Any], value: Any) -> str:
    return json.dumps(adapter.dump_python(value, mode="json", exclude_none=True))
