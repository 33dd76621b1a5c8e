"""Tags in JSON schemas: the cases of Confluent's own tests, and further ones."""

import json
from typing import Any

import pytest

from sluicegate.shared.errors import EntityUnknown, SchemaSyntaxError
from sluicegate.shared.formats.engine import Entity, EntityType, SchemaSource, TagChange, Tags, tagging
from tests.unit.formats.json_schema.schemas import ENGINE


def record(path: str) -> Entity:
    return Entity(path, EntityType.RECORD)


def field(path: str) -> Entity:
    return Entity(path, EntityType.FIELD)


def obj(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


TEXT = {"type": "string"}
NUMBER = {"type": "number"}

NESTED = obj(
    myfield1={"type": "array", "items": obj(field1=TEXT, field2=NUMBER)},
    myfield2={"allOf": [TEXT, obj(nestedUnionField2=NUMBER)]},
    myfield3={"not": obj(nestedNotField2=TEXT)},
    myfield4={"enum": ["red", "amber"]},
)
NESTED_TAGS: Tags = {
    record("object"): ("root",),
    field("object.myfield1.array.object.field1"): ("PII",),
    field("object.myfield2.allof.0.object.nestedUnionField2"): ("PII",),
    field("object.myfield3.not.object.nestedNotField2"): ("PII",),
    field("object.myfield4"): ("PII",),
    record("object.myfield1.array.object"): ("record",),
    record("object.myfield2.allof.0.object"): ("record",),
    record("object.myfield3.not.object"): ("record",),
}
CONDITIONAL = {
    **obj(country=TEXT, street_address=TEXT),
    "if": {"properties": {"country": {"const": "US"}}},
    "then": {"properties": {"postal_code": {"pattern": "[0-9]{5}"}}},
    "else": {"properties": {"postal_code": {"pattern": "[A-Z]"}}},
}
CONDITIONAL_TAGS: Tags = {
    field("allof.0.conditional.else.object.postal_code"): ("c",),
    field("allof.1.object.country"): ("c",),
    record("allof.1.object"): ("record",),
    record("allof.0.conditional.if.object"): ("record",),
}
RECURSIVE = {"$id": "task.json", "type": ["null", "object"], "properties": {"parent": {"$ref": "task.json"}}}
DEFINED = {
    **obj(cc={"oneOf": [{"type": "null"}, {"$ref": "#/definitions/CardDetails"}]}),
    "definitions": {
        "Another.Details": obj(**{"additional.field1": TEXT}),
        "CardDetails": obj(credit_card={"oneOf": [{"type": "null"}, obj(number=TEXT)]}),
    },
    "$defs": {"Other": obj(a=TEXT)},
}
DEFINED_TAGS: Tags = {
    field("object.definitions.CardDetails.object.credit_card"): ("PII",),
    field("object.definitions.CardDetails.object.credit_card.oneof.1.object.number"): ("N",),
    field("object.definitions.Another.Details.object.additional.field1"): ("TEST2",),
    record("object.definitions.CardDetails.object"): ("TEST3",),
    field("object.$defs.Other.object.a"): ("D",),
}
CASES = [
    (NESTED, NESTED_TAGS),
    (CONDITIONAL, CONDITIONAL_TAGS),
    (RECURSIVE, {field("anyof.1.object.parent"): ("PII",)}),
    (DEFINED, DEFINED_TAGS),
]


def test_the_engine_says_that_it_can() -> None:
    assert tagging(ENGINE) is ENGINE


@pytest.mark.parametrize(("schema", "tags"), CASES)
def test_what_is_tagged_is_found_under_the_same_path_and_goes_without_a_trace(schema: Any, tags: Tags) -> None:
    text = json.dumps(schema, separators=(",", ":"))
    written = ENGINE.retagged(text, TagChange(tags))
    assert ENGINE.tags(written) == tags
    assert ENGINE.retagged(written, TagChange(removed=tags)) == text


@pytest.mark.parametrize(("schema", "tags"), CASES)
def test_tags_are_part_of_the_identity_and_not_of_compatibility(schema: Any, tags: Tags) -> None:
    text = json.dumps(schema)
    plain, tagged = (ENGINE.parse(SchemaSource(each)) for each in (text, ENGINE.retagged(text, TagChange(tags))))
    assert ENGINE.canonical(plain) != ENGINE.canonical(tagged)
    assert ENGINE.violations(tagged) == ENGINE.violations(plain) == ()
    assert ENGINE.compare(plain, tagged) == ENGINE.compare(tagged, plain) == ()


def test_where_they_are_written() -> None:
    written = json.loads(ENGINE.retagged(json.dumps(NESTED), TagChange(NESTED_TAGS)))
    assert written["confluent:tags"] == ["root"]
    assert written["properties"]["myfield2"]["allOf"][1]["confluent:tags"] == ["record"]
    assert written["properties"]["myfield4"] == {"enum": ["red", "amber"], "confluent:tags": ["PII"]}


def test_compositions_are_numbered_by_kind_title_and_properties_and_not_by_their_places() -> None:
    branches = [TEXT, obj(b=TEXT, c=TEXT), {**obj(z=TEXT), "title": "T"}, obj(a=TEXT), {"type": "null"}, True, {}]
    schema = {"anyOf": branches}
    tags = {record(f"anyof.{number}.object"): (str(number),) for number in (2, 3, 4)}
    written = json.loads(ENGINE.retagged(json.dumps(schema), TagChange(tags)))["anyOf"]
    assert [each.get("confluent:tags") for each in written if isinstance(each, dict)] == [
        None, ["3"], ["4"], ["2"], None, None,
    ]  # fmt: skip
    assert ENGINE.tags(json.dumps({"anyOf": written})) == tags


@pytest.mark.parametrize(
    "entity",
    [
        record(""),
        field("object"),
        field("object."),
        field("object.nothing"),
        field("object.myfield1.object.field1"),
        field("object.myfield2.allof.9.object.nestedUnionField2"),
        field("object.myfield2.allof.x.object.nestedUnionField2"),
        field("object.myfield2.allof"),
        field("object.myfield2.oneof.0.object.a"),
        field("object.definitions.A"),
        field("object.definitions"),
        record("object.myfield1.array"),
        record("allof.0.conditional.title.object"),
        record("nonsense"),
        record("allof.0." * 200),
    ],
)
def test_what_is_not_there(entity: Entity) -> None:
    with pytest.raises(EntityUnknown, match="No matching path"):
        ENGINE.retagged(json.dumps(NESTED), TagChange({entity: ("T",)}))


@pytest.mark.parametrize(
    "odd", ["true", '{"properties":7}', '{"anyOf":{"a":1}}', '{"type":[1],"items":[{}]}', '{"not":3}']
)
def test_a_text_that_nobody_judged_yet(odd: str) -> None:
    assert ENGINE.tags(odd) == {}
    with pytest.raises(EntityUnknown):
        ENGINE.retagged(odd, TagChange({field("object.a.b"): ("T",)}))


def test_what_is_no_schema() -> None:
    with pytest.raises(SchemaSyntaxError):
        ENGINE.tags("7")


def test_numbers_keep_their_values() -> None:
    text = '{"type":"object","maximum":12345678901234567890123,"multipleOf":0.1}'
    written = ENGINE.retagged(text, TagChange({record("object"): ("T",)}))
    assert written == text[:-1] + ',"confluent:tags":["T"]}'
