"""Schemas whose members are compared each for itself, so that a schema with a long history is not compared with all of it.

Of such a schema and another, data can be read just if it can be read member by member: with only one member on each side, or
with one that the other side does not have, and in their frames. Names of members only tell which belong together. An engine
divides a schema only where this holds; `tests/properties/test_division.py` compares it with whole comparisons.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, runtime_checkable

from sluicegate.shared.formats.engine import SchemaSource

MAX_TEXT: Final = 32_768
"""Characters of a schema that is divided; larger ones have no long history."""

MAX_DEPTH: Final = 5
MEMBER: Final = "member"
"""The name of each member where it is compared."""


@dataclass(frozen=True, slots=True)
class Division:
    """A schema without its members, and each member by its name, all as texts that are equal only for equal meanings."""

    frame: str
    members: Mapping[str, str]


@runtime_checkable
class Divisible(Protocol):
    """An engine that divides some schemas."""

    def divided(self, source: SchemaSource, /) -> Division | None:
        """Divide a valid schema; None where its members do not compare each for itself, or where that is not known."""
        ...

    def joined(self, frame: str, member: str | None, /) -> SchemaSource:
        """The schema of a frame with one member, or with none."""
        ...


def read_object(source: SchemaSource) -> dict[str, Any] | None:
    """The JSON object that a short text without references holds; None where it has fractions or a name twice."""
    if source.references or len(source.text) > MAX_TEXT:
        return None
    try:
        value = json.loads(source.text, object_pairs_hook=_unique, parse_float=_refuse, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def text_of(value: object) -> str:
    """One text for equal values."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is there twice")
    return found


def _refuse(text: str) -> None:
    raise ValueError(text)
