"""Validity FULL: strict names, and defaults that fit, as in Java's strict parser."""

from typing import Any

import pytest

from tests.unit.formats.avro.builders import ENGINE, parsed, record

ENUM = {"type": "enum", "name": "E", "symbols": ["A", "B"]}
INNER = record(("a", "int"), {"name": "b", "type": "int", "default": 1}, name="x.I")


def codes(schema: Any) -> list[tuple[str, str]]:
    return [(found.path, found.code) for found in ENGINE.violations(parsed(schema))]


@pytest.mark.parametrize(
    ("of", "value"),
    [
        ("null", None),
        ("boolean", True),
        ("int", 2**31 - 1),
        ("long", -(2**63)),
        ("float", 1),
        ("double", 1.5),
        ("float", "NaN"),
        ("bytes", "\u00ff"),
        ("string", ""),
        (ENUM, "A"),
        (ENUM, "not a symbol"),
        ({"type": "fixed", "name": "F", "size": 2}, "any length"),
        ({"type": "array", "items": "int"}, [1, 2]),
        ({"type": "map", "values": "int"}, {"k": 1}),
        (["null", "int"], None),
        (["null", "int"], 1),
        (INNER, {"a": 1}),
        (["null", "R"], None),
    ],
)
def test_a_default_that_fits(of: Any, value: Any) -> None:
    """Symbols and lengths are not checked, and any branch of a union is accepted, as in Java 1.12."""
    assert codes(record({"name": "f", "type": of, "default": value})) == []


@pytest.mark.parametrize(
    ("of", "value"),
    [
        ("null", 0),
        ("boolean", 0),
        ("int", 2**31),
        ("int", 1.0),
        ("int", True),
        ("long", 2**63),
        ("long", "1"),
        ("double", True),
        ("bytes", 1),
        ("string", None),
        (ENUM, 1),
        ({"type": "array", "items": "int"}, {}),
        ({"type": "array", "items": "int"}, [1, "2"]),
        ({"type": "map", "values": "int"}, []),
        ({"type": "map", "values": "int"}, {"k": None}),
        (["null", "int"], "x"),
        (INNER, {}),
        (INNER, {"a": "x"}),
        ("R", {}),
        ("R", {"f": {}}),
    ],
)
def test_a_default_that_does_not_fit(of: Any, value: Any) -> None:
    assert codes(record({"name": "f", "type": of, "default": value})) == [("/fields/0/default", "default_invalid")]


def test_a_default_of_a_type_that_is_defined_later_does_not_fit() -> None:
    """Java checks the default before it knows the type."""
    early = {"name": "f", "type": "E", "default": "A"}
    assert codes(record(early, ("g", ENUM))) == [("/fields/0/default", "default_invalid")]
    assert codes(record(("g", ENUM), early)) == []


def test_a_default_of_a_referenced_type_is_checked() -> None:
    schema = parsed(record({"name": "f", "type": "x.E", "default": 1}), {**ENUM, "namespace": "x"})
    assert [found.code for found in ENGINE.violations(schema)] == ["default_invalid"]


def test_defaults_that_ask_for_each_other_end() -> None:
    inner = record({"name": "outer", "type": "R", "default": {}}, name="x.I")
    assert codes(record({"name": "f", "type": inner, "default": {}})) != []


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        (record(name="1R"), "/name"),
        (record(name="a-b.R"), "/name"),
        (record(name="a..R"), "/name"),
        (record(name="Größe"), "/name"),
        (record(name=""), "/name"),
        (record(("a b", "int")), "/fields/0/name"),
        (record(("a", "int"), aliases=["x y"]), "/aliases"),
        (["null", {"type": "enum", "name": "E", "symbols": ["A", "B-C"]}], "/1/symbols/1"),
        ({"type": "array", "items": {"type": "map", "values": record(name="R!")}}, "/items/values/name"),
    ],
)
def test_a_name_that_is_none_is_only_a_violation(schema: Any, path: str) -> None:
    """It parses (SYNTAX_ONLY), and its violation has a place (FULL)."""
    assert codes(schema) == [(path, "name_invalid")]


def test_messages_tell_what_where_and_what_to_do() -> None:
    default, name = ENGINE.violations(parsed(record({"name": "n", "type": "int", "default": "x"}, ("a-b", "int"))))
    assert default.message == 'The default "x" of the field "n" does not fit int'
    assert name.message.startswith('"a-b" is not a name for a field. Use letters')
