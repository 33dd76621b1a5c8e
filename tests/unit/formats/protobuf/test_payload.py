"""Accepted payloads, and violations of the others."""

import pytest

from sluicegate.shared.errors import MessageTypeUnknown
from sluicegate.shared.formats.engine import Fault, SchemaSource
from sluicegate.shared.formats.protobuf.engine import ProtobufEngine
from sluicegate.shared.formats.protobuf.payload.explanation import MAX_DEPTH, ProtobufPayloadCode
from sluicegate.shared.formats.protobuf.payload.validator import ProtobufValidator
from tests.unit.formats.protobuf.builders import CORPUS, ENGINE, parsed

TEXT = """
package shop;
message Order {
  string id = 1; repeated Item items = 2; map<string, Item> by_sku = 3; Order parent = 4; sint64 n = 5; fixed32 f = 6;
  repeated int32 packed = 7; oneof o { string a = 8; int32 b = 9; }
  message Item { string sku = 1; uint32 count = 2; Colour colour = 3; }
}
message Other { bytes raw = 1; }
enum Colour { NONE = 0; RED = 1; }
"""
LEGACY = """syntax = "proto2";
message Legacy {
  required int32 id = 1; optional Kind kind = 2; repeated Legacy more = 3; optional group G = 4 { required string s = 1; }
  map<string, Legacy> by_name = 5; extensions 100 to 200;
}
enum Kind { A = 1; B = 2; }
extend Legacy { optional Legacy inner = 100; }
"""


def validator(text: str = TEXT, refuse_unknown: bool = True) -> ProtobufValidator:
    return ProtobufEngine(refuse_unknown).compile(parsed(text))


def varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    head = b""
    while value > 127:
        head, value = head + bytes([value & 127 | 128]), value >> 7
    return head + bytes([value])


def tagged(number: int, value: int | bytes) -> bytes:
    """A field as a varint, or as a length and bytes."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def nested(levels: int, number: int = 4) -> bytes:
    data = b""
    for _ in range(levels):
        data = tagged(number, data)
    return data


ACCEPTED = {
    "nothing": b"",
    "a string": tagged(1, b"x"),
    "UTF-8": tagged(1, "żółć".encode()),
    "fields in any order": tagged(5, 3) + tagged(1, b"x"),
    "a field twice, the last of which counts": tagged(1, b"x") + tagged(1, b"y"),
    "two fields of a oneof, the last of which counts": tagged(8, b"x") + tagged(9, 1),
    "a list": tagged(2, tagged(1, b"s")) + tagged(2, b""),
    "a map": tagged(3, tagged(1, b"k") + tagged(2, tagged(2, 7))),
    "a map entry without key and value": tagged(3, b""),
    "numbers packed": tagged(7, b"\1\2\3"),
    "numbers one by one": tagged(7, 1) + tagged(7, 2),
    "a negative number": tagged(7, -1),
    "an unknown number of an open enum": tagged(2, tagged(3, 99)),
    "the deepest nesting": nested(MAX_DEPTH - 1),
    "32 bits": b"\x35\1\2\3\4",
}
MALFORMED = {
    "a tag alone": (b"\x0a", ProtobufPayloadCode.UNDECODABLE),
    "cut off": (tagged(1, b"xyz")[:-1], ProtobufPayloadCode.UNDECODABLE),
    "a length past the end": (b"\x0a\xff\xff\xff\xff\x07", ProtobufPayloadCode.UNDECODABLE),
    "a varint that does not end": (b"\x28" + b"\xff" * 30, ProtobufPayloadCode.UNDECODABLE),
    "field number 0": (b"\0\0", ProtobufPayloadCode.UNDECODABLE),
    "the end of a group that did not begin": (b"\x0c", ProtobufPayloadCode.UNDECODABLE),
    "a group that does not end": (b"\x0b", ProtobufPayloadCode.UNDECODABLE),
    "no UTF-8": (tagged(1, b"\xff"), ProtobufPayloadCode.UTF8_INVALID),
    "too deep": (nested(MAX_DEPTH + 1), ProtobufPayloadCode.NESTED_TOO_DEEPLY),
    "far too deep": (nested(20_000), ProtobufPayloadCode.NESTED_TOO_DEEPLY),
    "JSON": (b'{"id": "x"}', ProtobufPayloadCode.UNDECODABLE),
}
INVALID = {
    "an unknown field": (tagged(99, 1), "99", ProtobufPayloadCode.FIELD_UNKNOWN, "shop.Order has no field 99"),
    "in a list": (
        tagged(2, b"") + tagged(2, tagged(9, 1)), "items[1].9",
        ProtobufPayloadCode.FIELD_UNKNOWN, "shop.Order.Item has no field 9",
    ),
    "in a message in a map": (
        tagged(3, tagged(1, b"k") + tagged(2, tagged(9, 1))), "by_sku[k].9",
        ProtobufPayloadCode.FIELD_UNKNOWN, "shop.Order.Item has no field 9",
    ),
    "in a map entry": (tagged(3, tagged(1, b"k") + tagged(9, 1)), "by_sku", ProtobufPayloadCode.MAP_ENTRY_INVALID, "map entry"),
    "deep down": (tagged(4, tagged(4, tagged(99, b"x"))), "parent.parent.99", ProtobufPayloadCode.FIELD_UNKNOWN, "a length and bytes"),
    "a number for a string": (tagged(1, 5), "id", ProtobufPayloadCode.WIRE_TYPE_WRONG, "id (1) is in the payload as a varint"),
    "a string for a number": (tagged(5, b"x"), "n", ProtobufPayloadCode.WIRE_TYPE_WRONG, "n (5) is in the payload as a length and bytes"),
    "a group": (b"\xa3\x06\xa4\x06", "100", ProtobufPayloadCode.FIELD_UNKNOWN, "a group"),
}  # fmt: skip


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(name: str) -> None:
    assert validator().accepts(ACCEPTED[name])
    assert validator().explain(ACCEPTED[name]) is None


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed(name: str) -> None:
    payload, code = MALFORMED[name]
    found = validator().explain(payload)
    assert not validator().accepts(payload)
    assert found is not None
    assert (found.fault, [each.code for each in found.violations]) == (Fault.MALFORMED, [code])


@pytest.mark.parametrize("name", INVALID)
def test_invalid(name: str) -> None:
    payload, path, code, words = INVALID[name]
    found = validator().explain(payload)
    assert not validator().accepts(payload)
    assert found is not None
    assert found.fault is Fault.INVALID
    assert [(each.path, each.code) for each in found.violations] == [(path, code)]
    assert words in found.violations[0].message


@pytest.mark.parametrize("name", INVALID)
def test_unknown_fields_may_be_let_through(name: str) -> None:
    assert validator(refuse_unknown=False).accepts(INVALID[name][0])
    assert validator(refuse_unknown=False).explain(INVALID[name][0]) is None


@pytest.mark.parametrize("refuse_unknown", [True, False])
@pytest.mark.parametrize(
    ("payload", "paths"),
    [
        (b"", ["id"]),
        (tagged(1, 1) + tagged(3, b""), ["more[0].id"]),
        (tagged(3, b""), ["id", "more[0].id"]),
        (tagged(1, 1) + b"\x23\x24", ["g.s"]),
        (tagged(1, 1) + tagged(5, tagged(1, b"k") + tagged(2, b"")), ['by_name["k"].id']),
        (tagged(1, 1) + tagged(100, b""), ["inner.id"]),
    ],
)
def test_missing_required_fields_are_named(payload: bytes, paths: list[str], refuse_unknown: bool) -> None:
    legacy = validator(LEGACY, refuse_unknown)
    found = legacy.explain(payload)
    assert not legacy.accepts(payload)
    assert found is not None
    assert found.fault is Fault.INVALID
    assert [each.path for each in found.violations] == paths
    assert {each.code for each in found.violations} == {ProtobufPayloadCode.REQUIRED_MISSING}


def test_a_number_that_a_closed_enum_lacks_is_named() -> None:
    found = validator(LEGACY).explain(tagged(1, 1) + tagged(2, 7) + tagged(3, tagged(1, 1) + tagged(2, -3)))
    assert found is not None
    assert [(each.path, each.code) for each in found.violations] == [
        ("kind", ProtobufPayloadCode.ENUM_VALUE_UNKNOWN),
        ("more[0].kind", ProtobufPayloadCode.ENUM_VALUE_UNKNOWN),
    ]
    assert "holds 7, which the enum Kind does not have" in found.violations[0].message
    assert "holds -3" in found.violations[1].message


def test_what_is_missing_comes_before_what_is_unknown() -> None:
    found = validator(LEGACY).explain(tagged(99, 1))
    assert found is not None
    assert [each.code for each in found.violations] == [
        ProtobufPayloadCode.REQUIRED_MISSING,
        ProtobufPayloadCode.FIELD_UNKNOWN,
    ]


@pytest.mark.parametrize("limit", [1, 3, 10])
def test_no_more_is_said_than_was_asked_for(limit: int) -> None:
    found = validator().explain(b"".join(tagged(number, 1) for number in range(20, 60)), limit)
    assert found is not None
    assert len(found.violations) == limit
    legacy = validator(LEGACY).explain(tagged(3, b"") * 20, limit)
    assert legacy is not None
    assert len(legacy.violations) == limit


def test_the_same_thing_is_said_once() -> None:
    found = validator().explain(tagged(99, 1) * 5000)
    assert found is not None
    assert len(found.violations) == 1


def test_the_first_message_is_checked_unless_another_is_named() -> None:
    first = validator()
    assert first.message_type == "shop.Order"
    other = first.for_message("shop.Other")
    assert other.message_type == "shop.Other"
    assert other.accepts(tagged(1, b"\xff"))
    assert not first.accepts(tagged(1, b"\xff"))
    assert first.for_message("shop.Order.Item").accepts(tagged(2, 3))
    assert first.for_message("shop.Order") is first


@pytest.mark.parametrize(
    "name", ["Order", "", "shop.Missing", ".shop.Order", "shop.Colour", "shop.Order.BySkuEntry", "google.protobuf.Any"]
)
def test_an_unknown_message_type_is_refused_by_name(name: str) -> None:
    with pytest.raises(MessageTypeUnknown) as caught:
        validator().for_message(name)
    assert repr(name) in caught.value.message
    assert "shop.Order, shop.Order.Item, shop.Other" in caught.value.message


def test_settings_stay_with_the_other_messages() -> None:
    assert validator(refuse_unknown=False).for_message("shop.Other").accepts(tagged(7, 1))


def test_features_of_editions_count() -> None:
    modern = ENGINE.compile(ENGINE.parse(SchemaSource(CORPUS["edition_2023"])))
    assert modern.message_type == "ed.Modern"
    assert not modern.accepts(b"")
    assert modern.accepts(tagged(3, 1))
    assert modern.accepts(tagged(3, 1) + b"\x2b" + tagged(3, 2) + b"\x2c")
    assert modern.accepts(tagged(3, 1) + tagged(6, b"\xff"))


@pytest.mark.parametrize("name", ACCEPTED)
def test_payloads_of_google_types_are_what_the_library_writes(name: str) -> None:
    """A message that is decoded and written again is accepted again."""
    schema = parsed(TEXT)
    order = schema.classes["shop.Order"]
    assert ENGINE.compile(schema).accepts(order.FromString(ACCEPTED[name]).SerializeToString())


MAPS = """syntax = "proto2";
message M { map<string, int32> g = 7; map<int32, N> h = 8; map<string, N> by = 9; }
message N { required bool r = 4; }
"""


def test_a_map_value_without_its_required_field_is_rejected() -> None:
    """The library crashes over the size of such a message, and over its search for missing fields."""
    checker = validator(MAPS)
    payload = tagged(7, tagged(1, b"a") + tagged(2, 1)) + tagged(8, tagged(1, 1) + tagged(2, b""))
    assert not checker.accepts(payload)
    found = checker.explain(payload)
    assert found is not None
    assert [(each.path, each.code) for each in found.violations] == [("h[1].r", ProtobufPayloadCode.REQUIRED_MISSING)]


def test_a_map_key_that_is_not_utf8_stops_no_explanation() -> None:
    payload = tagged(9, tagged(1, b"\xb2") + tagged(2, tagged(4, 1))) + tagged(9, tagged(1, b"k") + tagged(2, b""))
    found = validator(MAPS).explain(payload)
    assert found is not None
    assert [each.path for each in found.violations] == ['by["k"].r']
