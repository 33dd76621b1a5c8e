"""Attribute paths."""

from typing import Any

from tests.unit.formats.avro.builders import ENGINE, parsed, record


def attributes(schema: Any) -> tuple[str, ...]:
    return ENGINE.attributes(parsed(schema))


def test_paths_go_through_records_arrays_maps_and_unions() -> None:
    city = record(("city", "string"), name="City")
    schema = record(
        ("name", "string"),
        ("address", city),
        ("more", {"type": "array", "items": {"type": "map", "values": ["null", "x.Line"]}}),
        ("line", record(("sku", "string"), name="Line")),
    )
    assert attributes(schema) == ("address", "address/city", "line", "line/sku", "more", "more/sku", "name")


def test_a_schema_without_records_has_none() -> None:
    assert attributes(["null", {"type": "array", "items": "int"}]) == ()


def test_branches_share_their_paths() -> None:
    assert attributes([record(("a", "int"), name="A"), record(("a", "int"), ("b", "int"), name="B")]) == ("a", "b")


def test_a_record_is_not_opened_inside_itself() -> None:
    assert attributes(record(("next", ["null", "R"]), ("value", "int"))) == ("next", "value")


def test_paths_end_after_ten_names() -> None:
    schema: Any = record(("f", "int"), name="R0")
    for index in range(1, 15):
        schema = record(("f", schema), name=f"R{index}")
    assert attributes(schema) == tuple("/".join("f" * depth) for depth in range(1, 11))


def test_shared_records_do_not_multiply_without_end() -> None:
    """A hundred fields at each of ten levels would make 10 ** 20 paths."""
    records = [record(("last", "int"), name="R0")]
    records += [
        record(*((f"f{field}", f"R{level - 1}") for field in range(100)), name=f"R{level}") for level in range(1, 11)
    ]
    assert len(attributes(records)) <= 10_000
