"""Readers with `oneOf`: a sampled value of the writer in two alternatives is incompatible."""

import json
from itertools import combinations, product

from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.json_schema.engine import JsonSchemaEngine
from tests.conformance.json_schema.case_files import FOLDER
from tests.fixtures.agreement import Agreement

ENGINE = JsonSchemaEngine()
CASE = FOLDER / "json-oneof-overlap"
ALTERNATIVES: tuple[object, ...] = (
    {"type": "string"}, {"type": "integer"}, {"type": "number"}, {"type": "null"}, {"enum": ["x", 1]}, {"const": 1.5},
    {"type": "integer", "minimum": 0}, {"type": "integer", "maximum": -1}, {"type": "integer", "multipleOf": 2},
    {"type": "string", "minLength": 2}, {"type": "string", "maxLength": 2}, {"type": "object", "required": ["a"]},
    {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
)  # fmt: skip
WRITERS: tuple[object, ...] = (
    {"type": "string"}, {"type": "integer"}, {"type": ["string", "null"]}, {"enum": ["x", 1, None]}, {"type": "number"},
    {"anyOf": [{"type": "integer"}, {"type": "string"}]}, {"oneOf": [{"type": "integer", "minimum": 5}, {"type": "null"}]},
    {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
    {"type": "object", "properties": {"a": {"type": "string"}}},
)  # fmt: skip
PAYLOADS = [
    json.dumps(value).encode()
    for value in (None, -2, -1, 0, 1, 2, 3, 5, 6, 1.5, 0.5, "", "x", "ab", "abc", {}, {"a": "x"}, {"a": 1})
]


def _unsound(reader: object, writer: object) -> bool:
    reads, wrote = (ENGINE.parse(SchemaSource(json.dumps(each))) for each in (reader, writer))
    if ENGINE.compare(reads, wrote):
        return False
    accepts, fits = ENGINE.compile(reads).accepts, ENGINE.compile(wrote).accepts
    return any(fits(payload) and not accepts(payload) for payload in PAYLOADS)


def test_overlap_of_an_enum_value_and_a_type_is_incompatible() -> None:
    reader, writer = (ENGINE.parse(SchemaSource((CASE / name).read_text())) for name in ("reader.json", "writer.json"))
    assert [each.code for each in ENGINE.compare(reader, writer)] == ["ONE_OF_AMBIGUOUS"]


def test_compatible_one_of_reader_accepts_sampled_data(agreement: Agreement) -> None:
    readers = [{"oneOf": [*pair]} for pair in combinations(ALTERNATIVES, 2)]
    pairs = list(product(readers, WRITERS))
    unsound = [pair for pair in pairs if _unsound(*pair)]
    agreement("JSON Schema compatibility, oneOf readers against sampled data", len(pairs) - len(unsound), len(pairs))
    assert unsound == []


def test_alternatives_that_exclude_each_other_stay_compatible() -> None:
    for alternatives in (
        [{"type": "string"}, {"type": "integer"}],
        [{"type": "integer", "minimum": 0}, {"type": "integer", "maximum": -1}],
        [{"type": "object", "properties": {"k": {"const": each}}, "required": ["k"]} for each in ("a", "b")],
    ):
        written = ENGINE.parse(SchemaSource(json.dumps({"title": "t", "oneOf": alternatives[::-1]})))
        assert ENGINE.compare(ENGINE.parse(SchemaSource(json.dumps({"oneOf": alternatives}))), written) == ()
