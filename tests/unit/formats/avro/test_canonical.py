"""The three texts of a schema."""

import json
from typing import Any

import pytest
from hypothesis import given

from sluicegate.shared.formats.avro.canonical import java_text, parsing_canonical_form
from sluicegate.shared.formats.engine import SchemaSource
from tests.unit.formats.avro.builders import ENGINE, parsed, record
from tests.unit.formats.avro.strategies import STEADY, schemas

RICH: dict[str, Any] = {
    "doc": "A record",
    "fields": [
        {
            "order": "descending",
            "aliases": ["z", "b"],
            "doc": "A field",
            "default": None,
            "type": ["null", {"type": "fixed", "size": 2, "name": "F", "namespace": "y", "aliases": ["G", "x.H"]}],
            "name": "a",
            "unit": "m",
        },
        {"name": "e", "type": {"symbols": ["A"], "default": "A", "type": "enum", "name": "E", "doc": "An enum"}},
        {"name": "d", "type": {"scale": 1, "precision": 4, "logicalType": "decimal", "type": "bytes"}},
        {"name": "f", "type": "y.F"},
    ],
    "aliases": ["Q"],
    "type": "record",
    "name": "R",
    "namespace": "x",
}


def test_java_text() -> None:
    assert java_text(parsed(RICH)) == (
        '{"type":"record","name":"R","namespace":"x","doc":"A record","fields":['
        '{"name":"a","type":["null",{"type":"fixed","name":"F","namespace":"y","size":2,"aliases":["G","x.H"]}],'
        '"doc":"A field","default":null,"order":"descending","aliases":["z","b"],"unit":"m"},'
        '{"name":"e","type":{"type":"enum","name":"E","doc":"An enum","symbols":["A"],"default":"A"}},'
        '{"name":"d","type":{"type":"bytes","scale":1,"precision":4,"logicalType":"decimal"}},'
        '{"name":"f","type":"y.F"}],"aliases":["Q"]}'
    )


def test_parsing_canonical_form() -> None:
    assert parsing_canonical_form(parsed(RICH)) == (
        '{"name":"x.R","type":"record","fields":['
        '{"name":"a","type":["null",{"name":"y.F","type":"fixed","size":2}]},'
        '{"name":"e","type":{"name":"x.E","type":"enum","symbols":["A"]}},'
        '{"name":"d","type":"bytes"},{"name":"f","type":"y.F"}]}'
    )


def test_canonical() -> None:
    assert ENGINE.canonical(parsed(RICH)) == (
        '{"type":"record","name":"x.R","fields":['
        '{"name":"a","type":["null",{"type":"fixed","name":"y.F","size":2,"aliases":["x.H","y.G"]}],'
        '"default":null,"order":"descending","aliases":["b","z"],"unit":"m"},'
        '{"name":"e","type":{"type":"enum","name":"x.E","symbols":["A"],"default":"A"}},'
        '{"name":"d","type":{"type":"bytes","logicalType":"decimal","precision":4,"scale":1}},'
        '{"name":"f","type":"y.F"}],"aliases":["x.Q"]}'
    )


@pytest.mark.parametrize(
    "spelling",
    [
        {"type": "record", "name": "x.R", "fields": [{"type": {"type": "int"}, "name": "a"}]},
        {
            "fields": [{"name": "a", "type": "int", "order": "ascending", "doc": "?"}],
            "namespace": "x",
            "name": "R",
            "type": "record",
        },
        record(("a", "int"), doc="R", aliases=[]),
    ],
)
def test_spellings_of_one_schema_have_one_canonical_text(spelling: Any) -> None:
    assert ENGINE.canonical(parsed(spelling)) == ENGINE.canonical(parsed(record(("a", "int"))))


@pytest.mark.parametrize(
    "other",
    [
        record(("a", "int"), name="y.R"),
        record(("a", "long")),
        record(("a", {"type": "int", "logicalType": "date"})),
        record({"name": "a", "type": "int", "default": 0}),
        record({"name": "a", "type": "int", "aliases": ["b"]}),
        record({"name": "a", "type": "int", "order": "ignore"}),
        record(("a", "int"), aliases=["Q"]),
        record(("a", "int"), owner="me"),
        record(("a", "int"), ("b", "int")),
    ],
)
def test_schemas_that_differ_for_readers_have_different_canonical_texts(other: Any) -> None:
    assert ENGINE.canonical(parsed(other)) != ENGINE.canonical(parsed(record(("a", "int"))))


def test_the_order_of_fields_matters_and_that_of_keys_in_values_does_not() -> None:
    def with_meta(meta: Any) -> str:
        return ENGINE.canonical(parsed({"type": "int", "meta": meta}))

    assert with_meta({"a": 1, "b": {"c": 1, "d": 2}}) == with_meta({"b": {"d": 2, "c": 1}, "a": 1})
    two = [("a", "int"), ("b", "int")]
    assert ENGINE.canonical(parsed(record(*two))) != ENGINE.canonical(parsed(record(*two[::-1])))


def test_a_name_without_a_namespace_stays_one_inside_a_namespace() -> None:
    schema = record(
        ("a", {"type": "fixed", "name": "F", "namespace": "", "size": 1}), ("b", record(("c", "F"), name="y.S"))
    )
    text = ENGINE.canonical(parsed(schema))
    again = ENGINE.parse(SchemaSource(text))
    assert set(again.types) == {"x.R", "y.S", "F"}
    assert ENGINE.canonical(again) == text


def test_types_of_referenced_schemas_are_written_out() -> None:
    schema = parsed(record(("f", "y.F")), {"type": "fixed", "name": "y.F", "size": 4})
    text = ENGINE.canonical(schema)
    assert '"size":4' in text
    assert ENGINE.canonical(ENGINE.parse(SchemaSource(text))) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.5, "1.5"),
        (1e7, "1.0E7"),
        (123456789.0, "1.23456789E8"),
        (9999999.0, "9999999.0"),
        (0.001, "0.001"),
        (0.00012, "1.2E-4"),
        (-1e-10, "-1.0E-10"),
        (-0.0, "-0.0"),
        (10**20, "100000000000000000000"),
        ('\u0001\n"\\é\u2028', '"\\u0001\\n\\"\\\\é\u2028"'),
        ("\u001f", '"\\u001F"'),
        ([True, None, {}], "[true,null,{}]"),
    ],
)
def test_values_are_written_as_java_writes_them(value: Any, text: str) -> None:
    assert java_text(parsed({"type": "int", "x": value})) == '{"type":"int","x":' + text + "}"


@STEADY
@given(schemas())
def test_canonical_text_is_its_own_canonical_text(schema: Any) -> None:
    text = ENGINE.canonical(parsed(schema))
    assert ENGINE.canonical(ENGINE.parse(SchemaSource(text))) == text


@STEADY
@given(schemas())
def test_java_text_means_the_same_schema(schema: Any) -> None:
    original = parsed(schema)
    assert ENGINE.canonical(parsed(json.loads(java_text(original)))) == ENGINE.canonical(original)
