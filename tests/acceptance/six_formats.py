"""One schema in each of six formats, with good and bad messages and their expected results."""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import fastavro

from sluicegate.shared.model import SchemaFormat
from tests.acceptance.traffic import VALID, Headers, Sent

INVALID, MALFORMED, WRONG_ATTRIBUTE, MISMATCH = (
    "payload_invalid",
    "payload_malformed",
    "attribute_invalid",
    "format_mismatch",
)


@dataclass(frozen=True, slots=True)
class Case:
    """A payload, its fate, and the attributes that it has beside those that name its schema."""

    payload: bytes
    fate: str = VALID
    more: Headers = ()


@dataclass(frozen=True, slots=True)
class Speech:
    """A format: its schema and messages."""

    schema: str
    cases: Sequence[Case]


JSON = Speech(
    json.dumps(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0}},
            "required": ["name"],
        }
    ),
    (
        Case('{"name": "Zoë", "age": 36}'.encode()),
        Case(b'{"name": "Ada", "age": -1}', INVALID),
        Case(b'{"age": 36}', INVALID),
        Case(b'{"name": "Ada"', MALFORMED),
        Case(b'{"name": "Ada"}', VALID, (("messageType", b"not ours"),)),
        Case(b'{"name": "Ada"}', MISMATCH, (("format", b"avro"),)),
    ),
)

_ORDER = {
    "type": "record",
    "name": "Order",
    "fields": [
        {"name": "id", "type": "long"},
        {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["NEW", "SENT"]}},
        {"name": "lines", "type": {"type": "array", "items": "string"}},
        {"name": "note", "type": ["null", "string"], "default": None},
    ],
}


def _datum(**fields: object) -> bytes:
    buffer = io.BytesIO()
    order = {"id": 7, "state": "NEW", "lines": ["one", "two"], "note": None, **fields}
    fastavro.schemaless_writer(buffer, _ORDER, order)
    return buffer.getvalue()


AVRO = Speech(
    json.dumps(_ORDER),
    (
        Case(_datum()),
        Case(_datum(lines=[], note="now")),
        Case(_datum() + b"\0", MALFORMED),
        Case(_datum()[:-2], MALFORMED),
        Case(b"\x0e\x04\0\0", INVALID),  # the third of two states
    ),
)

_PROTO = """syntax = "proto3";
package shop;

message Order {
  int64 id = 1;
  repeated Line lines = 2;
  message Line {
    string sku = 1;
    uint32 count = 2;
  }
}

message Refund {
  int64 order_id = 1;
  bool whole = 5;
}
"""
_PROTO_ORDER = b"\x08\x07\x12\x07\x0a\x03abc\x10\x02"
_REFUND = b"\x08\x07\x28\x01"

PROTOBUF = Speech(
    _PROTO,
    (
        Case(_PROTO_ORDER),
        Case(_PROTO_ORDER, VALID, (("messageType", b"shop.Order"),)),
        Case(_REFUND, VALID, (("messageType", b"shop.Refund"),)),
        Case(b"\x0a\x03abc", VALID, (("messageType", b"shop.Order.Line"),)),
        Case(_REFUND, INVALID),  # as the first message type, it has an unknown field
        Case(_PROTO_ORDER, INVALID, (("messageType", b"shop.Refund"),)),
        Case(_PROTO_ORDER, WRONG_ATTRIBUTE, (("messageType", b"shop.Nothing"),)),
        Case(_PROTO_ORDER[:-3], MALFORMED),
    ),
)

XML = Speech(
    """<?xml version="1.0"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:shop" elementFormDefault="qualified">
  <xs:element name="order">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="sku" type="xs:token" maxOccurs="unbounded"/>
        <xs:element name="total" type="xs:decimal" minOccurs="0"/>
      </xs:sequence>
      <xs:attribute name="id" type="xs:positiveInteger" use="required"/>
    </xs:complexType>
  </xs:element>
</xs:schema>
""",
    (
        Case(b'<order xmlns="urn:shop" id="7"><sku>abc</sku><total>1.50</total></order>'),
        Case('<?xml version="1.0" encoding="ISO-8859-1"?><o:order xmlns:o="urn:shop" id="7"><o:sku>é</o:sku></o:order>'.encode("latin-1")),
        Case(b'<order xmlns="urn:shop" id="none"><sku>abc</sku></order>', INVALID),
        Case(b'<order xmlns="urn:other" id="7"><sku>abc</sku></order>', INVALID),
        Case(b'<order xmlns="urn:shop" id="7"><sku>abc</order>', MALFORMED),
    ),
)  # fmt: skip

CSV = Speech(
    'version 1.2\n@totalColumns 3\nid: positiveInteger unique\nname: notEmpty\nstate: is("new") or is("gone")\n',
    (
        Case('id,name,state\r\n1,"Lovelace, Ada",new\r\n2,Zoë,gone\r\n'.encode()),
        Case(b"id,name,state\n1,Ada,new\n"),
        Case(b"id,name,state\n1,,new\n", INVALID),
        Case(b"id,name,state\n1,Ada,new\n1,Ada,new\n", INVALID),
        Case(b"id,name\n1,Ada\n", INVALID),
        Case(b'id,name,state\n1,"Ada,new\n', MALFORMED),
        Case(b"id,name,state\n1,\xff,new\n", MALFORMED),
    ),
)

TABLE = Speech(
    json.dumps(
        {
            "table": "products",
            "columns": {
                "id": "bigint not null",
                "name": "varchar(8) not null",
                "price": "numeric(6, 2)",
                "at": "timestamp default now()",
            },
            "primary_key": ["id"],
        }
    ),
    (
        Case(b'{"id": 1, "name": "Engine", "price": 1234.5, "at": "2026-01-31T12:00:00"}'),
        Case(b'{"id": 1, "name": "Engine", "price": null}'),
        Case(b'{"id": 1, "name": "too long a name"}', INVALID),
        Case(b'{"id": 1, "name": "Engine", "price": 12345.67}', INVALID),
        Case(b'{"name": "Engine"}', INVALID),
        Case(b'{"id": 1, "name": "Engine", "colour": "red"}', INVALID),
        Case(b'{"id": 1, "name": Engine}', MALFORMED),
    ),
)

SPEECHES: Mapping[SchemaFormat, Speech] = {
    SchemaFormat.JSON: JSON,
    SchemaFormat.AVRO: AVRO,
    SchemaFormat.PROTOBUF: PROTOBUF,
    SchemaFormat.XML: XML,
    SchemaFormat.CSV: CSV,
    SchemaFormat.TABLE: TABLE,
}


def messages(ids: Mapping[SchemaFormat, int], count: int) -> Iterator[Sent]:
    """The traffic: the formats take turns, and so do the cases of each."""
    formats = list(ids)
    for number in range(count):
        schema_format = formats[number % len(formats)]
        cases = SPEECHES[schema_format].cases
        case = cases[number // len(formats) % len(cases)]
        headers = (
            ("id", b"%d" % number),
            ("schemaId", b"%d" % ids[schema_format]),
            ("versionId", b"1"),
            ("format", schema_format.upper().encode() if number % 2 else schema_format.encode()),
            ("trace", b"\xff\x00"),
            *case.more,
            ("trace", b""),
        )
        yield Sent(number, case.payload, b"key-%d" % (number % 13), headers, case.fate)
