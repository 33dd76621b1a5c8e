"""Tables of schemas, versions and findings."""

from collections.abc import Iterable
from datetime import UTC
from itertools import groupby

from rich.console import RenderableType
from rich.text import Text

from sluicegate.shared.console.layout import Fields, Rows, plain, plain_lines
from sluicegate.shared.wire import Detail, SchemaBody, VersionBody

_HASH_SHOWN = 12
_TAB = 4
_DIFF_STYLES = (("---", "bold"), ("+++", "bold"), ("@@", "cyan"), ("-", "red"), ("+", "green"))


def schemas(found: Iterable[SchemaBody]) -> Rows:
    """One row a schema."""
    rows = [
        (
            schema.schema_id,
            schema.name,
            schema.schema_type,
            numbers(schema.schemas),
            schema.compatibility_mode,
            schema.publisher_id,
            schema.description,
        )
        for schema in found
    ]
    return Rows(("ID", "NAME", "TYPE", "VERSIONS", "COMPATIBILITY", "PUBLISHER", "DESCRIPTION"), rows)


def schema(body: SchemaBody) -> tuple[RenderableType, ...]:
    """A schema's own fields, then one row a version."""
    pairs = (
        ("Schema", body.schema_id),
        ("Name", body.name),
        ("Type", body.schema_type),
        ("Description", body.description),
        ("Publisher", body.publisher_id),
        ("Compatibility", body.compatibility_mode),
        ("Validity", body.validity_mode),
        ("Last version", body.last_created),
    )
    rows = [
        (version.version, _moment(version), version.schema_hash[:_HASH_SHOWN], version.description)
        for version in body.schemas
    ]
    return Fields(pairs), "", Rows(("VERSION", "CREATED", "HASH", "DESCRIPTION"), rows)


def version(body: VersionBody) -> Fields:
    """A version's own fields; not its text."""
    return Fields(
        (
            ("Schema", body.schema_id),
            ("Version", body.version),
            ("Description", body.description),
            ("Created", _moment(body)),
            ("Hash", body.schema_hash),
            ("Attributes", body.attributes.replace(",", ", ")),
            ("References", ", ".join(f"{each.name}={each.schema_id}:{each.version}" for each in body.references)),
        )
    )


def numbers(versions: Iterable[VersionBody]) -> str:
    """Which versions there are, runs of them as ranges: `1-3, 5 (deactivated: 4)`."""
    listed = list(versions)
    active = _ranges(int(version.version) for version in listed if not version.version_deactivated)
    deactivated = _ranges(int(version.version) for version in listed if version.version_deactivated)
    return f"{active} (deactivated: {deactivated})".strip() if deactivated else active


def text(specification: bytes) -> Text:
    """A schema's text for reading; `get --spec` gives the bytes themselves."""
    return plain_lines(specification.decode(errors="replace"))


def difference(lines: Iterable[str]) -> Text:
    """A unified diff, coloured where colours can be seen."""
    return Text("\n").join(_diff_line(line) for line in lines)


def findings(details: Iterable[Detail]) -> Rows:
    """One row for each thing that is wrong. An empty path is the whole document."""
    rows = [(detail.path or "(all)", detail.code, detail.message) for detail in details]
    return Rows(("PATH", "CODE", "MESSAGE"), rows)


def _diff_line(line: str) -> Text:
    shown = plain(line.expandtabs(_TAB))
    shown.stylize(next((style for start, style in _DIFF_STYLES if line.startswith(start)), ""))
    return shown


def _moment(body: VersionBody) -> str:
    return f"{body.created_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _ranges(found: Iterable[int]) -> str:
    """Numbers of one run are all as far from their places in the sorted order."""
    runs = groupby(enumerate(sorted(found)), key=lambda placed: placed[1] - placed[0])
    listed = ([number for _, number in run] for _, run in runs)
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in listed)
