"""Protobuf: orders.

The peer looks for unknown fields in the way that google.protobuf's documentation shows: message by
message.
"""

from typing import Any

from google.protobuf.message import DecodeError, Message
from google.protobuf.unknown_fields import UnknownFieldSet

from benchmarks.contest import Contest, Payloads, Peer
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.protobuf.engine import ProtobufEngine
from sluicegate.shared.model import SchemaFormat

SCHEMA = """
syntax = "proto3";
package shop;
message Order {
  int64 id = 1;
  string customer = 2;
  State state = 3;
  repeated Item items = 4;
  map<string, string> labels = 5;
  oneof discount { double percent = 6; string code = 7; }
}
enum State { NEW = 0; PAID = 1; SENT = 2; }
message Item { string sku = 1; int32 quantity = 2; double price = 3; }
"""
_UNKNOWN = b"\x98\x06\x01"  # field 99, of a varint
_CLASS: type[Any] = ProtobufEngine().parse(SchemaSource(SCHEMA)).classes["shop.Order"]


def _payloads(items: int) -> Payloads:
    order = _CLASS(id=17, customer="Ada Lovelace", state=1, labels={"channel": "web"}, percent=2.5)
    for number in range(items):
        order.items.add(sku=f"SKU-{number:06}", quantity=number % 9 + 1, price=number * 1.25)
    good = order.SerializeToString()
    return Payloads(good, good + _UNKNOWN)


def _accepts(payload: bytes) -> bool:
    try:
        return _known(_CLASS.FromString(payload))
    except DecodeError:
        return False


def _known(message: Message) -> bool:
    if len(UnknownFieldSet(message)):
        return False
    for field, value in message.ListFields():
        if field.message_type is None or field.message_type.GetOptions().map_entry:
            continue
        if not all(_known(each) for each in (value if field.is_repeated else (value,))):
            return False
    return True


CONTEST = Contest(
    format=SchemaFormat.PROTOBUF,
    schema=SCHEMA,
    payloads={"small": _payloads(1), "20 KB": _payloads(800)},
    bare_name="upb FromString",
    bare=_CLASS.FromString,
    peer=Peer("upb + UnknownFieldSet", _accepts),
)
