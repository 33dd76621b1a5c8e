"""The assumption of LENIENT: data has only properties that its schema names.

For draft 2020-12, without references.
"""

import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs


def is_described(schemas: list[Any], value: object) -> bool:
    """Return whether applicable schemas name every property of a value and its inner values."""
    applied = [each for schema in schemas for each in _applied(schema, value)]
    if isinstance(value, dict):
        inner = {name: list(_of_property(applied, name)) for name in value}
        return all(inner[name] and is_described(inner[name], item) for name, item in value.items())
    if isinstance(value, list):
        return all(is_described(list(_of_item(applied, index, item)), item) for index, item in enumerate(value))
    return True


def _fits(schema: Any, value: object) -> bool:
    return jsonschema_rs.Draft202012Validator(schema, offline=True).is_valid(value)


def _applied(schema: Any, value: object) -> Iterator[dict[str, Any]]:
    """A schema, and those in it that apply to the same value."""
    if not isinstance(schema, dict):
        return
    yield schema
    for inner in _in_place(schema, value):
        yield from _applied(inner, value)


def _in_place(schema: dict[str, Any], value: object) -> Iterator[Any]:
    yield from schema.get("allOf", ())
    for keyword in ("anyOf", "oneOf"):
        yield from (each for each in schema.get(keyword, ()) if _fits(each, value))
    if "if" in schema:
        met = _fits(schema["if"], value)
        yield from ([schema["if"], schema.get("then")] if met else [schema.get("else")])
    if isinstance(value, dict):
        yield from (each for name, each in schema.get("dependentSchemas", {}).items() if name in value)


def _of_property(applied: list[dict[str, Any]], name: str) -> Iterator[Any]:
    for schema in applied:
        patterns = schema.get("patternProperties", {})
        named = [each for each in (schema.get("properties", {}).get(name),) if each is not None]
        named += [each for pattern, each in patterns.items() if re.search(pattern, name)]
        rest = [schema.get(each) for each in ("additionalProperties", "unevaluatedProperties")]
        yield from named or (each for each in rest if isinstance(each, dict) and each)


def _of_item(applied: list[dict[str, Any]], index: int, item: object) -> Iterator[Any]:
    for schema in applied:
        first = schema.get("prefixItems", [])
        rest = [schema.get("items"), schema.get("unevaluatedItems")]
        yield from [first[index]] if index < len(first) else [each for each in rest if each is not None]
        yield from (each for each in (schema.get("contains"),) if each is not None and _fits(each, item))
