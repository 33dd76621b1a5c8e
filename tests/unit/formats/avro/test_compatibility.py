"""Compatibility beyond Java's answers: bounds, recursion, and readable data."""

import io
import random
from typing import Any

import fastavro
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sluicegate.shared.formats.avro.compatibility import incompatibilities
from tests.unit.formats.avro.builders import parsed, record
from tests.unit.formats.avro.strategies import STEADY, datum, flat_records, schemas


def found(reader: Any, writer: Any) -> list[tuple[str, str, str]]:
    return [
        (each.type.value, each.location, each.message) for each in incompatibilities(parsed(reader), parsed(writer))
    ]


@pytest.mark.parametrize(
    ("reader", "writer"),
    [("long", "int"), ("float", "long"), ("double", "float"), ("bytes", "string"), ("string", "bytes")],
)
def test_promotions_go_one_way(reader: str, writer: str) -> None:
    assert found(reader, writer) == []
    if "bytes" not in (reader, writer):
        assert found(writer, reader)[0][0] == "TYPE_MISMATCH"


def test_only_the_simple_name_counts() -> None:
    assert found(record(name="y.R"), record(name="x.R")) == []
    assert found(record(name="x.S"), record(name="x.R")) == [("NAME_MISMATCH", "/name", "expected: x.R")]


def test_an_alias_without_a_namespace_is_in_that_of_its_type() -> None:
    assert found(record(name="x.S", aliases=["R"]), record(name="x.R")) == []
    assert found(record(name="y.S", aliases=["R"]), record(name="x.R"))[0][0] == "NAME_MISMATCH"


def test_a_field_is_found_by_alias() -> None:
    assert found(record({"name": "b", "type": "int", "aliases": ["a"]}), record(("a", "int"))) == []


def test_a_field_that_fits_two_fields_is_told() -> None:
    """Java ends in an exception here."""
    reader = record({"name": "a", "type": "int", "aliases": ["b"]})
    writer = record(("a", "int"), ("b", "int"))
    assert found(reader, writer) == [("READER_FIELD_AMBIGUOUS", "/fields/0", "a")]


def test_an_alias_that_repeats_the_name_fits_one_field() -> None:
    assert found(record({"name": "a", "type": "long", "aliases": ["a"]}), record(("a", "int"))) == []


def test_an_enum_default_takes_the_symbols_that_are_missing() -> None:
    reader = {"type": "enum", "name": "E", "symbols": ["A"]}
    writer = {"type": "enum", "name": "E", "symbols": ["C", "B", "A"]}
    assert found(reader, writer) == [("MISSING_ENUM_SYMBOLS", "/symbols", "[B, C]")]
    assert found(reader | {"default": "A"}, writer) == []


def test_recursive_schemas_are_compared() -> None:
    def linked(value: str) -> Any:
        return record(("value", value), ("next", ["null", "R"]))

    assert found(linked("long"), linked("int")) == []
    assert found(linked("int"), linked("long")) == [
        ("TYPE_MISMATCH", "/fields/0/type", "reader type: INT not compatible with writer type: LONG"),
    ]


def cycle(length: int, last: str) -> Any:
    """A record that comes back to itself after `length` others."""
    names = [f"R{index}" for index in range(length)]
    others = [
        record(("next", ["null", before]), *([("end", last)] if before == "x.R" else []), name=f"x.{name}")
        for name, before in zip(names, ["x.R", *names], strict=False)
    ]
    return record(*((f"f{index}", other) for index, other in enumerate(others)))


def test_two_cycles_of_different_lengths_do_not_exhaust_the_stack() -> None:
    """The pairs of 61 and 67 records make a chain of 4,000, deeper than Python calls may be."""
    assert {kind for kind, _, _ in found(cycle(61, "int"), cycle(67, "string"))} >= {"TYPE_MISMATCH"}


def doubled(last: str, height: int = 60) -> Any:
    """2 ** height ways to one type."""
    start = record(("f", last), name="x.R0")
    steps = [record(("f", f"R{index - 1}"), ("g", f"R{index - 1}"), name=f"x.R{index}") for index in range(1, height)]
    return [start, *steps]


def test_shared_types_do_not_multiply_results() -> None:
    reader, writer = ({"type": "array", "items": doubled(last)} for last in ("int", "string"))
    assert 0 < len(found(reader, writer)) <= 1000


def test_a_comparison_that_is_too_large_is_given_up() -> None:
    reader, writer = (
        parsed([record(("f", kind), name=f"R{index}") for index in range(20)]) for kind in ("int", "bytes")
    )
    assert [each.type for each in incompatibilities(reader, writer, most_steps=50)] == ["COMPARISON_TOO_LARGE"]
    assert len(incompatibilities(reader, writer, most_steps=2000)) == 20


@STEADY
@given(schemas())
def test_a_schema_reads_its_own_data(schema: Any) -> None:
    assert found(schema, schema) == []


@pytest.mark.slow
@settings(STEADY, max_examples=300)
@given(flat_records(), flat_records(), st.integers(0, 2**32))
def test_compatible_means_that_data_is_read(reader: Any, writer: Any, seed: int) -> None:
    """fastavro reads the writer's data under the reader's schema if they are compatible."""
    assume(not found(reader, writer))
    data = io.BytesIO()
    fastavro.schemaless_writer(data, writer, datum(writer, random.Random(seed)))
    data.seek(0)
    fastavro.schemaless_reader(data, writer, reader)


def _many(count: int, *, more: int = -1, alias: int = -1) -> list[Any]:
    """A union of records, of which one has a further field, or another name and the old one as an alias."""
    found = []
    for number in range(count):
        fields: list[dict[str, Any]] = [{"name": "a", "type": "string"}]
        fields += [{"name": "b", "type": "int", "default": 1}] if number == more else []
        named: dict[str, Any] = (
            {"name": f"R{number}"} if number != alias else {"name": "Other", "aliases": [f"R{number}"]}
        )
        found.append({"type": "record", "fields": fields, **named})
    return found


@pytest.mark.slow
def test_union_of_thousands_of_records_is_compared_by_names() -> None:
    before = parsed(_many(3000))
    assert incompatibilities(parsed(_many(3000, more=1500)), before) == ()
    assert incompatibilities(parsed(_many(3000, alias=1500)), before) == ()
    (found,) = incompatibilities(parsed(_many(2999)), before)
    assert found.type.value == "MISSING_UNION_BRANCH"
