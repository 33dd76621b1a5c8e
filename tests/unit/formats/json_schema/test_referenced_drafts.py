"""A referenced document that names no draft is read by the draft of its own registration, whichever schema refers to it."""

import json

import pytest

from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from sluicegate.shared.formats.json_schema.engine import JsonSchemaEngine
from sluicegate.shared.formats.json_schema.schema import JsonSchema
from tests.unit.formats.json_schema.schemas import DRAFT_4, DRAFT_7, DRAFT_2020, DRAFTS

ENGINES = [JsonSchemaEngine(), JsonSchemaEngine("jsonschema")]
INTEGER = {"type": "integer"}
TUPLE = {"type": "array", "prefixItems": [{"type": "string"}]}
BOUND = {"minimum": 1, "exclusiveMinimum": True}


def _schema(engine: JsonSchemaEngine, root: object, child: object, mark: bytes | None) -> JsonSchema:
    reference = NamedSource("c.json", SchemaSource(json.dumps(child), artifact=mark))
    return engine.parse(SchemaSource(json.dumps(root), (reference,)))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("draft", DRAFTS)
@pytest.mark.parametrize(
    ("child", "mark", "accepted", "refused"),
    [
        (INTEGER, b"draft-04", b"1", b"1.0"),
        (INTEGER, b"draft-06", b"1.0", b"1.5"),
        (INTEGER, None, b"1.0", b"1.5"),
        (TUPLE, b"2020-12", b'["a"]', b"[1]"),
        (TUPLE, b"draft-07", b"[1]", b"1"),
        (TUPLE, None, b"[1]", b"1"),
        (BOUND, b"draft-04", b"2", b"1"),
    ],
)
def test_payloads_are_checked_by_the_draft_of_the_document(
    engine: JsonSchemaEngine, draft: str, child: object, mark: bytes | None, accepted: bytes, refused: bytes
) -> None:
    schema = _schema(engine, {"$schema": draft, "allOf": [{"$ref": "c.json"}]}, child, mark)
    assert engine.violations(schema) == ()
    validator = engine.compile(schema)
    assert validator.accepts(accepted)
    assert not validator.accepts(refused)


@pytest.mark.parametrize("draft", DRAFTS)
def test_documents_are_judged_by_their_own_draft(draft: str) -> None:
    (engine, _) = ENGINES
    root = {"$schema": draft, "allOf": [{"$ref": "c.json"}]}
    assert engine.violations(_schema(engine, root, BOUND, b"draft-04")) == ()
    (found, *_) = engine.violations(_schema(engine, root, BOUND, b"draft-07"))
    assert found.path == "c.json#/exclusiveMinimum"


def test_verdict_follows_the_draft_of_the_document() -> None:
    (engine, _) = ENGINES
    root = {"$schema": DRAFT_2020, "$ref": "c.json"}
    early, late = (_schema(engine, root, INTEGER, mark) for mark in (b"draft-04", b"draft-07"))
    assert engine.compare(late, early) == ()
    assert [each.code for each in engine.compare(early, late)] == ["TYPE_NARROWED"]
    described = {"$schema": DRAFT_2020, "type": "array", "prefixItems": [{"type": "string"}]}
    reader = engine.parse(SchemaSource(json.dumps(described)))
    assert engine.compare(reader, _schema(engine, root, TUPLE, b"2020-12")) == ()
    assert engine.compare(reader, _schema(engine, root, TUPLE, b"draft-07")) != ()


def test_mark_of_a_schema_holds_for_itself_alone() -> None:
    """The child was registered with draft 4 as the default, the parent later, with another."""
    (engine, _) = ENGINES
    child = NamedSource("c.json", SchemaSource(json.dumps(INTEGER), artifact=b"draft-04"))
    parent = engine.parse(
        SchemaSource(json.dumps({"properties": {"own": INTEGER, "a": {"$ref": "c.json"}}}), (child,), b"draft-06")
    )
    accepts = engine.compile(parent).accepts
    assert (accepts(b'{"own": 1.0}'), accepts(b'{"a": 1.0}')) == (True, False)


@pytest.mark.parametrize("draft", [DRAFT_4, DRAFT_7])
def test_documents_of_two_drafts_may_refer_to_each_other(draft: str) -> None:
    (engine, _) = ENGINES
    tree = {"items": {"$ref": "root.json"}, "type": ["array", "integer"]}
    root = {"$schema": draft, "properties": {"a": {"$ref": "c.json"}, "b": {"$ref": "#/definitions/own"}}}
    whole = root | {"definitions": {"own": INTEGER}, "type": "object"}
    named = (
        NamedSource("c.json", SchemaSource(json.dumps(tree), artifact=b"2019-09")),
        NamedSource("root.json", SchemaSource(json.dumps(whole))),
    )
    accepts = engine.compile(engine.parse(SchemaSource(json.dumps(whole), named))).accepts
    assert accepts(b'{"a": [{"a": 1.0}, {"b": 1}]}')
    assert not accepts(b'{"a": [{"a": "text"}]}')
    assert not accepts(b'{"a": [{"b": 1.5}]}')
    assert accepts(b'{"a": [{"b": 1.0}]}') is (draft == DRAFT_7)
