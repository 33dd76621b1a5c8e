"""The settings file that `sluicegate init validator` writes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel, create_model

from sluicegate.shared.errors import SettingsInvalid
from sluicegate.shared.settings_template import template as written
from sluicegate.validator.brokers.catalog import catalog
from sluicegate.validator.settings.validator import ValidatorSettings

_EXAMPLES: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "kafka": {
            "source.bootstrap": "127.0.0.1:9092",
            "source.topics": ["input"],
            "source.group": "sluicegate",
            "destination.bootstrap": "127.0.0.1:9092",
            "destination.valid": "valid",
            "destination.dead_letter": "dead-letter",
        },
        "pubsub": {
            "source.broker": "pubsub",
            "source.project": "my-project",
            "source.subscription": "input",
            "destination.broker": "pubsub",
            "destination.project": "my-project",
            "destination.valid": "valid",
            "destination.dead_letter": "dead-letter",
        },
        "servicebus": {
            "source.broker": "servicebus",
            "source.namespace": "name.servicebus.windows.net",
            "source.queue": "input",
            "destination.broker": "servicebus",
            "destination.namespace": "name.servicebus.windows.net",
            "destination.valid": "valid",
            "destination.dead_letter": "dead-letter",
        },
    }
)
"""Broker -> the settings that it requires."""


def template(broker: str) -> str:
    """Return the file for a validator with one broker on both sides. Raises `SettingsInvalid`."""
    examples = _EXAMPLES.get(broker)
    if examples is None:
        raise SettingsInvalid([f"broker: {broker} is not known; there are {', '.join(_EXAMPLES)}"])
    sides = catalog()[broker]
    fields = {name: (field.annotation, field) for name, field in ValidatorSettings.model_fields.items()}
    fields["source"] = (sides.source, ValidatorSettings.model_fields["source"])
    fields["destination"] = (sides.destination, ValidatorSettings.model_fields["destination"])
    model: type[BaseModel] = create_model("ValidatorFile", **fields)  # type: ignore[call-overload] # fields by name
    return written(
        model,
        "Settings of a validator.",
        "SLUICEGATE_VALIDATOR_",
        {**examples, "registry.url": "http://127.0.0.1:8080"},
    )
