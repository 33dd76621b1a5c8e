"""Every text soon gives a schema that all methods accept, or a SchemaSyntaxError."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.formats.avro.definitions import MAX_DEPTH
from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from tests.unit.formats.avro.builders import ENGINE, parsed, record, refused, text
from tests.unit.formats.avro.strategies import STEADY

KEYS = st.sampled_from(
    [
        "type",
        "name",
        "namespace",
        "fields",
        "items",
        "values",
        "symbols",
        "size",
        "default",
        "aliases",
        "order",
        "logicalType",
    ]
)
WORDS = st.sampled_from(
    [
        "record",
        "error",
        "enum",
        "fixed",
        "array",
        "map",
        "int",
        "null",
        "string",
        "bytes",
        "R",
        "x.R",
        ".R",
        ".",
        "",
        "a..b",
        "decimal",
    ]
)
LEAVES = st.none() | st.booleans() | st.integers(-3, 5) | st.floats(allow_nan=False, allow_infinity=False) | WORDS
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=25
)


def survive(schema_text: str, references: tuple[NamedSource, ...] = ()) -> bool:
    """Use every method on a schema; whether there was one."""
    try:
        schema = ENGINE.parse(SchemaSource(schema_text, references))
    except SchemaSyntaxError as error:
        if not error.violations:
            pytest.fail("a refusal without a violation")
        return False
    canonical = ENGINE.canonical(schema)
    again = ENGINE.parse(SchemaSource(canonical))
    assert ENGINE.canonical(again) == canonical
    assert ENGINE.compare(schema, again) == ()
    ENGINE.violations(schema)
    ENGINE.attributes(schema)
    validator = ENGINE.compile(schema)
    for payload in (b"", b"\0", b"\2\0", b"\xff" * 20):
        assert validator.accepts(payload) == (validator.explain(payload) is None)
    return True


@STEADY
@given(VALUES)
def test_any_json_value(value: Any) -> None:
    survive(json.dumps(value))


@STEADY
@given(st.text())
def test_any_text(schema_text: str) -> None:
    survive(schema_text)


def nested(levels: int) -> Any:
    schema: Any = "int"
    for level in range(levels - 1):
        schema = record(("f", schema), name=f"R{level}") if level % 2 else {"type": "array", "items": schema}
    return schema


def test_nesting_is_bounded() -> None:
    assert survive(text(nested(MAX_DEPTH)))
    assert not survive(text(nested(MAX_DEPTH + 1)))


def test_a_chain_of_names_that_are_defined_later_is_as_deep_as_it_reads() -> None:
    records = [record(("f", f"R{index + 1}"), name=f"R{index}") for index in range(1000)]
    assert not survive(text([*records, record(name="R1000")]))


def test_a_chain_of_names_that_are_defined_before_is_flat() -> None:
    chain = [record(("f", f"R{index - 1}" if index else "int"), name=f"R{index}") for index in range(1000)]
    assert survive(text(chain))


@pytest.mark.parametrize("last", [[], [("f", "int")]], ids=["empty", "int"])
def test_records_that_double_are_not_walked_twice(last: list[Any]) -> None:
    chain = [record(*last, name="R0")]
    chain += [record(("f", f"R{index - 1}"), ("g", f"R{index - 1}"), name=f"R{index}") for index in range(1, 60)]
    assert survive(text(chain))


def test_a_record_that_must_contain_itself_has_no_payload() -> None:
    validator = ENGINE.compile(ENGINE.parse(SchemaSource(text(record(("f", "R"))))))
    assert not validator.accepts(b"")


@pytest.mark.slow
def test_a_large_schema() -> None:
    fields = [(f"f{index}", ["null", {"type": "enum", "name": f"E{index}", "symbols": ["A"]}]) for index in range(2000)]
    assert survive(text(record(*fields)))


def test_references_that_double_are_bounded() -> None:
    reference = NamedSource("r", SchemaSource('"int"'))
    for _ in range(30):
        reference = NamedSource("r", SchemaSource('"int"', (reference, reference)))
    assert not survive('"int"', (reference,))


def test_a_long_chain_of_references_is_bounded() -> None:
    reference = NamedSource("r", SchemaSource('"int"'))
    for _ in range(5000):
        reference = NamedSource("r", SchemaSource('"int"', (reference,)))
    assert not survive('"int"', (reference,))


def calls_deep(levels: int, call: Callable[[], object]) -> None:
    """Call from so many calls deep."""
    if levels:
        calls_deep(levels - 1, call)
    else:
        call()


def deepest_default(levels: int) -> Any:
    value: Any = {}
    for _ in range(levels):
        value = {"f": [value]}
    return value


LISTS = ("r", record(("f", {"type": "array", "items": "S"}), name="S"))


@pytest.mark.parametrize(
    "schema",
    [
        nested(MAX_DEPTH),
        {"type": "int", "x": json.loads("[" * 32 + "]" * 32)},
        {"type": "int", "x": json.loads('{"a":' * 250 + "1" + "}" * 250)},
        record(LISTS, {"name": "d", "type": "S", "default": deepest_default(15)}),
        record(LISTS, {"name": "d", "type": "S", "default": deepest_default(100)}),
    ],
    ids=["types", "arrays", "objects", "default", "deep default"],
)
def test_the_deepest_schemas_leave_room_for_the_callers(schema: Any) -> None:
    """Callers of the engine are deep in calls themselves: a web framework, a test."""
    calls_deep(250, lambda: survive(text(schema)))


def test_the_deepest_values_in_the_deepest_types() -> None:
    """The text of the schema is flat, its canonical text is not."""
    last = {"name": "f", "type": "int", "x": json.loads('{"a":' * 32 + "1" + "}" * 32)}
    chain = [record(("f", f"R{index + 1}"), name=f"R{index}") for index in range(61)]
    calls_deep(200, lambda: accepted(text([*chain, record(last, name="R61")])))


def accepted(schema_text: str) -> None:
    assert survive(schema_text)


def test_a_value_may_not_be_nested_deeper() -> None:
    for name in ("x", "default"):
        field = {"name": "f", "type": "int", name: json.loads("[" * 33 + "1" + "]" * 33)}
        assert refused(text(record(field))).path == f"/fields/0/{name}"


def test_the_deepest_payloads_leave_room_for_the_callers() -> None:
    validator = ENGINE.compile(parsed(record(("next", ["null", "R"]))))
    calls_deep(250, lambda: validator.accepts(b"\2" * 500))
    calls_deep(250, lambda: validator.explain(b"\2" * 500))
