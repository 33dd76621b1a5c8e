"""Commands that change registered schemas: `register`, `update`, `delete`."""

import click

from sluicegate.shared.client.registry import Registration
from sluicegate.shared.console import documents, layout
from sluicegate.shared.console.command import RegistryCommand, Session
from sluicegate.shared.console.errors import InputUnusable
from sluicegate.shared.console.output import Output
from sluicegate.shared.console.parameters import (
    POSITIVE,
    compatibility_option,
    format_option,
    policy_option,
    reference_option,
    validity_option,
)
from sluicegate.shared.console.requests import built
from sluicegate.shared.console.streams import is_terminal
from sluicegate.shared.formats.options import Policy
from sluicegate.shared.model import CompatibilityMode, SchemaFormat, SchemaId, ValidityMode, VersionNumber
from sluicegate.shared.wire import ReferenceBody, RegisterRequest, UpdateRequest


@click.command("register", cls=RegistryCommand)
@click.argument("file")
@click.option("--name", help="The schema's name; else the file's name without its ending.")
@format_option("--format", "The format; else the file's ending tells.")
@click.option("--description", default="", help="Purpose of the schema.")
@click.option("--publisher", default="", help="Owner of the schema. Equal texts of two publishers are two schemas.")
@compatibility_option
@policy_option
@validity_option("--validity")
@reference_option
@click.pass_obj
def register(
    session: Session,
    file: str,
    name: str | None,
    schema_format: SchemaFormat | None,
    description: str,
    publisher: str,
    compatibility: CompatibilityMode | None,
    policy: Policy | None,
    validity: ValidityMode | None,
    references: tuple[ReferenceBody, ...],
) -> None:
    """Register the schema in FILE (- is standard input) as a new schema.

    When the publisher has registered the same text already, says where, which is no failure.
    """
    named = documents.name_of(file, name)
    document = documents.read(file)
    request = built(
        RegisterRequest,
        name=named,
        schema_type=documents.format_of(file, schema_format),
        specification=document.text,
        description=description,
        publisher_id=publisher,
        compatibility_mode=compatibility,
        compatibility_policy=policy,
        validity_mode=validity,
        references=references,
    )
    _show(session.output, session.client.register(request))


@click.command("update", cls=RegistryCommand)
@click.argument("schema_id", metavar="ID", type=POSITIVE)
@click.argument("file")
@click.option("--description", default="", help="The new description; else the schema keeps its own.")
@reference_option
@click.pass_obj
def update(
    session: Session, schema_id: int, file: str, description: str, references: tuple[ReferenceBody, ...]
) -> None:
    """Register the schema in FILE (- is standard input) as the next version of schema ID."""
    text = documents.read(file).text
    request = built(UpdateRequest, specification=text, description=description, references=references)
    _show(session.output, session.client.update(SchemaId(schema_id), request))


@click.command("delete", cls=RegistryCommand)
@click.argument("schema_id", metavar="ID", type=POSITIVE)
@click.option("--version", "number", type=POSITIVE, help="Only this version; else all of them.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def delete(session: Session, schema_id: int, number: int | None, yes: bool) -> None:
    """Deactivate schema ID, or one version of it. The numbers stay taken."""
    if not yes:
        _ask(schema_id, number)
    report = session.client.delete(SchemaId(schema_id), VersionNumber(number) if number else None)
    session.output.answer(report.model_dump(exclude_none=True), (layout.plain(report.message),))


def _show(output: Output, registration: Registration) -> None:
    info = registration.info
    line = "Registered" if registration.created else "Already registered"
    output.answer(
        info.model_dump(exclude_none=True) | {"created": registration.created},
        (
            layout.plain(f"{line}: schema {info.identification}, version {info.version}"),
            *(layout.plain(f"Warning: {each.message} (at {each.path or 'the root'})") for each in info.warnings or ()),
        ),
    )


def _ask(schema_id: int, number: int | None) -> None:
    what = f"version {number} of schema {schema_id}" if number else f"schema {schema_id} with all its versions"
    if not is_terminal("stdin"):
        raise InputUnusable(f"Refusing to delete {what} without confirmation. Pass --yes.")
    click.confirm(f"Delete {what}?", abort=True, err=True)
