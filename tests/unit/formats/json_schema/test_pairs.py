"""Schemas that contain each other are compared in a work that is linear in their number.

Pairs and calls are counted, not timed: the interpreter reports every call of a function.
"""

import sys
from collections import Counter
from collections.abc import Callable
from types import FrameType

import pytest

from sluicegate.shared.formats.json_schema.compatibility.frame import Proofs
from tests.unit.formats.json_schema.resources import resources
from tests.unit.formats.json_schema.schemas import codes

FEW, TIMES = 15, 4

Shape = Callable[[int, bool], dict[str, object]]


def _resources(count: int, changed: bool) -> dict[str, object]:
    return resources(count, added=changed)


def _tower(count: int, changed: bool) -> dict[str, object]:
    """Objects of which each holds the next one or a text, and only the last one changes."""

    def to(number: int) -> dict[str, object]:
        return {"anyOf": [{"$ref": f"#/definitions/d{number}"}, {"type": "string"}]}

    last: dict[str, object] = {"type": "object", "properties": {"end": {"const": changed}}, "required": ["end"]}
    definitions: dict[str, object] = {f"d{count}": last}
    for number in range(count):
        definitions[f"d{number}"] = {"type": "object", "properties": {"a": to(number + 1), "b": to(number + 1)}}
    return {"properties": {f"p{number}": to(number) for number in range(count)}, "definitions": definitions}


def _circles(count: int, changed: bool) -> dict[str, object]:
    """Objects that hold each other in circles through a union, all of which hold the one that changes."""

    def either(number: int) -> dict[str, object]:
        return {"anyOf": [{"$ref": f"#/definitions/d{number % count}"}, {"$ref": "#/definitions/leaf"}]}

    leaf: dict[str, object] = {"type": "array", "items": {"type": "number" if changed else "integer"}}
    definitions: dict[str, object] = {
        f"d{number}": {"type": "object", "properties": {"a": either(number + 1), "b": either(number * 2)}}
        for number in range(count)
    }
    return {"properties": {"p": either(0)}, "definitions": {**definitions, "leaf": leaf}}


def _work(reader: dict[str, object], writer: dict[str, object]) -> Counter[str]:
    """Count the visited pairs, and all calls of functions, of one comparison."""
    count: Counter[str] = Counter()

    def counted(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            count["calls"] += 1
            count["pairs"] += frame.f_code is Proofs.count.__code__

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        codes(reader, writer)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("shape", [_resources, _tower, _circles])
@pytest.mark.parametrize("forward", [False, True])
def test_work_grows_linearly_with_the_number_of_definitions(shape: Shape, forward: bool) -> None:
    few = _work(shape(FEW, forward), shape(FEW, not forward))
    many = _work(shape(TIMES * FEW, forward), shape(TIMES * FEW, not forward))
    assert few["pairs"] > 0
    for kind in ("pairs", "calls"):
        assert many[kind] <= 1.25 * TIMES * few[kind], (kind, few, many)
