"""Valid and invalid datums of a schema."""

import io
import struct
from typing import Any

import fastavro
import pytest

from sluicegate.shared.formats.engine import Fault
from tests.unit.formats.avro.builders import ENGINE, parsed, record

ENUM = {"type": "enum", "name": "E", "symbols": ["A", "B"]}
DECIMAL = {"type": "bytes", "logicalType": "decimal", "precision": 2}
FIXED_DECIMAL = {"type": "fixed", "name": "F", "size": 2, "logicalType": "decimal", "precision": 3}
UUID = {"type": "string", "logicalType": "uuid"}
INTS = {"type": "array", "items": "int"}
NULLS = {"type": "array", "items": "null"}
MANY = [{"type": "fixed", "name": f"F{size}", "size": size} for size in range(20)]
NINES = b"\x09" * 9

VALID = [
    ("null", b""),
    ("boolean", b"\0"),
    ("boolean", b"\1"),
    ("int", b"\x80\0"),
    ("int", b"\xff\xff\xff\xff\x0f"),
    ("long", b"\xff" * 9 + b"\1"),
    ("float", struct.pack("<f", 1.5)),
    ("double", struct.pack("<d", float("nan"))),
    ("bytes", b"\4\xff\xfe"),
    ("string", b"\4\xc3\xa9"),
    ("string", b"\x80\1" + b"x" * 64),
    (ENUM, b"\2"),
    (ENUM, b"\x82\0"),
    ({"type": "fixed", "name": "F", "size": 3}, b"abc"),
    ({"type": "fixed", "name": "F", "size": 0}, b""),
    (DECIMAL, b"\2\x63"),
    (DECIMAL, b"\x06\0\0\x63"),
    (DECIMAL, b"\2\x9d"),
    (FIXED_DECIMAL, b"\x03\xe7"),
    (UUID, b"\x48" + b"00000000-0000-4000-8000-00000000abCD"),
    (["null", "int"], b"\0"),
    (["null", "int"], b"\2\5"),
    (["null", "int"], b"\x82\0\5"),
    (MANY, b"\x26" + b"x" * 19),
    (["null", *MANY], b"\0"),
    (INTS, b"\0"),
    (INTS, b"\x80\0"),
    (INTS, b"\4\1\1\2\1\0"),
    (INTS, b"\3\4\1\1\0"),
    (INTS, b"\1\x04\x80\1\0"),
    (NULLS, b"\x80\1\0"),
    (NULLS, b"\x01\0\0"),
    ({"type": "map", "values": "null"}, b"\2\2k\0"),
    ({"type": "map", "values": INTS}, b"\2\2k\2\1\0\0"),
    (record(), b""),
    (record(("a", "int"), ("b", ["null", "R"])), b"\1\2\1\0"),
    ({"type": "int", "logicalType": "date"}, b"\xff\xff\xff\xff\x0f"),
    ({"type": "bytes", "logicalType": "decimal", "precision": 0}, b"\0"),
]

INVALID = [
    ("null", b"\0", Fault.MALFORMED, "left_over", ""),
    ("int", b"", Fault.MALFORMED, "truncated", ""),
    ("int", b"\x80", Fault.MALFORMED, "truncated", ""),
    ("int", b"\0\0", Fault.MALFORMED, "left_over", ""),
    ("int", b"\xff\xff\xff\xff\x10", Fault.MALFORMED, "number_too_long", ""),
    ("int", b"\x80\x80\x80\x80\x80\0", Fault.MALFORMED, "number_too_long", ""),
    ("long", b"\xff" * 9 + b"\2", Fault.MALFORMED, "number_too_long", ""),
    ("long", b"\x80" * 10 + b"\0", Fault.MALFORMED, "number_too_long", ""),
    ("boolean", b"\2", Fault.MALFORMED, "boolean_invalid", ""),
    ("float", b"123", Fault.MALFORMED, "truncated", ""),
    ("double", b"1234567", Fault.MALFORMED, "truncated", ""),
    ("bytes", b"\4a", Fault.MALFORMED, "truncated", ""),
    ("bytes", b"\1", Fault.MALFORMED, "length_negative", ""),
    ("bytes", b"\xfe" + b"\xff" * 8 + b"\1", Fault.MALFORMED, "truncated", ""),
    ("string", b"\2\xff", Fault.MALFORMED, "utf8_invalid", ""),
    ("string", b"\6\xed\xa0\x80", Fault.MALFORMED, "utf8_invalid", ""),
    (ENUM, b"\4", Fault.INVALID, "enum_index_invalid", ""),
    (ENUM, b"\1", Fault.INVALID, "enum_index_invalid", ""),
    (ENUM, b"\x84\0", Fault.INVALID, "enum_index_invalid", ""),
    ({"type": "fixed", "name": "F", "size": 3}, b"ab", Fault.MALFORMED, "truncated", ""),
    (DECIMAL, b"\2\x64", Fault.INVALID, "decimal_invalid", ""),
    (DECIMAL, b"\2\x9c", Fault.INVALID, "decimal_invalid", ""),
    (DECIMAL, b"\0", Fault.INVALID, "decimal_invalid", ""),
    (FIXED_DECIMAL, b"\x03\xe8", Fault.INVALID, "decimal_invalid", ""),
    (UUID, b"\x02x", Fault.INVALID, "uuid_invalid", ""),
    (UUID, b"\x40" + b"0" * 32, Fault.INVALID, "uuid_invalid", ""),
    (["null", "int"], b"\4", Fault.MALFORMED, "union_index_invalid", ""),
    (["null", "int"], b"\1", Fault.MALFORMED, "union_index_invalid", ""),
    ([], b"\0", Fault.MALFORMED, "union_index_invalid", ""),
    (MANY, b"\x28", Fault.MALFORMED, "union_index_invalid", ""),
    (MANY, b"\1", Fault.MALFORMED, "union_index_invalid", ""),
    (INTS, b"\2\1", Fault.MALFORMED, "truncated", ""),
    (INTS, b"\4\1\xff\xff\xff\xff\xff\xff", Fault.MALFORMED, "number_too_long", "/1"),
    (INTS, b"\3\2\1\1\0", Fault.MALFORMED, "block_size_invalid", ""),
    (INTS, b"\3\1\1\1\0", Fault.MALFORMED, "length_negative", ""),
    (INTS, b"\xfe" + b"\xff" * 8 + b"\1", Fault.MALFORMED, "too_many_items", ""),
    (INTS, b"\xff" * 9 + b"\1\2\0", Fault.MALFORMED, "too_many_items", ""),
    (NULLS, b"\x80\x94\xeb\xdc\x03\0", Fault.MALFORMED, "too_many_items", ""),
    (NULLS, b"\3\2\0", Fault.MALFORMED, "block_size_invalid", ""),
    ({"type": "map", "values": "null"}, b"\2\2\xff\0", Fault.MALFORMED, "utf8_invalid", "/0"),
    ({"type": "map", "values": "boolean"}, b"\2\2/\2\0", Fault.MALFORMED, "boolean_invalid", "/~1"),
    (record(("a", INTS), ("e", ENUM)), b"\0\x09", Fault.INVALID, "enum_index_invalid", "/e"),
]


@pytest.mark.parametrize(("schema", "payload"), VALID)
def test_a_datum_is_accepted(schema: Any, payload: bytes) -> None:
    validator = ENGINE.compile(parsed(schema))
    assert validator.accepts(payload), validator.explain(payload)
    assert validator.explain(payload) is None


@pytest.mark.parametrize(("schema", "payload", "fault", "code", "path"), INVALID)
def test_what_is_no_datum_is_refused_and_explained(
    schema: Any, payload: bytes, fault: Fault, code: str, path: str
) -> None:
    validator = ENGINE.compile(parsed(schema))
    assert not validator.accepts(payload)
    rejection = validator.explain(payload)
    assert rejection is not None
    violation = rejection.violations[0]
    assert (rejection.fault, violation.code, violation.path) == (fault, code, path)


def test_faults_of_values_are_told_together_up_to_the_limit() -> None:
    validator = ENGINE.compile(parsed({"type": "array", "items": ENUM}))
    payload = b"\x0a\x09\0\x09\x09\x09\0"
    rejection = validator.explain(payload)
    assert rejection is not None
    assert [each.path for each in rejection.violations] == ["/0", "/2", "/3", "/4"]
    limited = validator.explain(payload, limit=2)
    assert limited is not None
    assert len(limited.violations) == 2


def test_a_payload_with_both_faults_is_malformed() -> None:
    rejection = ENGINE.compile(parsed(record(("e", ENUM), ("i", "int")))).explain(b"\x09")
    assert rejection is not None
    assert rejection.fault is Fault.MALFORMED
    assert [each.code for each in rejection.violations] == ["enum_index_invalid", "truncated"]


def test_messages_are_for_people() -> None:
    rejection = ENGINE.compile(parsed(record(("e", ENUM), ("i", "int")))).explain(b"\x09")
    assert rejection is not None
    assert [each.message for each in rejection.violations] == [
        "The enum x.E has 2 symbols, and none with the index -5",
        "The payload ends at byte 1, within an int that begins at byte 1",
    ]


def linked(length: int) -> bytes:
    return b"\2" * length + b"\0"


def test_depth_is_bounded_and_never_exhausts_the_stack() -> None:
    validator = ENGINE.compile(parsed(record(("next", ["null", "R"]))))
    assert validator.accepts(linked(100))
    for length in (101, 5_000, 1_000_000):
        assert not validator.accepts(linked(length))
        rejection = validator.explain(linked(length))
        assert rejection is not None
        assert rejection.violations[0].code == "nested_too_deeply"


def test_records_that_share_records_are_counted_too() -> None:
    chain = [record(("f", f"R{level - 1}" if level else "int"), name=f"R{level}") for level in range(300)]
    validator = ENGINE.compile(parsed(chain))
    assert validator.accepts(b"\x80\1\1")
    rejection = validator.explain(b"\xd6\4\1")
    assert rejection is not None
    assert rejection.violations[0].code == "nested_too_deeply"


def test_empty_items_have_a_budget_for_the_whole_payload() -> None:
    validator = ENGINE.compile(parsed({"type": "array", "items": {"type": "array", "items": record()}}))
    fifty_thousand = b"\xa0\x8d\6\0"
    assert validator.accepts(b"\4" + fifty_thousand * 2 + b"\0")
    assert not validator.accepts(b"\6" + fifty_thousand * 3 + b"\0")


@pytest.mark.parametrize(("head", "wrapped"), [(b"\2", False), (b"\2\2", True)], ids=["arrays", "unions in arrays"])
def test_types_without_names_may_be_nested_as_deep_as_a_schema_may_be(head: bytes, wrapped: bool) -> None:
    levels = 30
    schema: Any = "int"
    for _ in range(levels):
        schema = {"type": "array", "items": ["null", schema] if wrapped else schema}
    validator = ENGINE.compile(parsed(schema))
    assert validator.accepts(head * levels + b"\1" + b"\0" * levels)
    assert not validator.accepts(head * levels + b"\1" + b"\0" * (levels - 1))


class TestSingleObjectEncoding:
    """C3 01, the fingerprint of the schema, and a datum."""

    HEADER = b"\xc3\x01" + (0x7275D51A3F395C8F).to_bytes(8, "little")

    def test_it_is_accepted_under_the_fingerprint_of_the_schema(self) -> None:
        validator = ENGINE.compile(parsed({"type": "int"}))
        assert validator.accepts(self.HEADER + b"\1")
        assert validator.explain(self.HEADER + b"\1") is None

    def test_what_follows_must_be_a_datum(self) -> None:
        validator = ENGINE.compile(parsed("int"))
        assert not validator.accepts(self.HEADER)
        rejection = validator.explain(self.HEADER + b"\1\1")
        assert rejection is not None
        assert rejection.violations[0].code == "left_over"

    def test_another_fingerprint_is_told(self) -> None:
        validator = ENGINE.compile(parsed("string"))
        assert not validator.accepts(self.HEADER + b"\1")
        rejection = validator.explain(self.HEADER + b"\1")
        assert rejection is not None
        assert rejection.violations[0].code == "fingerprint_mismatch"
        assert "7275d51a3f395c8f" in rejection.violations[0].message

    def test_a_bare_datum_may_begin_like_one(self) -> None:
        fixed = {"type": "fixed", "name": "F", "size": 11}
        assert ENGINE.compile(parsed(fixed)).accepts(self.HEADER + b"\1")


def test_what_fastavro_writes_of_every_type_is_accepted() -> None:
    schema = record(
        ("l", "long"),
        ("s", "string"),
        ("m", {"type": "map", "values": ["null", "double"]}),
        ("t", {"type": "long", "logicalType": "timestamp-millis"}),
    )
    data = io.BytesIO()
    fastavro.schemaless_writer(data, schema, {"l": -5, "s": "ż", "m": {"a": 1.5, "b": None}, "t": 2**40})
    assert ENGINE.compile(parsed(schema)).accepts(data.getvalue())
