"""JSON Schema: orders. The peer is the usual pair in Python programs: json and jsonschema."""

import json
from itertools import islice

import jsonschema  # type: ignore[import-untyped]  # ships no types
import orjson

from benchmarks.contest import Contest, Payloads, Peer
from sluicegate.shared.model import SchemaFormat

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "id": {"type": "integer", "minimum": 1},
        "customer": {
            "type": "object",
            "properties": {
                "name": {"type": "string", "minLength": 1, "maxLength": 80},
                "email": {"type": "string", "pattern": "^[^@ ]+@[^@ ]+$"},
            },
            "required": ["name"],
        },
        "state": {"enum": ["new", "paid", "sent"]},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "sku": {"type": "string", "maxLength": 20},
                    "quantity": {"type": "integer", "minimum": 1},
                    "price": {"type": "number", "minimum": 0},
                    "tags": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["sku", "quantity"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["id", "customer", "items"],
}
_PEER = jsonschema.Draft202012Validator(SCHEMA)


def _payloads(items: int) -> Payloads:
    good, bad = (json.dumps(_order(items, last), separators=(",", ":")).encode() for last in (3, 0))
    return Payloads(good, bad)


def _order(items: int, last: int) -> dict[str, object]:
    lines = [
        {"sku": f"SKU-{n:06}", "quantity": n % 9 + 1, "price": n * 1.25, "tags": ["a", "green"]} for n in range(items)
    ]
    lines[-1]["quantity"] = last
    return {"id": 17, "customer": {"name": "Ada", "email": "ada@example.com"}, "state": "paid", "items": lines}


CONTEST = Contest(
    format=SchemaFormat.JSON,
    schema=json.dumps(SCHEMA),
    payloads={"small": _payloads(1), "20 KB": _payloads(290)},
    bare_name="orjson.loads",
    bare=orjson.loads,
    peer=Peer(
        "json + jsonschema",
        lambda payload: _PEER.is_valid(json.loads(payload)),
        lambda payload: list(islice(_PEER.iter_errors(json.loads(payload)), 10)),
    ),
)
