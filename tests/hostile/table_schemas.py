"""Hostile tables, rows, and pairs."""

import json
from collections.abc import Callable
from typing import Any

from sluicegate.shared.model import SchemaFormat
from tests.hostile.case import HostilePair, HostilePayload, HostileSchema, text_of

TABLE = SchemaFormat.TABLE
MANY = 100_000


def table(**columns: Any) -> dict[str, Any]:
    return {"table": "orders", "columns": columns}


def wide(count: int, kind: str = "integer") -> str:
    return json.dumps(table(**{f"c{number}": kind for number in range(count)}))


def _schema(name: str, value: Any, refused: bool | None = None, *, ended: bool = False) -> HostileSchema:
    return HostileSchema(name, TABLE, lambda _: text_of(value), refused, ended)


SCHEMAS = [
    _schema("100,000 columns", lambda: wide(MANY), ended=True),
    _schema("100,000 lists", "[" * MANY + "]" * MANY, refused=True),
    _schema("100,000 objects", '{"a":' * MANY + "1" + "}" * MANY, refused=True),
    _schema("a type of 100,000 parentheses", table(a="varchar" + "(" * MANY + ")" * MANY), refused=True),
    _schema("an array of 100,000 dimensions", table(a="integer" + "[]" * MANY)),
    _schema("a length of 10,000 digits", table(a=f"varchar({'9' * 10_000})"), refused=True),
    _schema("a scale of 4,000 digits", table(a=f"numeric(10,{'9' * 4000})"), refused=True),
    _schema("a type of a million letters", table(a="x" * 1_000_000), refused=True),
    _schema("a type of a million blanks", table(a="integer" + " " * 1_000_000)),
    _schema("a name of a million letters", {"table": "x" * 1_000_000, "columns": {"a": "integer"}}),
    _schema("10,000 digits", '{"table": "a", "columns": {"a": ' + "9" * 10_000 + "}}", refused=True),
    _schema("NaN", '{"table": "a", "columns": {"a": NaN}}', refused=True),
    _schema("a lone surrogate", r'{"table": "\ud800", "columns": {"a": "integer"}}', refused=True),
    _schema("9 MB of blanks", lambda: " " * 9_000_000 + wide(1), refused=False),
]  # fmt: skip


def _payload(
    name: str, columns: dict[str, Any], payload: Callable[[], bytes], accepted: bool | None = None
) -> HostilePayload:
    return HostilePayload(name, TABLE, json.dumps(table(**columns)), lambda _: payload(), accepted)


PAYLOADS = [
    _payload("100,000 lists", {"a": "jsonb"}, lambda: b'{"a":' + b"[" * MANY + b"]" * MANY + b"}"),
    _payload("100,000 objects", {"a": "integer"}, lambda: b'{"a":' * MANY + b"1" + b"}" * MANY, accepted=False),
    _payload("10,000 digits", {"a": "numeric"}, lambda: b'{"a":' + b"9" * 10_000 + b"}"),
    _payload("10,000 digits in a string", {"a": "numeric(10,2)"}, lambda: b'{"a":"' + b"9" * 10_000 + b'"}', accepted=False),
    _payload("an exponent without an end", {"a": "numeric(10,2)"}, lambda: b'{"a":"1e' + b"9" * 1000 + b'"}', accepted=False),
    _payload("an exponent of a billion", {"a": "integer"}, lambda: b'{"a":"1e999999999"}', accepted=False),
    _payload("an exponent of a billion, as a number", {"a": "numeric"}, lambda: b'{"a":1e999999999}'),
    _payload("an integer of 10,000 digits", {"a": "bigint"}, lambda: b'{"a":' + b"9" * 10_000 + b"}", accepted=False),
    _payload("NaN", {"a": "integer"}, lambda: b'{"a": NaN}', accepted=False),
    _payload("a lone surrogate", {"a": "text"}, lambda: rb'{"a": "\ud800"}', accepted=False),
    _payload("invalid UTF-8", {"a": "text"}, lambda: b'{"a": "\xff"}', accepted=False),
    _payload("100,000 names", {"a": "text"}, lambda: json.dumps({f"b{n}": 1 for n in range(MANY)}).encode(), accepted=False),
    _payload("a 20 MB text", {"a": "varchar(5)"}, lambda: b'{"a": "' + b"a" * 20_000_000 + b'"}', accepted=False),
    _payload("a year of 10,000 digits", {"a": "date"}, lambda: b'{"a": "' + b"9" * 10_000 + b'-01-01"}', accepted=False),
    _payload("a time of colons", {"a": "timestamptz"}, lambda: b'{"a": "' + b"1:" * MANY + b'"}', accepted=False),
    _payload("an interval of blanks", {"a": "interval"}, lambda: b'{"a": "' + b"1 day " * MANY + b'"}'),
    _payload("an address of colons", {"a": "inet"}, lambda: b'{"a": "' + b":" * MANY + b'"}', accepted=False),
]  # fmt: skip

PAIRS = [HostilePair("1,600 columns", TABLE, wide(1600), wide(1600, "text"))]
