"""Hostile Avro schemas, payloads, and pairs."""

import json
from collections.abc import Callable
from typing import Any

from sluicegate.shared.model import SchemaFormat
from tests.hostile.case import HostilePair, HostilePayload, HostileSchema, text_of

AVRO = SchemaFormat.AVRO
MANY = 100_000
BILLION = 1_000_000_000


def varint(value: int) -> bytes:
    """A long as Avro writes it."""
    zigzag = (value << 1) ^ (value >> 63)
    found = bytearray()
    while zigzag > 0x7F:
        found.append(zigzag & 0x7F | 0x80)
        zigzag >>= 7
    return bytes([*found, zigzag])


def record(name: str, **fields: Any) -> dict[str, Any]:
    return {"type": "record", "name": name, "fields": [{"name": field, "type": kind} for field, kind in fields.items()]}


def doubled(levels: int, innermost: Any) -> Any:
    """Each record holds the next one twice; it is written out once."""
    kind = innermost
    for level in range(levels):
        kind = record(f"R{level}", a=kind, b=f"R{level - 1}" if level else innermost)
    return kind


def lists(levels: int) -> str:
    return '{"type":"array","items":' * levels + '"null"' + "}" * levels


def defaulted(kind: str, default: str) -> str:
    """A record whose field has a default, which is written as it is."""
    return '{"type":"record","name":"A","fields":[{"name":"a","type":"' + kind + '","default":' + default + "}]}"


def fixed(size: int) -> dict[str, Any]:
    return {"type": "fixed", "name": "F", "size": size}


NULL_LISTS = {"type": "array", "items": {"type": "array", "items": "null"}}
DECIMAL = {"type": "bytes", "logicalType": "decimal", "precision": 38, "scale": 2}
NULLS = '{"type": "array", "items": "null"}'
LIST = json.dumps(record("L", next=["null", "L"]))
TREE = json.dumps(record("T", a=["null", "T"], b=["null", "T"]))


def _schema(name: str, value: Any, refused: bool | None = None, *, ended: bool = False) -> HostileSchema:
    """A schema, kept as text: as objects, all of them take 60 MB, and slow down every full garbage collection."""
    text = text_of(value)
    return HostileSchema(name, AVRO, lambda _: text, refused, ended)


SCHEMAS = [
    _schema("100,000 lists", lists(MANY), refused=True),
    _schema("5,000 lists", lists(5000)),
    _schema("100,000 brackets", "[" * MANY, refused=True),
    _schema("doubled records of nothing", doubled(60, "null")),
    _schema("doubled records of ints", doubled(60, "int")),
    _schema("a record of itself", record("A", a="A")),
    _schema("two records of each other", record("A", b=record("B", a="A"))),
    _schema("a record of lists of itself", record("A", a={"type": "array", "items": "A"}), refused=False),
    _schema("100,000 fields", record("A", **{f"f{n}": "int" for n in range(MANY)}), ended=True),
    _schema("300,000 symbols", {"type": "enum", "name": "E", "symbols": [f"S{n}" for n in range(3 * MANY)]}, ended=True),
    _schema("20,000 branches", [record(f"R{n}") for n in range(20_000)], ended=True),
    _schema("a fixed of two gigabytes", fixed(2**31 - 1)),
    _schema("a fixed without an end", fixed(2**63)),
    _schema("a fixed of 10,000 digits", '{"type": "fixed", "name": "F", "size": ' + "9" * 10_000 + "}", refused=True),
    _schema("a decimal without an end", {"type": "bytes", "logicalType": "decimal", "precision": 10**300, "scale": 10**299}),
    _schema("a default in 10,000 lists", defaulted("int", "[" * 10_000 + "]" * 10_000), refused=True),
    _schema("a default with 10,000 digits", defaulted("long", "9" * 10_000), refused=True),
    _schema("NaN as a default", defaulted("double", "NaN")),
    _schema("a lone surrogate", r'{"type":"record","name":"A","doc":"\ud800","fields":[]}'),
    _schema("a lone surrogate as a default", defaulted("string", r'"\ud800"')),
    _schema("100,000 aliases", {**record("A"), "aliases": [f"B{n}" for n in range(MANY)]}, ended=True),
    _schema("a name of a million characters", record("A" * 1_000_000)),
    _schema("a namespace of 100,000 parts", {**record("A"), "namespace": ".".join(["a"] * MANY)}),
    _schema("9 MB of blanks", lambda: " " * 9_000_000 + '"int"', refused=False),
]  # fmt: skip


def _payload(
    name: str, schema: Any, payload: bytes | Callable[[], bytes], accepted: bool | None = None
) -> HostilePayload:
    text = schema if isinstance(schema, str) else json.dumps(schema)
    return HostilePayload(name, AVRO, text, lambda _: payload if isinstance(payload, bytes) else payload(), accepted)


PAYLOADS = [
    _payload("a billion nulls", NULLS, varint(BILLION) + b"\0", accepted=False),
    _payload("a billion nulls, with a size", NULLS, varint(-BILLION) + b"\0\0", accepted=False),
    _payload("all nulls there can be", NULLS, varint(2**63 - 1) + b"\0", accepted=False),
    _payload("a million blocks of a thousand nulls", NULLS, lambda: varint(1000) * 1_000_000 + b"\0", accepted=False),
    _payload("a billion empty records", {"type": "array", "items": record("E")}, varint(BILLION) + b"\0", accepted=False),
    _payload("a billion empty fixed", {"type": "array", "items": fixed(0)}, varint(BILLION) + b"\0", accepted=False),
    _payload("a billion lists of nulls", NULL_LISTS, varint(BILLION) + varint(BILLION), accepted=False),
    _payload("lists of a million nulls", NULL_LISTS, lambda: varint(1000) + (varint(BILLION) + b"\0") * 1000 + b"\0", accepted=False),
    _payload("a billion ints that are not there", {"type": "array", "items": "int"}, varint(BILLION) + b"\0", accepted=False),
    _payload("a billion names that are not there", {"type": "map", "values": "null"}, varint(BILLION) + b"\0", accepted=False),
    _payload("5,000 deep", LIST, b"\x02" * 5000 + b"\0"),
    _payload("a million deep", LIST, b"\x02" * 1_000_000 + b"\0", accepted=False),
    _payload("a tree that leans to one side", TREE, b"\x02" * 100_000),
    _payload("bytes without an end", '"bytes"', varint(2**62), accepted=False),
    _payload("fewer than no bytes", '"bytes"', varint(-5) + b"abc", accepted=False),
    _payload("two gigabytes", '"string"', varint(2**31) + b"abc", accepted=False),
    _payload("a number without an end", '"long"', b"\xff" * 1_000_000, accepted=False),
    _payload("an overlong number", '"int"', b"\x80" * 4 + b"\x70", accepted=False),
    _payload("branch -1", '["null", "int"]', varint(-1) + b"\0", accepted=False),
    _payload("symbol 2^62", '{"type": "enum", "name": "E", "symbols": ["A"]}', varint(2**62), accepted=False),
    _payload("invalid UTF-8", '"string"', b"\x04\xff\xfe", accepted=False),
    _payload("doubled records of nothing", doubled(60, "null"), b""),
    _payload("a record of itself", record("A", a="A"), b"\0" * 1000, accepted=False),
    _payload("a decimal of a million digits", DECIMAL, lambda: varint(400_000) + b"\x7f" * 400_000),
    _payload("20 MB behind the end", '"int"', lambda: b"\0" * 20_000_000, accepted=False),
    _payload("20 MB of ints", {"type": "array", "items": "int"}, lambda: varint(5_000_000) + b"\0" * 5_000_001),
]  # fmt: skip

_WIDE = [json.dumps(record("A", **{f"{x}{n}": "int" for n in range(5000)})) for x in "ab"]


def _unions(size: int, name: str) -> list[Any]:
    return [record(f"{name}{n}", a=["null", *(f"{name}{k}" for k in range(n))]) for n in range(size)]


PAIRS = [
    HostilePair("doubled records", AVRO, json.dumps(doubled(60, "int")), json.dumps(doubled(60, "long"))),
    HostilePair.of("5,000 fields", AVRO, _WIDE, ended=True),
    HostilePair.of("unions of unions", AVRO, (json.dumps(_unions(60, name)) for name in "AB"), ended=True),
    HostilePair("trees", AVRO, TREE, json.dumps(record("T", a=["null", "T"], b=["null", "T"], c=["null", "T"]))),
]
