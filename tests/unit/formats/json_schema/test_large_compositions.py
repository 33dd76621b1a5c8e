"""A schema that was accepted can be compared with itself after one small change, however many alternatives it has."""

import pytest

from tests.unit.formats.json_schema.schemas import codes

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
