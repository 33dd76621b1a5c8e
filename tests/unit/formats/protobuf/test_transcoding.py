"""Protobuf payloads from JSON, and as JSON."""

import json

import pytest

from sluicegate.shared.errors import MessageTypeUnknown, PayloadUnusable
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.protobuf.engine import ProtobufEngine

ENGINE = ProtobufEngine()
TEXT = """
syntax = "proto3";
package shop;
import "google/protobuf/timestamp.proto";
message Order { message Item { string sku = 1; } map<string, int32> counts = 2; Item first_item = 1; google.protobuf.Timestamp at = 3; }
message Note { bytes raw = 1; }
"""
SCHEMA = ENGINE.parse(SchemaSource(TEXT))


@pytest.mark.parametrize(
    ("message_type", "value"),
    [
        (None, {"first_item": {"sku": "a"}, "counts": {"b": 2}, "at": "2026-01-02T03:04:05Z"}),
        ("shop.Note", {"raw": "AAE="}),
        ("Note", {"raw": "AAE="}),
        ("shop.Order.Item", {"sku": "x"}),
    ],
)
def test_message_is_shown_as_it_was_written(message_type: str | None, value: object) -> None:
    payload = ENGINE.encoded(SCHEMA, json.dumps(value), message_type)
    assert json.loads(ENGINE.decoded(SCHEMA, payload, message_type)) == value


@pytest.mark.parametrize(
    ("message_type", "place"),
    [(None, (0,)), ("shop.Order", (0,)), ("shop.Note", (1,))],
)
def test_place_is_the_one_that_the_validator_looks_up(message_type: str | None, place: tuple[int, ...]) -> None:
    assert ENGINE.place(SCHEMA, message_type) == place
    assert ENGINE.compile(SCHEMA).message_at(place) == (message_type or "shop.Order")


def test_place_of_an_inner_message_counts_map_entries() -> None:
    place = ENGINE.place(SCHEMA, "shop.Order.Item")
    assert ENGINE.compile(SCHEMA).message_at(place) == "shop.Order.Item"


@pytest.mark.parametrize("text", ["{", "[]", '{"colour": 1}', '{"counts": {"a": "x"}}', '{"at": "noon"}'])
def test_fault_is_one_line(text: str) -> None:
    with pytest.raises(PayloadUnusable, match=r"^The text is no shop\.Order: ") as refused:
        ENGINE.encoded(SCHEMA, text)
    assert "\n" not in refused.value.message


def test_unknown_message_type_names_those_that_there_are() -> None:
    with pytest.raises(MessageTypeUnknown, match=r"shop\.Order, shop\.Order\.Item, shop\.Note"):
        ENGINE.encoded(SCHEMA, "{}", "Bill")


@pytest.mark.parametrize("payload", [b"\xff", b"\x0a\x05a", b"\x1a\x0b\x08\xff\xff\xff\xff\xff\xff\xff\xff\x7f"])
def test_bytes_that_are_no_message_are_refused(payload: bytes) -> None:
    with pytest.raises(PayloadUnusable, match=r"shop\.Order"):
        ENGINE.decoded(SCHEMA, payload)
