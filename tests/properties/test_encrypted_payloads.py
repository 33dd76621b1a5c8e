"""A dead letter of an encrypted payload contains nothing of the payload, in any format.

A secret is put into every place of a payload: values, keys, names, and the raw bytes at every
position. It must not be in an attribute of the dead letter, a log line, a metric, or a trace.
"""

import io
import json
import os
from collections.abc import Iterator, Sequence
from typing import Any

import fastavro
import pytest
import structlog
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from sluicegate.shared.formats.catalog import Catalog
from sluicegate.shared.formats.options import AvroEncoding, FormatOptions, JsonEngine, XmlEngine
from sluicegate.shared.model import SchemaFormat
from sluicegate.validator.model import CONTENT, Headers
from sluicegate.validator.modes.automatic import Automatic
from sluicegate.validator.modes.by_apicurio import ByApicurio
from sluicegate.validator.modes.by_frame import ByFrame
from sluicegate.validator.modes.encryption import Cipher, Decrypted
from sluicegate.validator.pipeline.check import Checks
from sluicegate.validator.pipeline.decider import ByAttributes, Decider
from sluicegate.validator.telemetry.tracing import Traces
from tests.fakes.validator import DEAD, Bench, message, stored
from tests.properties.formats import STEADY

KEY = b"0123456789abcdef"
SECRET = "s3cr3t"
NUMBER = "31337133"

JSON = json.dumps(
    {
        "type": "object",
        "properties": {
            "name": {"type": "string", "maxLength": 3, "format": "email"},
            "numbers": {"additionalProperties": {"type": "integer", "maximum": 5}},
            "matching": {"patternProperties": {"^s": {"type": "integer"}}, "propertyNames": {"maxLength": 2}},
            "list": {"type": "array", "items": {"$ref": "#/$defs/item"}, "uniqueItems": True},
            "kind": {"enum": ["a", "b"]},
        },
        "additionalProperties": False,
        "required": ["name"],
        "$defs": {"item": {"properties": {"x": {"const": 1}}, "additionalProperties": {"type": "null"}}},
    }
)
AVRO = json.dumps(
    {
        "type": "record",
        "name": "R",
        "fields": [
            {"name": "name", "type": "string"},
            {"name": "map", "type": {"type": "map", "values": {"type": "map", "values": "boolean"}}},
            {"name": "kind", "type": {"type": "enum", "name": "K", "symbols": ["A"]}},
            {"name": "either", "type": ["null", {"type": "map", "values": "int"}]},
        ],
    }
)
PROTO = """syntax = "proto2";
message Order {
  required string name = 1;
  map<string, Item> items = 2;
  repeated Item list = 3;
  enum Kind { A = 0; }
  optional Kind kind = 4;
  map<int32, Item> numbered = 5;
}
message Item { required int32 count = 1; optional string note = 2; }
"""
XML = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:element name="order"><xs:complexType><xs:sequence>
<xs:element name="name" type="xs:int"/>
<xs:element name="list" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
<xs:attribute name="kind" type="xs:int"/></xs:complexType></xs:element>
<xs:any processContents="lax" minOccurs="0" maxOccurs="unbounded"/>
</xs:sequence></xs:complexType></xs:element>
<xs:element name="number" type="xs:int"/></xs:schema>"""
CSV = "version 1.0\n@totalColumns 2\nname: length(1,3)\ncount: range(0,5)"
TABLE = json.dumps(
    {
        "name": "orders",
        "columns": [
            {"name": "id", "type": "integer", "nullable": False},
            {"name": "note", "type": "varchar(3)"},
            {"name": "tags", "type": "integer[]"},
            {"name": "more", "type": "jsonb"},
        ],
    }
)
SCHEMAS = {
    SchemaFormat.JSON: JSON,
    SchemaFormat.AVRO: AVRO,
    SchemaFormat.PROTOBUF: PROTO,
    SchemaFormat.XML: XML,
    SchemaFormat.CSV: CSV,
    SchemaFormat.TABLE: TABLE,
}
CHOICES = (
    FormatOptions(),
    FormatOptions(json_engine=JsonEngine.PURE, xml_engine=XmlEngine.XMLSCHEMA, avro_encoding=AvroEncoding.JSON),
)


def _json_payloads(word: str) -> Iterator[object]:
    yield {word: 1}
    yield {"name": word}
    yield {"name": "a", "numbers": {word: 9, "b": {word: word}}}
    yield {"name": "a", "matching": {word: word}}
    yield {"name": "a", "list": [{word: word}, {"x": word}, word, word]}
    yield {"name": "a", "kind": word, "numbers": word}
    yield [word]
    yield word


def _avro_json(word: str) -> Iterator[object]:
    whole: dict[str, object] = {"name": "a", "map": {}, "kind": "A", "either": None}
    yield whole | {word: 1}
    yield whole | {"map": {word: {word: 1}}}
    yield whole | {"kind": word}
    yield whole | {"either": {word: 1}}
    yield whole | {"either": {"map": {word: word}}}
    yield {word: word}


def _avro_binary(word: str) -> Iterator[bytes]:
    schema = fastavro.parse_schema(json.loads(AVRO))
    for mapping in ({word: {word: True}}, {"a": {}, word: {"b": True}}):
        out = io.BytesIO()
        row = {"name": word, "map": mapping, "kind": "A", "either": {word: 7}}
        fastavro.schemaless_writer(out, schema, row)
        data = out.getvalue()
        yield data.replace(b"\x01\x00\x00", b"\x07\x00\x00")  # no boolean
        yield data[:-3]
        yield data + word.encode()
        for place in range(len(data)):
            yield data[:place] + b"\xff" + data[place + 1 :]


def _protobuf(word: str) -> Iterator[bytes]:
    def field(number: int, data: bytes) -> bytes:
        return bytes([number << 3 | 2, len(data)]) + data

    text = word.encode()
    entry = field(1, text) + field(2, b"")
    yield field(1, text) + field(2, entry)
    yield field(1, text) + field(2, field(1, text) + field(2, field(2, text) + b"\x08\x01" + field(15, text)))
    yield field(1, text) + field(9, text)
    yield field(1, text) + field(3, field(9, text))
    yield field(1, text) + b"\x20\xb9\xd8\xf8\x0e"  # the enum value 31337133
    yield field(1, text) + field(5, b"\x08\xb9\xd8\xf8\x0e" + field(2, field(9, text)))
    yield b"\x08\xb9\xd8\xf8\x0e"
    yield field(2, entry)
    yield text


def _xml(word: str) -> Iterator[str]:
    yield f"<{word}/>" if not word[0].isdigit() else f"<x{word}/>"
    name = f"x{word}"
    yield f"<order><name>{word}</name></order>"
    yield f"<order><name>1</name><{name}><number>{word}</number></{name}></order>"
    yield f'<order><name>1</name><list kind="{word}" {name}="1"/><list/></order>'
    yield f'<order><{name} xmlns="urn:{word}"/></order>'
    yield f'<p:order xmlns:p="urn:{word}"><p:{name}/></p:order>'
    yield f"<order><name>1</name><{name}>&{name};</{name}></order>"
    yield f"<order><{name}></order>"
    yield f"<!DOCTYPE order [<!ENTITY {name} '{word}'>]><order><name>1</name></order>"


def _csv(word: str) -> Iterator[str]:
    yield f"name,{word}\na,1"
    yield f"name,count\n{word},1"
    yield f"name,count\na,{word}"
    yield f'name,count\n"{word}'
    yield f"name,count\n{word}"
    yield word


def _table(word: str) -> Iterator[object]:
    yield {"id": 1, word: 1}
    yield {"id": word, "note": word + "long", "tags": [word, [word]]}
    yield {"id": 1, "more": {word: "\0"}}
    yield {"id": 1, "more": {"\0" + word: {word: "\0"}}}
    yield [word]


def payloads(schema_format: SchemaFormat, word: str) -> Iterator[bytes]:
    """Payloads with a word in every place that a format has."""
    match schema_format:
        case SchemaFormat.JSON:
            yield from _jsons(_json_payloads(word))
        case SchemaFormat.AVRO:
            yield from _avro_binary(word)
            yield from _jsons(_avro_json(word))
        case SchemaFormat.PROTOBUF:
            yield from _protobuf(word)
        case SchemaFormat.XML:
            yield from (text.encode() for text in _xml(word))
        case SchemaFormat.CSV:
            yield from (text.encode() for text in _csv(word))
        case SchemaFormat.TABLE:
            yield from _jsons(_table(word))


def _jsons(values: Iterator[object]) -> Iterator[bytes]:
    for value in values:
        text = json.dumps(value)
        yield text.encode()
        yield text[:-1].encode()
        if text.startswith("{") and text.endswith("}"):
            yield f"{text[:-1]},{text[1:]}".encode()  # every name twice


class Encrypted(Bench):
    """A worker with encrypted payloads, whose schemas are named by attributes or by frames."""

    def __init__(self, options: FormatOptions, schema_format: SchemaFormat) -> None:
        """One schema, by its version and by its global id."""
        text = SCHEMAS[schema_format]
        self._options = options
        by_id = stored(version=int(CONTENT), text=text, kind=schema_format)
        super().__init__(stored(text=text, kind=schema_format), by_id)
        self._spans = InMemorySpanExporter()
        provider = TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(self._spans))
        self.tracer = Traces(provider, {"messaging.destination.name": "input"})

    def decider(self) -> Decider:
        """Both ways to name a schema."""
        checks = Checks(self.schemas, Catalog(self._options).engine, capacity=10)
        return Decrypted(
            Automatic(ByAttributes(checks), ByFrame(self.schemas, checks), ByApicurio(self.schemas, checks)),
            Cipher(KEY),
        )

    def told(self) -> str:
        """Run, and return all output about payloads, except the ciphertext."""
        with structlog.testing.capture_logs() as logs:
            self.run()
        letters = [(each.headers, each.key) for each in self.broker.messages(DEAD)]
        assert letters, "payloads are rejected"
        spans = [span.to_json() for span in self._spans.get_finished_spans()]
        assert spans, "batches are traced"
        return repr((letters, logs, self.metrics.exposition(), spans))


def put(bench: Encrypted, contents: Sequence[bytes], *, framed: bool = False) -> Encrypted:
    """Encrypt payloads, and send them to the worker."""
    for content in contents:
        nonce = os.urandom(12)
        payload = b"\0\0\0\0\x01" + content if framed else content
        head: Headers | None = [] if framed else None
        bench.put(message(nonce + AESGCM(KEY).encrypt(nonce, payload, None), head=head))
    return bench


@pytest.mark.parametrize("framed", [False, True], ids=["attributes", "frames"])
@pytest.mark.parametrize("options", CHOICES, ids=["default", "other libraries"])
@pytest.mark.parametrize("schema_format", list(SchemaFormat))
def test_encrypted_payload_is_quoted_nowhere(schema_format: SchemaFormat, options: FormatOptions, framed: bool) -> None:
    contents = [each for word in (SECRET, NUMBER) for each in payloads(schema_format, word)]

    said = put(Encrypted(options, schema_format), contents, framed=framed).told()

    assert SECRET not in said
    assert NUMBER not in said
    assert "<PayloadCode" not in said
    assert "<JsonCode" not in said


@STEADY
@given(st.sampled_from(list(SchemaFormat)), st.text("qxzw", min_size=9, max_size=12), st.randoms())
def test_encrypted_payload_of_any_word_is_quoted_nowhere(schema_format: SchemaFormat, word: str, chance: Any) -> None:
    contents = [bytearray(each) for each in payloads(schema_format, word)]
    mutated = contents[:: chance.randint(1, 3)]
    for content in mutated:
        content[chance.randrange(len(content))] = chance.randrange(256)

    said = put(Encrypted(chance.choice(CHOICES), schema_format), list(map(bytes, contents))).told()

    assert word not in said
