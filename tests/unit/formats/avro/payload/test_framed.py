"""Binary datums in the frame of Confluent's serializers."""

import pytest

from sluicegate.shared.formats.avro.engine import AvroEngine
from sluicegate.shared.formats.engine import Fault
from tests.unit.formats.avro.builders import parsed, record

ENGINE = AvroEngine(confluent_framing=True)
FRAME = b"\0\0\0\1\2"


@pytest.mark.parametrize("frame", [FRAME, b"\0\0\0\0\0", b"\0\xff\xff\xff\xff"])
def test_a_framed_datum_is_accepted_whatever_the_id(frame: bytes) -> None:
    validator = ENGINE.compile(parsed("int"))
    assert validator.accepts(frame + b"\2")
    assert validator.explain(frame + b"\2") is None


def test_a_datum_may_take_no_bytes() -> None:
    assert ENGINE.compile(parsed("null")).accepts(FRAME)


@pytest.mark.parametrize(
    ("payload", "told"),
    [(b"", "has 0 bytes"), (FRAME[:4], "has 4 bytes"), (b"\2", "the byte 2"), (b"\1" + FRAME, "the byte 1")],
)
def test_a_missing_frame_is_told(payload: bytes, told: str) -> None:
    validator = ENGINE.compile(parsed("int"))
    assert not validator.accepts(payload)
    rejection = validator.explain(payload)
    assert rejection is not None
    assert (rejection.fault, rejection.violations[0].code) == (Fault.MALFORMED, "frame_missing")
    assert told in rejection.violations[0].message


def test_what_follows_must_be_a_datum() -> None:
    validator = ENGINE.compile(parsed(record(("a", "int"), ("b", {"type": "enum", "name": "E", "symbols": ["A"]}))))
    rejection = validator.explain(FRAME + b"\2\4")
    assert rejection is not None
    assert (rejection.fault, rejection.violations[0].path) == (Fault.INVALID, "/b")
    left = validator.explain(FRAME + b"\2\0\0")
    assert left is not None
    assert (left.fault, left.violations[0].code) == (Fault.MALFORMED, "left_over")


def test_single_object_encoding_is_no_datum_in_a_frame() -> None:
    single = b"\xc3\x01" + (0x7275D51A3F395C8F).to_bytes(8, "little") + b"\1"
    schema = parsed("int")
    assert AvroEngine().compile(schema).accepts(single)
    assert not ENGINE.compile(schema).accepts(FRAME + single)


def test_without_the_option_a_frame_is_no_part_of_a_datum() -> None:
    assert not AvroEngine().compile(parsed("int")).accepts(FRAME + b"\2")
