"""Every setting is documented under its dotted name with its default, and nothing else is.

docs/reference/brokers has a page for each broker; docs/reference/configuration.md has all others.
"""

import re
import socket
import tomllib
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Union, get_args, get_origin

import pytest
from pydantic import BaseModel, create_model
from pydantic.fields import FieldInfo

from sluicegate.registry_api.settings import RegistrySettings
from sluicegate.validator.brokers.catalog import catalog
from sluicegate.validator.brokers.pubsub.settings import emulator_of_environment
from sluicegate.validator.settings.validator import ValidatorSettings
from tests.docs.pages import rows, section

_EXAMPLE = re.compile(r"^```toml$(.*?)^```$", re.MULTILINE | re.DOTALL)

DIFFERS: Mapping[object, str] = {
    socket.gethostname: "the machine's name",
    emulator_of_environment: "`PUBSUB_EMULATOR_HOST`",
}
BROKERS = sorted(catalog())


@dataclass(frozen=True)
class Part:
    """Settings, and where they are documented."""

    page: str
    heading: str
    fields: Mapping[str, FieldInfo]
    model: type[BaseModel]

    @property
    def rows(self) -> dict[str, list[str]]:
        """The documented settings."""
        return rows(section(self.page, self.heading))


def parts() -> Iterator[Part]:
    """The programs, and each broker."""
    page = "configuration.md"
    yield Part(page, "Registry", dict(leaves(RegistrySettings)), RegistrySettings)
    validator = {
        name: field
        for name, field in leaves(ValidatorSettings)
        if name.partition(".")[0] not in {"source", "destination"}
    }
    yield Part(page, "Validator", validator, ValidatorSettings)
    for name in BROKERS:
        broker = catalog()[name]
        fields = [*leaves(broker.source, "source."), *leaves(broker.destination, "destination.")]
        model = create_model(name, source=(broker.source, ...), destination=(broker.destination, ...))
        yield Part(f"brokers/{name}.md", "Settings", dict(fields), model)


def models(annotation: object) -> Iterator[type[BaseModel]]:
    """The sections that a field's type names, through unions and lists."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in (Annotated, Union, types.UnionType, list, tuple):
        for argument in get_args(annotation):
            yield from models(argument)


def leaves(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Dotted name -> field, of everything that is not itself a section."""
    for attribute, field in model.model_fields.items():
        name = field.alias or attribute
        below = list(models(field.annotation))
        for section_model in below:
            yield from leaves(section_model, f"{prefix}{name}.")
        if not below:
            yield prefix + name, field


def default(field: FieldInfo) -> str:
    """Return a default as in TOML; `required`, empty if unset, or words if it differs by machine."""
    if field.is_required():
        return "required"
    if field.default_factory in DIFFERS:
        return DIFFERS[field.default_factory]
    value = field.get_default(call_default_factory=True, validated_data={})
    match value:
        case None:
            return ""
        case bool():
            return f"`{str(value).lower()}`"
        case str() | StrEnum() | Path():
            return f'`"{value}"`'
        case tuple() | list():
            items = (f'"{item}"' if isinstance(item, str) else str(item) for item in value)
            return f"`[{', '.join(items)}]`"
    return f"`{value}`"


each_part = pytest.mark.parametrize("part", list(parts()), ids=lambda part: f"{part.page}:{part.heading}")


@each_part
def test_each_setting_is_documented_with_its_default(part: Part) -> None:
    assert {name: cells[0] for name, cells in part.rows.items()} == {
        name: default(field) for name, field in part.fields.items()
    }


@each_part
def test_each_setting_says_what_it_is_for(part: Part) -> None:
    assert [name for name, cells in part.rows.items() if not cells[1]] == []
    assert [name for name, field in part.fields.items() if not field.description] == []


@each_part
def test_each_example_is_valid(part: Part) -> None:
    examples = _EXAMPLE.findall(section(part.page, part.heading))
    assert examples
    for example in examples:
        part.model(**tomllib.loads(example))
