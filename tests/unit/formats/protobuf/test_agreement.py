"""Compatible means: the reader decodes the writer's messages, and keeps all common data."""

import random

from hypothesis import given
from hypothesis import strategies as st

from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.protobuf.payload.explanation import ProtobufPayloadCode
from sluicegate.shared.formats.protobuf.schema import ProtobufSchema
from tests.unit.formats.protobuf.builders import ENGINE
from tests.unit.formats.protobuf.strategies import STEADY, filled, pairs

HARMLESS = {ProtobufPayloadCode.FIELD_UNKNOWN, ProtobufPayloadCode.ENUM_VALUE_UNKNOWN}
"""Data that a compatible reader may ignore: removed fields, and unknown numbers of a closed enum."""


@STEADY
@given(pairs(), st.integers(0, 2**32))
def test_data_of_compatible_schemas_can_be_read(pair: tuple[ProtobufSchema, ProtobufSchema], seed: int) -> None:
    reader, writer = pair
    if ENGINE.compare(reader, writer):
        return
    source = random.Random(seed)
    for name in "MN":
        validator = ENGINE.compile(reader).for_message(name)
        for _ in range(5):
            payload = filled(writer.classes[name](), source).SerializeToString()
            rejection = validator.explain(payload, 1000)
            assert rejection is None or {each.code for each in rejection.violations} <= HARMLESS


@STEADY
@given(pairs(), st.integers(0, 2**32))
def test_a_schema_takes_its_own_messages(pair: tuple[ProtobufSchema, ProtobufSchema], seed: int) -> None:
    validator = ENGINE.compile(pair[0])
    assert ENGINE.compare(pair[0], pair[0]) == ()
    assert validator.accepts(filled(pair[0].classes["M"](), random.Random(seed)).SerializeToString())


@STEADY
@given(pairs())
def test_every_schema_has_a_canonical_text_that_gives_it_again(pair: tuple[ProtobufSchema, ProtobufSchema]) -> None:
    text = ENGINE.canonical(pair[0])
    again = ENGINE.parse(SchemaSource(text))
    assert ENGINE.canonical(again) == text
    assert ENGINE.compare(again, pair[0]) == ENGINE.compare(pair[0], again) == ()
