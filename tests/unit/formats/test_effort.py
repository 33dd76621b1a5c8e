"""Effort: ordinary schemas have room for ordinary messages; explosive ones are never "soon"."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.avro.engine import AvroEngine
from sluicegate.shared.formats.effort import ENDLESS, Effort, Linear, Quadratic
from sluicegate.shared.formats.engine import FormatEngine, SchemaSource
from sluicegate.shared.formats.json_schema.engine import JsonSchemaEngine
from sluicegate.shared.formats.json_schema.patterns import work
from sluicegate.shared.formats.options import AvroEncoding
from sluicegate.shared.formats.xsd.engine import XsdEngine
from sluicegate.shared.model import SchemaFormat
from tests.hostile.checks import CHECKS, LongCheck, compact, doubling, tree
from tests.hostile.xml_schemas import schema as xsd

pytestmark = pytest.mark.slow

AT_ONCE, SOON = 0.01, 0.25
LOOK = 150e-9

ORDINARY = {
    SchemaFormat.JSON: """{"type": "object", "required": ["id"], "additionalProperties": false, "properties": {
        "id": {"type": "string", "pattern": "^[A-Z]{2}[0-9]{6}$"}, "price": {"type": "number", "minimum": 0},
        "tags": {"type": "array", "items": {"enum": ["a", "b", "c"]}}, "parent": {"$ref": "#"}}}""",
    SchemaFormat.AVRO: """{"type": "record", "name": "Order", "fields": [{"name": "id", "type": "string"}, {"name": "lines", "type":
        {"type": "array", "items": {"type": "record", "name": "Line", "fields": [{"name": "sku", "type": ["null", "string"]}]}}}]}""",
    SchemaFormat.PROTOBUF: 'syntax = "proto3"; message Order { string id = 1; repeated Line lines = 2; message Line { string sku = 1; } }',
    SchemaFormat.XML: xsd('<xs:element name="a"><xs:complexType><xs:sequence><xs:element name="b" type="xs:int" maxOccurs="9"/>'
                          '</xs:sequence></xs:complexType></xs:element>'),
    SchemaFormat.CSV: 'version 1.2\n@totalColumns 3 @noHeader\nid: regex("[0-9]{1,9}")\nname: notEmpty\nday: xDate\n',
    SchemaFormat.TABLE: '{"table": "orders", "columns": {"id": "bigint", "price": "numeric(10,2)", "at": "timestamp"}}',
}  # fmt: skip


def effort(schema_format: SchemaFormat, text: str) -> Effort:
    engine = catalog.engine(schema_format)
    return engine.compile(engine.parse(SchemaSource(text))).effort()


@pytest.mark.parametrize("schema_format", ORDINARY)
def test_ordinary_messages_are_checked_at_once(schema_format: SchemaFormat) -> None:
    found = effort(schema_format, ORDINARY[schema_format])
    assert found.verdict.bytes_within(AT_ONCE) > 2_000
    assert found.verdict.bytes_within(SOON) > 20_000
    assert found.reasons.bytes_within(SOON) > 10_000


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case.format}-{case.name}") for case in CHECKS])
def test_no_payload_that_takes_long_is_certain_to_end_soon(case: LongCheck) -> None:
    found = effort(case.format, case.schema)
    assert min(found.verdict.bytes_within(SOON), found.reasons.bytes_within(SOON)) < len(case.payload())


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case.format}-{case.name}") for case in CHECKS])
def test_more_time_is_room_for_no_smaller_payloads(case: LongCheck) -> None:
    found = effort(case.format, case.schema)
    for growth in (found.verdict, found.reasons):
        sizes = [growth.bytes_within(10.0**exponent) for exponent in range(-9, 9)]
        assert sizes == sorted(sizes)


def test_sizes_follow_from_time_and_from_memory() -> None:
    assert Linear(1_000.0).bytes_within(1.0) == 1_000_000
    assert Linear(1.0, memory=1024.0).bytes_within(1.0) == 256 * 1024
    assert Quadratic(0.001, 1.0).bytes_within(1.0) == pytest.approx(31_622, abs=2)
    assert ENDLESS.verdict.bytes_within(1e9) < 0


def test_the_slower_libraries_leave_less_room() -> None:
    json_text, xml = ORDINARY[SchemaFormat.JSON].replace('"pattern"', '"title"'), ORDINARY[SchemaFormat.XML]
    engines: tuple[tuple[FormatEngine, FormatEngine, str], ...] = (
        (JsonSchemaEngine(), JsonSchemaEngine("jsonschema"), json_text),
        (XsdEngine(), XsdEngine("xmlschema"), xml),
    )
    for fast, slow, text in engines:
        rooms = [
            each.compile(each.parse(SchemaSource(text))).effort().verdict.bytes_within(SOON) for each in (fast, slow)
        ]
        assert rooms[0] > rooms[1] > 0


def test_pythons_own_patterns_are_certain_to_end_never() -> None:
    engine = JsonSchemaEngine("jsonschema")
    found = engine.compile(engine.parse(SchemaSource('{"pattern": "a"}'))).effort()
    assert found == ENDLESS


@pytest.mark.parametrize("encoding", AvroEncoding)
def test_both_encodings_of_avro_are_linear(encoding: AvroEncoding) -> None:
    engine = AvroEngine(encoding=encoding)
    found = engine.compile(engine.parse(SchemaSource(ORDINARY[SchemaFormat.AVRO]))).effort()
    assert found.verdict.bytes_within(0.2) == pytest.approx(2 * found.verdict.bytes_within(0.1), rel=0.01)


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[a-z]+$",
        r"^\d{4}-\d{2}-\d{2}$",
        r"^(?!\s*$).+",
        r"^(?=.*[a-z])(?=.*\d).{8,}$",
        r"(?:a|b)+",
        r"(?i)x",
        r"[\]]+",
    ],
)
def test_patterns_that_are_looked_at_once_are_little_work(pattern: str) -> None:
    assert work(pattern) < 3_000


@pytest.mark.parametrize(
    "pattern",
    [
        r"^(?:(?=a)a+)+$",
        r"(a)\1",
        r"(?<=a)b",
        r"(?=a)b",
        r"^a(?!b)",
        r"^(?=a)|b(?=c)",
        r"^(?=(?!a)b)c",
        r"^(?=a)*b",
        r"(?>a)",
    ],
)
def test_patterns_that_backtrack_are_much(pattern: str) -> None:
    assert work(pattern) > 1_000_000


@pytest.mark.parametrize(
    ("pattern", "most"), [(r"[ab]{900}", 900), (r"(?:(?:a{10}){10}){10}", 1000), (r"a{5,}", 5), (r"\{9\}", 1)]
)
def test_counts_are_written_out(pattern: str, most: int) -> None:
    assert most * 12 <= work(pattern) - 300 <= most * 12 * 8 + 300


def test_a_tree_grows_and_a_list_does_not() -> None:
    grows, does_not = effort(SchemaFormat.JSON, tree(10)), effort(SchemaFormat.JSON, '{"items": {"$ref": "#"}}')
    assert grows.verdict.bytes_within(100.0) < 30
    assert does_not.verdict.bytes_within(0.1) > 200_000
    assert effort(SchemaFormat.JSON, doubling(60)).verdict.bytes_within(1.0) < 50


NAMES = st.sampled_from("ab")


LEAVES = st.sampled_from([{}, {"type": "integer"}])
INSIDE = st.sampled_from([{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/b"}])
DEFINITIONS = st.recursive(
    LEAVES,
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "allOf": st.lists(inner, min_size=1, max_size=2),
            "properties": st.dictionaries(NAMES, inner | INSIDE, max_size=2),
            "additionalProperties": inner | INSIDE,
            "items": inner | INSIDE,
        },
    ),
    max_leaves=6,
)
VALUES = st.recursive(
    st.just(1), lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=2), max_leaves=8
)


def looked(schema: Any, value: Any, definitions: dict[str, Any]) -> int:
    """How many schemas look at a value and those inside it, when none of them stops early."""
    count = 1
    if "$ref" in schema:
        count += looked(definitions[schema["$ref"][-1]], value, definitions)
    for each in schema.get("allOf", ()):
        count += looked(each, value, definitions)
    if isinstance(value, dict):
        for name, inner in value.items():
            known = schema.get("properties", {})
            found = known[name] if name in known else schema.get("additionalProperties")
            count += 0 if found is None else looked(found, inner, definitions)
    if isinstance(value, list) and "items" in schema:
        count += sum(looked(schema["items"], inner, definitions) for inner in value)
    return count


@settings(deadline=None, max_examples=150)
@given(st.fixed_dictionaries({"a": DEFINITIONS, "b": DEFINITIONS}), VALUES)
def test_no_payload_takes_more_looks_than_its_size_stands_for(definitions: dict[str, Any], value: Any) -> None:
    text = json.dumps({"$ref": "#/$defs/a", "$defs": definitions})
    seconds = LOOK * looked({"$ref": "#/$defs/a"}, value, definitions)
    assert effort(SchemaFormat.JSON, text).verdict.bytes_within(0.99 * seconds) < len(compact(value))
