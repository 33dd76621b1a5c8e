"""A schema that is accepted can be compared with itself after a small change, within the same limits."""

import json
from collections.abc import Callable

import pytest

from sluicegate.registry_api.core.errors import SchemaInvalid
from sluicegate.registry_api.core.model import NumberedSource
from sluicegate.registry_api.trial.examiner import TrialExaminer
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.model import CompatibilityMode, SchemaFormat, ValidityMode, VersionNumber

Shape = Callable[[int, bool], str]
"""The text of a schema by its size, before and after a change."""

SIZES = [2**power * 50 for power in range(10)]
MAX_CHARACTERS = 3_000_000


def avro_fields(size: int, changed: bool) -> str:
    fields = [{"name": f"f{n}", "type": ["null", "string"], "default": None} for n in range(size + changed)]
    return json.dumps({"type": "record", "name": "R", "fields": fields})


def avro_union(size: int, changed: bool) -> str:
    def record(number: int) -> object:
        more = [{"name": "more", "type": "int", "default": 1}] if changed and number == size // 2 else []
        return {"type": "record", "name": f"R{number}", "fields": [{"name": "a", "type": "string"}, *more]}

    return json.dumps([record(number) for number in range(size)])


def json_properties(size: int, changed: bool) -> str:
    properties = {f"p{n}": {"type": "string"} for n in range(size + changed)}
    return json.dumps({"type": "object", "properties": properties, "additionalProperties": False})


def json_alternatives(size: int, changed: bool) -> str:
    def alternative(number: int) -> object:
        more = {"more": {"type": "string"}} if changed and number == size // 2 else {}
        properties = {"kind": {"const": f"k{number}"}, **more}
        return {"type": "object", "properties": properties, "required": ["kind"], "additionalProperties": False}

    return json.dumps({"oneOf": [alternative(number) for number in range(size)]})


def json_resources(size: int, changed: bool) -> str:
    """Types that contain each other, as FHIR's do."""

    def reference(name: str) -> object:
        return {"$ref": f"#/definitions/{name}"}

    def resource(number: int) -> object:
        parts = {f"p{n}": {"type": "array", "items": reference("Element")} for n in range(10)}
        properties = {
            "resourceType": {"const": f"R{number}"},
            "contained": {"items": reference("All"), "type": "array"},
        }
        more = {"more": reference("Element")} if changed and number == size // 2 else {}
        return {
            "properties": {**properties, **parts, **more},
            "required": ["resourceType"],
            "additionalProperties": False,
        }

    element = {
        "properties": {"id": {"type": "string"}, "extension": {"items": reference("Element"), "type": "array"}},
        "additionalProperties": False,
    }
    every = [reference(f"R{number}") for number in range(size)]
    definitions = {f"R{number}": resource(number) for number in range(size)}
    return json.dumps({"oneOf": every, "definitions": {"All": {"oneOf": every}, "Element": element, **definitions}})


def protobuf_fields(size: int, changed: bool) -> str:
    fields = "".join(f"string f{n} = {n + 20000}; " for n in range(1, size + 1 + changed))
    return f'syntax = "proto3"; message M {{ {fields} }}'


def xml_elements(size: int, changed: bool) -> str:
    elements = "".join(f'<xs:element name="e{n}" type="xs:string" minOccurs="0"/>' for n in range(size + changed))
    body = (
        f'<xs:element name="root"><xs:complexType><xs:sequence>{elements}</xs:sequence></xs:complexType></xs:element>'
    )
    return f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{body}</xs:schema>'


def csv_columns(size: int, changed: bool) -> str:
    return "\n".join(["version 1.2", "@noHeader", *(f"c{n}: @optional" for n in range(size + changed))]) + "\n"


def table_columns(size: int, changed: bool) -> str:
    return json.dumps({"table": "t", "columns": {f"c{n}": "text" for n in range(size + changed)}})


SHAPES: list[tuple[SchemaFormat, Shape]] = [
    (SchemaFormat.AVRO, avro_fields),
    (SchemaFormat.AVRO, avro_union),
    (SchemaFormat.JSON, json_properties),
    (SchemaFormat.JSON, json_alternatives),
    (SchemaFormat.JSON, json_resources),
    (SchemaFormat.PROTOBUF, protobuf_fields),
    (SchemaFormat.XML, xml_elements),
    (SchemaFormat.CSV, csv_columns),
    (SchemaFormat.TABLE, table_columns),
]


@pytest.mark.faults
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("schema_format", "shape"), SHAPES, ids=[shape.__name__ for _, shape in SHAPES])
def test_largest_accepted_schema_is_compared(
    trial_examiner: TrialExaminer, schema_format: SchemaFormat, shape: Shape
) -> None:
    _compare(trial_examiner, schema_format, shape, _largest_accepted(trial_examiner, schema_format, shape))


def _compare(examiner: TrialExaminer, schema_format: SchemaFormat, shape: Shape, size: int) -> None:
    """Compare before and after the change, in both directions. Raises `SchemaInvalid`."""
    before, after = SchemaSource(shape(size, False)), SchemaSource(shape(size, True))
    for reader, writer in ((after, before), (before, after)):
        history = [NumberedSource(VersionNumber(1), writer)]
        examiner.incompatibilities(schema_format, CompatibilityMode.BACKWARD, reader, history)


def _largest_accepted(examiner: TrialExaminer, schema_format: SchemaFormat, shape: Shape) -> int:
    """The largest of the sizes that are accepted."""
    accepted = 0
    for size in SIZES:
        text = shape(size, True)
        if len(text) > MAX_CHARACTERS:
            break
        try:
            examiner.content(schema_format, SchemaSource(text), ValidityMode.FULL)
        except SchemaInvalid:
            break
        accepted = size
    assert accepted, "the smallest size is refused"
    return accepted
