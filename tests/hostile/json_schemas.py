"""Hostile JSON Schemas, payloads, and pairs."""

import json
from collections.abc import Callable
from typing import Any

from sluicegate.shared.model import SchemaFormat
from tests.hostile.case import HostilePair, HostilePayload, HostileSchema, text_of

JSON = SchemaFormat.JSON
MANY = 100_000
DRAFT_2020 = "https://json-schema.org/draft/2020-12/schema"
"""Keywords that the default draft, draft 7, does not know need it."""

BACKTRACKING = (
    "^(a+)+$",
    "^(a|aa)+$",
    "^(a|a?)+$",
    "(x+x+)+y",
    "^(?=(a+)+$)a*b$",
    r"^(a+)+\1$",
    "^((a{1,30}){1,30}){1,30}$",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
)
LARGE_PATTERNS = (
    "((a{1000}){1000}){1000}",
    r"(\p{L}{500}){500}",
    "(" * 5000 + ")" * 5000,
    "a|" * 200_000,
    "[" + "a-z" * 100_000 + "]",
)


def doubled(keyword: str, levels: int = 60) -> str:
    """Each definition asks for the next one twice."""
    definitions = {f"d{level}": {keyword: [{"$ref": f"#/$defs/d{level + 1}"}] * 2} for level in range(levels)} | {
        f"d{levels}": {"type": "string"}
    }
    return json.dumps({"$defs": definitions, "$ref": "#/$defs/d0"})


def nested(levels: int, opening: str, innermost: str, closing: str) -> str:
    return opening * levels + innermost + closing * levels


def wide(count: int) -> str:
    return json.dumps({"type": "object", "properties": {f"p{number}": {"type": "string"} for number in range(count)}})


def _schema(name: str, value: Any, refused: bool | None = None, *, ended: bool = False) -> HostileSchema:
    return HostileSchema(name, JSON, lambda _: text_of(value), refused, ended)


def _fetching(name: str, make: Callable[[str], Any], refused: bool | None) -> list[HostileSchema]:
    return [
        HostileSchema(f"{name} http", JSON, lambda bait: json.dumps(make(bait.url)), refused),
        HostileSchema(f"{name} file", JSON, lambda bait: json.dumps(make(bait.file.as_uri())), refused),
        HostileSchema(f"{name} path", JSON, lambda bait: json.dumps(make(str(bait.file))), refused),
    ]


SCHEMAS = [
    *(_schema(f"pattern {pattern}", {"type": "string", "pattern": pattern}) for pattern in BACKTRACKING),
    *(_schema(f"large pattern {pattern[:20]}", {"pattern": pattern}, ended=True) for pattern in LARGE_PATTERNS),
    *(_schema(f"patternProperties {pattern}", {"patternProperties": {pattern: True}}) for pattern in BACKTRACKING),
    *(_schema(f"{keyword} doubling", doubled(keyword), refused=True) for keyword in ("allOf", "anyOf", "oneOf")),
    _schema("refers to itself", {"$ref": "#"}, refused=True),
    _schema("all of itself", {"allOf": [{"$ref": "#"}]}, refused=True),
    _schema("a ring", {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}, refused=True),
    _schema("is not itself", {"not": {"$ref": "#"}}, refused=True),
    _schema("dynamic ring", {"$schema": DRAFT_2020, "$dynamicAnchor": "a", "$dynamicRef": "#a"}, refused=True),
    _schema("a tree of itself", {"properties": {name: {"$ref": "#"} for name in "abcdefgh"}}, refused=False),
    _schema("100,000 lists", nested(MANY, "[", "", "]"), refused=True),
    _schema("100,000 lists without an end", "[" * MANY, refused=True),
    _schema("100,000 objects", nested(MANY, '{"not":', "true", "}"), refused=True),
    _schema("100,000 objects without an end", '{"a":' * MANY, refused=True),
    _schema("90 levels of properties", nested(45, '{"properties":{"a":', "true", "}}"), refused=False),
    *_fetching("$ref", lambda at: {"$ref": at}, refused=True),
    *_fetching("$ref below", lambda at: {"properties": {"a": {"items": {"$ref": f"{at}#/$defs/x"}}}}, refused=True),
    *_fetching("$dynamicRef", lambda at: {"$schema": DRAFT_2020, "$dynamicRef": at}, refused=True),
    # an unknown draft is read as the default one
    *_fetching("$schema", lambda at: {"$schema": at}, refused=False),
    *_fetching("$id", lambda at: {"$id": at, "properties": {"a": {"$ref": "other.json"}}}, refused=True),
    *_fetching("$vocabulary", lambda at: {"$vocabulary": {at: True}}, None),
    *_fetching("contentSchema", lambda at: {"contentMediaType": "application/json", "contentSchema": {"$ref": at}}, None),
    _schema("NaN", '{"minimum": NaN}', refused=True),
    _schema("Infinity", '{"minimum": Infinity}', refused=True),
    _schema("-Infinity", '{"const": -Infinity}', refused=True),
    _schema("1e999", '{"const": 1e999}', refused=True),
    _schema("10,000 digits", '{"maximum": ' + "9" * 10_000 + "}", refused=True),
    _schema("10,000 digits behind the point", '{"maximum": 0.' + "9" * 10_000 + "}", refused=True),
    _schema("a tiny multipleOf", {"multipleOf": 5e-324}),
    _schema("a lone surrogate", r'{"const": "\ud800"}', refused=True),
    _schema("a lone surrogate in a name", r'{"properties": {"\udc00": true}}', refused=True),
    _schema("NUL in a name", r'{"properties": {"a\u0000b": true}}'),
    _schema("a byte order mark", "\ufeff{}", refused=True),
    _schema("one name twice", '{"type": "string", "type": "object"}', refused=True),
    _schema("one name 100,000 times", lambda: "{" + ",".join(['"a":1'] * MANY) + "}", refused=True),
    _schema("100,000 properties", lambda: wide(MANY), ended=True),
    _schema("500,000 constants", lambda: {"enum": list(range(500_000))}, ended=True),
    _schema("200,000 required names", lambda: {"required": [f"p{number}" for number in range(2 * MANY)]}, ended=True),
    _schema("50,000 alternatives", lambda: {"anyOf": [{"const": number} for number in range(50_000)]}, ended=True),
    _schema("a name of a million characters", {"properties": {"a" * 1_000_000: True}}),
    _schema("a path of long names", nested(40, '{"properties":{"' + "a" * 10_000 + '":', "true", "}}")),
    _schema("long pointers", {"$ref": "#" + "/a" * MANY}, refused=True),
    _schema("a pointer of escapes", {"$ref": "#/" + "%25" * MANY}, refused=True),
    _schema("an $id that is no URI", {"$id": "http://[", "$ref": "a"}, refused=True),
    _schema("9 MB of blanks", lambda: " " * 9_000_000 + "{}", refused=False),
]  # fmt: skip

LONG_A = json.dumps("a" * 40_000 + "!").encode()
ALTERNATIVES = {"items": {"oneOf": [{"const": number} for number in range(100)]}}
P3000 = [f"p{number}" for number in range(3000)]
UNEVALUATED = {
    "$schema": DRAFT_2020,
    "allOf": [{"properties": {name: True}} for name in P3000[:300]],
    "unevaluatedProperties": False,
}
_SELF = '{"properties": {"a": {"$ref": "#"}}, "items": {"$ref": "#"}}'


def _payload(
    name: str, schema: Any, payload: bytes | Callable[[], bytes], accepted: bool | None = None
) -> HostilePayload:
    text = schema if isinstance(schema, str) else json.dumps(schema)
    return HostilePayload(name, JSON, text, lambda _: payload if isinstance(payload, bytes) else payload(), accepted)


PAYLOADS = [
    *(_payload(f"backtracking {pattern}", {"pattern": pattern}, LONG_A) for pattern in BACKTRACKING),
    *(
        _payload(f"backtracking in a name {pattern}", {"patternProperties": {pattern: False}}, b"{" + LONG_A + b": 1}")
        for pattern in BACKTRACKING
    ),
    _payload("100,000 lists", {}, b"[" * MANY + b"]" * MANY, accepted=False),
    _payload("100,000 lists without an end", {}, b"[" * MANY, accepted=False),
    _payload("100,000 objects", {}, b'{"a":' * MANY + b"1" + b"}" * MANY, accepted=False),
    _payload("1,000 objects in a schema of itself", _SELF, b'{"a":' * 1000 + b"1" + b"}" * 1000),
    _payload("1,000 lists in a schema of itself", _SELF, b"[" * 1000 + b"]" * 1000),
    _payload("NaN", {}, b"NaN", accepted=False),
    _payload("Infinity", {}, b"[-Infinity]", accepted=False),
    _payload("1e999", {}, b"1e999", accepted=False),
    _payload("a lone surrogate", {}, rb'"\ud800"', accepted=False),
    _payload("invalid UTF-8", {}, b'"\xff\xfe"', accepted=False),
    _payload("overlong UTF-8", {}, b'"\xc0\xaf"', accepted=False),
    _payload("10,000 digits", {"type": "integer"}, b"9" * 10_000),
    _payload("10,000 digits that must be exact", {"multipleOf": 7}, b"9" * 10_000),
    _payload("10,000 digits behind the point", {"multipleOf": 0.01}, b"0." + b"9" * 10_000),
    _payload("1e308 in steps of 5e-324", {"multipleOf": 5e-324}, b"1e308"),
    _payload("50,000 unique objects", {"uniqueItems": True}, lambda: _unique(50_000)),
    _payload("50,000 unique numbers", {"uniqueItems": True}, lambda: json.dumps(list(range(50_000))).encode()),
    _payload("10,000 items, 100 alternatives", ALTERNATIVES, b"[" + b"99," * 9_999 + b"99]"),
    _payload("10,000 items, all wrong", ALTERNATIVES, b"[" + b'"x",' * 9_999 + b'"x"]', accepted=False),
    _payload("20 MB of blanks", {}, lambda: b" " * 20_000_000 + b"1", accepted=True),
    _payload("a 20 MB string", {"maxLength": 5}, lambda: b'"' + b"a" * 20_000_000 + b'"', accepted=False),
    _payload("a million numbers", {"items": {"type": "string"}}, b"[" + b"1," * 999_999 + b"1]", accepted=False),
    _payload("unevaluated properties", UNEVALUATED, lambda: json.dumps(dict.fromkeys(P3000)).encode(), accepted=False),
]  # fmt: skip


def _unique(count: int) -> bytes:
    return json.dumps([{"a": {"b": number}} for number in range(count)]).encode()


def _branching(width: int, depth: int, leaf: str) -> dict[str, Any]:
    if depth == 0:
        return {"type": leaf}
    return {"anyOf": [{"properties": {f"p{n}": _branching(width, depth - 1, leaf)}} for n in range(width)]}


def _ring(size: int, leaf: str) -> dict[str, Any]:
    links = {
        f"d{n}": {
            "properties": {f"p{k}": {"$ref": f"#/$defs/d{(n * k + 1) % size}"} for k in range(1, 9)}
            | {"leaf": {"type": leaf}}
        }
        for n in range(size)
    }
    return {"$ref": "#/$defs/d0", "$defs": links}


def _alternatives(count: int, name: str) -> str:
    return json.dumps({"oneOf": [{"properties": {f"{name}{number}": {"const": number}}} for number in range(count)]})


def _patterns(count: int, name: str) -> str:
    return json.dumps({"patternProperties": {f"^({name}+)+{number}$": {"type": "string"} for number in range(count)}})


PAIRS = [
    HostilePair("branches", JSON, json.dumps(_branching(6, 4, "string")), json.dumps(_branching(6, 4, "number")), ended=True),
    HostilePair.of("300 alternatives", JSON, (_alternatives(300, name) for name in "ab"), ended=True),
    HostilePair("rings of different sizes", JSON, json.dumps(_ring(97, "string")), json.dumps(_ring(101, "string")), ended=True),
    HostilePair.of("50 levels", JSON, (nested(45, '{"properties":{"a":', f'{{"type":"{leaf}"}}', "}}") for leaf in ("string", "number"))),
    HostilePair("10,000 properties", JSON, wide(10_000), wide(10_000).replace("string", "number"), ended=True),
    HostilePair.of("patterns", JSON, (_patterns(100, name) for name in "ab")),
]  # fmt: skip
