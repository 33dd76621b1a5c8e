"""Hostile Protobuf schemas, payloads, and pairs."""

import base64
from collections.abc import Callable, Iterator
from functools import partial

from sluicegate.shared.model import SchemaFormat
from tests.hostile.case import Bait, HostilePair, HostilePayload, HostileSchema, text_of

PROTOBUF = SchemaFormat.PROTOBUF
PROTO3 = 'syntax = "proto3"; '
MANY = 100_000


def varint(value: int) -> bytes:
    """A length, or a tag."""
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def numbers(count: int) -> Iterator[int]:
    """Field numbers, without those that are reserved for the library."""
    return iter([*range(1, 19_000), *range(20_000, count + 20_000)][:count])


def wide(count: int, kind: str = "int32") -> str:
    return PROTO3 + "message A {" + "".join(f"{kind} f{number} = {number};" for number in numbers(count)) + "}"


def chain(size: int, kind: str) -> str:
    """Each message holds the next one eight times."""
    links = (
        f"message M{n} {{ {kind} leaf = 9; {' '.join(f'M{n + 1} f{k} = {k};' for k in range(1, 9))} }}"
        for n in range(size)
    )
    return PROTO3 + " ".join(links) + f" message M{size} {{ {kind} leaf = 9; }}"


def _schema(
    name: str, text: str | Callable[[], str], refused: bool | None = None, *, ended: bool = False
) -> HostileSchema:
    return HostileSchema(name, PROTOBUF, lambda _: text_of(text), refused, ended)


def _always(path: str, _: Bait) -> str:
    return path


def _importing(name: str, make: Callable[[Bait], str]) -> HostileSchema:
    return HostileSchema(name, PROTOBUF, lambda bait: f'{PROTO3}import "{make(bait)}"; message A {{}}', refused=True)


SCHEMAS = [
    _schema("20,000 braces", PROTO3 + "message A {" * 20_000 + "}" * 20_000, refused=True),
    _schema("20,000 braces without an end", PROTO3 + "message A {" * 20_000, refused=True),
    _schema("100,000 bare braces", "{" * MANY, refused=True),
    _schema("20,000 groups", 'syntax = "proto2"; message A {' + "optional group G = 1 {" * 20_000 + "}" * 20_001, refused=True),
    _schema("30 levels of messages", PROTO3 + "message A {" * 30 + "}" * 30, refused=False),
    _schema("an option of 20,000 braces", PROTO3 + "option (a) = " + "{a:" * 20_000 + "1" + "}" * 20_000 + ";", refused=True),
    _schema("20,000 brackets", PROTO3 + "message A { int32 a = 1 " + "[" * 20_000 + "]" * 20_000 + "; }", refused=True),
    *(
        _importing(f"import {path}", partial(_always, path))
        for path in ("/etc/passwd", "../../../../etc/passwd", "file:///etc/passwd", "./a.proto", "", ".", "/dev/zero", "/dev/stdin")
    ),
    _importing("import http", lambda bait: bait.url),
    _importing("import a file", lambda bait: str(bait.file)),
    _importing("import a file's address", lambda bait: bait.file.as_uri()),
    _schema("import itself", PROTO3 + 'import "__schema__.proto"; message A {}', refused=True),
    _schema("100,000 imports", PROTO3 + "".join(f'import "a{n}.proto";' for n in range(MANY)), refused=True),
    _schema("20,000 fields", wide(20_000), ended=True),
    _schema("100,000 values", PROTO3 + "enum E {" + "".join(f"V{n} = {n};" for n in range(MANY)) + "}", ended=True),
    _schema("20,000 messages", PROTO3 + "".join(f"message M{n} {{}}" for n in range(20_000)), ended=True),
    _schema("a chain of 60 messages, eight ways each", chain(60, "int32")),
    _schema("a name of a million letters", PROTO3 + "message " + "A" * 1_000_000 + " {}", refused=True),
    _schema("10,000 digits", PROTO3 + "message A { int32 a = " + "9" * 10_000 + "; }", refused=True),
    _schema("a default of 10,000 digits", 'syntax = "proto2"; message A { optional double a = 1 [default = ' + "9" * 10_000 + "]; }"),
    _schema("NaN", 'syntax = "proto2"; message A { optional double a = 1 [default = nan]; optional float b = 2 [default = -inf]; }'),
    _schema("a string without an end", PROTO3 + 'option java_package = "' + "a" * MANY, refused=True),
    _schema("a comment without an end", PROTO3 + "/*" + "*" * MANY, refused=True),
    _schema("NUL", PROTO3 + "message A\0 {}", refused=True),
    _schema("9 MB of blanks", lambda: " " * 9_000_000),
    _schema("a descriptor of noise", base64.b64encode(b"\xff" * 1000).decode(), refused=True),
    _schema("a descriptor of nested groups", base64.b64encode(b"\x0b" * MANY).decode(), refused=True),
    _schema("a descriptor without an end", base64.b64encode(b"\x0a" + varint(2**62)).decode(), refused=True),
]  # fmt: skip

_TREE = PROTO3 + "message A { A a = 1; repeated A b = 2; map<string, A> c = 3; repeated int32 d = 4; string e = 5; }"


def _wrapped(levels: int, tag: bytes) -> bytes:
    """A message in itself; each level's length counts all below it."""
    found = b""
    for _ in range(levels):
        found = tag + varint(len(found)) + found
    return found


def _payload(
    name: str, payload: Callable[[], bytes], accepted: bool | None = None, schema: str = _TREE
) -> HostilePayload:
    return HostilePayload(name, PROTOBUF, schema, lambda _: payload(), accepted)


PAYLOADS = [
    _payload("5,000 deep", lambda: _wrapped(5000, b"\x0a"), accepted=False),
    _payload("5,000 deep in maps", lambda: _wrapped(5000, b"\x1a"), accepted=None),
    _payload("a million groups", lambda: b"\x0b" * 1_000_000, accepted=False),
    _payload("a million groups that end", lambda: b"\x33" * 500_000 + b"\x34" * 500_000, accepted=False),
    _payload("a length without an end", lambda: b"\x0a" + varint(2**62), accepted=False),
    _payload("two gigabytes", lambda: b"\x2a" + varint(2**31) + b"a", accepted=False),
    _payload("an overlong number", lambda: b"\x20" + b"\xff" * 1_000_000, accepted=False),
    _payload("invalid UTF-8", lambda: b"\x2a\x02\xff\xfe", accepted=False),
    _payload("a million empty messages", lambda: b"\x12\x00" * 1_000_000),
    _payload("five million packed numbers", lambda: b"\x22" + varint(5_000_000) + b"\x01" * 5_000_000),
    _payload("a million unknown fields", lambda: b"\xf8\x07\x01" * 1_000_000),
    _payload("a million names that are one", lambda: b"\x1a\x00" * 1_000_000),
    _payload("20,000 fields", lambda: b"\xff" * 100, accepted=False, schema=wide(5000)),
]  # fmt: skip

PAIRS = [
    HostilePair("chains", PROTOBUF, chain(40, "int32"), chain(40, "string"), ended=True),
    HostilePair("5,000 fields", PROTOBUF, wide(5000), wide(5000, "string"), ended=True),
]
