"""Settings, metadata and rule sets in the database: JSON with the core's names, without nulls."""

import json
from typing import Any

from pydantic import TypeAdapter

from sluicegate.registry_api.core.metadata import Metadata, RuleSet
from sluicegate.registry_api.core.scopes import Config, Mode, ScopeSettings
from sluicegate.shared.model import ValidityMode

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


def to_settings(
    config: Any, mode: str | None, compatibility: str | None = None, validity: str | None = None
) -> ScopeSettings:
    """Return the settings of a scope; `compatibility` and `validity` are those of a subject's schema.

    The validity of another scope is a key of its configuration.
    """
    if compatibility is not None:
        config = {**(config or {}), "compatibility": compatibility}
    if config and "validity" in config:
        validity = validity or config["validity"]
        config = {name: value for name, value in config.items() if name != "validity"} or None
    return ScopeSettings(
        None if config is None else _CONFIG.validate_python(config),
        Mode(mode) if mode else None,
        ValidityMode(validity) if validity else None,
    )


def _written(adapter: TypeAdapter[Any], value: Any) -> str:
    return json.dumps(adapter.dump_python(value, mode="json", exclude_none=True))
