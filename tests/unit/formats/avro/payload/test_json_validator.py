"""Valid and invalid datums in JSON encoding."""

import json
from typing import Any

import pytest

from sluicegate.shared.formats.avro.engine import AvroEngine
from sluicegate.shared.formats.engine import Fault
from tests.unit.formats.avro.builders import parsed, record

ENGINE = AvroEngine(encoding="json")
ENUM = {"type": "enum", "name": "x.E", "symbols": ["A", "B"], "default": "A"}
FIXED = {"type": "fixed", "name": "x.F", "size": 2}
DECIMAL = {"type": "bytes", "logicalType": "decimal", "precision": 2}
UUID = {"type": "string", "logicalType": "uuid"}
INTS = {"type": "array", "items": "int"}
NOTE = record(("id", "long"), {"name": "note", "type": ["null", "string"], "default": None})
LIST = record(("next", ["null", "x.R"]))

VALID = [
    ("null", "null"),
    ("boolean", "true"),
    ("int", "-2147483648"),
    ("int", " 2147483647\n"),
    ("long", "9223372036854775807"),
    ("long", "-9223372036854775808"),
    ("float", "1"),
    ("float", "3.4028234663852886e38"),
    ("float", '"NaN"'),
    ("double", "1.7e308"),
    ("double", "123456789012345678901234567890"),
    ("double", '"-Infinity"'),
    ("bytes", r'"\u00ff\u0000a"'),
    ("string", '"ż"'),
    (ENUM, '"B"'),
    (FIXED, r'"\u0000ÿ"'),
    (DECIMAL, '"c"'),
    (UUID, '"00000000-0000-4000-8000-00000000abCD"'),
    (INTS, "[1, 2]"),
    ({"type": "map", "values": "int"}, '{"a": 1, "": 2}'),
    (["null", "int"], "null"),
    (["null", "int"], '{"int": 1}'),
    (["null", INTS, ENUM, FIXED], '{"array": [1]}'),
    (["null", INTS, ENUM, FIXED], '{"x.E": "A"}'),
    (["null", {"type": "map", "values": "null"}], '{"map": {"k": null}}'),
    (NOTE, '{"note": {"string": "a:b, \\"c\\": d"}, "id": 1}'),
    (LIST, '{"next": {"x.R": {"next": null}}}'),
    (record(), "{}"),
    ({"type": "int", "logicalType": "date"}, "-1"),
]

INVALID = [
    ("boolean", "1", "type_mismatch", ""),
    ("int", "1.0", "integer_invalid", ""),
    ("int", "1e2", "integer_invalid", ""),
    ("int", "2147483648", "integer_invalid", ""),
    ("int", "true", "type_mismatch", ""),
    ("int", '"1"', "type_mismatch", ""),
    ("long", "9223372036854775808", "integer_invalid", ""),
    ("long", "-9223372036854775809", "integer_invalid", ""),
    ("float", "3.5e38", "float_too_large", ""),
    ("double", '"INF"', "type_mismatch", ""),
    ("double", "false", "type_mismatch", ""),
    ("string", "null", "type_mismatch", ""),
    ("bytes", '"Ā"', "bytes_invalid", ""),
    ("bytes", "[1]", "type_mismatch", ""),
    (FIXED, '"a"', "size_mismatch", ""),
    (FIXED, '"abc"', "size_mismatch", ""),
    (DECIMAL, '"d"', "decimal_invalid", ""),
    (DECIMAL, '""', "decimal_invalid", ""),
    (DECIMAL, "0.99", "type_mismatch", ""),
    (UUID, '"00000000"', "uuid_invalid", ""),
    (ENUM, '"C"', "symbol_unknown", ""),
    (ENUM, "0", "type_mismatch", ""),
    (INTS, "{}", "type_mismatch", ""),
    (INTS, '[1, "2"]', "type_mismatch", "/1"),
    ({"type": "map", "values": "int"}, "[]", "type_mismatch", ""),
    ({"type": "map", "values": "int"}, '{"a/b": null}', "type_mismatch", "/a~1b"),
    (["null", "int"], "1", "union_untagged", ""),
    (["null", "int"], "{}", "union_untagged", ""),
    (["null", "int"], '{"int": 1, "null": null}', "union_untagged", ""),
    (["null", "int"], '{"null": null}', "branch_unknown", "/null"),
    (["null", "int"], '{"long": 1}', "branch_unknown", "/long"),
    (["null", ENUM], '{"E": "A"}', "branch_unknown", "/E"),
    (["null", "int"], '{"int": "1"}', "type_mismatch", "/int"),
    (["int"], "null", "branch_unknown", ""),
    (NOTE, '{"id": 1}', "field_missing", ""),
    (NOTE, '{"id": 1, "note": null, "x": 2}', "field_unknown", "/x"),
    (NOTE, '{"id": 1, "x": 2}', "field_missing", ""),
    (NOTE, '{"id": 1, "note": "a"}', "union_untagged", "/note"),
    (NOTE, "[]", "type_mismatch", ""),
    (NOTE, '{"id": 1, "id": 2, "note": null}', "key_repeated", "/id"),
    (NOTE, r'{"id": 1, "\u0069d": 1, "note": {"string": "\":"}}', "key_repeated", "/id"),
    ({"type": "map", "values": INTS}, '{"a": [1], "a": [1]}', "key_repeated", "/a"),
    (["null", "int"], '{"int": {"deep": 1}, "int": 1}', "key_repeated", "/int"),
]


@pytest.mark.parametrize(("schema", "payload"), VALID)
def test_a_datum_is_accepted(schema: Any, payload: str) -> None:
    validator = ENGINE.compile(parsed(schema))
    assert validator.explain(payload.encode()) is None
    assert validator.accepts(payload.encode())


@pytest.mark.parametrize(("schema", "payload", "code", "path"), INVALID)
def test_json_that_is_no_datum_is_refused_and_explained(schema: Any, payload: str, code: str, path: str) -> None:
    validator = ENGINE.compile(parsed(schema))
    assert not validator.accepts(payload.encode())
    rejection = validator.explain(payload.encode())
    assert rejection is not None
    violation = rejection.violations[0]
    assert (rejection.fault, violation.code, violation.path) == (Fault.INVALID, code, path)


@pytest.mark.parametrize("payload", [b"", b"NaN", b"1 2", b"01", b"\xef\xbb\xbf1", b'"\xff"', b"Infinity", b"{1: 2}"])
def test_what_is_not_json_is_malformed(payload: bytes) -> None:
    for schema in ("double", "string"):
        validator = ENGINE.compile(parsed(schema))
        assert not validator.accepts(payload)
        rejection = validator.explain(payload)
        assert rejection is not None
        assert (rejection.fault, rejection.violations[0].code) == (Fault.MALFORMED, "json_malformed")


def test_faults_are_told_together_up_to_the_limit() -> None:
    validator = ENGINE.compile(parsed(INTS))
    rejection = validator.explain(b'["", 1, null, 1.5]')
    assert rejection is not None
    assert [each.path for each in rejection.violations] == ["/0", "/2", "/3"]
    limited = validator.explain(b'["", 1, null, 1.5]', limit=2)
    assert limited is not None
    assert len(limited.violations) == 2


def test_sentences_name_what_would_fit() -> None:
    rejection = ENGINE.compile(parsed(["null", "int"])).explain(b"1")
    assert rejection is not None
    expected = 'The union of null and int is written as one of null and {"int": value}'
    assert rejection.violations[0].message == expected


def linked(levels: int) -> bytes:
    return b'{"next": {"x.R": ' * levels + b'{"next": null}' + b"}}" * levels


def test_recursion_is_bounded_as_in_binary_encoding() -> None:
    schema = parsed(LIST)
    validator, binary = ENGINE.compile(schema), AvroEngine().compile(schema)
    assert validator.accepts(linked(100))
    assert binary.accepts(b"\2" * 100 + b"\0")
    assert not validator.accepts(linked(101))
    assert not binary.accepts(b"\2" * 101 + b"\0")


@pytest.mark.parametrize("levels", [101, 400, 600, 100_000])
def test_what_is_nested_too_deeply_is_told(levels: int) -> None:
    validator = ENGINE.compile(parsed(LIST))
    assert not validator.accepts(linked(levels))
    rejection = validator.explain(linked(levels))
    assert rejection is not None
    assert (rejection.fault, rejection.violations[0].code) == (Fault.INVALID, "nested_too_deeply")


def test_the_deepest_records_within_records_are_explained() -> None:
    schema: Any = record(("a", ["null", "x.R0"]), ("b", "int"), name="x.R59")
    for level in reversed(range(59)):
        schema = record(("a", schema), ("b", "int"), name=f"x.R{level}")
    value: Any = None
    for level in range(4 * 60):
        value = {"a": {"x.R0": value} if level and not level % 60 else value, "b": 1}
    validator = ENGINE.compile(parsed(schema))
    assert validator.accepts(json.dumps(value).encode())
    rejection = validator.explain(json.dumps(value).replace('{"a": null, "b": 1}', '{"a": null, "b": ""}').encode())
    assert rejection is not None
    assert [each.code for each in rejection.violations] == ["type_mismatch"]


def test_a_replaced_value_may_be_as_deep_as_it_likes() -> None:
    validator = ENGINE.compile(parsed({"type": "map", "values": "int"}))
    payload = b'{"a": ' + b"[" * 1000 + b"]" * 1000 + b', "a": 1}'
    assert not validator.accepts(payload)
    rejection = validator.explain(payload)
    assert rejection is not None
    assert rejection.violations[0].code == "key_repeated"


@pytest.mark.slow
def test_a_long_name_above_many_values_takes_no_memory_for_each() -> None:
    validator = ENGINE.compile(
        parsed({"type": "map", "values": {"type": "array", "items": {"type": "map", "values": "int"}}})
    )
    payload = b'{"' + b"k" * 1_000_000 + b'": [' + b"{}, " * 200_000 + b'{"a": 1, "a": 2}]}'
    assert not validator.accepts(payload)
    rejection = validator.explain(payload)
    assert rejection is not None
    assert rejection.violations[0].path.endswith("k/200000/a")


def test_repeated_names_are_told_in_order_up_to_the_limit() -> None:
    validator = ENGINE.compile(parsed({"type": "array", "items": {"type": "map", "values": "int"}}))
    rejection = validator.explain(b'[{"a": 1, "a": 1}, {"b": 1}, {"c": 1, "d": 1, "d": 1, "c": 1}]', limit=2)
    assert rejection is not None
    assert [each.path for each in rejection.violations] == ["/0/a", "/2/c"]


def test_types_without_names_may_be_nested_as_deep_as_a_schema_may_be() -> None:
    levels = 30
    schema: Any = "int"
    for _ in range(levels):
        schema = {"type": "array", "items": ["null", schema]}
    validator = ENGINE.compile(parsed(schema))
    value: Any = 1
    for level in range(levels):
        value = [{"array" if level else "int": value}]
    assert validator.accepts(json.dumps(value).encode())
