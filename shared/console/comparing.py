"""The command `diff`: the changes between two versions, or between a version and a file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import click
from rich.console import RenderableType

from sluicegate.shared.client.registry import specification
from sluicegate.shared.console import comparison, documents, layout, tables
from sluicegate.shared.console.command import RegistryCommand, Session
from sluicegate.shared.console.comparison import Reading, Side
from sluicegate.shared.console.errors import InputUnusable
from sluicegate.shared.console.parameters import POSITIVE, reference_option
from sluicegate.shared.console.references import ReferencedVersions
from sluicegate.shared.console.selection import schema_argument, schema_id
from sluicegate.shared.errors import FormatUnsupported, SchemaError
from sluicegate.shared.formats.engine import NamedSource
from sluicegate.shared.model import Finding
from sluicegate.shared.wire import Detail, ReferenceBody, SchemaBody, VersionBody

_SPAN: Final = re.compile(r"([1-9][0-9]{0,17})\.\.([1-9][0-9]{0,17})?")
"""Two versions, or one and the latest."""


@click.command("diff", cls=RegistryCommand)
@schema_argument
@click.argument("file", required=False, metavar="[FILE|A..B]")
@click.option("--from", "old", type=POSITIVE, help="The old version; else the active one before the new.")
@click.option("--to", "new", type=POSITIVE, help="The new version; else the latest.")
@reference_option
@click.option("--text-only", is_flag=True, help="Only the lines that differ, without their compatibility.")
@click.pass_obj
def diff(
    session: Session,
    named: str,
    file: str | None,
    old: int | None,
    new: int | None,
    references: tuple[ReferenceBody, ...],
    text_only: bool,
) -> None:
    """Show the differences between two versions of SCHEMA, or its latest version and FILE.

    1..3 compares versions 1 and 3. FILE - is standard input. Both texts are formatted alike first.
    Deactivated versions may be
    named. Without --reference, FILE has the references of the old version.
    """
    span = None if file is None else _SPAN.fullmatch(file)
    if span is not None:
        if old or new:
            raise InputUnusable(f"{file} names both versions already. Give it, or --from and --to.")
        file, old, new = None, int(span[1]), int(span[2]) if span[2] else None
    if file is not None and new is not None:
        raise InputUnusable("FILE and --to both name the new text. Give one of them.")
    if file is None and references:
        raise InputUnusable("--reference sets the references of FILE. Versions have their own references.")
    schema = session.client.schema(schema_id(session.client, named), deactivated=True)
    read = _Reader(schema, ReferencedVersions(session.client), text_only)
    before, after = read.against_file(old, file, references) if file is not None else read.versions(old, new)
    lines = comparison.unified(schema.schema_type, before, after)
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


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads both sides; their references only if necessary."""

    schema: SchemaBody
    referenced: ReferencedVersions
    text_only: bool

    def against_file(self, old: int | None, file: str, references: tuple[ReferenceBody, ...]) -> tuple[Side, Side]:
        document = documents.read(file)
        version = _version(self.schema, old or _latest(self.schema))
        after = Side(document.title, document.text, self._named(references or version.references))
        return self._side(version), after

    def versions(self, old: int | None, new: int | None) -> tuple[Side, Side]:
        last = new or _latest(self.schema)
        first = old or max((number for number in _active(self.schema) if number < last), default=None)
        if first is None:
            line = (
                f"Schema {self.schema.schema_id} has no active version before {last}. Name one with --from, or a FILE."
            )
            raise InputUnusable(line)
        return self._side(_version(self.schema, first)), self._side(_version(self.schema, last))

    def _side(self, version: VersionBody) -> Side:
        title = f"schema {self.schema.schema_id} version {version.version}"
        return Side(title, specification(version).decode(errors="replace"), self._named(version.references))

    def _named(self, references: tuple[ReferenceBody, ...]) -> tuple[NamedSource, ...]:
        return () if self.text_only else self.referenced.named(references)


def _active(schema: SchemaBody) -> list[int]:
    return [int(version.version) for version in schema.schemas if not version.version_deactivated]


def _latest(schema: SchemaBody) -> int:
    numbers = _active(schema)
    if not numbers:
        raise InputUnusable(f"Schema {schema.schema_id} has no active version. Name versions with --from and --to.")
    return max(numbers)


def _version(schema: SchemaBody, number: int) -> VersionBody:
    found = next((version for version in schema.schemas if version.version == str(number)), None)
    if found is None:
        there = ", ".join(version.version for version in schema.schemas)
        raise InputUnusable(f"Schema {schema.schema_id} has no version {number}. It has: {there}.")
    return found


def _reading(schema: SchemaBody, before: Side, after: Side) -> tuple[Reading | None, str | None]:
    """Return the engine's result, or the reason why there is none."""
    try:
        return comparison.reading(schema.schema_type, before, after), None
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
