"""Sound schemas with which some payloads are more work than anybody has time or room for.

None of it is refused when it is registered.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

from sluicegate.shared.model import SchemaFormat
from tests.hostile.avro_schemas import record, varint
from tests.hostile.xml_schemas import schema as xsd

MANY = 100_000


@dataclass(frozen=True)
class LongCheck:
    """A schema, a payload that fits it and is no work, and one whose check is given up."""

    name: str
    format: SchemaFormat
    schema: str
    plain: bytes
    payload: Callable[[], bytes]


def compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = {"a": value}
    return value


def doubling(levels: int) -> str:
    """Each definition looks at the same property twice, by the next one."""
    looks = [{"allOf": [{"properties": {"a": {"$ref": f"#/$defs/d{n + 1}"}}}] * 2} for n in range(levels)]
    return json.dumps({"$ref": "#/$defs/d0", "$defs": {f"d{n}": each for n, each in enumerate([*looks, {}])}})


def tree(kinds: int) -> str:
    """A syntax tree whose nodes are one of so many kinds, as it is usually written."""
    nodes = [
        {
            "type": "object",
            "properties": {"left": {"$ref": "#/$defs/node"}, f"kind{n}": {"const": True}},
            "required": [f"kind{n}"],
            "additionalProperties": False,
        }
        for n in range(kinds)
    ]
    return json.dumps({"$ref": "#/$defs/node", "$defs": {"node": {"oneOf": [*nodes, {"type": "integer"}]}}})


def leaning(levels: int, leaf: Any) -> bytes:
    return compact(reduce(lambda inner, _: {"left": inner, "kind1": True}, range(levels), leaf))


def csv(rules: str, columns: int) -> str:
    lines = [f"c{n}: {rules}" for n in range(columns)]
    return "\n".join(["version 1.2", f"@totalColumns {columns} @noHeader", *lines, ""])


def items(simple_type: str) -> str:
    """A list of elements of a simple type named `t`."""
    element = '<xs:element name="b" type="t" maxOccurs="unbounded"/>'
    return xsd(
        f'{simple_type}<xs:element name="a"><xs:complexType><xs:sequence>{element}</xs:sequence></xs:complexType></xs:element>'
    )


def enumeration(size: int) -> str:
    values = "".join(f'<xs:enumeration value="{n}"/>' for n in range(size))
    return f'<xs:simpleType name="t"><xs:restriction base="xs:decimal">{values}</xs:restriction></xs:simpleType>'


def attributed(count: int) -> str:
    needed = "".join(f'<xs:attribute name="a{n}" use="required"/>' for n in range(count))
    inner = f'<xs:element name="b" minOccurs="0" maxOccurs="unbounded"><xs:complexType>{needed}</xs:complexType></xs:element>'
    return xsd(f'<xs:element name="a"><xs:complexType><xs:sequence>{inner}</xs:sequence></xs:complexType></xs:element>')


def asserted(test: str) -> str:
    content = '<xs:sequence><xs:element name="b" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>'
    return xsd(
        f'<xs:element name="a"><xs:complexType>{content}<xs:assert test="{test}"/></xs:complexType></xs:element>'
    )


def chained(records: int) -> str:
    """Records in each other, each of which can stand alone, too."""
    inner = reduce(lambda kind, n: record(f"R{n + 1}", a=kind), range(records), record("R0", a="int"))
    again = {f"f{n}": {"type": "array", "items": f"R{n}"} for n in range(records + 1)}
    return json.dumps(record("All", whole={"type": "array", "items": inner}, **again))


def fields(count: int) -> str:
    return "".join(f" int64 f{n} = {n + 2};" for n in range(count))


JSON, AVRO, PROTOBUF = SchemaFormat.JSON, SchemaFormat.AVRO, SchemaFormat.PROTOBUF
XML, CSV, TABLE = SchemaFormat.XML, SchemaFormat.CSV, SchemaFormat.TABLE

CHECKS = [
    LongCheck("a property looked at twice, 60 levels", JSON, doubling(60), b'{"a":1}', lambda: compact(nested(60))),
    LongCheck("reasons why a tree does not fit", JSON, tree(10), leaning(3, 1), lambda: leaning(100, "leaf")),
    LongCheck(
        "reasons, each of 5,000 names missing", JSON, json.dumps({"items": {"required": [f"a{n}" for n in range(5000)]}}),
        b"[]", lambda: compact([{}] * 1000),
    ),
    LongCheck(
        "one of 10,000 objects", JSON, json.dumps({"items": {"enum": [{"a": n} for n in range(10_000)]}}),
        b'[{"a":1}]', lambda: compact([{"a": 9999}] * MANY),
    ),
    LongCheck(
        "a pattern that backtracks", JSON, json.dumps({"items": {"not": {"pattern": "^(?:(?=a)a+)+$"}}}),
        b'["b"]', lambda: compact(["a" * 18 + "!"] * 2000),
    ),
    LongCheck("99 patterns for each of 500,000 cells", CSV, csv(" ".join(['regex("[a-z]*")'] * 99), 50), b"," * 49 + b"\n",
              lambda: (b"," * 49 + b"\n") * 10_000),
    LongCheck("100,000 values of 5,000", XML, items(enumeration(5000)), b"<a><b>1</b></a>",
              lambda: b"<a>" + b"<b>4999</b>" * MANY + b"</a>"),
    LongCheck("a million mistakes in 20 KB", XML, attributed(200), b"<a/>", lambda: b"<a>" + b"<b/>" * 5000 + b"</a>"),
    LongCheck("an assertion about all for each", XML, asserted("count(.//*[count(..//*[count(..//*) ge 0]) ge 0]) ge 0"), b"<a/>",
              lambda: b"<a>" + b"<b/>" * 1000 + b"</a>"),
    LongCheck("sixty records for each byte", AVRO, chained(60), b"\0" * 62,
              lambda: varint(MANY * 10) + b"\2" * MANY * 10 + b"\0" * 62),
    LongCheck("room for a thousand fields in two bytes", PROTOBUF,
              'syntax = "proto3"; message A { repeated B b = 1; } message B {' + fields(1000) + " }", b"",
              lambda: b"\x0a\0" * MANY * 5),
    LongCheck("a million addresses", TABLE, '{"table": "t", "columns": {"a": "inet[]"}}', b'{"a": []}',
              lambda: compact({"a": ["::1"] * MANY * 10})),
]  # fmt: skip
