"""Schemas as people name them on the command line: by id or name, with or without a version."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

import click

from sluicegate.shared.client import RegistryClient
from sluicegate.shared.client.registry import VersionChoice
from sluicegate.shared.console import parameters
from sluicegate.shared.console.errors import InputUnusable
from sluicegate.shared.model import SchemaId
from sluicegate.shared.wire import SchemaBody

PAGE: Final = 1000
"""Schemas of a page: the most that the registry gives."""

_SHOWN: Final = 5

Decorated = TypeVar("Decorated", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Selection:
    """A schema by its id or name, and one of its versions, or none."""

    schema: str
    version: VersionChoice | None = None


def selection(text: str) -> Selection:
    """`NAME`, `ID`, `NAME:VERSION` or `ID:VERSION`. A click type: raises `click.BadParameter`.

    A name may contain colons: the part behind the last one counts as a version only if it is one.
    """
    name, _, last = parameters.words(text).rpartition(":")
    if name:
        try:
            return Selection(name, parameters.version_choice(last))
        except click.BadParameter:
            pass
    return Selection(_named(text))


def schema(text: str) -> str:
    """A schema's id or name. A click type."""
    return _named(parameters.words(text))


def schema_argument(decorated: Decorated) -> Decorated:
    """`SCHEMA`: a schema's id or name."""
    return click.argument("named", metavar="SCHEMA", type=schema)(decorated)


def schema_id(client: RegistryClient, named: str) -> SchemaId:
    """Return the id of the schema with an id or a name. Digits are an id.

    Raises `InputUnusable` for a name that no schema has, or several schemas have.
    """
    if parameters.is_number(named):
        return SchemaId(int(named))
    similar = list(_with_name(client, named))
    found = [each for each in similar if each.name == named]
    if not found:
        raise InputUnusable(_unknown(named, similar))
    if len(found) > 1:
        ids = ", ".join(f"{each.schema_id} (publisher {each.publisher_id or 'none'})" for each in found)
        raise InputUnusable(f"Several schemas are named {named!r}. Give the id of one: {ids}.")
    return SchemaId(int(found[0].schema_id))


def _named(text: str) -> str:
    if not text.strip():
        raise click.BadParameter("the name of a schema must not be empty.")
    if text.isascii() and text.lstrip("-").isdigit() and not parameters.is_number(text):
        raise click.BadParameter(f"{text!r} is not an id: ids begin at 1.")
    return text


def _with_name(client: RegistryClient, part: str) -> Iterator[SchemaBody]:
    """Yield the schemas with a text in their names."""
    offset, more = 0, True
    while more:
        page = client.search({"name": part, "limit": str(PAGE), "offset": str(offset)})
        yield from page.schemas
        offset, more = offset + len(page.schemas), page.more and bool(page.schemas)


def _unknown(named: str, similar: list[SchemaBody]) -> str:
    names = list(dict.fromkeys(each.name for each in similar))[:_SHOWN]
    if names:
        return f"No schema is named {named!r}. Did you mean {', '.join(names)}?"
    return f"No schema is named {named!r}. `sluicegate schema list` shows all names and ids."
