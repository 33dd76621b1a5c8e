"""Payload bytes -> verdict: exact, total, and `accepts` and `explain` never disagree."""

import json

import jsonschema  # type: ignore[import-untyped]  # ships no types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluicegate.shared.errors import SchemaUnusable
from sluicegate.shared.formats.effort import ENDLESS
from sluicegate.shared.formats.engine import Fault, PayloadValidator, SchemaSource
from sluicegate.shared.formats.json_schema.engine import JsonSchemaEngine
from sluicegate.shared.formats.json_schema.payload import Checker, JsonPayloadValidator, schema_needs_exact_integers
from sluicegate.shared.model import Violation
from tests.unit.formats.json_schema.generated import INSTANCES, SCHEMAS
from tests.unit.formats.json_schema.schemas import DRAFT_4, DRAFT_7, DRAFT_2020, ENGINE, parsed

LIBRARIES = ("jsonschema-rs", "jsonschema")
PERSON = {"type": "object", "properties": {"a": {"type": "integer"}, "b/c": {"minimum": 3}}, "required": ["d"]}


@pytest.fixture(params=LIBRARIES)
def engine(request: pytest.FixtureRequest) -> JsonSchemaEngine:
    return JsonSchemaEngine(request.param)


def verdict(validator: PayloadValidator, payload: bytes) -> str | None:
    """The fault, or None; `accepts` must say the same."""
    rejection = validator.explain(payload)
    assert validator.accepts(payload) is (rejection is None)
    assert rejection is None or 1 <= len(rejection.violations) <= 10
    return None if rejection is None else rejection.fault


def test_a_payload_that_fits(engine: JsonSchemaEngine) -> None:
    assert verdict(engine.compile(parsed(PERSON)), b'{"a": 1, "d": null}') is None


def test_a_payload_that_was_refused_is_not_read_again_to_say_why() -> None:
    read: list[bytes] = []

    def loads(payload: bytes) -> object:
        read.append(payload)
        return json.loads(payload)

    checker = Checker(lambda value: value == 1, lambda value, _: [Violation("", "one", f"{value} is not 1")])
    validator = JsonPayloadValidator(checker, loads, effort=lambda: ENDLESS, names=frozenset)
    refused, other = b"2", b"3"
    assert not validator.accepts(refused)
    assert _said(validator, refused) == "2 is not 1"
    assert read == [refused]
    assert not validator.accepts(refused)
    assert _said(validator, other) == "3 is not 1"
    assert validator.explain(b"1") is None
    assert _said(validator, refused) == "2 is not 1"


@pytest.mark.parametrize(
    ("schema", "needs"),
    [
        ({"type": "integer", "maximum": 150}, False),
        ({"type": "integer", "maximum": 2**63}, True),
        ({"multipleOf": 3}, True),
        ({"uniqueItems": True}, True),
    ],
)
def test_long_integers_are_looked_for_where_they_could_change_a_verdict(schema: object, needs: bool) -> None:
    assert schema_needs_exact_integers(schema) is needs


def test_long_integers_are_found_wherever_they_stand(engine: JsonSchemaEngine) -> None:
    """As doubles, both would be multiples: 2^63 and its neighbour are one."""
    validator = engine.compile(parsed({"items": {"multipleOf": 2}}))
    for place in range(40):
        spaces = b" " * place
        assert validator.accepts(b"[" + spaces + b"-9223372036854775810]")
        assert not validator.accepts(b"[" + spaces + b"-9223372036854775809]")
        assert not validator.accepts(b"[1234567890123456," + spaces + b"18446744073709551617,0]")


def _said(validator: PayloadValidator, payload: bytes) -> str:
    rejection = validator.explain(payload)
    assert rejection is not None
    return rejection.violations[0].message


@pytest.mark.parametrize(("items", "named"), [(1_000, 10), (200_000, 1)])
def test_all_that_is_wrong_is_asked_for_while_it_cannot_be_too_much(items: int, named: int) -> None:
    """jsonschema-rs creates all errors before it returns one: a gigabyte, for two megabytes."""
    rejection = ENGINE.compile(parsed({"items": {"type": "string"}})).explain(b"[" + b"null," * (items - 1) + b"null]")
    assert rejection is not None
    assert [violation.code for violation in rejection.violations] == ["type"] * named


def test_every_violation_has_place_keyword_and_message(engine: JsonSchemaEngine) -> None:
    rejection = engine.compile(parsed(PERSON)).explain(b'{"a": "x", "b/c": 1}')
    assert rejection is not None
    assert rejection.fault is Fault.INVALID
    found = {(each.path, each.code) for each in rejection.violations}
    assert found == {("/a", "type"), ("/b~1c", "minimum"), ("", "required")}
    assert all(each.message for each in rejection.violations)


def test_no_more_violations_than_asked_for(engine: JsonSchemaEngine) -> None:
    validator = engine.compile(parsed({"items": {"type": "string"}}))
    rejection = validator.explain(json.dumps(list(range(50))).encode(), limit=3)
    assert rejection is not None
    assert [each.path for each in rejection.violations] == ["/0", "/1", "/2"]


@pytest.mark.parametrize(
    "payload",
    [b"", b" ", b"{", b"NaN", b"[Infinity]", b"\xff", b'"\xc3"', b'"\\ud800"', b"\xef\xbb\xbf{}", b"{} {}", b"1e999", b"1" * 4301,
     b"[" * 2000, b"01"],
)  # fmt: skip
def test_what_is_not_json_is_malformed(engine: JsonSchemaEngine, payload: bytes) -> None:
    assert verdict(engine.compile(parsed({})), payload) == Fault.MALFORMED


@pytest.mark.parametrize(
    ("schema", "fits", "differs"),
    [
        ({"maximum": 2**53}, b"9007199254740992", b"9007199254740993"),
        ({"maximum": 2**64}, b"18446744073709551616", b"18446744073709551617"),
        ({"minimum": -(2**63)}, b"-9223372036854775808", b"-9223372036854775809"),
        ({"const": 10**30}, b"1000000000000000000000000000000", b"1000000000000000000000000000001"),
        ({"multipleOf": 3}, b"999999999999999999999999999999", b"1000000000000000000000000000000"),
        (
            {"uniqueItems": True},
            b"[100000000000000000001,100000000000000000002]",
            b"[100000000000000000001,100000000000000000001]",
        ),
        ({"$schema": DRAFT_4, "type": "integer"}, b"100000000000000000001", b"1.5"),
        ({"maximum": 10}, b"10", b"99999999999999999999999"),
    ],
)
def test_integers_are_exact(engine: JsonSchemaEngine, schema: object, fits: bytes, differs: bytes) -> None:
    validator = engine.compile(parsed(schema))
    assert verdict(validator, fits) is None
    assert verdict(validator, differs) == Fault.INVALID


def test_deep_payloads_with_long_integers_are_refused_the_same_way_everywhere(engine: JsonSchemaEngine) -> None:
    rejection = engine.compile(parsed({"uniqueItems": True})).explain(b"[" * 900 + b"1" * 30 + b"]" * 900)
    assert rejection is not None
    assert (rejection.fault, rejection.violations[0].code) == (Fault.INVALID, "too_complex")


def test_a_payload_nested_too_deep_to_check_is_refused(engine: JsonSchemaEngine) -> None:
    layered = {"$defs": {"n": {"items": {"allOf": [{"$ref": "#/$defs/n"}]}, "type": "array"}}, "$ref": "#/$defs/n"}
    validator = engine.compile(parsed(layered))
    assert verdict(validator, b"[" * 20 + b"]" * 20) is None
    assert verdict(validator, b"[" * 1000 + b"1" + b"]" * 1000) == Fault.INVALID


def test_a_pattern_made_to_be_slow_ends_with_a_refusal() -> None:
    validator = ENGINE.compile(parsed({"pattern": r"^(a|aa)+\1$"}))
    assert verdict(validator, b'"' + b"a" * 10_000 + b'b"') == Fault.INVALID


def test_format_is_checked_up_to_draft_7_and_not_after(engine: JsonSchemaEngine) -> None:
    for draft, fault in ((DRAFT_4, Fault.INVALID), (DRAFT_7, Fault.INVALID), (DRAFT_2020, None)):
        validator = engine.compile(parsed({"$schema": draft, "format": "ipv4"}))
        assert verdict(validator, b'"not an address"') == fault
        assert verdict(validator, b'"127.0.0.1"') is None


def test_the_boolean_schemas(engine: JsonSchemaEngine) -> None:
    assert verdict(engine.compile(parsed(True)), b"1") is None
    rejection = engine.compile(parsed(False)).explain(b"1")
    assert rejection is not None
    assert rejection.violations[0].code == "falseSchema"


def test_a_schema_with_violations_is_unusable(engine: JsonSchemaEngine) -> None:
    with pytest.raises(SchemaUnusable) as refused:
        engine.compile(parsed({"type": "strin"}))
    assert [each.path for each in refused.value.violations] == ["/type"]


def test_a_pattern_that_python_cannot_compile_is_unusable_with_jsonschema_only() -> None:
    schema = parsed({"pattern": r"^\p{Lu}+$"})
    assert ENGINE.compile(schema).accepts('"ÄB"'.encode())
    with pytest.raises(SchemaUnusable, match="cannot compile the pattern"):
        JsonSchemaEngine("jsonschema").compile(schema)


def test_an_unknown_library_is_refused() -> None:
    with pytest.raises(ValueError, match="fastjsonschema"):
        JsonSchemaEngine("fastjsonschema")


@given(st.binary(max_size=40) | st.text().map(str.encode))
def test_no_payload_raises(payload: bytes) -> None:
    verdict(ENGINE.compile(parsed({"type": "object", "uniqueItems": True})), payload)


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(SCHEMAS, st.lists(INSTANCES, min_size=1, max_size=5))
def test_the_verdict_is_that_of_jsonschema(schema: object, instances: list[object]) -> None:
    """The oracle is the Python reference implementation, called directly."""
    validator = ENGINE.compile(ENGINE.parse(SchemaSource(json.dumps(schema))))
    oracle = jsonschema.Draft202012Validator(schema)
    for instance in instances:
        assert validator.accepts(json.dumps(instance).encode()) is oracle.is_valid(instance)


VOCABULARIES = "https://json-schema.org/draft/2020-12/vocab"
NO_VALIDATION = {
    "$schema": DRAFT_2020,
    "$vocabulary": {f"{VOCABULARIES}/core": True, f"{VOCABULARIES}/applicator": True},
}
ALL_OF_THE_DRAFT = {"$schema": DRAFT_2020, "title": "a metaschema without $vocabulary"}


@pytest.mark.parametrize("place", ["root", "named"])
def test_only_the_keywords_of_the_metaschemas_vocabularies_count(place: str) -> None:
    schema = {"$schema": "meta.json", "minimum": 10, "properties": {"a": False}}
    named: dict[str, object] = {"meta_json": NO_VALIDATION}
    if place == "named":
        schema, named = {"$ref": "other.json"}, {**named, "other_json": schema}
    validator = ENGINE.compile(parsed(schema, **named))
    assert validator.accepts(b"1")
    assert verdict(validator, b'{"a": 1}') is Fault.INVALID
    with pytest.raises(SchemaUnusable, match="vocabulary"):
        JsonSchemaEngine("jsonschema").compile(parsed(schema, **named))


def test_a_metaschema_of_all_vocabularies_checks_payloads_as_its_draft_does(engine: JsonSchemaEngine) -> None:
    validator = engine.compile(parsed({"$schema": "meta.json", "minimum": 10}, meta_json=ALL_OF_THE_DRAFT))
    assert validator.accepts(b"10")
    assert verdict(validator, b"1") is Fault.INVALID


LONG = "1" * 400


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize(
    ("schema", "payload", "fault"),
    [
        ({"type": "integer"}, LONG, None),
        ({"type": "integer"}, f"-{LONG}", None),
        ({"type": "string"}, LONG, Fault.INVALID),
        ({"maximum": 5}, LONG, Fault.INVALID),
        ({"type": "object"}, f'{{"{LONG}": [{LONG}, 1.5, "\\u{LONG}", 0.{LONG}]}}', None),
        ({"uniqueItems": True}, f"[{LONG}1, {LONG}2]", None),
        ({"uniqueItems": True}, f"[{LONG}1, {LONG}1]", Fault.INVALID),
        (True, f"{LONG}.5", Fault.MALFORMED),
        (True, f"[{LONG}, 1e400]", Fault.MALFORMED),
        (True, f"{LONG}e1", Fault.MALFORMED),
        (True, f"1e{LONG}", Fault.MALFORMED),
        (True, f"[{LONG}", Fault.MALFORMED),
        (True, f"[{LONG}, NaN]", Fault.MALFORMED),
        (True, f"0{LONG}", Fault.MALFORMED),
        (True, "1" * 5000, Fault.MALFORMED),
        (True, f"{'[' * 300}{LONG}{']' * 300}", Fault.INVALID),
    ],
)
@pytest.mark.parametrize("library", LIBRARIES)
def test_integers_past_the_largest_double_are_exact(
    library: str, schema: object, payload: str, fault: Fault | None, strict: bool
) -> None:
    engine = JsonSchemaEngine(library, strict_json=strict)
    assert verdict(engine.compile(parsed(schema)), payload.encode()) is fault


def test_bytes_that_are_no_utf8_are_malformed_next_to_long_integers() -> None:
    validator = ENGINE.compile(parsed(True))
    assert verdict(validator, b'["\xff", ' + LONG.encode() + b"]") is Fault.MALFORMED
    assert verdict(validator, json.dumps([int(LONG)]).encode("utf-16")) is Fault.MALFORMED


def test_name_that_stands_twice_is_malformed_next_to_long_integers() -> None:
    validator = JsonSchemaEngine(strict_json=True).compile(parsed(True))
    assert verdict(validator, f'{{"a": {LONG}, "a": 1}}'.encode()) is Fault.MALFORMED
