"""The differences of two texts of a schema: line by line, and in compatibility."""

import difflib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sluicegate.shared.errors import SchemaError
from sluicegate.shared.formats.catalog import FORMATS, engine
from sluicegate.shared.formats.engine import FormatEngine, NamedSource, SchemaSource
from sluicegate.shared.model import Finding, SchemaFormat


@dataclass(frozen=True, slots=True)
class Side:
    """One of two texts, with its title and its references."""

    title: str
    text: str
    references: tuple[NamedSource, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """Why data written with one side cannot all be read with the other. No findings: it can."""

    backward: tuple[Finding, ...]
    forward: tuple[Finding, ...]


def unified(schema_format: SchemaFormat, old: Side, new: Side) -> tuple[str, ...]:
    """A unified diff, a line each, of both texts laid out alike. Empty: no difference."""
    before, after = _laid_out(schema_format, old.text, new.text)
    return tuple(difflib.unified_diff(before, after, old.title, new.title, lineterm=""))


def reading(schema_format: SchemaFormat, old: Side, new: Side) -> Reading:
    """Compare both ways, on this machine.

    Raises `FormatUnsupported`, or `SchemaError` when a text does not parse.
    """
    judge = engine(schema_format)
    parsed_old, parsed_new = _parsed(judge, old), _parsed(judge, new)
    return Reading(backward=judge.compare(parsed_new, parsed_old), forward=judge.compare(parsed_old, parsed_new))


def _parsed(judge: FormatEngine, side: Side) -> object:
    try:
        return judge.parse(SchemaSource(side.text, side.references))
    except SchemaError as error:
        raise type(error)(f"{side.title}: {error.message}", error.violations) from error


def _laid_out(schema_format: SchemaFormat, old: str, new: str) -> tuple[Sequence[str], Sequence[str]]:
    """Format both texts, or none if a format would hide or change something."""
    if schema_format in FORMATS and FORMATS[schema_format].is_json:
        try:
            return _indented(old), _indented(new)
        except (ValueError, RecursionError):
            pass
    return old.splitlines(), new.splitlines()


def _indented(text: str) -> list[str]:
    """Return the lines of the formatted text.

    Raises `ValueError` or `RecursionError` if formatting would hide or change something, or is not
    possible.
    """
    document = json.loads(text, object_pairs_hook=_members, parse_float=_number, parse_constant=_no_constant)
    laid_out = json.dumps(document, indent=2, ensure_ascii=False)
    laid_out.encode()  # a lone surrogate stays the escape that it was written as
    return laid_out.split("\n")


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands twice")
    return members


def _number(literal: str) -> float:
    value = float(literal)
    if Decimal(repr(value)) != Decimal(literal):
        raise ValueError("a number that a float cannot hold")
    return value


def _no_constant(literal: str) -> float:
    raise ValueError(f"{literal} is not JSON")
