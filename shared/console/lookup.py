"""Commands that read the registry: `get`, `list`, `search`."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import click

from sluicegate.shared.client.registry import Listing, VersionChoice, specification
from sluicegate.shared.console import tables
from sluicegate.shared.console.command import RegistryCommand, Session
from sluicegate.shared.console.output import Output
from sluicegate.shared.console.parameters import POSITIVE, format_option, version_choice, words
from sluicegate.shared.model import SchemaFormat, SchemaId

Decorated = TypeVar("Decorated", bound=Callable[..., object])

_ORDERS = ("id", "name", "type", "version")
_SORTS = ("asc", "desc")


def _page_options(decorated: Decorated) -> Decorated:
    limit = click.option("--limit", type=POSITIVE, help="At most so many schemas.")
    offset = click.option("--offset", type=click.IntRange(min=0), help="Leave out so many schemas at the start.")
    return limit(offset(decorated))


@click.command("get", cls=RegistryCommand)
@click.argument("schema_id", metavar="ID", type=POSITIVE)
@click.option(
    "--version", type=version_choice, metavar="N|latest", help="One version; else the schema and a list of them."
)
@click.option("--spec", is_flag=True, help="Only the text (of the latest version, if none is named), byte for byte.")
@click.pass_obj
def get(session: Session, schema_id: int, version: VersionChoice | None, spec: bool) -> None:
    """Show schema ID with its active versions, or one version with its text."""
    output, number = session.output, SchemaId(schema_id)
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
    """List the registered schemas."""
    params = _query({"limit": limit, "offset": offset})
    _show(session.output, session.client.schemas(deactivated=deactivated, params=params), offset)


@click.command("search", cls=RegistryCommand)
@click.option("--id", "schema_id", type=POSITIVE, help="The schema with this id.")
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
    schema_id: int | None,
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
    asked = {"id": schema_id, "version": version, "type": schema_format, "name": name, "attributes": attributes}
    params = _query({**asked, "orderBy": order_by, "sort": sort, "limit": limit, "offset": offset})
    _show(session.output, session.client.search(params), offset)


def _query(asked: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in asked.items() if value is not None}


def _show(output: Output, listing: Listing, offset: int | None) -> None:
    if not listing.schemas:
        output.answer(listing.schemas, ("No schemas.",))
        return
    output.answer(listing.schemas, (tables.schemas(listing.schemas),))
    if listing.more:
        click.echo(f"There are more: --offset {(offset or 0) + len(listing.schemas)}", err=True)
