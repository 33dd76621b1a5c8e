"""Every setting is in docs/configuration.md under its dotted name with its default, and nothing else is."""

import re
import socket
import tomllib
import types
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Union, get_args, get_origin

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from registry_api.settings import RegistrySettings
from tests.docs.pages import rows, section
from validator.settings import ValidatorSettings

_EXAMPLE = re.compile(r"^```toml$(.*?)^```$", re.MULTILINE | re.DOTALL)

DIFFERS: Mapping[object, str] = {socket.gethostname: "the machine's name"}
PARTS: Mapping[str, type[BaseModel]] = {"Registry": RegistrySettings, "Validator": ValidatorSettings}


def models(annotation: object) -> Iterator[type[BaseModel]]:
    """The sections that a field's type names, through unions and lists."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in (Annotated, Union, types.UnionType, list, tuple):
        for argument in get_args(annotation):
            yield from models(argument)


def leaves(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Dotted name -> field, of everything that is not itself a section."""
    for name, field in model.model_fields.items():
        below = list(models(field.annotation))
        for section_model in below:
            yield from leaves(section_model, f"{prefix}{name}.")
        if not below:
            yield prefix + name, field


def default(field: FieldInfo) -> str:
    """A default as TOML writes it; `required`, or empty where nothing is set, or a few words where it differs by machine."""
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


@pytest.mark.parametrize(("heading", "model"), PARTS.items())
def test_each_setting_is_documented_with_its_default(heading: str, model: type[BaseModel]) -> None:
    documented = {name: cells[0] for name, cells in rows(section("configuration.md", heading)).items()}
    assert documented == {name: default(field) for name, field in leaves(model)}


@pytest.mark.parametrize(("heading", "model"), PARTS.items())
def test_each_setting_says_what_it_is_for(heading: str, model: type[BaseModel]) -> None:
    documented = rows(section("configuration.md", heading))
    assert [name for name, cells in documented.items() if not cells[1]] == []
    assert [name for name, field in leaves(model) if not field.description] == []


@pytest.mark.parametrize(("heading", "model"), PARTS.items())
def test_each_example_is_valid(heading: str, model: type[BaseModel]) -> None:
    examples = _EXAMPLE.findall(section("configuration.md", heading))
    assert examples
    for example in examples:
        model(**tomllib.loads(example))
