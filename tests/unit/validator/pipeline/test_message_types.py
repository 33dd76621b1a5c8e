"""The attribute `messageType`: which of a Protobuf schema's messages a payload is."""

import pytest

from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import FormatEngine
from sluicegate.shared.formats.protobuf.engine import ProtobufEngine
from sluicegate.shared.model import SchemaFormat, SchemaId
from sluicegate.validator.model import VALID, Code, Invalid, SchemaRef, Unprocessable, Verdict
from sluicegate.validator.pipeline.check import Checks
from sluicegate.validator.pipeline.decider import ByAttributes
from sluicegate.validator.pipeline.process import Processor
from tests.fakes.schemas import FakeSchemas
from tests.fakes.validator import GOOD, headers, message, stored

PROTO = """
syntax = "proto3";
package shop;
message Order {
  int32 id = 1;
  message Line { string sku = 2; }
}
message Refund { bool whole = 3; }
"""
ORDER, LINE, REFUND = b"\x08\x07", b"\x12\x01x", b"\x18\x01"
ONE = SchemaId(1)


def engine_of(schema_format: SchemaFormat) -> FormatEngine:
    return ProtobufEngine() if schema_format is SchemaFormat.PROTOBUF else catalog.engine(schema_format)


def checks(capacity: int = 10) -> Checks:
    return Checks(FakeSchemas(stored(text=PROTO, kind=SchemaFormat.PROTOBUF)), engine_of, capacity)


def verdict(payload: bytes, message_type: bytes | None, subject: Checks | None = None) -> Verdict:
    head = [*headers(), ("messageType", message_type)]
    return Processor(ByAttributes(subject or checks())).judge(message(payload, head=head))


@pytest.mark.parametrize(
    ("payload", "message_type"),
    [
        (ORDER, None),
        (ORDER, b""),
        (ORDER, b"shop.Order"),
        (LINE, b"shop.Order.Line"),
        (REFUND, b"shop.Refund"),
    ],
)
def test_a_payload_is_checked_as_the_message_that_is_named_or_the_first(
    payload: bytes, message_type: bytes | None
) -> None:
    subject = checks()

    assert verdict(payload, message_type, subject) == VALID
    for other in {ORDER, LINE, REFUND} - {payload}:
        found = verdict(other, message_type, subject)
        assert isinstance(found, Invalid)
        assert found.code is Code.PAYLOAD_INVALID


@pytest.mark.parametrize("message_type", [b"Order", b"shop.order", b"shop.Nothing", b"\xff"])
def test_a_message_type_that_the_schema_does_not_have_is_an_invalid_attribute(message_type: bytes) -> None:
    found = verdict(ORDER, message_type)

    assert isinstance(found, Unprocessable)
    assert found.code is Code.ATTRIBUTE_INVALID
    assert "shop.Order" in found.reason


def test_each_message_of_a_batch_is_checked_as_its_own_type() -> None:
    named = {b"shop.Order": ORDER, b"shop.Refund": REFUND, None: ORDER, b"shop.Nothing": ORDER}
    batch = [message(payload, head=[*headers(), ("messageType", name)]) for name, payload in named.items()] * 3

    judged = Processor(ByAttributes(checks())).process(batch)

    assert len(judged.valid) == 9
    assert [about[0] for about in judged.rejected] == batch[3::4]


def test_other_formats_leave_the_attribute_to_its_owner() -> None:
    head = [*headers(), ("messageType", b"whatever \xff")]

    assert (
        Processor(ByAttributes(Checks(FakeSchemas(stored()), engine_of, 10))).judge(message(GOOD, head=head)) == VALID
    )


def test_a_schema_is_compiled_once_for_each_message_type() -> None:
    subject = checks()
    named = SchemaRef(ONE, None, None, "shop.Refund")

    assert subject.decide(named) is subject.decide(named)
    assert subject.decide(named) is not subject.decide(SchemaRef(ONE, None, None))


def test_names_that_are_wrong_do_not_crowd_out_what_is_compiled() -> None:
    subject = checks(capacity=3)
    first = subject.decide(SchemaRef(ONE, None, None, "shop.Refund"))

    for number in range(10):
        subject.decide(SchemaRef(ONE, None, None, f"shop.Wrong{number}"))

    assert subject.decide(SchemaRef(ONE, None, None, "shop.Refund")) is first
