"""Commands that change registered schemas: `register`, `update`, `delete`."""

import click

from sluicegate.shared.client.errors import AccessRefused, RegistryRefused
from sluicegate.shared.client.registry import Registration
from sluicegate.shared.console import documents, layout
from sluicegate.shared.console.command import RegistryCommand, Session
from sluicegate.shared.console.errors import InputUnusable
from sluicegate.shared.console.formats import with_format
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
from sluicegate.shared.console.selection import schema_argument, schema_id
from sluicegate.shared.console.streams import is_terminal
from sluicegate.shared.formats.options import Policy
from sluicegate.shared.model import CompatibilityMode, SchemaFormat, SchemaId, ValidityMode, VersionNumber
from sluicegate.shared.wire import ReferenceBody, RegisterRequest, SchemaBody, UpdateRequest

ELSEWHERE = 3
"""The exit code when a content is stored under another name than the one that was asked for."""


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
@click.option("--accept-existing", is_flag=True, help="Content that is stored under another name is fine.")
@click.pass_context
def register(
    ctx: click.Context,
    file: str,
    name: str | None,
    schema_format: SchemaFormat | None,
    description: str,
    publisher: str,
    compatibility: CompatibilityMode | None,
    policy: Policy | None,
    validity: ValidityMode | None,
    references: tuple[ReferenceBody, ...],
    accept_existing: bool,
) -> None:
    """Register the schema in FILE (- is standard input) as a new schema.

    A publisher's content is stored once. When it is stored under this name already, that is no
    failure; under another name, the exit code is 3.
    """
    session: Session = ctx.obj
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
    done = session.client.register(request)
    there = None if done.created else session.client.schema(SchemaId(int(done.info.identification)), deactivated=True)
    _show(session.output, done, there)
    if there is not None:
        _tell_modes(there, compatibility, validity)
        if there.name != named and not accept_existing:
            click.echo(_elsewhere(there, named), err=True)
            ctx.exit(ELSEWHERE)


@click.command("update", cls=RegistryCommand)
@schema_argument
@click.argument("file")
@click.option("--description", default="", help="The new description; else the schema keeps its own.")
@reference_option
@click.pass_obj
def update(session: Session, named: str, file: str, description: str, references: tuple[ReferenceBody, ...]) -> None:
    """Register the schema in FILE (- is standard input) as the next version of SCHEMA."""
    text = documents.read(file).text
    request = built(UpdateRequest, specification=text, description=description, references=references)
    number = schema_id(session.client, named)
    try:
        _show(session.output, session.client.update(number, request))
    except AccessRefused:
        raise
    except RegistryRefused as error:
        raise RegistryRefused(with_format(session.client, number, file, error.report)) from error


@click.command("delete", cls=RegistryCommand)
@schema_argument
@click.option("--version", "number", type=POSITIVE, help="Only this version; else all of them.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def delete(session: Session, named: str, number: int | None, yes: bool) -> None:
    """Deactivate SCHEMA, or one version of it. The numbers stay taken."""
    if not yes:
        _ask(named, number)
    report = session.client.delete(schema_id(session.client, named), VersionNumber(number) if number else None)
    session.output.answer(report.model_dump(exclude_none=True), (layout.plain(report.message),))


@click.command("rollback", cls=RegistryCommand)
@schema_argument
@click.option("--to", "number", type=POSITIVE, required=True, help="The version that is to be the latest again.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def rollback(session: Session, named: str, number: int, yes: bool) -> None:
    """Deactivate the versions of SCHEMA after one of them, so that it is the latest again."""
    found = schema_id(session.client, named)
    active = sorted(int(each.version) for each in session.client.schema(found).schemas)
    if number not in active:
        numbers = ", ".join(map(str, active))
        raise InputUnusable(f"Schema {named} has no active version {number}. Its active versions are: {numbers}.")
    newer = [each for each in reversed(active) if each > number]
    if newer and not yes:
        _agree("deactivate", f"version {', '.join(map(str, newer))} of schema {named}")
    for each in newer:  # the newest first: an interruption leaves a history without gaps
        session.client.delete(found, VersionNumber(each))
    line = f"Schema {found}: version {number} is the latest. Deactivated: {', '.join(map(str, newer)) or 'nothing'}"
    session.output.answer({"schema_id": found, "latest": number, "deactivated": newer}, (layout.plain(line),))


def _show(output: Output, registration: Registration, there: SchemaBody | None = None) -> None:
    info = registration.info
    line = "Registered" if registration.created else "Already registered"
    name = f" ({there.name})" if there is not None else ""
    output.answer(
        info.model_dump(exclude_none=True)
        | {"created": registration.created}
        | ({"name": there.name} if there is not None else {}),
        (
            layout.plain(f"{line}: schema {info.identification}{name}, version {info.version}"),
            *(layout.plain(f"Warning: {each.message} (at {each.path or 'the root'})") for each in info.warnings or ()),
        ),
    )


def _elsewhere(there: SchemaBody, asked: str) -> str:
    return (
        f"Error: This content is stored as {there.name!r} (schema {there.schema_id}), not as {asked!r}: a publisher's content "
        "is stored once. Use that name, give another --publisher, or pass --accept-existing."
    )


def _tell_modes(there: SchemaBody, compatibility: CompatibilityMode | None, validity: ValidityMode | None) -> None:
    """Say on standard error which modes stay as they were, though others were asked for."""
    pairs = (("compatibility", compatibility, there.compatibility_mode), ("validity", validity, there.validity_mode))
    for name, asked, stored in pairs:
        if asked is not None and asked != stored:
            click.echo(f"Note: the {name} mode of schema {there.schema_id} stays {stored}, not {asked}.", err=True)


def _ask(named: str, number: int | None) -> None:
    _agree("delete", f"version {number} of schema {named}" if number else f"schema {named} with all its versions")


def _agree(action: str, what: str) -> None:
    """Ask a person; raises `InputUnusable` where there is none."""
    if not is_terminal("stdin"):
        raise InputUnusable(f"Refusing to {action} {what} without confirmation. Pass --yes.")
    click.confirm(f"{action.capitalize()} {what}?", abort=True, err=True)
