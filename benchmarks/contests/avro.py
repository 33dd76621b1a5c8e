"""Avro: orders.

The peer is fastavro with the checks that it lacks and that can be made around it: nothing left
over, numbers in range.
"""

import io
import json
from typing import Any

import fastavro

from benchmarks.contest import Contest, Payloads, Peer
from sluicegate.shared.model import SchemaFormat

SCHEMA = {
    "type": "record",
    "name": "Order",
    "fields": [
        {"name": "id", "type": "long"},
        {"name": "customer", "type": "string"},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["NEW", "PAID", "SENT"]}},
        {"name": "note", "type": ["null", "string"]},
        {"name": "weight", "type": "double"},
        {"name": "count", "type": "int"},
        {"name": "gift", "type": "boolean"},
        {"name": "labels", "type": {"type": "map", "values": "string"}},
        {
            "name": "items",
            "type": {
                "type": "array",
                "items": {
                    "type": "record",
                    "name": "Item",
                    "fields": [
                        {"name": "sku", "type": "string"},
                        {"name": "quantity", "type": "int"},
                        {"name": "price", "type": ["null", "double"]},
                    ],
                },
            },
        },
    ],
}
_PARSED = fastavro.parse_schema(SCHEMA)


def _payloads(items: int) -> Payloads:
    """The bad one has a byte too many."""
    data = io.BytesIO()
    fastavro.schemaless_writer(data, _PARSED, _order(items))
    return Payloads(data.getvalue(), data.getvalue() + b"\0")


def _order(items: int) -> dict[str, Any]:
    return {
        "id": 17,
        "customer": "Ada Lovelace",
        "at": 1_760_000_000_000,
        "state": "PAID",
        "note": "leave at the door",
        "weight": 2.5,
        "count": items,
        "gift": False,
        "labels": {"channel": "web"},
        "items": [{"sku": f"SKU-{n:06}", "quantity": n % 9 + 1, "price": n * 1.25} for n in range(items)],
    }


def _bare(payload: bytes) -> object:
    return fastavro.schemaless_reader(io.BytesIO(payload), _PARSED, None)


def _peer(payload: bytes) -> bool:
    data = io.BytesIO(payload)
    try:
        fastavro.schemaless_reader(data, _PARSED, None)
    except (EOFError, IndexError, ValueError, OverflowError):
        return False
    return data.tell() == len(payload)


CONTEST = Contest(
    format=SchemaFormat.AVRO,
    schema=json.dumps(SCHEMA),
    payloads={"small": _payloads(1), "20 KB": _payloads(960)},
    bare_name="fastavro.schemaless_reader",
    bare=_bare,
    peer=Peer("fastavro, nothing left over", _peer),
)
