"""Ten thousand mixed messages, with their expected results."""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import fastavro

Headers = tuple[tuple[str, bytes], ...]

PERSON = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0}},
    "required": ["name"],
}
ORDER = {
    "type": "record",
    "name": "Order",
    "fields": [
        {"name": "id", "type": "long"},
        {"name": "lines", "type": {"type": "array", "items": "string"}},
        {"name": "note", "type": ["null", "string"], "default": None},
    ],
}
VALID = "valid"


@dataclass(frozen=True, slots=True)
class Ids:
    """Ids of the traffic's schemas; `late` is unused before the trouble begins."""

    person: int
    order: int
    late: int


@dataclass(frozen=True, slots=True)
class Sent:
    """One message, and its fate: VALID, or the code of its dead letter."""

    number: int
    payload: bytes | None
    key: bytes | None
    headers: Headers
    fate: str


def messages(ids: Ids, count: int, late_from: int) -> Iterator[Sent]:
    """The traffic. From `late_from` on, some messages name the late schema."""
    for number in range(count):
        payload, schema, fate = _body(number, ids, late=number >= late_from)
        # A header twice, and one that is empty: both must come out as they went in.
        headers = (("id", b"%d" % number), ("trace", b"a"), *schema, ("trace", b"\xff\x00"), ("empty", b""))
        key = None if number % 11 == 0 else b"key-%d" % (number % 97)
        yield Sent(number, payload, key, headers, fate)


def _body(number: int, ids: Ids, *, late: bool) -> tuple[bytes | None, Headers, str]:
    kind = number % 10
    if kind <= 3:
        return _person(number, 30), _named(ids.late if late and kind == 3 else ids.person), VALID
    if kind == 4:
        return _person(number, -1), _named(ids.person), "payload_invalid"
    if kind == 5:
        return b'{"name": ', _named(ids.person), "payload_malformed"
    if kind <= 7:
        return _order(number), _named(ids.order, "1", "avro"), VALID
    if kind == 8:
        return _order(number) + b"\0", _named(ids.order, "1", "AVRO"), "payload_malformed"
    return _odd(number // 10 % 8, number, ids)


def _odd(kind: int, number: int, ids: Ids) -> tuple[bytes | None, Headers, str]:
    """The rarer ways in which a message can be right or wrong."""
    person = _person(number, 7)
    cases: Sequence[tuple[bytes | None, Headers, str]] = (
        (person, (("format", b"json"),), "attribute_missing"),
        (person, _named("seven"), "attribute_invalid"),
        (person, _named(987_654_321), "schema_not_found"),
        (person, _named(ids.person, "999"), "schema_not_found"),
        (person, _named(ids.person, "1", "avro"), "format_mismatch"),
        (person, (("schema_id", b"%d" % ids.person), ("version", b"latest")), VALID),
        (person, _named(ids.person, "1", "yaml"), "format_unsupported"),
        (None, _named(ids.person), VALID),
    )
    return cases[kind]


def _named(schema_id: int | str, version: str = "1", schema_format: str = "json") -> Headers:
    return (
        ("schemaId", str(schema_id).encode()),
        ("versionId", version.encode()),
        ("format", schema_format.encode()),
    )


def _person(number: int, age: int) -> bytes:
    return json.dumps({"name": f"Zoë {number}", "age": age}, ensure_ascii=False).encode()


def _order(number: int) -> bytes:
    buffer = io.BytesIO()
    order = {"id": number, "lines": [f"line {n}" for n in range(number % 4)], "note": None if number % 2 else "now"}
    fastavro.schemaless_writer(buffer, _parsed_order(), order)
    return buffer.getvalue()


@cache
def _parsed_order() -> Any:
    return fastavro.parse_schema(ORDER)
