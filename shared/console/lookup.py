"""Commands that read the registry: `get`, `list`, `search`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import click

from sluicegate.shared.client.registry import Listing, VersionChoice, specification
from sluicegate.shared.console import tables
from sluicegate.shared.console.command import RegistryCommand, Session
from sluicegate.shared.console.output import Output
from sluicegate.shared.console.parameters import POSITIVE, format_option, version_choice, words
from sluicegate.shared.console.selection import PAGE, Selection, schema_id, selection
from sluicegate.shared.model import SchemaFormat
from sluicegate.shared.wire import SchemaBody

Decorated = TypeVar("Decorated", bound=Callable[..., object])

_ORDERS = ("id", "name", "type", "version")
_SORTS = ("asc", "desc")


def _page_options(decorated: Decorated) -> Decorated:
    limit = click.option("--limit", type=POSITIVE, help="At most so many schemas.")
    offset = click.option("--offset", type=click.IntRange(min=0), help="Leave out so many schemas at the start.")
    return limit(offset(decorated))


@click.command("get", cls=RegistryCommand)
@click.argument("chosen", metavar="SCHEMA[:VERSION]", type=selection)
@click.option(
    "--version", type=version_choice, metavar="N|latest", help="One version; else the schema and a list of them."
)
@click.option("--spec", is_flag=True, help="Only the text (of the latest version, if none is named), byte for byte.")
@click.pass_obj
def get(session: Session, chosen: Selection, version: VersionChoice | None, spec: bool) -> None:
    """Show SCHEMA (an id or a name) with its active versions, or one version with its text."""
    output, number = session.output, schema_id(session.client, chosen.schema)
    version = version or chosen.version
    if spec and not output.as_json:
        click.echo(specification(session.client.version(number, version or "latest")), nl=False)
    elif spec or version:
        body = session.client.version(number, version or "latest")
        output.answer(body, (tables.version(body), "", tables.text(specification(body))))
    else:
        schema = session.client.schema(number)
        output.answer(schema, tables.schema(schema))


@click.command("list", cls=RegistryCommand)
@click.option("--all", "deactivated", is_flag=True, help="Deactivated versions too.")
@_page_options
@click.pass_obj
def list_schemas(session: Session, deactivated: bool, limit: int | None, offset: int | None) -> None:
    """List the registered schemas: all of them, or --limit of them."""

    def page(params: Mapping[str, str]) -> Listing:
        return session.client.schemas(deactivated=deactivated, params=params)

    _show(session.output, _collected(page, {}, limit, offset))


@click.command("search", cls=RegistryCommand)
@click.option("--id", "wanted", type=POSITIVE, help="The schema with this id.")
@click.option("--version", type=POSITIVE, help="Schemas with this version.")
@format_option("--type", "Schemas of this format.")
@click.option("--name", type=words, metavar="TEXT", help="Schemas with this in their name; upper and lower case count.")
@click.option(
    "--attributes",
    type=words,
    metavar="A,B",
    help="Schemas with all these properties: a whole path (a/b) or a part of one.",
)
@click.option("--order-by", type=click.Choice(_ORDERS), help="Order of the rows; by default by id.")
@click.option("--sort", type=click.Choice(_SORTS), help="Upwards or downwards.")
@_page_options
@click.pass_obj
def search(
    session: Session,
    wanted: int | None,
    version: int | None,
    schema_format: SchemaFormat | None,
    name: str | None,
    attributes: str | None,
    order_by: str | None,
    sort: str | None,
    limit: int | None,
    offset: int | None,
) -> None:
    """Find schemas: every condition that is given must hold."""
    asked = {"id": wanted, "version": version, "type": schema_format, "name": name, "attributes": attributes}
    params = _query({**asked, "orderBy": order_by, "sort": sort})
    _show(session.output, _collected(session.client.search, params, limit, offset))


def _query(asked: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in asked.items() if value is not None}


@dataclass(frozen=True, slots=True)
class _Found:
    """Schemas in their order.

    `following`: the offset of the next one that was left out; None: all are here.
    """

    schemas: tuple[SchemaBody, ...]
    following: int | None


def _collected(
    page: Callable[[Mapping[str, str]], Listing], params: Mapping[str, str], limit: int | None, offset: int | None
) -> _Found:
    """Read page after page: up to the limit, or to the end."""
    found: list[SchemaBody] = []
    start, more = offset or 0, True
    while more and (limit is None or len(found) < limit):
        size = PAGE if limit is None else min(PAGE, limit - len(found))
        listing = page({**params, "limit": str(size), "offset": str(start + len(found))})
        found.extend(listing.schemas)
        more = listing.more and bool(listing.schemas)
    return _Found(tuple(found), start + len(found) if more else None)


def _show(output: Output, found: _Found) -> None:
    """Show a listing. One that was cut says so: JSON is an object with `next` then, and not a list."""
    following = found.following
    body = found.schemas if following is None else {"schemas": found.schemas, "next": following}
    output.answer(body, (tables.schemas(found.schemas) if found.schemas else "No schemas.",))
    if following is not None:
        click.echo(f"There are more: --offset {following}", err=True)
