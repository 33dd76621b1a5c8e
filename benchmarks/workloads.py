"""Workloads: a schema with small payloads of every format, large ones, and invalid ones."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import import_module

from benchmarks import persons
from benchmarks.contest import Contest
from benchmarks.persons import BAD_ONE_IN
from sluicegate.shared.model import SchemaFormat

_DISTINCT = 200
_SMALL = {
    SchemaFormat.AVRO: "avro",
    SchemaFormat.PROTOBUF: "protobuf",
    SchemaFormat.CSV: "csv_schema",
    SchemaFormat.XML: "xsd",
}
ORDERS = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Order",
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
                    "price": {"type": "number", "minimum": 0, "multipleOf": 0.01},
                    "tags": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["sku", "quantity"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["id", "customer", "items"],
}


@dataclass(frozen=True, slots=True)
class Workload:
    """Payloads that come in turn.

    `share`: how many messages, measured by those of 300 bytes; `traced`: each has a header of its
    own.
    """

    name: str
    format: SchemaFormat
    schema: str
    payloads: Sequence[bytes]
    share: float = 1.0
    traced: bool = False

    @property
    def title(self) -> str:
        """Its name, and how large the payloads are."""
        return f"{self.name}, {sum(map(len, self.payloads)) / len(self.payloads):,.0f} B"


def small_persons() -> Workload:
    """The usual one."""
    return Workload("JSON", SchemaFormat.JSON, json.dumps(persons.SCHEMA), persons.payloads())


def traced_persons() -> Workload:
    """The same, each with a header of its own, as tracing does."""
    return replace(small_persons(), name="JSON, traced", traced=True)


def small() -> list[Workload]:
    """The small payloads of `benchmarks.formats`, one in twenty bad."""
    return [_of(import_module(f"benchmarks.contests.{module}").CONTEST) for module in _SMALL.values()]


def _of(contest: Contest) -> Workload:
    small, *_ = contest.payloads.values()
    payloads = [small.good] * (BAD_ONE_IN - 1) + [small.bad]
    return Workload(contest.format.value, contest.format, contest.schema, payloads, share=0.6)


def orders() -> Workload:
    """Orders of 2 KB, one in twenty bad."""
    payloads = [_order(number, 26) for number in range(_DISTINCT)]
    return Workload("JSON orders", SchemaFormat.JSON, json.dumps(ORDERS), payloads, share=0.2)


def dead_letters() -> Workload:
    """Persons of 1 KB, of whom each is younger than nothing."""
    made = [json.loads(payload) for payload in persons.payloads()]
    for person in made:
        person |= {"age": -1, "tags": [*person["tags"], *(f"a tag of 24 characters {n:02}" for n in range(26))]}
    payloads = [json.dumps(person, separators=(",", ":")).encode() for person in made]
    return Workload("JSON, dead letters only", SchemaFormat.JSON, json.dumps(persons.SCHEMA), payloads, share=0.4)


def _order(number: int, items: int) -> bytes:
    lines = [
        {
            "sku": f"SKU-{number:03}{line:03}",
            "quantity": line % 9 + 1,
            "price": (1999 + 7 * line + number) / 100,
            "tags": ["a", "green"],
        }
        for line in range(items)
    ]
    if number % BAD_ONE_IN == 0:
        lines[-1]["quantity"] = 0
    order = {"id": number + 1, "customer": {"name": "Ada", "email": "ada@example.com"}, "state": "paid", "items": lines}
    return json.dumps(order, separators=(",", ":")).encode()
