"""Can data that fits the writer be read with the reader? One family of keywords after the other."""

import json
from typing import ClassVar

import pytest

from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.json_schema.compatibility.findings import REMEDIES, Code
from sluicegate.shared.formats.json_schema.compatibility.matching import maximum_matching
from sluicegate.shared.formats.json_schema.engine import JsonSchemaEngine
from sluicegate.shared.formats.options import Policy
from tests.unit.formats.json_schema.schemas import (
    DRAFT_4,
    DRAFT_7,
    DRAFT_2019,
    DRAFT_2020,
    ENGINE,
    codes,
    doubled,
    parsed,
)

STRING, NUMBER, INTEGER = {"type": "string"}, {"type": "number"}, {"type": "integer"}
CLOSED = {"additionalProperties": False}

ONE_WAY = [
    # reader, writer, and the code of the way back
    (NUMBER, INTEGER, "TYPE_NARROWED"),
    ({"type": ["string", "null"]}, STRING, "TYPE_NARROWED"),
    ({}, STRING, "TYPE_NARROWED"),
    ({"enum": ["a", "b"]}, {"enum": ["a"]}, "ENUM_NARROWED"),
    ({"enum": ["a", "b"]}, {"const": "a"}, "CONST_CHANGED"),
    (STRING, {"type": "string", "enum": ["a"]}, "ENUM_ADDED"),
    ({"type": "string", "maxLength": 1}, {"enum": ["a", "b"]}, "ENUM_ADDED"),
    ({"minimum": 1}, {"minimum": 2}, "MINIMUM_INCREASED"),
    ({}, {"minimum": 2}, "MINIMUM_ADDED"),
    ({"minimum": 1}, {"exclusiveMinimum": 1}, "MINIMUM_INCREASED"),
    ({"maximum": 2}, {"maximum": 1}, "MAXIMUM_DECREASED"),
    ({}, {"exclusiveMaximum": 1}, "MAXIMUM_ADDED"),
    ({"maximum": 2**60 + 1}, {"maximum": 2**60}, "MAXIMUM_DECREASED"),
    ({"multipleOf": 0.1}, {"multipleOf": 0.3}, "MULTIPLE_OF_CHANGED"),
    (INTEGER, {"type": "integer", "multipleOf": 2}, "MULTIPLE_OF_ADDED"),
    ({"minLength": 1}, {"minLength": 2}, "MIN_LENGTH_INCREASED"),
    ({}, {"maxLength": 2}, "MAX_LENGTH_ADDED"),
    ({}, {"pattern": "a"}, "PATTERN_ADDED"),
    ({"properties": {"a": NUMBER}}, {"properties": {"a": INTEGER}}, "TYPE_NARROWED"),
    ({"properties": {"a": STRING}}, {"properties": {"a": STRING, "b": STRING}}, "PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL"),
    ({"properties": {"a": {}, "b": {}}} | CLOSED, {"properties": {"a": {}}} | CLOSED, "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL"),
    ({}, CLOSED, "ADDITIONAL_PROPERTIES_REMOVED"),
    ({"additionalProperties": NUMBER}, {"additionalProperties": INTEGER}, "ADDITIONAL_PROPERTIES_NARROWED"),
    ({"patternProperties": {"^a": NUMBER}}, {"patternProperties": {"^a": INTEGER}}, "PATTERN_PROPERTY_ADDED_OR_NARROWED"),
    ({}, {"required": ["a"]}, "REQUIRED_PROPERTY_ADDED"),
    ({"properties": {"a": {}}}, {"properties": {"a": {}}, "required": ["a"]}, "REQUIRED_ATTRIBUTE_ADDED"),
    ({}, {"propertyNames": {"maxLength": 3}}, "PROPERTY_NAMES_NARROWED"),
    ({"minProperties": 1}, {"minProperties": 2}, "MIN_PROPERTIES_INCREASED"),
    ({}, {"maxProperties": 2}, "MAX_PROPERTIES_ADDED"),
    ({}, {"dependentRequired": {"a": ["b"]}}, "DEPENDENCY_ARRAY_ADDED"),
    ({"dependentRequired": {"a": ["b"]}}, {"dependentRequired": {"a": ["b", "c"]}}, "DEPENDENCY_ARRAY_EXTENDED"),
    ({}, {"dependentSchemas": {"a": {"minProperties": 2}}}, "DEPENDENCY_SCHEMA_ADDED"),
    ({"items": NUMBER}, {"items": INTEGER}, "TYPE_NARROWED"),
    ({}, {"items": INTEGER}, "ADDITIONAL_ITEMS_NARROWED"),
    ({}, {"items": False}, "ADDITIONAL_ITEMS_REMOVED"),
    ({"prefixItems": [STRING]}, {"prefixItems": [STRING, STRING]}, "ITEM_ADDED_TO_OPEN_CONTENT_MODEL"),
    ({"prefixItems": [{}, {}], "items": False}, {"prefixItems": [{}], "items": False}, "ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL"),
    ({"minItems": 1}, {"minItems": 2}, "MIN_ITEMS_INCREASED"),
    ({"maxItems": 2}, {"maxItems": 1}, "MAX_ITEMS_DECREASED"),
    ({}, {"uniqueItems": True}, "UNIQUE_ITEMS_ADDED"),
    ({}, {"contains": STRING}, "CONTAINS_ADDED_OR_NARROWED"),
    ({"contains": STRING}, {"contains": STRING, "minContains": 2}, "CONTAINS_ADDED_OR_NARROWED"),
    ({"anyOf": [STRING, INTEGER]}, STRING, "TYPE_NARROWED"),
    ({"anyOf": [STRING, INTEGER, {"type": "null"}]}, {"anyOf": [INTEGER, STRING]}, "SUM_TYPE_NARROWED"),
    ({"oneOf": [{"type": "null"}, INTEGER]}, {"type": ["null"]}, "TYPE_NARROWED"),
    ({"allOf": [STRING]}, {"allOf": [STRING, {"minLength": 1}]}, "MIN_LENGTH_ADDED"),
    ({"not": INTEGER}, {"not": NUMBER}, "NOT_ADDED_OR_EXTENDED"),
    ({}, {"if": STRING, "then": {"minLength": 1}}, "CONDITION_NARROWED"),
    ({"unevaluatedProperties": NUMBER}, {"unevaluatedProperties": INTEGER}, "ADDITIONAL_PROPERTIES_NARROWED"),
    ({}, False, "NOTHING_ACCEPTED"),
]  # fmt: skip


@pytest.mark.parametrize(("wide", "narrow", "code"), ONE_WAY, ids=lambda value: json.dumps(value)[:60])
def test_widening_is_compatible_and_the_way_back_is_not(wide: object, narrow: object, code: str) -> None:
    assert codes(reader=wide, writer=narrow) == []
    assert codes(reader=narrow, writer=wide) == [code]


SAME = [
    ({"type": ["string", "null"]}, {"anyOf": [STRING, {"type": "null"}]}),
    ({"$ref": "#/$defs/a", "$defs": {"a": STRING}}, STRING),
    ({"const": "a"}, {"enum": ["a"]}),
    ({"type": "integer", "minimum": 1}, {"type": "integer", "exclusiveMinimum": 0}),
    ({"allOf": [STRING, {"minLength": 1}]}, {"type": "string", "minLength": 1}),
    ({"required": ["a", "b"]}, {"required": ["b", "a"], "title": "t", "description": "d"}),
    ({"$schema": DRAFT_7, "dependencies": {"a": ["b"]}}, {"dependentRequired": {"a": ["b"]}}),
    ({"$schema": DRAFT_7, "dependencies": {"a": {"required": ["b"]}}}, {"dependentSchemas": {"a": {"required": ["b"]}}}),
    ({"oneOf": [{"minimum": 3}, {"multipleOf": 2}]}, {"oneOf": [{"multipleOf": 2}, {"minimum": 3}]}),
    ({"if": STRING, "then": {"minLength": 1}}, {"then": {"minLength": 1}, "if": STRING, "title": "t"}),
    ({"type": "boolean"}, {"enum": [True, False]}),
    ({"unevaluatedProperties": False, "anyOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]},
     {"unevaluatedProperties": False, "anyOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}], "title": "t"}),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME, ids=lambda value: json.dumps(value)[:60])
def test_two_spellings_of_one_schema_are_compatible_both_ways(one: object, other: object) -> None:
    assert codes(one, other) == codes(other, one) == []


def test_a_finding_names_the_place_both_values_and_what_to_do() -> None:
    reader = {"properties": {"a/b": {"type": "string", "maxLength": 5}}}
    writer = {"properties": {"a/b": {"type": "string", "maxLength": 10}}}
    (found,) = ENGINE.compare(parsed(reader), parsed(writer))
    assert found.path == "/properties/a~1b/maxLength"
    assert found.message == "The reader's maxLength is 5, the writer allows 10. Keep maxLength, or raise it"


def test_a_finding_behind_a_reference_names_the_place_that_it_leads_to() -> None:
    def schema(of: str) -> dict[str, object]:
        return {"properties": {"a": {"$ref": "#/$defs/x"}}, "$defs": {"x": {"type": of}}}

    assert [found.path for found in ENGINE.compare(parsed(schema("string")), parsed(schema("number")))] == [
        "/$defs/x/type"
    ]


def test_a_finding_in_a_named_reference_names_the_reference() -> None:
    reader = parsed({"$ref": "a.json"}, a_json=STRING)
    writer = parsed({"$ref": "a.json"}, a_json=NUMBER)
    assert [found.path for found in ENGINE.compare(reader, writer)] == ["a.json#/type"]


def test_every_code_has_a_remedy() -> None:
    assert set(REMEDIES) == set(Code)
    assert all(code.value == code.name for code in Code)


class TestContentModels:
    """An optional property is added, as BACKWARD promises: the content model decides."""

    OLD: ClassVar = {"properties": {"name": STRING}}
    NEW: ClassVar = {"properties": {"name": STRING, "nick": STRING}}

    def test_to_an_open_model_is_incompatible_and_the_remedy_says_why(self) -> None:
        (found,) = ENGINE.compare(parsed(self.NEW), parsed(self.OLD))
        assert (found.code, found.path) == ("PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL", "/properties/nick")
        assert "additionalProperties: false" in found.remedy
        assert '"nick"' in found.change

    def test_to_an_open_model_is_compatible_when_lenient(self) -> None:
        lenient = JsonSchemaEngine(policy=Policy.LENIENT)
        assert lenient.compare(parsed(self.NEW), parsed(self.OLD)) == ()
        required = parsed(self.NEW | {"required": ["nick"]})
        assert [found.code for found in lenient.compare(required, parsed(self.OLD))] == ["REQUIRED_PROPERTY_ADDED"]

    @pytest.mark.parametrize("writer", [
        {"anyOf": [{"type": "object", "properties": {"amount": STRING}}]},
        {"oneOf": [{"type": "object", "properties": {"amount": STRING}}, {"type": "array"}]},
        {"if": {"required": ["kind"]}, "then": {"properties": {"amount": STRING}}},
        {"properties": {"a": {}}, "anyOf": [{"properties": {"amount": STRING}}, {"required": ["a"]}]},
    ])  # fmt: skip
    def test_lenient_assumes_nothing_where_an_alternative_names_the_property(self, writer: dict[str, object]) -> None:
        lenient = JsonSchemaEngine(policy=Policy.LENIENT)
        for reader in ({"properties": {"amount": NUMBER}}, {"anyOf": [{"properties": {"amount": NUMBER}}]}):
            assert lenient.compare(parsed(reader), parsed(writer))

    @pytest.mark.parametrize("writer", [
        {"anyOf": [{"required": ["a"]}, {"required": ["c"]}]},
        {"oneOf": [{"required": ["a"]}, {"required": ["c"]}]},
        {"if": {"required": ["c"]}, "then": {"required": ["k"]}},
        {"$schema": DRAFT_7, "dependencies": {"k": ["c"]}},
        {"$schema": DRAFT_7, "dependencies": {"c": ["k"]}},
        {"dependentRequired": {"k": ["c"]}},
        {"dependentSchemas": {"c": {"required": ["k"]}}},
        {"propertyNames": {"enum": ["a", "c"]}},
        {"enum": [{"c": 1}, {"c": 2}]},
        {"anyOf": [{"const": {"c": 1}}, {"required": ["a"]}]},
        {"patternProperties": {"^c": {}}},
        {"patternProperties": {"^c": True}, "additionalProperties": False},
    ])  # fmt: skip
    def test_lenient_assumes_nothing_about_a_property_that_the_writer_names_without_a_schema(
        self, writer: dict[str, object]
    ) -> None:
        lenient = JsonSchemaEngine(policy=Policy.LENIENT)
        old, new = ({"type": "object", **writer, **more} for more in ({}, {"properties": {"c": STRING}}))
        assert lenient.compare(parsed(new), parsed(old))
        assert lenient.compare(parsed(new | {"properties": {"other": STRING}}), parsed(old)) == ()
        draft = {"$schema": writer.get("$schema", DRAFT_2020)}
        outer_new, outer_old = (draft | {"properties": {"p": each | draft}} for each in (new, old))
        assert lenient.compare(parsed(outer_new), parsed(outer_old))

    @pytest.mark.parametrize("taken", [
        {"type": "object"}, {"type": "object", "properties": {"d": {}}}, {"type": "object", "required": ["d"]},
    ])  # fmt: skip
    def test_lenient_assumes_nothing_about_a_property_of_another_one_of_alternative(
        self, taken: dict[str, object]
    ) -> None:
        lenient = JsonSchemaEngine(policy=Policy.LENIENT)
        other = {"type": "object", "properties": {"c": INTEGER}, "required": ["c"]}
        grown = taken | {"properties": {"c": NUMBER}}
        assert lenient.compare(parsed({"oneOf": [other, grown]}), parsed({"oneOf": [other, taken]}))

    def test_lenient_assumes_nothing_about_a_property_of_an_unmet_condition(self) -> None:
        lenient = JsonSchemaEngine(policy=Policy.LENIENT)
        old = {"if": {"properties": {"c": {"const": 1}}, "required": ["c"]}, "else": {"required": ["k"]}}
        new = old | {"else": {"required": ["k"], "properties": {"c": STRING}}}
        assert lenient.compare(parsed(new), parsed(old))

    def test_lenient_allows_a_property_of_an_alternative_with_another_discriminator(self) -> None:
        lenient = JsonSchemaEngine(policy=Policy.LENIENT)
        first, second = ({"kind": {"const": each}} for each in ("card", "cash"))
        card = {"type": "object", "properties": {**first, "number": STRING}, "required": ["kind"]}
        cash = {"properties": second, "required": ["kind"]}
        grown = {"properties": {**second, "number": INTEGER}, "required": ["kind"]}
        old, new = ({"oneOf": [card, {"type": "object", **each}]} for each in (cash, grown))
        assert lenient.compare(parsed(new), parsed(old)) == ()

    def test_lenient_allows_a_property_inside_one_that_an_alternative_requires(self) -> None:
        lenient = JsonSchemaEngine(policy=Policy.LENIENT)
        base = {"type": "object", "anyOf": [{"required": ["a"]}, {"required": ["c"]}]}
        old, new = (
            base | {"properties": {"c": {"type": "object", **each}}} for each in ({}, {"properties": {"x": STRING}})
        )
        assert lenient.compare(parsed(new), parsed(old)) == ()

    def test_lenient_allows_a_property_that_no_alternative_names(self) -> None:
        lenient = JsonSchemaEngine(policy=Policy.LENIENT)
        kinds = [{"properties": {"kind": {"const": each}}, "required": ["kind"]} for each in ("a", "b")]
        grown = [kinds[0] | {"properties": {"kind": {"const": "a"}, "more": STRING}}, kinds[1]]
        for keyword in ("anyOf", "oneOf"):
            assert (
                lenient.compare(parsed({"type": "object", keyword: grown}), parsed({"type": "object", keyword: kinds}))
                == ()
            )

    def test_refusal_that_lenient_would_allow_names_the_switch(self) -> None:
        (found,) = ENGINE.compare(parsed(self.NEW), parsed(self.OLD))
        assert "compatibility_policy LENIENT" in found.remedy
        (narrowed,) = ENGINE.compare(parsed({"type": "string"}), parsed({"type": ["string", "null"]}))
        assert "LENIENT" not in narrowed.remedy

    def test_to_a_closed_model_is_compatible(self) -> None:
        assert codes(self.NEW | CLOSED, self.OLD | CLOSED) == []

    def test_that_takes_anything_is_compatible(self) -> None:
        assert codes({"properties": {"name": STRING, "nick": {"title": "Nick"}}}, self.OLD) == []

    def test_to_a_partially_open_model_depends_on_what_that_allows(self) -> None:
        numbers = self.OLD | {"additionalProperties": NUMBER}
        assert codes(self.NEW, numbers) == ["PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL"]
        assert codes(self.NEW, self.OLD | {"additionalProperties": STRING}) == []

    def test_removing_a_property_from_an_open_model_is_compatible(self) -> None:
        assert codes(self.OLD, self.NEW) == []

    def test_a_required_property_with_a_default_is_compatible(self) -> None:
        new = {"properties": {"name": STRING, "nick": {"type": "string", "default": ""}}, "required": ["nick"]}
        assert codes(new | CLOSED, self.OLD | CLOSED) == []

    def test_a_required_property_is_incompatible(self) -> None:
        assert codes(self.NEW | CLOSED | {"required": ["nick"]}, self.OLD | CLOSED) == ["REQUIRED_PROPERTY_ADDED"]


class TestDrafts:
    """Keywords that mean different things in different drafts."""

    def test_exclusive_bounds_are_booleans_in_draft_4(self) -> None:
        strict = {"$schema": DRAFT_4, "minimum": 1, "exclusiveMinimum": True}
        loose = {"$schema": DRAFT_4, "minimum": 1}
        assert codes(loose, strict) == []
        assert codes(strict, loose) == ["MINIMUM_INCREASED"]

    def test_a_schema_may_change_its_draft(self) -> None:
        old = {"$schema": DRAFT_4, "minimum": 1, "exclusiveMinimum": True, "items": [STRING], "additionalItems": False}
        new = {"exclusiveMinimum": 1, "prefixItems": [STRING], "items": False}
        assert codes(new, old) == codes(old, new) == []

    def test_keywords_beside_a_reference_count_from_2019_on(self) -> None:
        def schema(draft: str, more: dict[str, object]) -> dict[str, object]:
            return {"$schema": draft, "$ref": "#/definitions/a", "definitions": {"a": STRING}, **more}

        assert codes(schema(DRAFT_7, {"minLength": 2}), schema(DRAFT_7, {})) == []
        assert codes(schema(DRAFT_2019, {"minLength": 2}), schema(DRAFT_2019, {})) == ["MIN_LENGTH_ADDED"]

    def test_format_counts_where_it_is_enforced(self) -> None:
        added = {"type": "string", "format": "date"}
        assert codes(added, STRING) == []
        assert codes({"$schema": DRAFT_7, **added}, {"$schema": DRAFT_7, **STRING}) == ["FORMAT_ADDED"]
        unknown = {"type": "string", "format": "colour"}
        assert codes({"$schema": DRAFT_7, **unknown}, {"$schema": DRAFT_7, **STRING}) == []

    def test_a_dynamic_reference_with_one_target_is_followed(self) -> None:
        def tree(of: str) -> dict[str, object]:
            children = {"items": {"$dynamicRef": "#node"}}
            return {"$dynamicAnchor": "node", "type": "object", "properties": {"v": {"type": of}, "children": children}}

        assert codes(tree("number"), tree("integer")) == []
        assert codes(tree("integer"), tree("number")) == ["TYPE_NARROWED"]

    def test_a_dynamic_reference_with_several_targets_is_not_compared(self) -> None:
        two = {"$defs": {"x": {"$id": "x", "$dynamicAnchor": "n"}, "y": {"$id": "y", "$dynamicAnchor": "n"}}}
        reader = two | {"properties": {"a": {"$dynamicRef": "x#n"}, "b": NUMBER}}
        writer = two | {"properties": {"a": {"$dynamicRef": "x#n", "minimum": 1}, "b": NUMBER}}
        assert codes(reader, writer) == ["REFERENCE_NOT_COMPARABLE"]


class TestCombined:
    """Alternatives are matched in every order."""

    def test_findings_are_those_of_the_only_pair_that_is_left(self) -> None:
        reader = {"oneOf": [STRING, {"type": "array", "maxItems": 1}]}
        writer = {"oneOf": [{"type": "array", "maxItems": 2}, STRING]}
        (found,) = ENGINE.compare(parsed(reader), parsed(writer))
        assert (found.code, found.path) == ("MAX_ITEMS_DECREASED", "/oneOf/1/maxItems")

    def test_several_alternatives_that_fit_nothing_are_each_named(self) -> None:
        reader = {"anyOf": [STRING, {"type": "null"}]}
        writer = {"anyOf": [INTEGER, {"type": "boolean"}, STRING]}
        found = ENGINE.compare(parsed(reader), parsed(writer))
        assert [each.code for each in found] == ["SUM_TYPE_NARROWED"] * 2
        assert "boolean" in found[1].change

    def test_one_of_must_not_take_a_value_twice(self) -> None:
        assert codes({"oneOf": [NUMBER, INTEGER]}, INTEGER) == ["ONE_OF_AMBIGUOUS"]
        assert codes({"oneOf": [NUMBER, INTEGER]}, {"anyOf": [INTEGER, NUMBER]}) == ["ONE_OF_AMBIGUOUS"]
        assert codes({"oneOf": [NUMBER, INTEGER]}, NUMBER) == ["ONE_OF_AMBIGUOUS"]
        assert codes({"oneOf": [NUMBER, INTEGER]}, {"oneOf": [INTEGER, NUMBER], "title": "t"}) == []

    def test_a_hundred_alternatives_told_apart_by_a_constant(self) -> None:
        def sum_of(count: int, of: str) -> dict[str, object]:
            kinds = [
                {"properties": {"kind": {"const": i}, "v": {"type": of}}, "required": ["kind"]} for i in range(count)
            ]
            return {"oneOf": [{"type": "object", **kind} for kind in kinds]}

        assert codes(sum_of(101, "number"), sum_of(100, "integer")) == []
        assert codes(sum_of(99, "integer"), sum_of(100, "integer")) == ["SUM_TYPE_NARROWED"]

    def test_a_maximum_matching_moves_what_stands_in_the_way(self) -> None:
        assert maximum_matching([[0, 1], [0], [1, 2]]) == {0: 1, 1: 0, 2: 2}
        assert len(maximum_matching([[0], [0], [0, 1]])) == 2


class TestBounds:
    """Comparison always ends, and soon."""

    @staticmethod
    def tree(of: str) -> dict[str, object]:
        node = {"type": "object", "properties": {"v": {"type": of}, "next": {"$ref": "#/$defs/n"}}, "required": ["v"]}
        return {"$defs": {"n": {"oneOf": [{"type": "null"}, node]}}, "$ref": "#/$defs/n"}

    def test_schemas_that_refer_to_themselves(self) -> None:
        assert codes(self.tree("number"), self.tree("integer")) == []
        assert codes(self.tree("integer"), self.tree("number")) == ["TYPE_NARROWED"]

    def test_schemas_that_refer_to_each_other(self) -> None:
        def pair(of: str) -> dict[str, object]:
            a = {"properties": {"b": {"$ref": "#/$defs/b"}, "v": {"type": of}}}
            b = {"properties": {"a": {"$ref": "#/$defs/a"}}}
            return {"$defs": {"a": a, "b": b}, "$ref": "#/$defs/b"}

        assert codes(pair("number"), pair("integer")) == []
        assert codes(pair("integer"), pair("number")) == ["TYPE_NARROWED"]

    def test_doubling_conjunctions_are_seen_through(self) -> None:
        assert codes(doubled(40, NUMBER), doubled(40, INTEGER)) == []
        assert codes(doubled(40, INTEGER), doubled(40, NUMBER)) == ["TYPE_NARROWED"]

    @pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
    def test_doubling_alternatives_are_too_complex(self, keyword: str) -> None:
        assert codes(doubled(40, NUMBER, keyword), doubled(40, INTEGER, keyword)) == ["SCHEMA_TOO_COMPLEX"]

    @pytest.mark.slow
    def test_a_chain_of_a_thousand_references(self) -> None:
        def chain(of: str) -> dict[str, object]:
            links = {f"d{i}": {"properties": {"a": {"$ref": f"#/$defs/d{i + 1}"}}} for i in range(1000)}
            return {"$defs": {**links, "d1000": {"type": of}}, "$ref": "#/$defs/d0"}

        assert codes(chain("number"), chain("integer")) == []
        assert codes(chain("string"), chain("integer")) == ["TYPE_CHANGED"]

    def test_very_many_findings_are_cut(self) -> None:
        def wide(of: str) -> dict[str, object]:
            return {"properties": {f"p{i}": {"type": of} for i in range(1000)}}

        assert len(codes(wide("string"), wide("number"))) == 100


class TestNotComparable:
    """Stored under SYNTAX_ONLY, a schema may be anything."""

    def test_a_schema_that_breaks_its_metaschema(self) -> None:
        assert codes({"type": "strin"}, STRING) == ["SCHEMA_NOT_COMPARABLE"]
        assert codes(STRING, {"type": "strin"}) == ["SCHEMA_NOT_COMPARABLE"]

    def test_a_reference_that_leads_nowhere(self) -> None:
        assert codes({"$ref": "https://example.com/a"}, STRING) == ["REFERENCE_NOT_COMPARABLE"]
        assert codes(STRING, {"$ref": "https://example.com/a"}) == ["TYPE_NARROWED"]

    def test_a_schema_is_compatible_with_itself_whatever_it_is(self) -> None:
        odd = '{"type": 5, "$ref": "nowhere", "properties": 3}'
        assert ENGINE.compare(*(ENGINE.parse(SchemaSource(odd)) for _ in range(2))) == ()


def test_required_names_that_nobody_declares() -> None:
    """Confluent's registry ignores a swap of undeclared names; an addition is a difference."""
    base = {"properties": {"a": STRING}}
    assert codes(base | {"required": ["b"]}, base | {"required": ["a"]}) == []
    assert codes(base | {"required": ["b"]}, base) == ["REQUIRED_PROPERTY_ADDED"]
    assert codes({"required": ["b"]}, {"required": ["a"]}) == ["REQUIRED_PROPERTY_ADDED"]


def test_schemas_are_compared_unless_their_metaschema_has_a_vocabulary_of_its_own() -> None:
    """`minimum` may have no meaning then, so a writer's would promise too much."""
    whole = {"$schema": DRAFT_2020}
    part = {**whole, "$vocabulary": {"https://json-schema.org/draft/2020-12/vocab/core": True}}

    def found(metaschema: object) -> list[str]:
        reader, writer = ({"$schema": "meta.json", "minimum": minimum} for minimum in (5, 10))
        findings = ENGINE.compare(parsed(reader, meta_json=metaschema), parsed(writer, meta_json=metaschema))
        return [each.code for each in findings]

    assert found(whole) == []
    assert set(found(part)) == {"SCHEMA_NOT_COMPARABLE"}
