"""What engines are warmed up with, and the handful of payloads that each new schema is tried on, by format."""

from collections.abc import Mapping
from types import MappingProxyType

from sluicegate.shared.model import SchemaFormat

SCHEMAS: Mapping[SchemaFormat, str] = MappingProxyType(
    {
        SchemaFormat.JSON: '{"type": "object"}',
        SchemaFormat.AVRO: '"int"',
        SchemaFormat.PROTOBUF: 'syntax = "proto3"; message A { int32 a = 1; }',
        SchemaFormat.XML: '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a" type="xs:int"/></xs:schema>',
        SchemaFormat.CSV: "version 1.1\n@totalColumns 1\na: notEmpty\n",
        SchemaFormat.TABLE: '{"table": "a", "columns": {"a": "int"}}',
    }
)

_JSON = (b"", b"{}", b"[]", b'""', b"1", b"null", b'{"a": {"b": [{"c": "d"}]}}', b"[[[1]], {}]")

PAYLOADS: Mapping[SchemaFormat, tuple[bytes, ...]] = MappingProxyType(
    {
        SchemaFormat.JSON: _JSON,
        SchemaFormat.AVRO: (b"", bytes(1), bytes(64), b"\x02" * 64, b"\xff" * 64),
        SchemaFormat.PROTOBUF: (b"", b"\x08\x01", b"\x0a\x00", b"\x0a\x02\x0a\x00", b"\xff" * 16),
        SchemaFormat.XML: (b"", b"<a/>", b"<a b='c'><d/>e</a>", b"<a xmlns='urn:a'/>"),
        SchemaFormat.CSV: (b"", b"\n", b"a,b\r\n1,2\r\n", b'"a","b\n', b",,,,\n,,,,\n"),
        SchemaFormat.TABLE: _JSON,
    }
)
