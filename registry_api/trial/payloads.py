"""The handful of payloads that each new schema is tried on: a schema that explodes when it is used must not be accepted."""

from collections.abc import Mapping
from types import MappingProxyType

from shared.model import SchemaFormat

_JSON = (b"", b"{}", b"[]", b'""', b"1", b"null", b'{"a": {"b": [{"c": "d"}]}}', b"[[[1]], {}]")

PAYLOADS: Mapping[SchemaFormat, tuple[bytes, ...]] = MappingProxyType(
    {
        SchemaFormat.JSON: _JSON,
        SchemaFormat.TABLE: _JSON,
        SchemaFormat.AVRO: (b"", bytes(1), bytes(64), b"\x02" * 64, b"\xff" * 64),
        SchemaFormat.PROTOBUF: (b"", b"\x08\x01", b"\x0a\x00", b"\x0a\x02\x0a\x00", b"\xff" * 16),
        SchemaFormat.XML: (b"", b"<a/>", b"<a b='c'><d/>e</a>", b"<a xmlns='urn:a'/>"),
        SchemaFormat.CSV: (b"", b"\n", b"a,b\r\n1,2\r\n", b'"a","b\n', b",,,,\n,,,,\n"),
    }
)
