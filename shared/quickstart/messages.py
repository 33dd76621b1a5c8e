"""The sample messages: purpose and expected destination."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import fastavro
import orjson

from sluicegate.shared.quickstart.registration import Registered
from sluicegate.shared.quickstart.topics import DEAD_LETTER, VALID

_NOWHERE = 999_999_999  # an unused schema id


@dataclass(frozen=True, slots=True)
class SampleMessage:
    """A message for the topic `input`, its purpose, and its expected dead-letter code.

    None: it must pass.
    """

    shows: str
    headers: Mapping[str, str]
    payload: bytes
    code: str | None = None

    @property
    def destination(self) -> str:
        """The topic where it must come out."""
        return VALID if self.code is None else DEAD_LETTER


def sample_messages(person: Registered, order: Registered) -> tuple[SampleMessage, ...]:
    """Good ones and bad ones, in JSON and in Avro, mixed as they come in life."""
    return (*_persons(person), *_orders(order), *_strays(person))


def _persons(person: Registered) -> Iterator[SampleMessage]:
    first, second = (_headers(person, number) for number in person.versions)
    yield SampleMessage("a person", first, _json(firstName="Ada", lastName="Lovelace", age=36))
    yield SampleMessage("a person without an age", first, _json(firstName="Grace", lastName="Hopper"))
    yield SampleMessage("a negative age", first, _json(firstName="Alan", lastName="Turing", age=-41), "payload_invalid")
    yield SampleMessage("an age in words", first, _json(firstName="Edsger", age="seventy-two"), "payload_invalid")
    yield SampleMessage("JSON cut short", first, b'{"firstName": "Barb', "payload_malformed")
    yield SampleMessage("a fraction, to version 1", first, _json(firstName="Kurt", age=71.5), "payload_invalid")
    yield SampleMessage("a fraction, to version 2", second, _json(firstName="Kurt", age=71.5))
    yield SampleMessage("the latest version", {**second, "versionId": "latest"}, _json(firstName="Emmy", age=53))


def _orders(order: Registered) -> Iterator[SampleMessage]:
    headers = _headers(order, order.versions[0])
    whole = _avro(order, number=1, customer="Ada", total=99.5, note=None)
    yield SampleMessage("an order in Avro", headers, whole)
    yield SampleMessage("an order with a note", headers, _avro(order, number=2, customer="Grace", total=12.0, note="!"))
    yield SampleMessage("Avro cut short", headers, whole[:-3], "payload_malformed")
    yield SampleMessage("Avro with bytes left over", headers, whole + b"\x00\x00", "payload_malformed")


def _strays(person: Registered) -> Iterator[SampleMessage]:
    """Messages whose headers are at fault; the payload is fine."""
    headers = _headers(person, person.versions[0])
    payload = _json(firstName="Ada")
    yield SampleMessage("no schema named", {}, payload, "attribute_missing")
    yield SampleMessage("a schema id in words", {**headers, "schemaId": "person"}, payload, "attribute_invalid")
    yield SampleMessage(
        "a schema that is not there", {**headers, "schemaId": str(_NOWHERE)}, payload, "schema_not_found"
    )
    yield SampleMessage("the wrong format named", {**headers, "format": "avro"}, payload, "format_mismatch")


def _headers(registered: Registered, version: int) -> Mapping[str, str]:
    return {
        "schemaId": str(registered.schema_id),
        "versionId": str(version),
        "format": registered.sample.format.value,
    }


def _json(**members: Any) -> bytes:
    return orjson.dumps(members)


def _avro(registered: Registered, **fields: Any) -> bytes:
    schema = fastavro.parse_schema(orjson.loads(registered.sample.texts()[0]))
    output = BytesIO()
    fastavro.schemaless_writer(output, schema, fields)
    return output.getvalue()
