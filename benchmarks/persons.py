"""The messages of the worker's benchmark: persons of about 300 bytes in JSON with three headers, one in twenty of them bad."""

import json
from collections.abc import Iterator

from confluent_kafka import Producer

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


def send(bootstrap: str, topic: str, count: int, schema_id: int, version: int, *, traced: bool = False) -> None:
    """Put so many messages on a topic, with the headers that name their schema, and wait until they are there.

    `traced` adds a fourth header that is different in each.
    """
    headers = [("schemaId", str(schema_id).encode()), ("versionId", str(version).encode()), ("format", b"json")]
    producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 5, "queue.buffering.max.messages": 1_000_000})
    for number, payload in enumerate(_endless(payloads())):
        if number == count:
            break
        trace = [("traceparent", b"00-%032x-%016x-01" % (number, number))] if traced else []
        producer.produce(topic, payload, key=b"k%d" % (number % 64), headers=headers + trace)
        if number % 10_000 == 0:
            producer.poll(0)
    assert producer.flush(60) == 0, "the broker did not take the messages"


def _endless(items: list[bytes]) -> Iterator[bytes]:
    while True:
        yield from items
