"""Usual payloads of the worker's benchmarks: persons of 300 bytes in JSON, one in twenty bad."""

import json

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Person",
    "type": "object",
    "properties": {
        "firstName": {"type": "string"},
        "lastName": {"type": "string"},
        "age": {"type": "integer", "minimum": 0},
        "email": {"type": "string", "maxLength": 120},
        "address": {
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}, "zip": {"type": "string"}},
            "required": ["city"],
        },
        "tags": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["firstName", "lastName", "age"],
}
BAD_ONE_IN = 20
DISTINCT = 1000


def payloads() -> list[bytes]:
    """So many different persons; one in twenty is younger than nothing."""
    return [json.dumps(_person(n), separators=(",", ":")).encode() for n in range(DISTINCT)]


def _person(number: int) -> dict[str, object]:
    return {
        "firstName": f"First{number:04}",
        "lastName": f"Last{number:04}",
        "age": -1 if number % BAD_ONE_IN == 0 else number % 90,
        "email": f"person.{number:04}@example.com",
        "address": {
            "street": f"{number:04} Long Meadow Lane, Building C, Third Floor, East",
            "city": "Springfield",
            "zip": f"{number:05}",
        },
        "tags": ["customer", "newsletter", f"segment-{number % 7}", "loyalty-programme", "region-north"],
    }
