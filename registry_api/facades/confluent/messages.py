"""Incompatibilities in the words of Confluent's registry, which clients and people parse."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from sluicegate.registry_api.core.model import Direction, Incompatibility
from sluicegate.registry_api.core.reports import CompatibilityReport, Failure
from sluicegate.shared.formats.options import LENIENT_HINT
from sluicegate.shared.model import Finding, SchemaFormat

LONGEST: Final = 10 * 1024
"""Characters of a registered schema that are shown."""

DIFFERENT_TYPE: Final = "Incompatible because of different schema type"


def told(report: CompatibilityReport) -> tuple[str, ...]:
    """Every line about a draft, in order; empty when nothing stands against it."""
    return () if report.compatible else tuple(_lines(report))


def _lines(report: CompatibilityReport) -> Iterator[str]:
    if report.invalid is not None:
        yield report.invalid
        return
    yield from report.reserved
    for failure in report.failures:
        yield from _failure(failure)
    fields = "true" if report.validate_fields else "false"
    yield f"{{validateFields: '{fields}', compatibility: '{report.compatibility.value}'}}"


def _failure(failure: Failure) -> Iterator[str]:
    if not failure.same_format:
        yield DIFFERENT_TYPE
    worded = _avro if failure.format is SchemaFormat.AVRO else _other
    yield from (worded(each) for each in failure.incompatibilities)
    if any(LENIENT_HINT in each.finding.remedy for each in failure.incompatibilities):
        yield f"{{remedy: '{LENIENT_HINT}'}}"
    yield f"{{oldSchemaVersion: {failure.number}}}"
    yield f"{{oldSchema: '{failure.text[:LONGEST]}'}}"


def _other(found: Incompatibility) -> str:
    finding = found.finding
    where = f" at path '{finding.path}'" if finding.path else ""
    return f'{{errorType:"{finding.code}", description:"{finding.change}{where}"}}'


def _avro(found: Incompatibility) -> str:
    finding = found.finding
    template = _AVRO.get(finding.code)
    description = finding.change if template is None else template(finding, *_sides(found.direction))
    return f"{{errorType:'{finding.code}', description:'{description}', additionalInfo:'{finding.detail}'}}"


def _sides(direction: Direction) -> tuple[str, str]:
    """Which schema reads, and which one wrote."""
    return ("new", "old") if direction is Direction.BACKWARD else ("old", "new")


_AVRO: Mapping[str, Callable[[Finding, str, str], str]] = MappingProxyType(
    {
        "FIXED_SIZE_MISMATCH": lambda found, reader, writer: (
            f"The size of FIXED type field at path '{found.path}' in the {reader} schema does not match with the {writer} schema"
        ),
        "TYPE_MISMATCH": lambda found, reader, writer: (
            f"The type (path '{found.path}') of a field in the {reader} schema does not match with the {writer} schema"
        ),
        "NAME_MISMATCH": lambda found, reader, writer: f"The name of the schema has changed (path '{found.path}')",
        "MISSING_ENUM_SYMBOLS": lambda found, reader, writer: (
            f"The {reader} schema is missing enum symbols '{found.detail}' at path '{found.path}' in the {writer} schema"
        ),
        "MISSING_UNION_BRANCH": lambda found, reader, writer: (
            f"The {reader} schema is missing a type inside a union field at path '{found.path}' in the {writer} schema"
        ),
        "READER_FIELD_MISSING_DEFAULT_VALUE": lambda found, reader, writer: (
            f"The field '{found.detail}' at path '{found.path}' in the {reader} schema has no default value "
            f"and is missing in the {writer} schema"
        ),
    }
)
"""Avro's own type of incompatibility -> Confluent's sentence about it."""
