"""Property paths, for searches."""

from typing import Any

from tests.unit.formats.json_schema.schemas import DRAFT_7, ENGINE, parsed

Json = dict[str, Any]


def paths(schema: object, **named: object) -> tuple[str, ...]:
    """The attributes of a schema."""
    return ENGINE.attributes(parsed(schema, **named))


def test_inner_paths_and_leaves_are_named_in_order() -> None:
    address = {"properties": {"city": {"type": "string"}, "zip": {}}}
    assert paths({"properties": {"customer": {"properties": {"address": address}}, "age": True}}) == (
        "age",
        "customer",
        "customer/address",
        "customer/address/city",
        "customer/address/zip",
    )


def test_applicators_references_and_items_are_followed() -> None:
    schema = {
        "$defs": {"item": {"properties": {"sku": {}}}},
        "allOf": [{"properties": {"a": {}}}],
        "anyOf": [{"properties": {"b": {}}}],
        "oneOf": [{"properties": {"c": {}}}],
        "if": {"properties": {"not-described": {}}},
        "then": {"properties": {"d": {}}},
        "else": {"properties": {"e": {}}},
        "properties": {
            "items": {"items": {"$ref": "#/$defs/item"}},
            "pair": {"prefixItems": [{"properties": {"left": {}}}, {"properties": {"right": {}}}]},
        },
    }
    assert paths(schema) == ("a", "b", "c", "d", "e", "items", "items/sku", "pair", "pair/left", "pair/right")


def test_named_references_and_lists_of_items_are_followed() -> None:
    schema = {"$schema": DRAFT_7, "items": [{"$ref": "a.json"}, {"properties": {"y": {}}}]}
    assert paths(schema, a_json={"properties": {"x": {}}}) == ("x", "y")


def test_a_schema_inside_itself_is_not_entered_again() -> None:
    assert paths({"properties": {"name": {}, "children": {"items": {"$ref": "#"}}}}) == ("children", "name")


def test_two_properties_with_one_schema_are_both_described() -> None:
    schema: Json = {"$defs": {"place": {"properties": {"city": {}}}}}
    both = {"from": {"$ref": "#/$defs/place"}, "to": {"$ref": "#/$defs/place"}}
    assert paths({**schema, "properties": both}) == ("from", "from/city", "to", "to/city")


def test_the_depth_ends_at_ten() -> None:
    schema: dict[str, object] = {}
    for _ in range(15):
        schema = {"properties": {"p": schema}}
    assert paths(schema) == tuple("/".join("p" * depth) for depth in range(1, 11))


def test_names_with_meaning_are_escaped() -> None:
    names: Json = {"a/b": {}, "a,b": {}, "a~b": {}, "50%": {}, "nul\0": {}, "": {}, "ü": {}}
    assert paths({"properties": names}) == ("50%25", "a%2Cb", "a~0b", "a~1b", "nul%00", "ü")


def test_a_schema_with_very_many_paths_is_cut_from_below() -> None:
    every = {f"p{i}": {"$ref": f"#/$defs/d{i}"} for i in range(12)}
    schema = {"$defs": {f"d{i}": {"properties": every} for i in range(12)}, "properties": every}
    found = paths(schema)
    assert len(found) == 5_000
    assert {f"p{i}/p{j}" for i in range(12) for j in range(12) if i != j} <= set(found)


def test_many_ways_through_long_chains_of_references_are_cut() -> None:
    chain = {f"d{i}": {"$ref": f"#/$defs/d{i + 1}"} for i in range(1000)}
    end: Json = {"d1000": {"properties": {"z": {}}}}
    schema = {"$defs": chain | end, "properties": {f"p{i}": {"$ref": "#/$defs/d0"} for i in range(1000)}}
    found = paths(schema)
    assert {f"p{i}" for i in range(1000)} <= set(found)
    assert len(found) < 2000


def test_dangling_references_and_odd_shapes_do_no_harm() -> None:
    assert paths({"$ref": "nowhere", "properties": {"a": {"$ref": 5}, "b": 7}, "items": 3}) == ("a",)
    assert paths(True) == ()
