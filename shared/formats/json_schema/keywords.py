"""Places of schemas inside a schema: the applicator keywords of drafts 4 to 2020-12.

Values under other keywords (`enum`, `const`, `default`, `examples`, unknown ones) are data, even if
they look like schemas.
"""

from collections.abc import Callable, Iterator
from types import MappingProxyType

from sluicegate.shared.formats.json_schema.values import (
    JsonObject,
    Schema,
    escaped,
    listing,
    mapping,
    pointer,
    schema_of,
)

ONE = (
    "additionalItems", "additionalProperties", "contains", "contentSchema", "else", "if", "items", "not", "propertyNames",
    "then", "unevaluatedItems", "unevaluatedProperties",
)  # fmt: skip
LIST = ("allOf", "anyOf", "items", "oneOf", "prefixItems")
NAMED = ("$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties")

IN_PLACE = frozenset({"allOf", "anyOf", "dependencies", "dependentSchemas", "else", "if", "not", "oneOf", "then"})
"""Keywords whose schemas apply to the same instance as their parent."""

REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")

LEADING = IN_PLACE.union(REFERENCES)
"""Keywords that lead to other schemas for the same value."""

ANNOTATIONS = frozenset({
    "$anchor", "$comment", "$defs", "$dynamicAnchor", "$id", "$recursiveAnchor", "$schema", "$vocabulary", "contentSchema",
    "default", "definitions", "deprecated", "description", "examples", "id", "readOnly", "title", "writeOnly",
})  # fmt: skip
"""Keywords that never decide whether an instance is valid."""


def _one(schema: JsonObject, keyword: str) -> Iterator[tuple[str, Schema]]:
    value = schema_of(schema.get(keyword))
    if value is not None:
        yield pointer(keyword), value


def _list(schema: JsonObject, keyword: str) -> Iterator[tuple[str, Schema]]:
    for index, item in enumerate(listing(schema, keyword)):
        value = schema_of(item)
        if value is not None:
            yield pointer(keyword, index), value


def _named(schema: JsonObject, keyword: str) -> Iterator[tuple[str, Schema]]:
    above = pointer(keyword)
    for name, item in mapping(schema, keyword).items():
        value = schema_of(item)
        if value is not None:
            yield f"{above}/{escaped(name)}", value


_Reader = Callable[[JsonObject, str], Iterator[tuple[str, Schema]]]


def _both(schema: JsonObject, keyword: str) -> Iterator[tuple[str, Schema]]:
    yield from _one(schema, keyword)
    yield from _list(schema, keyword)


_READERS: MappingProxyType[str, _Reader] = MappingProxyType(
    dict.fromkeys(ONE, _one) | dict.fromkeys(LIST, _list) | dict.fromkeys(NAMED, _named) | {"items": _both}
)


def under(schema: JsonObject, keyword: str) -> Iterator[tuple[str, Schema]]:
    """The schemas under one keyword, each with its JSON pointer from the schema that holds it."""
    reader = _READERS.get(keyword)
    return reader(schema, keyword) if reader is not None else iter(())


def subschemas(schema: JsonObject) -> Iterator[tuple[str, Schema]]:
    """The schemas directly inside a schema, each with its JSON pointer from there."""
    for keyword in schema:
        if keyword in _READERS:
            yield from _READERS[keyword](schema, keyword)


def mapped(schema: JsonObject, change: Callable[[str, Schema], Schema]) -> JsonObject:
    """Return a copy with each direct inner schema replaced by `change(pointer, schema)`."""
    changed = dict(schema)
    for keyword, held in schema.items():
        new = {tail: change(tail, inner) for tail, inner in under(schema, keyword)}
        if new:
            changed[keyword] = _filled(held, pointer(keyword), new)
    return changed


def _filled(held: object, above: str, new: dict[str, Schema]) -> object:
    if isinstance(held, list):
        return [new.get(f"{above}/{index}", item) for index, item in enumerate(held)]
    if above not in new and isinstance(held, dict):
        return {name: new.get(f"{above}/{escaped(name)}", item) for name, item in held.items()}
    return new[above]
