"""The brokers that there are: each package in this folder that has settings.

Nothing else lists them.
"""

import pkgutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import Annotated, Union, get_args

from pydantic import BaseModel, BeforeValidator, ValidationError
from pydantic_core import InitErrorDetails

from sluicegate.validator import brokers
from sluicegate.validator.brokers.settings import DestinationSettings, SourceSettings

_DEFAULT = "kafka"


@dataclass(frozen=True, slots=True)
class Broker:
    """The two sides of a broker, either of which may be the other side of another broker."""

    source: type[SourceSettings]
    destination: type[DestinationSettings]


@cache
def catalog() -> Mapping[str, Broker]:
    """Each broker by the name that its settings give it."""
    return MappingProxyType(dict(_found()))


def _found() -> Iterator[tuple[str, Broker]]:
    for package in pkgutil.iter_modules(brokers.__path__):
        name = f"{brokers.__name__}.{package.name}.settings"
        if package.ispkg and find_spec(name) is not None:
            module = import_module(name)
            yield package.name, Broker(module.Source, module.Destination)


def one_of(models: Iterable[type[BaseModel]]) -> object:
    """Return the type of a field that accepts one of these models, selected by `broker`.

    A table without `broker` is Kafka's. Pydantic's own discriminated union has no default, and
    reports mistakes at a place that the file does not have.
    """
    named = {str(get_args(model.model_fields["broker"].annotation)[0]): model for model in models}

    def chosen(table: object) -> object:
        if not isinstance(table, Mapping):
            return table
        model = named.get(str(table.get("broker", _DEFAULT)))
        if model is None:
            raise _unknown(table["broker"], sorted(named))
        return model.model_validate(table)

    return Annotated[Union[tuple(named.values())], BeforeValidator(chosen)]  # noqa: UP007 - known only when it runs


def _unknown(broker: object, known: Sequence[str]) -> ValidationError:
    expected = " or ".join(map(repr, known))
    mistake = InitErrorDetails(type="literal_error", loc=("broker",), input=broker, ctx={"expected": expected})
    return ValidationError.from_exception_data("broker", [mistake], hide_input=True)
