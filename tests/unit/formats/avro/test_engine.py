"""The options of the engine."""

import pytest

from sluicegate.shared.formats.avro.engine import AvroEngine
from sluicegate.shared.formats.options import AvroEncoding
from tests.unit.formats.avro.builders import parsed


def test_payloads_are_binary_unless_told_otherwise() -> None:
    schema = parsed("int")
    assert AvroEngine().compile(schema).accepts(b"\2")
    assert AvroEngine(encoding="binary").compile(schema).accepts(b"\2")
    assert not AvroEngine(encoding="json").compile(schema).accepts(b"\2")
    assert AvroEngine(encoding="json").compile(schema).accepts(b"2")
    assert AvroEngine(encoding=AvroEncoding.JSON).compile(schema).accepts(b"2")


def test_the_frame_is_for_binary_encoding() -> None:
    with pytest.raises(ValueError, match="binary"):
        AvroEngine(encoding="json", confluent_framing=True)


def test_an_unknown_encoding_is_refused() -> None:
    with pytest.raises(ValueError, match="'xml'"):
        AvroEngine(encoding="xml")  # type: ignore[arg-type]  # what a caller without a type checker may write
