"""Avro schemas whose check surely ends soon, by their texts and by the number of types in them.

A name stands for its whole definition, so a short text can contain a schema without end: records
that use each other double at each level. Here each use of a name counts as much as its definition.
Every walk over a schema visits a type at most that often, whether it remembers names or not.
"""

import json
from typing import Final, TypeAlias

from sluicegate.shared.formats.avro.model import PRIMITIVES
from sluicegate.shared.formats.engine import SchemaSource

LENGTH_LIMIT: Final = 16_384
"""Characters."""

COMMAS_LIMIT: Final = 500
"""Members and items that follow another one: each of them may break a rule, and is then written
about.
"""

WEIGHT_LIMIT: Final = 500
"""Types of a schema, with names resolved: a default can be compared with each of them."""

_DEPTH_LIMIT: Final = 60
"""Types inside each other: below the limit of the engine, and of Python's recursion."""

_Value: TypeAlias = object
_RECORDS: Final = frozenset({"record", "error"})
_NAMED: Final = frozenset({*_RECORDS, "enum", "fixed"})
_PARTS: Final = {"array": "items", "map": "values"}


class _Doubtful(Exception):
    """The schema may be expensive, or is none."""


def weight(source: SchemaSource) -> int | None:
    """Return the number of types in a schema with names resolved; None: its check may be expensive.

    A check of a schema with a weight takes milliseconds; the worst known case takes 80 ms. Two
    schemas are compared in at most as many steps as the product of their weights.
    """
    text = source.text
    if source.references or len(text) > LENGTH_LIMIT or text.count(",") > COMMAS_LIMIT or not text.isascii():
        return None
    try:
        return _Weights().of(json.loads(text), 0)
    except (ValueError, RecursionError, _Doubtful):
        return None


class _Weights:
    """The weights of the definitions that have ended, by the last part of their names.

    The part is enough, and needs no namespace, because a text that defines it twice is doubtful.
    """

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        self._opened: set[str] = set()

    def of(self, value: _Value, depth: int) -> int:
        """Return the weight of a type. Raises `_Doubtful`."""
        if depth > _DEPTH_LIMIT:
            raise _Doubtful
        match value:
            case str():
                found = 1 if value in PRIMITIVES else self._used(value)
            case list():
                found = 1 + sum(self.of(branch, depth + 1) for branch in value)
            case dict():
                found = self._object(value, depth)
            case _:
                raise _Doubtful
        if found > WEIGHT_LIMIT:
            raise _Doubtful
        return found

    def _used(self, name: str) -> int:
        """A name that is used before its definition ends may be in a circle."""
        found = self._known.get(name.rpartition(".")[2])
        if found is None:
            raise _Doubtful
        return found

    def _object(self, node: dict[str, _Value], depth: int) -> int:
        kind = node.get("type")
        if not isinstance(kind, str):
            raise _Doubtful
        if kind in _PARTS:
            return 1 + self.of(node.get(_PARTS[kind]), depth + 1)
        if kind in _NAMED:
            return self._defined(node, kind, depth)
        return self.of(kind, depth + 1)

    def _defined(self, node: dict[str, _Value], kind: str, depth: int) -> int:
        named = node.get("name")
        if not isinstance(named, str):
            raise _Doubtful
        name = named.rpartition(".")[2]
        if name in self._opened:
            raise _Doubtful
        self._opened.add(name)
        found = 1
        if kind in _RECORDS:
            fields = node.get("fields")
            if not isinstance(fields, list):
                raise _Doubtful
            found += sum(self._field(each, depth) for each in fields)
        self._known[name] = found
        return found

    def _field(self, value: _Value, depth: int) -> int:
        if not isinstance(value, dict):
            raise _Doubtful
        return self.of(value.get("type"), depth + 1)
