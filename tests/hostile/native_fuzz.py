"""A process that feeds random payloads to one format's validators.

`python -m tests.hostile.native_fuzz FORMAT SEED COUNT FILE`. Payloads are valid ones that were cut,
copied and changed, and for Protobuf also random fields. Each is written to FILE before its check,
so that the parent can show the payload that ended the process.
"""

import mmap
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import MessageTyped, PayloadValidator, SchemaSource, parsed
from sluicegate.shared.model import SchemaFormat

MAX_BYTES: Final = 4096

_PROTO2: Final = """syntax = "proto2"; package t;
message M {
  required int32 id = 1; optional Kind kind = 2; repeated M more = 3; optional group Grp = 4 { required string s = 1; }
  map<string, M> by_name = 5; map<string, int32> g = 7; map<int32, N> h = 8; repeated N n = 9; optional bytes b = 10;
  repeated int32 packed = 11 [packed = true]; optional double d = 12; optional fixed32 f = 13;
  extensions 100 to 200;
}
message N { required bool r = 4; optional N inner = 5; oneof o { string s = 6; N m = 7; } }
enum Kind { A = 1; B = 2; }
extend M { optional N ext = 100; repeated M exts = 101; }
"""
_MAPS: Final = """syntax = "proto2"; package t;
message M { map<string, int32> g = 7; map<int32, N> h = 8; }
message N { required bool r = 4; }
"""
_PROTO3: Final = """syntax = "proto3"; package t;
message M { string id = 1; repeated M more = 2; map<string, M> by = 3; oneof o { string a = 4; M b = 5; E e = 6; }
  repeated sint64 packed = 7; optional fixed64 f = 8; bytes raw = 9; map<int32, E> es = 10; }
enum E { ZERO = 0; ONE = 1; }
"""
_JSON: Final = """{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "$defs": {"n": {"anyOf":
[{"type": "integer", "multipleOf": 3}, {"type": "array", "items": {"$ref": "#/$defs/n"}, "uniqueItems": true},
{"type": "object", "additionalProperties": {"$ref": "#/$defs/n"}}]}}, "properties": {"age": {"type": "integer",
"minimum": 0}, "name": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 9}, "when": {"format": "date-time"},
"tree": {"$ref": "#/$defs/n"}, "x": {"enum": [1, 1.5, "a", null, {"a": [1]}]}}, "unevaluatedProperties": false}"""
_AVRO: Final = """{"type": "record", "name": "R", "fields": [{"name": "a", "type": "long"}, {"name": "s", "type":
["null", "string", "R"]}, {"name": "m", "type": {"type": "map", "values": "bytes"}}, {"name": "l", "type": {"type":
"array", "items": {"type": "enum", "name": "E", "symbols": ["A", "B"]}}}, {"name": "d", "type": "double"},
{"name": "f", "type": {"type": "fixed", "name": "F", "size": 3}}]}"""
_XSD: Final = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="r"><xs:complexType>
<xs:choice maxOccurs="unbounded"><xs:element name="i" type="xs:int"/><xs:element name="d" type="xs:dateTime"/>
<xs:element name="s"><xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="[a-z]{1,9}"/>
</xs:restriction></xs:simpleType></xs:element><xs:any processContents="lax" namespace="##other"/></xs:choice>
<xs:attribute name="a" type="xs:decimal"/></xs:complexType>
<xs:unique name="u"><xs:selector xpath="i"/><xs:field xpath="."/></xs:unique></xs:element></xs:schema>"""
_CSV: Final = """version 1.0
@totalColumns 3
a: range(0, 10)
b: regex("[a-z]+") @optional
c: xDate or is("none")
"""
_TABLE: Final = '{"table": "t", "columns": {"a": "integer", "b": "varchar(9)"}}'

_SAMPLES: Final[dict[SchemaFormat, Sequence[tuple[str, Sequence[bytes]]]]] = {
    SchemaFormat.PROTOBUF: [
        (text, [b"\x08\x01", b"\x3a\x05\x0a\x01a\x10\x01", b"\x42\x06\x08\x01\x12\x02\x20\x01"])
        for text in (_PROTO2, _MAPS, _PROTO3)
    ],
    SchemaFormat.JSON: [
        (
            _JSON,
            [
                b'{"age": 1, "name": "ab", "when": "2020-01-01T00:00:00Z", "tree": [3, [6, {"a": 9}]], "x": {"a": [1]}}',
                b'{"tree": 1e400, "name": "\\ud800\\u0000", "age": 111111111111111111111111111111111, "x": -0.0}',
            ],
        )
    ],
    SchemaFormat.AVRO: [(_AVRO, [b"\x02\x02\x02a\x02\x02k\x02v\x00\x02\x00\x00" + bytes(8) + b"abc"])],
    SchemaFormat.XML: [
        (
            _XSD,
            [
                b'<r a="1.5"><i>1</i><d>2020-01-01T00:00:00</d><s>abc</s><x:y xmlns:x="u"/></r>',
                b'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE r [<!ENTITY e "e"><!ENTITY f "&e;&e;">]><r>&f;</r>',
            ],
        )
    ],
    SchemaFormat.CSV: [(_CSV, [b"a,b,c\n1,x,2020-01-01\n2,,none\n", b'a,b,c\r\n"1","x""y",none\r\n'])],
    SchemaFormat.TABLE: [(_TABLE, [b'{"a": 1, "b": "x"}', b'{"a": null, "b": "\\ud83d\\ude00"}'])],
}


def main(arguments: Sequence[str]) -> None:
    """Check so many payloads; an assertion, or the end of the process, is the finding."""
    schema_format, seed, count = SchemaFormat(arguments[0]), int(arguments[1]), int(arguments[2])
    with Path(arguments[3]).open("w+b") as file:
        file.truncate(MAX_BYTES + 4)
        note = mmap.mmap(file.fileno(), MAX_BYTES + 4)  # survives the process
    source = random.Random(seed)
    subjects = [each for text, samples in _SAMPLES[schema_format] for each in _subjects(schema_format, text, samples)]
    for number in range(count):
        validator, made = subjects[number % len(subjects)]
        payload = made(source)[:MAX_BYTES]
        note[: 4 + len(payload)] = len(payload).to_bytes(4, "big") + payload
        accepted = validator.accepts(payload)
        rejection = validator.explain(payload)
        assert accepted == (rejection is None), payload
        assert rejection is None or rejection.violations, payload


def _subjects(
    schema_format: SchemaFormat, text: str, samples: Sequence[bytes]
) -> list[tuple[PayloadValidator, Callable[[random.Random], bytes]]]:
    engine = catalog.engine(schema_format)
    validator = engine.compile(parsed(engine, SchemaSource(text)))
    changing = (validator, lambda source: _changed(samples, source))
    if not isinstance(validator, MessageTyped):
        return [changing]
    return [changing, (validator, lambda source: _fields(source, 4)), (validator.for_message("t.M"), changing[1])]


def _changed(samples: Sequence[bytes], source: random.Random) -> bytes:
    data = bytearray(source.choice(samples))
    for _ in range(source.randint(0, 3)):
        data += source.choice(samples)
    for _ in range(source.randint(0, 6)):
        at = source.randint(0, len(data))
        end = min(len(data), at + source.randint(0, 8))
        match source.randrange(5):
            case 0:
                data[at:end] = b""
            case 1:
                data[at:at] = data[at:end] * source.randint(1, 4)
            case 2:
                data[at:at] = source.randbytes(source.randint(1, 4))
            case 3 if at < len(data):
                data[at] ^= 1 << source.randrange(8)
            case _:
                data[at:end] = source.choice(samples)[at:end]
    return bytes(data)


def _fields(source: random.Random, depth: int) -> bytes:
    """Return random fields in Protobuf's wire format; most numbers and kinds are the schema's."""
    data = b""
    for _ in range(source.randint(0, 4)):
        number = source.choice([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 100, 101, 500])
        kind = source.choice([0, 1, 2, 2, 2, 2, 3, 5])
        data += _varint(number << 3 | kind) + _value(kind, number, source, depth)
    return data


def _value(kind: int, number: int, source: random.Random, depth: int) -> bytes:
    match kind:
        case 0:
            return _varint(source.choice([0, 1, 2, 2**31, 2**63, 2**64 - 1]))
        case 1:
            return source.randbytes(8)
        case 3:
            return (_fields(source, depth - 1) if depth else b"") + _varint(number << 3 | 4)
        case 5:
            return source.randbytes(4)
        case _:
            inner = _fields(source, depth - 1) if depth else source.randbytes(source.randint(0, 4))
            return _varint(len(inner)) + inner


def _varint(value: int) -> bytes:
    head = b""
    while value > 127:
        head, value = head + bytes([value & 127 | 128]), value >> 7
    return head + bytes([value])


if __name__ == "__main__":
    main(sys.argv[1:])
