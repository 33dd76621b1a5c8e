"""Faults of the Dataphos worker, each correct on a whole worker here.

Cases of a single part are with that part.
"""

import io
import json
import os
from collections.abc import Callable, Mapping

import avro.io
import avro.schema
import fastavro
import orjson
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sluicegate.shared.formats import catalog
from sluicegate.shared.model import SchemaFormat, SchemaId, VersionNumber
from sluicegate.validator.model import Headers, Message, StoredSchema, Undelivered
from sluicegate.validator.modes.encryption import Cipher, Decrypted
from sluicegate.validator.modes.header_check import HeaderChecked, HeaderDefaults
from sluicegate.validator.modes.one_schema import OneSchema
from sluicegate.validator.pipeline.check import Checks
from sluicegate.validator.pipeline.decider import ByAttributes, Decider
from tests.acceptance.six_formats import SPEECHES
from tests.acceptance.traffic import VALID as FITS
from tests.fakes.validator import BAD, DEAD, GOOD, VALID, Bench, headers, message, stored
from tests.unit.validator.test_metrics import values
from tests.unit.validator.test_transactions import TransactionalBench

KEY = b"0123456789abcdef"
PILLS = 60
"""More than one batch and one window: a permanent loss of capacity would have stopped the worker."""


def numbered(number: int, key: bytes = b"k") -> Message:
    return message(b'{"age":%d}' % number, key=key)


def ages(bench: Bench, key: bytes) -> list[int]:
    return [orjson.loads(each.payload or b"")["age"] for each in bench.broker.messages(VALID) if each.key == key]


def letters(bench: Bench) -> list[Mapping[str, bytes | None]]:
    return [dict(each.headers) for each in bench.broker.messages(DEAD)]


@pytest.mark.parametrize("keys", [1, 10])
def test_one_refusal_among_a_hundred_messages_loses_none_of_them(keys: int) -> None:
    """There, the other 99 were acknowledged without having been published."""
    bench = Bench(partitions=1)
    bench.sink.faults = {b'{"age":99}': [Undelivered("for a moment")]}
    bench.put(*(numbered(number, b"%d" % (number % keys)) for number in range(100)))

    bench.run()

    for key in range(keys):
        assert ages(bench, b"%d" % key) == list(range(key, 100, keys)), "each one once, in the order of its key"
    assert bench.settled() == 100


def test_one_transaction_that_fails_loses_none_of_its_hundred_messages() -> None:
    bench = TransactionalBench()
    bench.failures = 1
    bench.put(*(numbered(number) for number in range(100)))

    bench.run()

    assert ages(bench, b"k") == list(range(100))
    assert bench.settled() == 100


EVERYTHING = {
    "type": "record",
    "name": "Order",
    "fields": [
        {"name": "digest", "type": {"type": "fixed", "name": "Digest", "size": 4}},
        {"name": "tags", "type": {"type": "array", "items": "string"}},
        {"name": "counts", "type": {"type": "map", "values": "long"}},
        {
            "name": "lines",
            "type": {
                "type": "array",
                "items": {"type": "record", "name": "Line", "fields": [{"name": "sku", "type": "string"}]},
            },
        },
    ],
}
DATUM = {"digest": b"\0\1\2\3", "tags": ["a", "b"], "counts": {"x": 1}, "lines": [{"sku": "s"}, {"sku": "t"}]}


def by_fastavro() -> bytes:
    buffer = io.BytesIO()
    fastavro.schemaless_writer(buffer, EVERYTHING, DATUM)
    return buffer.getvalue()


def by_apache_avro() -> bytes:
    buffer = io.BytesIO()
    avro.io.DatumWriter(avro.schema.parse(json.dumps(EVERYTHING))).write(DATUM, avro.io.BinaryEncoder(buffer))
    return buffer.getvalue()


def by_blocks_with_their_sizes() -> bytes:
    """Encode like Java's blocking encoder: a block begins with a negative count and its size."""
    return b"\0\1\2\3" + b"\x03\x08\x02a\x02b\0" + b"\x01\x06\x02x\x02\0" + b"\x03\x08\x02s\x02t\0"


@pytest.mark.parametrize("encoded", [by_fastavro, by_apache_avro, by_blocks_with_their_sizes])
def test_avro_with_arrays_maps_and_fixed_values_is_valid_whoever_wrote_it(encoded: Callable[[], bytes]) -> None:
    bench = Bench(stored(text=json.dumps(EVERYTHING), kind=SchemaFormat.AVRO))
    bench.put(message(encoded()))

    bench.run()

    assert bench.payloads(VALID) == [encoded()]


UNUSABLE = {
    SchemaFormat.JSON: '{"type": 7}',
    SchemaFormat.AVRO: '{"type": "record"}',
    SchemaFormat.PROTOBUF: 'syntax = "proto3"; message Order { strin',
    SchemaFormat.XML: "<xs:schema>",
    SchemaFormat.CSV: "version 1.0\n@totalColumns 2\nid: nonsense(\n",
    SchemaFormat.TABLE: '{"columns": {}}',
}


class _Encrypted(Bench):
    """Payloads are AES-GCM."""

    def decider(self) -> Decider:
        return Decrypted(super().decider(), Cipher(KEY))


class _HeadersChecked(Bench):
    """Attributes are checked, too, by schema 9."""

    def decider(self) -> Decider:
        checks = Checks(self.schemas, catalog.engine, capacity=10)
        always = HeaderDefaults(validate=True, schema_id=SchemaId(9), version=VersionNumber(1))
        return HeaderChecked(ByAttributes(checks), checks, always)


def encrypted(payload: bytes) -> bytes:
    nonce = os.urandom(12)
    return nonce + AESGCM(KEY).encrypt(nonce, payload, None)


def swallow(bench: Bench, pill: Message, good: Message, code: bytes) -> None:
    """Send many bad messages among good ones: the good arrive, the bad get their reason."""
    bench.put(good, *[pill] * PILLS, good, pill, good)

    bench.run()

    assert bench.payloads(VALID) == [good.payload] * 3
    assert bench.payloads(DEAD) == [pill.payload] * (PILLS + 1)
    assert {letter["deadLetterErrorCode"] for letter in letters(bench)} == {code}
    assert all(letter["deadLetterErrorReason"] for letter in letters(bench))
    assert bench.settled() == PILLS + 4


@pytest.mark.parametrize("schema_format", SchemaFormat)
def test_a_schema_that_does_not_compile_never_stops_the_worker(schema_format: SchemaFormat) -> None:
    bench = Bench(stored(), stored(2, text=UNUSABLE[schema_format], kind=schema_format), partitions=1)
    swallow(bench, message(b"anything", head=headers(2)), message(), b"schema_unusable")


@pytest.mark.parametrize("text", [UNUSABLE[SchemaFormat.JSON], '{"$ref": "#/nowhere"}', "no schema"])
def test_a_header_schema_that_does_not_compile_never_stops_the_worker(text: str) -> None:
    bench = _HeadersChecked(stored(), stored(9, text="{}"), stored(8, text=text), partitions=1)
    pill = message(head=headers(header_schema_id="8", header_version="1"))
    swallow(bench, pill, message(), b"schema_unusable")


def test_attributes_that_do_not_fit_never_stop_the_worker_whatever_the_payloads_format_is() -> None:
    """There, each returned twice the capacity, and without the JSON validator the process ended."""
    tenant = stored(9, text='{"required": ["tenant"]}')
    bench = _HeadersChecked(stored(2, text='"string"', kind=SchemaFormat.AVRO), tenant, partitions=1)
    swallow(
        bench, message(b"\x02a", head=headers(2)), message(b"\x02a", head=headers(2, tenant="t")), b"header_invalid"
    )


@pytest.mark.parametrize("payload", [b"", b"short", b"twelve bytes", b"long enough, and yet encrypted by nobody"])
def test_a_payload_that_cannot_be_decrypted_never_stops_the_worker(payload: bytes) -> None:
    swallow(_Encrypted(partitions=1), message(payload), message(encrypted(GOOD)), b"decrypt_failed")


def test_tombstone_passes_a_worker_that_decrypts() -> None:
    """A null value is not encrypted; `null_values` decides about it before any payload is read."""
    bench = _Encrypted(partitions=1)
    bench.put(message(None), message(encrypted(GOOD)))

    bench.run()

    assert bench.payloads(VALID)[0] is None
    assert len(bench.payloads(VALID)) == 2


def test_what_was_encrypted_leaves_the_worker_encrypted() -> None:
    """There, both topics got the plain text."""
    bench = _Encrypted(partitions=1)
    good, bad = encrypted(b'{"age":41234}'), encrypted(b'{"age":-41234}')
    bench.put(message(good), message(bad))

    bench.run()

    assert (bench.payloads(VALID), bench.payloads(DEAD)) == ([good], [bad])
    assert b"41234" not in repr([bench.broker.messages(topic) for topic in (VALID, DEAD)]).encode()


OLDER, NEWER = b"\x08\x01", b"\x10\x01"
PROTO = 'syntax = "proto3"; message M {{ {} }}'


class _OneSchema(Bench):
    """Bound to schema 1."""

    def decider(self) -> Decider:
        checks = Checks(self.schemas, catalog.engine, capacity=10)
        return OneSchema(self.schemas, checks, SchemaId(1), None)


@pytest.mark.parametrize(
    ("first", "second", "old", "new"),
    [
        (stored(text='{"required": ["age"]}'), stored(version=2, text="{}"), GOOD, b"{}"),
        (
            stored(text=PROTO.format("int32 a = 1;"), kind=SchemaFormat.PROTOBUF),
            stored(version=2, text=PROTO.format("int32 a = 1; int32 b = 2;"), kind=SchemaFormat.PROTOBUF),
            OLDER,
            NEWER,
        ),
    ],
)
def test_a_worker_of_one_schema_goes_over_to_its_newer_version(
    first: StoredSchema, second: StoredSchema, old: bytes, new: bytes
) -> None:
    """There, the first compiled version was used forever."""
    unnamed: Headers = []
    bench = _OneSchema(first, partitions=1)
    bench.put(message(old, head=unnamed), message(new, head=unnamed))
    bench.run()
    assert (bench.payloads(VALID), bench.payloads(DEAD)) == ([old], [new])

    bench.schemas.schemas.append(second)
    bench.put(message(new, head=unnamed), message(old, head=unnamed))
    bench.run()

    assert bench.payloads(VALID) == [old, new, old]


def test_a_schema_knows_no_names_of_another_one() -> None:
    defines = stored(
        text='{"type": "record", "name": "shop.Line", "fields": [{"name": "sku", "type": "string"}]}',
        kind=SchemaFormat.AVRO,
    )
    borrows = stored(2, text='{"type": "array", "items": "shop.Line"}', kind=SchemaFormat.AVRO)
    bench = Bench(defines, borrows, partitions=1)
    bench.put(message(b"\x02a"), message(b"\x02\x02a\0", head=headers(2)))

    bench.run()

    assert bench.payloads(VALID) == [b"\x02a"]
    assert [letter["deadLetterErrorCode"] for letter in letters(bench)] == [b"schema_unusable"]


@pytest.mark.parametrize("schema_format", SchemaFormat)
def test_every_dead_letter_says_why(schema_format: SchemaFormat) -> None:
    """There, invalid Avro, Protobuf, CSV or XML had no reason."""
    speech = SPEECHES[schema_format]
    bench = Bench(stored(text=speech.schema, kind=schema_format), partitions=1)
    wrong = [case for case in speech.cases if case.fate != FITS]
    bench.put(*(message(case.payload, head=[*headers(), *case.more]) for case in wrong))

    bench.run()

    assert [letter["deadLetterErrorCode"] for letter in letters(bench)] == [case.fate.encode() for case in wrong]
    for letter in letters(bench):
        reason = letter["deadLetterErrorReason"] or b""
        assert len(reason) > 10, reason
        assert letter["deadLetterErrorCategory"]
        if (letter["deadLetterErrorCode"] or b"").startswith(b"payload_"):
            assert all(each["message"] for each in orjson.loads(letter["deadLetterErrors"] or b""))


def test_reasons_reach_to_the_innermost_fault() -> None:
    """There, a reason named the outermost keyword that failed."""
    text = '{"properties": {"lines": {"items": {"properties": {"count": {"minimum": 1}}}}}}'
    bench = Bench(stored(text=text), partitions=1)
    bench.put(message(b'{"lines": [{"count": 1}, {"count": 0}]}'))

    bench.run()

    (letter,) = letters(bench)
    assert [each["path"] for each in orjson.loads(letter["deadLetterErrors"] or b"")] == ["/lines/1/count"]


@pytest.mark.parametrize("make", [Bench, TransactionalBench])
def test_dead_letters_are_not_counted_as_published_and_take_no_longer_than_they_did(make: type[Bench]) -> None:
    """There, one that named no schema was counted as published, after 292 years."""
    bench = make()
    bench.put(*[message(BAD)] * 3, *[message(head=[])._replace(timestamp=0)] * 2)
    before = bench.clock.monotonic()

    bench.run()

    found, took = values(bench), bench.clock.monotonic() - before
    assert found["schema_registry_published_messages_total"] == 0
    assert found["schema_registry_published_dead_letter_messages_total"] == 5
    assert 0 <= found["schema_registry_processing_dead_letter_times_milliseconds_sum"] <= 5 * 1000 * took
    assert found["schema_registry_processing_times_milliseconds_count"] == 0
