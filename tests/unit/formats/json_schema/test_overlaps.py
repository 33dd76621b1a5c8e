"""Alternatives of `oneOf` that take a value in common, shown by a value."""

import json
from typing import Any

import pytest

from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.json_schema.engine import JsonSchemaEngine
from sluicegate.shared.formats.options import Policy
from tests.unit.formats.json_schema.schemas import DRAFT_4, DRAFT_6, DRAFT_7, DRAFT_2019, DRAFT_2020, codes

ENGINE = JsonSchemaEngine()
AMBIGUOUS = "ONE_OF_AMBIGUOUS"


def _reader(*alternatives: Any, draft: str = DRAFT_2020) -> dict[str, Any]:
    return {"$schema": draft, "oneOf": list(alternatives)}


def _writer(schema: dict[str, Any], draft: str = DRAFT_2020) -> dict[str, Any]:
    return {"$schema": draft, **schema}


OVERLAPPING = [
    pytest.param(
        _reader({"minLength": 1}, {}),
        _writer({"enum": ["ab"], "oneOf": [{"type": "null"}, {}]}),
        id="the writer's own alternative, empty",
    ),
    pytest.param(
        _reader({"type": "string"}, {"allOf": [{"maxLength": 5}, {"minLength": 1}]}),
        _writer({"enum": ["ab"], "oneOf": [{"type": "null"}, {"allOf": [{"maxLength": 5}, {"minLength": 1}]}]}),
        id="the writer's own alternative, of parts",
    ),
    pytest.param(
        _reader({"type": "array"}, {"type": "array", "items": {"type": "string"}}),
        _writer({"type": "array"}),
        id="arrays",
    ),
    pytest.param(
        _reader({"type": "array", "minItems": 2}, {"type": "array", "items": {"type": "integer"}}),
        _writer({"type": "array", "items": {"type": "number"}, "minItems": 2}),
        id="arrays of numbers and of integers",
    ),
    pytest.param(
        _reader({"type": "array"}, {"type": "array", "contains": {"const": "x"}, "minContains": 2}),
        _writer({"type": "array", "maxItems": 3}),
        id="arrays with a certain item",
    ),
    pytest.param(
        _reader({"type": "array"}, {"type": "array", "prefixItems": [{"type": "string"}, {"const": 5}], "minItems": 2}),
        _writer({"type": "array"}),
        id="tuples",
    ),
    pytest.param(
        _reader({"type": "integer"}, {"enum": [*(f"v{number}" for number in range(150)), 7]}),
        _writer({"type": "integer"}),
        id="many enumerated values",
    ),
    pytest.param(
        _reader({"type": "integer"}, {"anyOf": [{"type": "string"}, {"type": "integer", "minimum": 41}]}),
        _writer({"type": "integer"}),
        id="bounds in a nested anyOf",
    ),
    pytest.param(
        _reader({"type": "object"}, {"type": "object", "required": ["a"], "properties": {"a": {"const": "x"}}}),
        _writer({"type": "object", "properties": {"a": {"type": "string"}}}),
        id="objects",
    ),
    pytest.param(
        _reader({"type": "number"}, {"type": "integer"}, draft=DRAFT_7),
        _writer({"type": "number"}, DRAFT_4),
        id="draft 4 numbers, among them 1.0",
    ),
    pytest.param(
        _reader({"type": "number"}, {"type": "integer"}, draft=DRAFT_7),
        _writer({"type": "integer"}, DRAFT_4),
        id="integers of draft 4",
    ),
    pytest.param(
        _reader({"type": "number"}, {"enum": [1]}, draft=DRAFT_7),
        _writer({"type": "number", "not": {"type": "integer"}}, DRAFT_4),
        id="1 stands for 1.0, which is no integer in draft 4",
    ),
]

APART = [
    pytest.param(
        _reader({"type": "array", "minItems": 2}, {"type": "array", "maxItems": 1}),
        _writer({"type": "array", "minItems": 2}),
        id="lengths exclude each other",
    ),
    pytest.param(
        _reader({"not": {"type": "integer"}}, {"type": "integer"}, draft=DRAFT_4),
        _writer({"type": "integer"}, DRAFT_4),
        id="integers in draft 4",
    ),
    pytest.param(
        _reader({"type": "integer"}, {"type": "integer", "minimum": 10}),
        _writer({"type": "integer", "maximum": 9}),
        id="bounds exclude each other",
    ),
]


@pytest.mark.parametrize(("reader", "writer"), OVERLAPPING)
def test_alternatives_that_share_a_value_are_incompatible(reader: dict[str, Any], writer: dict[str, Any]) -> None:
    assert AMBIGUOUS in codes(reader, writer)


@pytest.mark.parametrize(("reader", "writer"), APART)
def test_alternatives_that_exclude_each_other_are_compatible(reader: dict[str, Any], writer: dict[str, Any]) -> None:
    assert codes(reader, writer) == []


@pytest.mark.parametrize("name", ["date-time", "ipv4", "email", "uri"])
@pytest.mark.parametrize("reader", [DRAFT_4, DRAFT_6, DRAFT_7])
@pytest.mark.parametrize("writer", [DRAFT_4, DRAFT_6, DRAFT_7])
def test_format_of_two_drafts_with_one_meaning_is_compatible(name: str, reader: str, writer: str) -> None:
    text = {"type": "string", "format": name}
    assert codes({"$schema": reader, **text}, {"$schema": writer, **text}) == []


@pytest.mark.parametrize(
    ("reader", "writer", "name", "found"),
    [
        (DRAFT_7, DRAFT_6, "hostname", ["FORMAT_CHANGED"]),
        (DRAFT_6, DRAFT_4, "hostname", []),
        (DRAFT_6, DRAFT_4, "json-pointer", ["FORMAT_ADDED"]),
        (DRAFT_7, DRAFT_2019, "ipv4", ["FORMAT_ADDED"]),
        (DRAFT_2019, DRAFT_7, "ipv4", []),
    ],
)
def test_format_of_two_drafts_with_two_meanings_is_a_change(
    reader: str, writer: str, name: str, found: list[str]
) -> None:
    text = {"type": "string", "format": name}
    assert codes({"$schema": reader, **text}, {"$schema": writer, **text}) == found


def test_equal_alternatives_of_two_drafts_are_found_equal() -> None:
    """Two alternatives cannot be told apart by proofs; that they are equal to the writer's can be seen."""
    alternatives = [{"type": "string", "format": name} for name in ("date", "ipv4")]
    assert codes(_reader(*alternatives, draft=DRAFT_7), _reader(*alternatives, draft=DRAFT_6)) == []


@pytest.mark.parametrize("policy", list(Policy))
def test_lenient_looks_at_no_object_with_undeclared_properties(policy: Policy) -> None:
    reader = _reader(
        {"type": "object", "properties": {"a": {"type": "string"}}},
        {"type": "object", "properties": {"b": {"const": 1}}, "required": ["b"]},
    )
    writer = _writer({"type": "object", "properties": {"a": {"type": "string"}}})
    engine = JsonSchemaEngine(policy=policy)
    found = engine.compare(*(ENGINE.parse(SchemaSource(json.dumps(each))) for each in (reader, writer)))
    assert [each.code for each in found] == ([AMBIGUOUS] if policy is Policy.STRICT else [])
