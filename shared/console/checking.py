"""Commands that check a text and change nothing: `check compatibility`, `check validity`."""

import click

from sluicegate.shared.console import documents
from sluicegate.shared.console.command import REFUSED, RegistryCommand, Session
from sluicegate.shared.console.documents import SchemaDocument
from sluicegate.shared.console.findings import output_option
from sluicegate.shared.console.formats import with_format
from sluicegate.shared.console.parameters import format_option, reference_option, validity_option
from sluicegate.shared.console.requests import built
from sluicegate.shared.console.selection import schema_argument, schema_id
from sluicegate.shared.model import SchemaFormat, ValidityMode
from sluicegate.shared.wire import CompatibilityRequest, ReferenceBody, Report, ValidityRequest


@click.group("check")
def check() -> None:
    """Ask whether a schema would be accepted. Nothing is changed."""


@check.command("compatibility", cls=RegistryCommand)
@schema_argument
@click.argument("file")
@reference_option
@output_option
@click.pass_obj
def compatibility(session: Session, named: str, file: str, references: tuple[ReferenceBody, ...]) -> None:
    """Ask whether the schema in FILE (- is standard input) can be the next version of SCHEMA."""
    number = schema_id(session.client, named)
    document = documents.read(file)
    request = built(CompatibilityRequest, schema_id=str(number), new_schema=document.text, references=references)
    report, fine = session.client.check_compatibility(request), f"Compatible with schema {number}."
    if report is not None:
        report = with_format(session.client, number, file, report)
    _conclude(session, report, fine, "schema check compatibility", document)


@check.command("validity", cls=RegistryCommand)
@click.argument("file")
@format_option("--format", "The format; else the file's ending tells.")
@validity_option("--mode")
@reference_option
@output_option
@click.pass_obj
def validity(
    session: Session,
    file: str,
    schema_format: SchemaFormat | None,
    validity: ValidityMode | None,
    references: tuple[ReferenceBody, ...],
) -> None:
    """Ask whether the schema in FILE (- is standard input) is valid in its format."""
    document = documents.read(file)
    chosen = documents.format_of(file, schema_format)
    request = built(ValidityRequest, new_schema=document.text, format=chosen, mode=validity, references=references)
    report = session.client.check_validity(request)
    _conclude(session, report, f"Valid {chosen} schema.", "schema check validity", document)


def _conclude(session: Session, report: Report | None, fine: str, check: str, document: SchemaDocument) -> None:
    session.output.verdict(report, fine, check, document.title)
    if report is not None:
        raise click.exceptions.Exit(REFUSED)
