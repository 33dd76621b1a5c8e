"""The command `diff`: what changed between two versions, or would change with a file."""

from collections.abc import Iterator

import click
from rich.console import RenderableType

from registry_api.console import difference, documents, layout, tables
from registry_api.console.client import specification
from registry_api.console.command import RegistryCommand, Session
from registry_api.console.difference import Reading, Side
from registry_api.console.errors import InputUnusable
from registry_api.console.parameters import POSITIVE
from shared.errors import FormatUnsupported, SchemaError
from shared.model import Finding, SchemaId
from shared.wire import Detail, SchemaBody


@click.command("diff", cls=RegistryCommand)
@click.argument("schema_id", metavar="ID", type=POSITIVE)
@click.argument("file", required=False)
@click.option("--from", "old", type=POSITIVE, help="The old version; else the active one before the new.")
@click.option("--to", "new", type=POSITIVE, help="The new version; else the latest.")
@click.option(
    "--text-only", is_flag=True, help="Only the lines that differ, not what they mean for readers and writers."
)
@click.pass_obj
def diff(session: Session, schema_id: int, file: str | None, old: int | None, new: int | None, text_only: bool) -> None:
    """Show what differs between two versions of schema ID, or between its latest version and FILE (- is standard input).

    Both texts are laid out alike first. Deactivated versions may be named.
    """
    if file is not None and new is not None:
        raise InputUnusable("FILE and --to both name the new text. Give one of them.")
    schema = session.client.schema(SchemaId(schema_id), deactivated=True)
    before, after = _against_file(schema, old, file) if file is not None else _versions(schema, old, new)
    lines = difference.unified(schema.schema_type, before, after)
    reading, notice = (None, None) if text_only else _reading(schema, before, after)
    session.output.answer(
        {"schema_id": schema.schema_id, "from": before.title, "to": after.title, "diff": "\n".join(lines)}
        | (_directions(reading) if reading else {})
        | ({"message": notice} if notice else {}),
        (
            tables.difference(lines) if lines else "No difference in the texts.",
            *(_paragraphs(reading) if reading else ()),
            *(("", layout.plain(notice)) if notice else ()),
        ),
    )


def _against_file(schema: SchemaBody, old: int | None, file: str) -> tuple[Side, Side]:
    document = documents.read(file)
    return _version(schema, old or _latest(schema)), Side(document.title, document.text)


def _versions(schema: SchemaBody, old: int | None, new: int | None) -> tuple[Side, Side]:
    last = new or _latest(schema)
    first = old or max((number for number in _active(schema) if number < last), default=None)
    if first is None:
        line = f"Schema {schema.schema_id} has no active version before {last}. Name one with --from, or a FILE."
        raise InputUnusable(line)
    return _version(schema, first), _version(schema, last)


def _active(schema: SchemaBody) -> list[int]:
    return [int(version.version) for version in schema.schemas if not version.version_deactivated]


def _latest(schema: SchemaBody) -> int:
    numbers = _active(schema)
    if not numbers:
        raise InputUnusable(f"Schema {schema.schema_id} has no active version. Name versions with --from and --to.")
    return max(numbers)


def _version(schema: SchemaBody, number: int) -> Side:
    found = next((version for version in schema.schemas if version.version == str(number)), None)
    if found is None:
        there = ", ".join(version.version for version in schema.schemas)
        raise InputUnusable(f"Schema {schema.schema_id} has no version {number}. It has: {there}.")
    return Side(f"schema {schema.schema_id} version {number}", specification(found).decode(errors="replace"))


def _reading(schema: SchemaBody, before: Side, after: Side) -> tuple[Reading | None, str | None]:
    """What the engine says, or why it says nothing."""
    try:
        return difference.reading(schema.schema_type, before, after), None
    except (FormatUnsupported, SchemaError) as error:
        return None, f"Compatibility is not known. {error.message}"


def _directions(reading: Reading) -> dict[str, object]:
    return {
        name: {"compatible": not findings, "errors": [_detail(finding) for finding in findings]}
        for name, findings in (("backward", reading.backward), ("forward", reading.forward))
    }


def _paragraphs(reading: Reading) -> Iterator[RenderableType]:
    for title, findings in (
        ("Backward (the new reads data of the old)", reading.backward),
        ("Forward (the old reads data of the new)", reading.forward),
    ):
        yield ""
        yield f"{title}: {'not compatible' if findings else 'compatible'}"
        if findings:
            yield tables.findings(_detail(finding) for finding in findings)


def _detail(finding: Finding) -> Detail:
    return Detail(path=finding.path, code=finding.code, message=finding.message)
