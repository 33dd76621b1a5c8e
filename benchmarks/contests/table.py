"""Tables: one row of products. The peer is a pydantic model, written by hand for this table."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from benchmarks.contest import Contest, Payloads, Peer
from sluicegate.shared.model import SchemaFormat

SCHEMA = {
    "table": "products",
    "columns": {
        "id": "bigint not null",
        "name": "varchar(255) not null",
        "price": "numeric(10, 2)",
        "in_stock": "boolean not null",
        "created_at": "timestamptz not null",
        "batch": "uuid",
        "tags": "text[]",
    },
    "primary_key": ["id"],
}


class Product(BaseModel):
    """The same table for pydantic."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[int, Field(ge=-(2**63), lt=2**63)]
    name: Annotated[str, Field(max_length=255)]
    price: Annotated[Decimal, Field(max_digits=10, decimal_places=2)] | None = None
    in_stock: bool
    created_at: datetime
    batch: UUID | None = None
    tags: list[str | None] | None = None


def _payloads(tags: int) -> Payloads:
    good, bad = (json.dumps(_row(tags, stock), separators=(",", ":")).encode() for stock in (True, "perhaps"))
    return Payloads(good, bad)


def _row(tags: int, in_stock: object) -> dict[str, object]:
    return {
        "id": 17,
        "name": "Analytical engine",
        "price": 1234.5,
        "created_at": "2026-01-31T12:00:00Z",
        "batch": "0b8b6f3e-3c1d-4c1e-9d5b-1f2e3d4c5b6a",
        "tags": [f"tag number {number:06}" for number in range(tags)],
        "in_stock": in_stock,
    }


def _accepts(payload: bytes) -> bool:
    try:
        Product.model_validate_json(payload)
    except ValidationError:
        return False
    return True


def _explain(payload: bytes) -> object:
    try:
        return Product.model_validate_json(payload)
    except ValidationError as error:
        return error.errors()


CONTEST = Contest(
    format=SchemaFormat.TABLE,
    schema=json.dumps(SCHEMA),
    payloads={"small": _payloads(2), "20 KB": _payloads(960)},
    bare_name="orjson.loads",
    bare=orjson.loads,
    peer=Peer("pydantic model", _accepts, _explain),
)
