"""Accepted schemas can be compared after a small change, with any number of alternatives."""

import pytest

from tests.unit.formats.json_schema.resources import resources
from tests.unit.formats.json_schema.schemas import codes

pytestmark = pytest.mark.slow

COUNT = 300


def _alternative(number: int) -> dict[str, object]:
    properties = {
        "kind": {"const": f"kind{number}"},
        f"only{number}": {"type": "string"},
        "amount": {"type": "number"},
    }
    return {"type": "object", "properties": properties, "required": ["kind"], "additionalProperties": False}


def _composed(*, referred: bool, grown: bool = False) -> dict[str, object]:
    alternatives = [_alternative(number) for number in range(COUNT)]
    if grown:
        properties = alternatives[COUNT // 2]["properties"]
        assert isinstance(properties, dict)
        properties["more"] = {"type": "string"}
    if not referred:
        return {"oneOf": alternatives}
    return {
        "definitions": {f"d{number}": each for number, each in enumerate(alternatives)},
        "oneOf": [{"$ref": f"#/definitions/d{number}"} for number in range(COUNT)],
    }


@pytest.mark.parametrize("referred", [False, True])
def test_one_changed_alternative_of_many_is_compared(referred: bool) -> None:
    before = _composed(referred=referred)
    assert codes(before | {"title": "again"}, before) == []
    assert codes(_composed(referred=referred, grown=True), before) == []


def _undiscriminated(keyword: str, *, closed: bool, grown: bool = False) -> dict[str, object]:
    alternatives: list[dict[str, object]] = []
    for number in range(COUNT):
        properties: dict[str, object] = {f"only{number}": {"type": "string"}, "amount": {"type": "number"}}
        if grown and number == COUNT // 2:
            properties["more"] = {"type": "string"}
        found: dict[str, object] = {"type": "object", "properties": properties, "required": [f"only{number}"]}
        alternatives.append(found | ({"additionalProperties": False} if closed else {}))
    return {keyword: alternatives}


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
@pytest.mark.parametrize("closed", [False, True])
def test_undiscriminated_alternatives_are_compared_in_both_directions(keyword: str, closed: bool) -> None:
    """An open alternative cannot gain a property for its readers; a closed one cannot lose it."""
    before, after = (_undiscriminated(keyword, closed=closed, grown=grown) for grown in (False, True))
    added = [] if closed else ["PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL"]
    removed = ["PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL"] if closed else []
    assert codes(after, before) == added
    assert codes(before, after) == removed


def test_equal_alternatives_that_exclude_each_other_stay_ambiguous_after_a_copy() -> None:
    alternatives = [_alternative(number) for number in range(3)]
    assert codes({"oneOf": [*alternatives, alternatives[0]]}, {"oneOf": alternatives}) == ["ONE_OF_AMBIGUOUS"]


@pytest.mark.parametrize("wrapped", [False, True])
def test_objects_in_const_are_compared_by_their_values(wrapped: bool) -> None:
    schemas: list[dict[str, object]] = [{"const": {"a": value}} for value in (1, 2)]
    reader, writer = ({"properties": {"x": each}} for each in schemas) if wrapped else schemas
    assert codes(reader, writer) == ["CONST_CHANGED"]


def _ring(length: int, value: dict[str, object]) -> dict[str, object]:
    """Definitions that lead to each other in a ring, one of which has a value."""
    following: list[dict[str, object]] = [{"$ref": f"#/definitions/d{(n + 1) % length}"} for n in range(length)]
    ring: dict[str, object] = {f"d{n}": {"properties": {"next": each}} for n, each in enumerate(following)}
    ring["d0"] = {"properties": {"next": following[0], "value": value}}
    return {"$ref": "#/definitions/d1", "definitions": ring}


def test_difference_at_the_end_of_a_ring_of_references_is_found() -> None:
    assert codes(_ring(50, {"type": "string"}), _ring(50, {"type": "string", "title": "again"})) == []
    assert codes(_ring(50, {"type": "integer"}), _ring(50, {"type": "string"})) == ["TYPE_CHANGED"]


def test_resources_that_contain_each_other_are_compared() -> None:
    """A value that is no object fits all alternatives, and therefore none of a `oneOf`."""
    before, after = resources(60), resources(60, added=True)
    assert codes(after, before) == []
    assert set(codes(before, after)) == {"SUM_TYPE_NARROWED"}


@pytest.mark.parametrize("kind", ["string", "array", "null", "integer"])
def test_type_that_only_one_alternative_leaves_open_stays_possible(kind: str) -> None:
    closed: dict[str, object] = {"type": "object", "properties": {"a": {"const": 1}}, "required": ["a"]}
    writer = {"oneOf": [{"properties": {"a": {"const": 2}}, "required": ["a"]}, closed]}
    assert codes({"type": "object"}, writer) != []
    assert codes({"type": ["object", kind]}, writer) != []
    both = {"oneOf": [{"properties": {"a": {"const": value}}, "required": ["a"]} for value in (1, 2)]}
    assert codes({"type": "object"}, both) == []
