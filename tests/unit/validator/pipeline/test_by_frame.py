"""Messages that say by Confluent's wire format which schema they are of."""

from uuid import UUID

import pytest

from sluicegate.shared import framing
from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.model import SchemaFormat, SchemaId
from sluicegate.shared.subject_names import Strategy
from sluicegate.validator.model import (
    CONTENT,
    VALID,
    Code,
    Headers,
    Invalid,
    Retry,
    StoredSchema,
    Unprocessable,
    Verdict,
)
from sluicegate.validator.modes.automatic import Automatic
from sluicegate.validator.modes.by_apicurio import ByApicurio
from sluicegate.validator.modes.by_frame import ByFrame
from sluicegate.validator.modes.subject_check import SubjectCheck, SubjectChoice
from sluicegate.validator.pipeline.check import Checks
from sluicegate.validator.pipeline.decider import ByAttributes, Decider
from sluicegate.validator.pipeline.process import Processor
from tests.fakes.schemas import FakeSchemas
from tests.fakes.validator import BAD, GOOD, PERSON, headers, message, stored

AVRO = '{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}'
PROTO = 'syntax = "proto3"; message A { int32 a = 1; message B { bool b = 2; } } message C { string c = 3; }'


def content(global_id: int, text: str, kind: SchemaFormat) -> StoredSchema:
    return StoredSchema(SchemaId(global_id), CONTENT, kind, SchemaSource(text))


CONTENTS = (
    content(7, PERSON, SchemaFormat.JSON),
    content(8, AVRO, SchemaFormat.AVRO),
    content(9, PROTO, SchemaFormat.PROTOBUF),
)


def frame(global_id: int) -> bytes:
    return b"\0" + global_id.to_bytes(4, "big")


def guid(number: int) -> bytes:
    return b"\x01" + UUID(int=number).bytes


def decider(schemas: FakeSchemas, *, automatic: bool = False) -> Decider:
    checks = Checks(schemas, catalog.engine, capacity=10)
    by_frame = ByFrame(schemas, checks)
    return Automatic(ByAttributes(checks), by_frame, ByApicurio(schemas, checks)) if automatic else by_frame


def judged(
    payload: bytes | None, head: Headers | None = None, schemas: FakeSchemas | None = None, *, automatic: bool = False
) -> Verdict:
    subject = Processor(decider(schemas or FakeSchemas(*CONTENTS, stored()), automatic=automatic))
    return subject.judge(message(payload, head=head or []))


def code(verdict: Verdict) -> Code:
    assert isinstance(verdict, Invalid | Unprocessable), verdict
    return verdict.code


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (frame(7) + GOOD, frame(7) + BAD),
        (frame(8) + b"\x02", frame(8) + b"\x02\x02"),
        (frame(9) + b"\0" + b"\x08\x01", frame(9) + b"\0" + b"\x18\x01"),
        (frame(9) + b"\x02\x02" + b"\x1a\x01x", frame(9) + b"\x02\x02" + b"\x08\x01"),
        (frame(9) + b"\x04\0\0" + b"\x10\x01", frame(9) + b"\x04\0\0" + b"\x08\x01"),
    ],
    ids=["json", "avro", "the first message of Protobuf", "another message", "a message inside another one"],
)
def test_what_is_behind_the_frame_is_checked(good: bytes, bad: bytes) -> None:
    assert judged(good) == VALID
    assert code(judged(bad)) in {Code.PAYLOAD_INVALID, Code.PAYLOAD_MALFORMED}


@pytest.mark.parametrize("payload", [b"", b"\0", b"\0\0\0\x07", GOOD])
def test_without_a_frame_no_schema_is_named(payload: bytes) -> None:
    assert code(judged(payload)) is Code.ATTRIBUTE_MISSING


def test_an_id_that_is_not_there() -> None:
    assert code(judged(frame(1) + GOOD)) is Code.SCHEMA_NOT_FOUND


@pytest.mark.parametrize(
    "place", [b"", b"\x80", b"\x02", b"\x01", b"\x02\x01", b"\xff\xff\xff\xff\xff\xff", b"\xfe\x7f"]
)
def test_a_place_that_cannot_be_read_is_a_malformed_payload(place: bytes) -> None:
    assert code(judged(frame(9) + place)) is Code.PAYLOAD_MALFORMED


def test_a_place_where_no_message_is() -> None:
    assert code(judged(frame(9) + b"\x02\x08" + b"\x08\x01")) is Code.ATTRIBUTE_INVALID


def test_newer_clients_name_the_schema_in_a_header() -> None:
    def head(value: bytes) -> Headers:
        return [(framing.GUID_HEADER, value)]

    assert judged(GOOD, head(guid(7))) == VALID
    assert judged(b"\x02", head(guid(8))) == VALID
    assert judged(b"\x1a\x01x", head(guid(9) + b"\x02\x02")) == VALID
    assert code(judged(BAD, head(guid(7)))) is Code.PAYLOAD_INVALID
    assert code(judged(GOOD, head(guid(1)))) is Code.SCHEMA_NOT_FOUND
    assert code(judged(GOOD, head(b"\x01short"))) is Code.ATTRIBUTE_INVALID


def test_the_format_that_a_message_says_must_be_the_schemas() -> None:
    assert judged(frame(7) + GOOD, [("format", b"json")]) == VALID
    assert code(judged(frame(7) + GOOD, [("format", b"avro")])) is Code.FORMAT_MISMATCH


def test_while_the_registry_is_down_messages_wait() -> None:
    schemas = FakeSchemas(*CONTENTS)
    schemas.down = True

    assert isinstance(judged(frame(7) + GOOD, schemas=schemas), Retry)


def test_attributes_and_frames_beside_each_other() -> None:
    assert judged(GOOD, headers(), automatic=True) == VALID
    assert judged(frame(7) + GOOD, automatic=True) == VALID
    assert judged(GOOD, [(framing.GUID_HEADER, guid(7))], automatic=True) == VALID
    assert code(judged(frame(7) + GOOD, headers(), automatic=True)) is Code.PAYLOAD_MALFORMED
    assert code(judged(GOOD, automatic=True)) is Code.ATTRIBUTE_MISSING


def test_in_a_batch_each_payload_has_its_own_frame() -> None:
    payloads = [frame(7) + GOOD, frame(8) + b"\x02", frame(7) + BAD, frame(1), frame(8) + b"\x02"]
    batch = [message(payload, head=[]) for payload in payloads]

    found = Processor(decider(FakeSchemas(*CONTENTS))).process(batch)

    assert found.valid == [batch[0], batch[1], batch[4]]
    assert [about[0] for about in found.rejected] == [batch[2], batch[3]]


def under(strategy: Strategy, payload: bytes, *subjects: tuple[int, str], head: Headers | None = None) -> Verdict:
    """The verdict when these ids are registered under these subjects."""
    schemas = FakeSchemas(*CONTENTS)
    schemas.subjects = set(subjects)
    check = SubjectCheck(schemas, SubjectChoice(strategy, "orders"))
    subject = Processor(ByFrame(schemas, Checks(schemas, catalog.engine, capacity=10), check))
    return subject.judge(message(payload, head=head or []))


@pytest.mark.parametrize(
    ("strategy", "payload", "global_id", "subject"),
    [
        (Strategy.TOPIC, frame(7) + GOOD, 7, "orders-value"),
        (Strategy.TOPIC, frame(9) + b"\0\x08\x01", 9, "orders-value"),
        (Strategy.RECORD, frame(8) + b"\x02", 8, "R"),
        (Strategy.TOPIC_RECORD, frame(8) + b"\x02", 8, "orders-R"),
        (Strategy.RECORD, frame(9) + b"\x02\x02\x1a\x01x", 9, "C"),
        (Strategy.RECORD, frame(9) + b"\x04\0\0\x10\x01", 9, "A.B"),
    ],
)
def test_the_schema_must_be_registered_under_the_subject(
    strategy: Strategy, payload: bytes, global_id: int, subject: str
) -> None:
    assert under(strategy, payload, (global_id, subject)) == VALID
    refused = under(strategy, payload, (global_id, "another"))
    assert isinstance(refused, Unprocessable)
    assert refused.code is Code.SCHEMA_NOT_FOUND
    assert repr(subject) in refused.reason


def test_a_subject_counts_for_schemas_in_headers_too() -> None:
    head: Headers = [(framing.GUID_HEADER, guid(7))]

    assert under(Strategy.TOPIC, GOOD, (7, "orders-value"), head=head) == VALID
    assert code(under(Strategy.TOPIC, GOOD, head=head)) is Code.SCHEMA_NOT_FOUND


def test_a_schema_without_a_record_has_no_subject_of_its_own() -> None:
    assert code(under(Strategy.RECORD, frame(7) + GOOD)) is Code.SCHEMA_NOT_FOUND
