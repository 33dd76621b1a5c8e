"""Tags in Avro schemas: the cases of Confluent's own tests, and further ones."""

import json
from typing import Any

import pytest

from sluicegate.shared.errors import EntityUnknown, SchemaSyntaxError
from sluicegate.shared.formats.engine import Entity, EntityType, SchemaSource, TagChange, tagging
from tests.unit.formats.avro.builders import ENGINE

INNER = {"type": "record", "name": "Inner", "fields": [{"name": "b", "type": "string", "confluent:tags": ["PRIVATE"]}]}
FAR = {"type": "record", "name": "Far", "namespace": "org.far", "fields": [{"name": "c", "type": "int"}]}
SCHEMA = {
    "type": "record",
    "name": "Outer",
    "namespace": "com.example",
    "fields": [
        {"name": "a", "type": {"type": "array", "items": INNER}},
        {"name": "far", "type": ["null", {"type": "map", "values": FAR}]},
        {"name": "kept", "type": "double", "default": 1e16},
    ],
}


def record(path: str) -> Entity:
    return Entity(path, EntityType.RECORD)


def field(path: str) -> Entity:
    return Entity(path, EntityType.FIELD)


def text(schema: Any) -> str:
    return json.dumps(schema)


def added(schema: Any, **tags: Any) -> Any:
    return json.loads(ENGINE.retagged(text(schema), TagChange(tags["tags"])))


def test_the_engine_says_that_it_can() -> None:
    assert tagging(ENGINE) is ENGINE


def test_records_and_fields_at_any_depth() -> None:
    tags = {
        record("com.example.Outer"): ("ONE", "TWO"),
        field("com.example.Inner.b"): ("PII",),
        record("org.far.Far"): ("X",),
        field("org.far.Far.c"): ("Y",),
    }
    written = ENGINE.retagged(text(SCHEMA), TagChange(tags))
    assert ENGINE.tags(written) == {**tags, field("com.example.Inner.b"): ("PRIVATE", "PII")}
    assert ENGINE.tags(ENGINE.retagged(written, TagChange(removed=tags))) == {
        field("com.example.Inner.b"): ("PRIVATE",)
    }


def test_the_text_is_what_confluent_writes() -> None:
    schema = '{ "type":"record", "name":"myrecord", "fields":[{"name":"f1","type":"string"}]}'
    written = ENGINE.retagged(schema, TagChange({record("myrecord"): ("TAG1", "TAG2")}))
    assert written == (
        '{"type":"record","name":"myrecord","fields":[{"name":"f1","type":"string"}],"confluent:tags":["TAG1","TAG2"]}'
    )
    assert ENGINE.retagged(written, TagChange(removed={record("myrecord"): ("TAG2",)})).endswith(
        '"confluent:tags":["TAG1"]}'
    )
    gone = ENGINE.retagged(written, TagChange(removed={record("myrecord"): ("TAG1", "TAG2", "TAG3")}))
    assert gone == schema.replace(" ", "")


@pytest.mark.parametrize("path", ["Inner.b", ".Inner.b", "com.example.Inner.b"])
def test_a_namespace_may_be_left_out(path: str) -> None:
    found = added(SCHEMA, tags={field(path): ("PII",)})
    assert found["fields"][0]["type"]["items"]["fields"][0]["confluent:tags"] == ["PRIVATE", "PII"]


def test_names_bring_their_namespaces() -> None:
    schema = {"type": "record", "name": "x.y.R", "fields": [{"name": "f", "type": {**INNER, "name": "In"}}]}
    assert added(schema, tags={field("x.y.In.b"): ("T",)})["fields"][0]["type"]["fields"][0]["confluent:tags"] == [
        "PRIVATE",
        "T",
    ]


def test_a_tag_is_there_once_and_removal_counts_last() -> None:
    change = TagChange({field("Inner.b"): ("PRIVATE", "A", "B")}, {field("Inner.b"): ("B",)})
    assert ENGINE.tags(ENGINE.retagged(text(SCHEMA), change)) == {field("com.example.Inner.b"): ("PRIVATE", "A")}


@pytest.mark.parametrize(
    "entity",
    [
        record("Inner.b"),
        field("Inner"),
        field("com.example.Inner.nothing"),
        record("org.example.Outer"),
        record(""),
        field("."),
    ],
)
def test_what_is_not_there(entity: Entity) -> None:
    with pytest.raises(EntityUnknown, match="No matching path"):
        ENGINE.retagged(text(SCHEMA), TagChange({entity: ("T",)}))


def test_a_record_that_stands_there_twice_stays_one() -> None:
    twice = [{"type": "array", "items": INNER}, {"type": "map", "values": INNER}]
    written = ENGINE.retagged(text(twice), TagChange({field("Inner.b"): ("T",)}))
    assert ENGINE.violations(ENGINE.parse(SchemaSource(written))) == ()


def test_tags_are_part_of_the_identity_and_not_of_compatibility() -> None:
    plain = ENGINE.parse(SchemaSource(text(SCHEMA)))
    tagged = ENGINE.parse(SchemaSource(ENGINE.retagged(text(SCHEMA), TagChange({record("Outer"): ("T",)}))))
    assert ENGINE.canonical(plain) != ENGINE.canonical(tagged)
    assert ENGINE.compare(plain, tagged) == ENGINE.compare(tagged, plain) == ()


@pytest.mark.parametrize(
    "odd",
    ['"string"', "[]", "{}", '{"type":"record","fields":[1,{"name":2}]}', '{"type":"record","name":"R","fields":7}'],
)
def test_a_text_that_nobody_judged_yet(odd: str) -> None:
    assert ENGINE.tags(odd) == {}
    with pytest.raises(EntityUnknown):
        ENGINE.retagged(odd, TagChange({field("R.a"): ("T",)}))


def test_what_is_no_json() -> None:
    with pytest.raises(SchemaSyntaxError):
        ENGINE.tags("{")


def test_tags_that_are_no_list_of_words_are_none() -> None:
    schema = {"type": "record", "name": "R", "fields": [], "confluent:tags": "PII"}
    assert ENGINE.tags(text(schema)) == {}
    assert added(schema, tags={record("R"): ("T",)})["confluent:tags"] == ["T"]
