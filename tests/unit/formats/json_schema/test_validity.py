"""FULL validity: the metaschema, references, patterns, and bounds on a schema's cost."""

import json

import pytest

from sluicegate.shared.errors import SchemaUnusable
from sluicegate.shared.formats.engine import NamedSource, SchemaSource, artifact_of
from sluicegate.shared.formats.json_schema.engine import JsonSchemaEngine
from sluicegate.shared.formats.options import AssertFormat, UnknownDraft
from tests.conformance.json_schema.case_files import FOLDER as CASES
from tests.unit.formats.json_schema.schemas import (
    DRAFT_4,
    DRAFT_7,
    DRAFT_2019,
    DRAFT_2020,
    DRAFTS,
    ENGINE,
    doubled,
    parsed,
)


def found(schema: object, **named: object) -> list[tuple[str, str]]:
    """Path and code of each violation."""
    return [(each.path, each.code) for each in ENGINE.violations(parsed(schema, **named))]


@pytest.mark.parametrize("draft", DRAFTS)
@pytest.mark.parametrize("spelling", [str, lambda uri: uri.removesuffix("#"), lambda uri: f"{uri.removesuffix('#')}#"])
def test_every_draft_is_known_with_and_without_the_empty_fragment(draft: str, spelling: type[str]) -> None:
    assert found({"$schema": spelling(draft), "type": "string"}) == []
    assert found({"$schema": spelling(draft), "type": "strin"}) == [("/type", "type")]


def test_unknown_draft_is_a_violation_that_names_the_known_ones_where_refused() -> None:
    engine = JsonSchemaEngine(unknown_draft=UnknownDraft.REFUSE)
    violations = engine.violations(engine.parse(SchemaSource('{"$schema": "https://example.com/mine"}')))
    assert [(each.path, each.code) for each in violations] == [("/$schema", "$schema")]
    assert DRAFT_7 in violations[0].message


@pytest.mark.parametrize("uri", ["https://example.com/mine", "http://json-schema.org/schema#"])
def test_unknown_draft_is_read_as_the_default_one_with_a_warning(uri: str) -> None:
    engine = JsonSchemaEngine()
    schema = engine.parse(SchemaSource(json.dumps({"$schema": uri, "items": [{"type": "string"}]})))
    assert engine.violations(schema) == ()
    assert engine.compile(schema).accepts(b'["a", 1]')
    assert not engine.compile(schema).accepts(b"[1]")
    assert [each.message for each in engine.warnings(schema)] == [
        f"The draft {uri!r} is not known. The schema is read as draft 7"
    ]


def test_schema_without_draft_keeps_the_one_that_it_was_registered_under() -> None:
    text = '{"items": [{"type": "string"}]}'
    source = SchemaSource(text, artifact=artifact_of(ENGINE, ENGINE.parse(SchemaSource(text))))
    assert source.artifact == b"2020-12"
    assert [each.code for each in JsonSchemaEngine().violations(JsonSchemaEngine().parse(source))] == ["items"]
    assert JsonSchemaEngine().violations(JsonSchemaEngine().parse(SchemaSource(text))) == ()
    named = ENGINE.parse(SchemaSource(json.dumps({"$schema": DRAFT_7})))
    assert artifact_of(ENGINE, named) is None


@pytest.mark.parametrize("library", ["jsonschema-rs", "jsonschema"])
@pytest.mark.parametrize("draft", [DRAFT_2019, DRAFT_2020])
def test_format_is_asserted_in_later_drafts_where_asked_for(library: str, draft: str) -> None:
    source = SchemaSource(json.dumps({"$schema": draft, "format": "ipv4"}))
    for asked, accepted in ((AssertFormat.NEVER, True), (AssertFormat.KNOWN, False), (AssertFormat.ALWAYS, False)):
        engine = JsonSchemaEngine(library, assert_format=asked)
        assert engine.compile(engine.parse(source)).accepts(b'"x"') is accepted
        unformatted = engine.parse(SchemaSource(json.dumps({"$schema": draft, "type": "string"})))
        assert (engine.compare(engine.parse(source), unformatted) == ()) is accepted


def test_unknown_format_is_a_violation_where_formats_are_always_asserted() -> None:
    source = SchemaSource(json.dumps({"$schema": DRAFT_2020, "properties": {"a": {"format": "shoe-size"}}}))
    for asked, count in ((AssertFormat.KNOWN, 0), (AssertFormat.ALWAYS, 1)):
        engine = JsonSchemaEngine(assert_format=asked)
        assert len(engine.violations(engine.parse(source))) == count


@pytest.mark.parametrize("library", ["jsonschema-rs", "jsonschema"])
def test_embedded_resource_is_judged_by_its_own_draft(library: str) -> None:
    engine = JsonSchemaEngine(library)
    schema = engine.parse(SchemaSource((CASES / "bundled-dialect" / "schema.json").read_text()))
    assert engine.violations(schema) == ()
    assert engine.compile(schema).accepts(b"[1]")
    assert not engine.compile(schema).accepts(b'["x"]')
    broken = {"$schema": DRAFT_7, "$defs": {"i": {"$id": "https://x.example/i", "$schema": DRAFT_2020, "items": [{}]}}}
    assert [(each.path, each.code) for each in engine.violations(engine.parse(SchemaSource(json.dumps(broken))))] == [
        ("/$defs/i/items", "items")
    ]


@pytest.mark.parametrize("library", ["jsonschema-rs", "jsonschema"])
def test_reference_to_a_document_of_another_draft_follows_that_draft(library: str) -> None:
    engine = JsonSchemaEngine(library)
    child = NamedSource("child.json", SchemaSource(json.dumps({"$schema": DRAFT_4, "type": "integer"})))
    schema = engine.parse(SchemaSource(json.dumps({"$schema": DRAFT_2020, "$ref": "child.json"}), (child,)))
    assert engine.compile(schema).accepts(b"1")
    assert not engine.compile(schema).accepts(b"1.0")


@pytest.mark.parametrize("library", ["jsonschema-rs", "jsonschema"])
@pytest.mark.parametrize(("parent", "name"), [("parent-1.json", "child.json"), ("parent-2.json", "my child.json")])
def test_reference_may_spell_a_name_as_any_relative_uri(library: str, parent: str, name: str) -> None:
    engine = JsonSchemaEngine(library)
    folder = CASES / "ref-dot-slash"
    child = NamedSource(name, SchemaSource((folder / "child.json").read_text()))
    schema = engine.parse(SchemaSource((folder / parent).read_text(), (child,)))
    assert engine.violations(schema) == ()
    assert engine.compile(schema).accepts(b"1")
    assert not engine.compile(schema).accepts(b'"x"')


def test_pointer_into_an_embedded_schema_of_another_draft_is_a_violation() -> None:
    inner = {"$id": "https://x.example/i", "$schema": DRAFT_7, "items": [{}]}
    assert found({"$schema": DRAFT_2020, "$ref": "#/$defs/i", "$defs": {"i": inner}}) == [("/$ref", "$ref")]
    assert found({"$schema": DRAFT_2020, "$ref": "https://x.example/i", "$defs": {"i": inner}}) == []


def test_each_violation_has_its_place_and_keyword() -> None:
    schema = {"type": "object", "properties": {"a": {"minLength": -1}, "b": {"pattern": "(["}}, "required": "a"}
    assert set(found(schema)) == {
        ("/properties/a/minLength", "minLength"),
        ("/properties/b/pattern", "pattern"),
        ("/required", "required"),
    }


def test_the_draft_decides_what_is_valid() -> None:
    assert found({"$schema": DRAFT_4, "minimum": 1, "exclusiveMinimum": True}) == []
    assert found({"minimum": 1, "exclusiveMinimum": True}) == [("/exclusiveMinimum", "exclusiveMinimum")]


def test_a_schema_of_an_older_draft_without_its_name_is_told_what_to_add() -> None:
    (violation,) = ENGINE.violations(parsed({"items": [{"type": "string"}]}))
    assert DRAFT_7 in violation.message


@pytest.mark.parametrize(
    "schema", [{"patternProperties": {"(": {}}}, {"$id": 5}, {"$schema": 5}, {"$id": "http://[x"}, {"$ref": "#%zz"}]
)
def test_faulty_patterns_and_identifiers_are_violations(schema: object) -> None:
    assert len(found(schema)) == 1


@pytest.mark.parametrize(
    "reference",
    [
        "http://127.0.0.1:9/a.json",
        "https://example.com/a",
        "file:///etc/passwd",
        "other.json",
        "#/$defs/none",
        "#none",
        "urn:x:y",
    ],
)
@pytest.mark.parametrize("library", ["jsonschema-rs", "jsonschema"])
def test_a_reference_that_leads_nowhere_is_a_violation_and_nothing_is_fetched(reference: str, library: str) -> None:
    engine = JsonSchemaEngine(library)
    schema = parsed({"properties": {"a": {"$ref": reference}}})
    (violation,) = engine.violations(schema)
    assert (violation.path, violation.code) == ("/properties/a/$ref", "$ref")
    assert repr(reference) in violation.message
    with pytest.raises(SchemaUnusable) as refused:
        engine.compile(schema)
    assert refused.value.violations == (violation,)


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"a": {"$ref": "#"}}},
        {"$ref": "#/$defs/a", "$defs": {"a": {}}},
        {"$ref": "#here", "$defs": {"a": {"$anchor": "here"}}},
        {"$ref": "inner", "$id": "https://example.com/outer", "$defs": {"a": {"$id": "inner"}}},
        {"$ref": "https://json-schema.org/draft/2020-12/schema"},
        {"$ref": DRAFT_7},
        {"$schema": DRAFT_4, "id": "http://x/y", "$ref": "#/definitions/a", "definitions": {"a": {}}},
    ],
)
@pytest.mark.parametrize("library", ["jsonschema-rs", "jsonschema"])
def test_local_references_and_metaschemas_resolve(schema: object, library: str) -> None:
    assert found(schema) == []
    assert JsonSchemaEngine(library).compile(parsed(schema)).accepts(b"{}")


@pytest.mark.parametrize("library", ["jsonschema-rs", "jsonschema"])
@pytest.mark.parametrize("identifier", [{}, {"$id": "https://example.com/schemas/person"}])
def test_named_references_resolve_by_name(library: str, identifier: dict[str, str]) -> None:
    schema = parsed({**identifier, "properties": {"a": {"$ref": "a.json"}}}, a_json={"type": "string"})
    assert ENGINE.violations(schema) == ()
    validator = JsonSchemaEngine(library).compile(schema)
    assert validator.accepts(b'{"a": "x"}')
    assert not validator.accepts(b'{"a": 1}')


def test_a_dangling_reference_in_a_named_schema_says_where() -> None:
    assert found({"$ref": "a.json"}, a_json={"$ref": "b.json"}) == [("a.json#/$ref", "$ref")]


@pytest.mark.slow
@pytest.mark.parametrize("levels", [24, 40, 2000])
def test_a_schema_that_doubles_itself_is_too_complex(levels: int) -> None:
    assert [code for _, code in found(doubled(levels, {"type": "integer"}))] == ["too_complex"]
    with pytest.raises(SchemaUnusable):
        ENGINE.compile(parsed(doubled(levels, {"type": "integer"})))


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"allOf": [{"not": {"$ref": "#"}}]},
        {"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{}, {"$ref": "#/$defs/b"}]}, "b": {"$ref": "#/$defs/a"}}},
    ],
)
def test_a_schema_that_leads_back_to_itself_for_the_same_value_is_endless(schema: object) -> None:
    assert [code for _, code in found(schema)] == ["endless"]


def test_a_schema_that_uses_another_a_thousand_times_is_not_too_complex() -> None:
    assert found(doubled(10, {"type": "integer"})) == []


def test_schemas_inside_data_are_not_schemas() -> None:
    assert found({"const": {"$ref": "nowhere", "type": 5}, "examples": [{"$ref": "nowhere"}]}) == []


def with_metaschema(schema: dict[str, object], metaschema: object, **named: object) -> list[tuple[str, str]]:
    """Return path and code of each violation of a schema with its own metaschema.

    The name of the metaschema is an absolute URI, as draft 7 requires.
    """
    return found({"$schema": "urn:meta", **schema}, **{"urn:meta": metaschema}, **named)


def test_a_metaschema_among_the_references_is_what_the_schema_must_fit() -> None:
    meta = {
        "$schema": DRAFT_7,
        "allOf": [{"$ref": DRAFT_7}],
        "required": ["title"],
        "properties": {"title": {"pattern": "^A"}},
    }
    assert with_metaschema({"title": "Ada", "type": "string"}, meta) == []
    assert with_metaschema({"type": "string"}, meta) == [("", "required")]
    assert with_metaschema({"title": "Bob", "type": "strin"}, meta) == [
        ("/title", "title"),
        ("/type", "type"),
    ]


def test_the_draft_is_that_at_the_end_of_the_metaschemas() -> None:
    meta, base = {"$schema": "base.json"}, {"$schema": DRAFT_4}
    assert parsed({"$schema": "meta.json"}, meta_json=meta, base_json=base).draft.uri == DRAFT_4
    assert with_metaschema({"minimum": 1, "exclusiveMinimum": True}, meta, base_json=base) == []


@pytest.mark.parametrize("end", ["meta.json", "base.json", "https://example.com/mine", None])
def test_metaschemas_that_lead_to_no_draft_are_violations(end: str | None) -> None:
    base = {} if end is None else {"$schema": end}
    violations = ENGINE.violations(parsed({"$schema": "meta.json"}, meta_json={"$schema": "base.json"}, base_json=base))
    assert ("/$schema", "$schema") in [(each.path, each.code) for each in violations]
    assert DRAFT_7 in violations[0].message


def test_a_faulty_metaschema_is_named_before_it_is_used() -> None:
    assert with_metaschema({}, {"$schema": DRAFT_7, "type": "strin"}) == [("urn:meta#/type", "type")]
    assert with_metaschema({}, {"$schema": DRAFT_7, **doubled(40, {})}) != []


def test_a_vocabulary_that_is_required_and_not_known_is_a_violation() -> None:
    vocabulary = {"https://json-schema.org/draft/2020-12/vocab/core": True, "https://example.com/mine": True}
    assert len(with_metaschema({}, {"$schema": DRAFT_2020, "$vocabulary": vocabulary})) == 1


def test_a_vocabulary_of_another_draft_than_the_schemas_is_a_violation() -> None:
    """The library would read it by the rules of the wrong draft."""
    meta = {"$schema": DRAFT_2019, "$vocabulary": {"https://json-schema.org/draft/2019-09/vocab/core": True}}
    part = {"$schema": "meta.json", "items": [{"type": "string"}]}
    assert found({"$ref": "part.json"}, part_json=part, meta_json=meta) == [("part.json#/$schema", "$schema")]
    assert found({"$schema": DRAFT_2019, "$ref": "part.json"}, part_json=part, meta_json=meta) == []


@pytest.mark.parametrize(("count", "codes"), [(20, []), (21, ["$schema"])])
def test_there_is_a_bound_on_metaschemas(count: int, codes: list[str]) -> None:
    chain: dict[str, object] = {f"m{i}.json": {"$schema": f"m{i + 1}.json"} for i in range(count - 1)}
    chain[f"m{count - 1}.json"] = {"$schema": DRAFT_2020}
    assert [code for _, code in found({"$schema": "m0.json"}, **chain)] == codes
