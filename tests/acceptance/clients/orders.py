"""An order and its customer in three formats: the second schema is a reference of the first."""

import json
from dataclasses import dataclass
from typing import Any

VALUE: dict[str, Any] = {"id": 1, "note": "first", "by": {"name": "Ada"}}


@dataclass(frozen=True)
class Order:
    """The texts of one format, and the name by which the order refers to the customer."""

    type: str
    schema: str
    name: str
    part: str


def _avro(name: str, *fields: tuple[str, str]) -> str:
    described = [{"name": field, "type": kind} for field, kind in fields]
    return json.dumps({"type": "record", "name": name, "namespace": "shop", "fields": described})


ORDERS = (
    Order(
        "AVRO",
        _avro("Order", ("id", "int"), ("note", "string"), ("by", "shop.Customer")),
        "shop.Customer",
        _avro("Customer", ("name", "string")),
    ),
    Order(
        "JSON",
        json.dumps(
            {
                "$schema": "http://json-schema.org/draft-07/schema#",
                "title": "Order",
                "type": "object",
                "properties": {
                    "id": {"type": "integer"},
                    "note": {"type": "string"},
                    "by": {"$ref": "customer.json"},
                },
                "required": ["id"],
            }
        ),
        "customer.json",
        json.dumps(
            {
                "$schema": "http://json-schema.org/draft-07/schema#",
                "title": "Customer",
                "type": "object",
                "properties": {"name": {"type": "string"}},
            }
        ),
    ),
    Order(
        "PROTOBUF",
        'syntax = "proto3";\npackage shop;\nimport "customer.proto";\n'
        "message Order {\n  int32 id = 1;\n  string note = 2;\n  Customer by = 3;\n}\n",
        "customer.proto",
        'syntax = "proto3";\npackage shop;\nmessage Customer {\n  string name = 1;\n}\n',
    ),
)
BREAKING = _avro("Order", ("id", "string"), ("note", "string"), ("by", "shop.Customer"))
