"""Messages that say by a wire format of Apicurio's serializers which schema they are of."""

from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sluicegate.shared.apicurio_framing import IdBytes
from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.model import SchemaFormat, SchemaId
from sluicegate.validator.model import (
    CONTENT,
    VALID,
    Code,
    Headers,
    Invalid,
    StoredSchema,
    Unprocessable,
    Valid,
    Verdict,
)
from sluicegate.validator.modes.automatic import Automatic
from sluicegate.validator.modes.by_apicurio import ApicurioChoice, ByApicurio
from sluicegate.validator.modes.by_frame import ByFrame
from sluicegate.validator.pipeline.check import Checks
from sluicegate.validator.pipeline.decider import ByAttributes, Decider
from sluicegate.validator.pipeline.process import Processor
from tests.fakes.schemas import FakeSchemas
from tests.fakes.validator import BAD, GOOD, PERSON, headers, message, stored

AVRO = '{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}'
PROTO = (
    'syntax = "proto3"; package shop; message A { int32 a = 1; message B { bool b = 2; } } message C { string c = 3; }'
)
ID = "apicurio.value.globalId"


def content(global_id: int, text: str, kind: SchemaFormat) -> StoredSchema:
    return StoredSchema(SchemaId(global_id), CONTENT, kind, SchemaSource(text))


CONTENTS = (
    content(7, PERSON, SchemaFormat.JSON),
    content(8, AVRO, SchemaFormat.AVRO),
    content(9, PROTO, SchemaFormat.PROTOBUF),
)


def long(global_id: int) -> bytes:
    return b"\0" + global_id.to_bytes(8, "big")


def short(global_id: int) -> bytes:
    return b"\0" + global_id.to_bytes(4, "big")


def named(name: str) -> bytes:
    """The name of a Protobuf type, as Apicurio's serializers write it."""
    text = name.encode()
    return bytes([len(text) + 2, 0x0A, len(text)]) + text


@cache
def decider(id_bytes: IdBytes = IdBytes.AUTO, *, automatic: bool = False) -> Decider:
    schemas = FakeSchemas(*CONTENTS, stored())
    checks = Checks(schemas, catalog.engine, capacity=10)
    by_apicurio = ByApicurio(schemas, checks, ApicurioChoice(id_bytes))
    return Automatic(ByAttributes(checks), ByFrame(schemas, checks), by_apicurio) if automatic else by_apicurio


def judged(payload: bytes, head: Headers | None = None, **how: Any) -> Verdict:
    return Processor(decider(**how)).judge(message(payload, head=head or []))


def code(verdict: Verdict) -> Code:
    assert isinstance(verdict, Invalid | Unprocessable), verdict
    return verdict.code


@pytest.mark.parametrize("automatic", [False, True])
@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (long(7) + GOOD, long(7) + BAD),
        (long(8) + b"\x02", long(8) + b"\x02\x02"),
        (short(8) + b"\x02", short(8) + b"\x02\x02"),
        (long(9) + named("A") + b"\x08\x01", long(9) + named("A") + b"\x18\x01"),
        (long(9) + named("shop.C") + b"\x1a\x01x", long(9) + named("shop.C") + b"\x08\x01"),
        (long(9) + named("A.B") + b"\x10\x01", long(9) + named("A.B") + b"\x08\x01"),
    ],
    ids=["json", "avro", "four bytes", "a short name", "a full name", "a message inside another one"],
)
def test_the_payload_behind_the_frame_is_checked(good: bytes, bad: bytes, automatic: bool) -> None:
    assert judged(good, automatic=automatic) == VALID
    assert code(judged(bad, automatic=automatic)) in {Code.PAYLOAD_INVALID, Code.PAYLOAD_MALFORMED}


@pytest.mark.parametrize("automatic", [False, True])
@pytest.mark.parametrize("name", [ID, "apicurio.globalId", "apicurio.value.contentId"])
def test_a_header_names_the_schema_of_a_payload_without_a_frame(name: str, automatic: bool) -> None:
    head: Headers = [(name, (7).to_bytes(8, "big"))]
    assert judged(GOOD, head, automatic=automatic) == VALID
    assert code(judged(BAD, head, automatic=automatic)) is Code.PAYLOAD_INVALID
    typed: Headers = [(name, (9).to_bytes(8, "big"))]
    assert judged(named("A") + b"\x08\x01", typed, automatic=automatic) == VALID


@pytest.mark.parametrize("value", [b"\0", b"7", (7).to_bytes(4, "big"), b"\0" * 9])
def test_a_header_that_is_no_id_is_an_invalid_attribute(value: bytes) -> None:
    assert code(judged(GOOD, [(ID, value)])) is Code.ATTRIBUTE_INVALID


@pytest.mark.parametrize("number", [0, -1, -(2**63), 2**31, 2**62])
def test_an_id_that_no_schema_has_is_not_found(number: int) -> None:
    head: Headers = [(ID, number.to_bytes(8, "big", signed=True))]
    assert code(judged(GOOD, head)) is Code.SCHEMA_NOT_FOUND
    if number >= 0:
        assert code(judged(long(number) + GOOD, id_bytes=IdBytes.EIGHT)) is Code.SCHEMA_NOT_FOUND


@pytest.mark.parametrize("payload", [b"", b"\0", b"\0\0\0\x07", GOOD])
def test_without_a_frame_no_schema_is_named(payload: bytes) -> None:
    assert code(judged(payload)) is Code.ATTRIBUTE_MISSING


def test_a_size_of_ids_that_is_set_is_the_only_one() -> None:
    assert judged(long(8) + b"\x02", id_bytes=IdBytes.EIGHT) == VALID
    assert judged(short(8) + b"\x02", id_bytes=IdBytes.FOUR) == VALID
    assert code(judged(short(8) + b"\x02", id_bytes=IdBytes.EIGHT)) is Code.ATTRIBUTE_MISSING
    assert code(judged(long(8) + b"\x02", id_bytes=IdBytes.FOUR)) is Code.SCHEMA_NOT_FOUND


def test_attributes_and_confluents_frames_keep_their_meaning_in_auto() -> None:
    assert judged(GOOD, headers(), automatic=True) == VALID
    assert judged(short(7) + GOOD, automatic=True) == VALID
    assert judged(short(9) + b"\0" + b"\x08\x01", automatic=True) == VALID


@pytest.mark.parametrize(("encoding", "accepted"), [(b"BINARY", True), (b"binary", True), (b"JSON", False)])
def test_avro_in_another_encoding_is_refused(encoding: bytes, accepted: bool) -> None:
    verdict = judged(long(8) + b"\x02", [("apicurio.value.encoding", encoding)])
    assert verdict == VALID if accepted else code(verdict) is Code.FORMAT_UNSUPPORTED


@pytest.mark.parametrize("name", ["", "Z", "shop.Z", "A.A"])
def test_a_message_type_that_the_schema_does_not_have_is_named(name: str) -> None:
    assert code(judged(long(9) + named(name) + b"\x08\x01")) in {Code.ATTRIBUTE_INVALID, Code.PAYLOAD_MALFORMED}


@pytest.mark.parametrize("start", [b"", b"\x80", b"\x05\x0a", b"\x03\x0a\x01\xff", b"\x02\x0a\x05", b"\xff" * 6])
def test_a_name_that_cannot_be_read_is_a_malformed_payload(start: bytes) -> None:
    assert code(judged(long(9) + start)) is Code.PAYLOAD_MALFORMED


PREFIXES = st.sampled_from(
    [b"", b"\0", b"\0\0\0\0\0", long(7), long(8), long(9), short(7), short(8), short(9), long(0)]
)
VALUES = st.one_of(st.binary(max_size=12), st.sampled_from([(7).to_bytes(8, "big"), (9).to_bytes(8, "big")]))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    PREFIXES,
    st.binary(max_size=30),
    st.dictionaries(st.sampled_from([ID, "apicurio.value.contentId", "apicurio.value.encoding", "format"]), VALUES),
    st.booleans(),
    st.sampled_from(list(IdBytes)),
)
def test_both_ways_to_judge_agree_whatever_the_bytes_are(
    prefix: bytes, rest: bytes, head: dict[str, bytes], automatic: bool, id_bytes: IdBytes
) -> None:
    sent = message(prefix + rest, head=list(head.items()))
    judge = Processor(decider(id_bytes, automatic=automatic))
    batch = judge.process([sent, sent])
    accepted = isinstance(judge.judge(sent), Valid)
    assert len(batch.valid) == (2 if accepted else 0)
    assert len(batch.valid) + len(batch.rejected) == 2
