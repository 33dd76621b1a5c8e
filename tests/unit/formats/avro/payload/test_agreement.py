"""Both readings of a payload agree, and accept nothing that fastavro's decoder refuses."""

import io
import random
from typing import Any

import fastavro
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluicegate.shared.formats.avro.payload.explanation import Explainer
from tests.unit.formats.avro.builders import ENGINE, parsed, record
from tests.unit.formats.avro.strategies import STEADY, datum, schemas


def written(schema: Any, seed: int) -> bytes:
    data = io.BytesIO()
    fastavro.schemaless_writer(data, schema, datum(schema, random.Random(seed)))
    return data.getvalue()


def mutated(data: bytes, seed: int) -> bytes:
    """A few bytes changed, removed or added."""
    source = random.Random(seed)
    changed = bytearray(data)
    for _ in range(source.randint(0, 3)):
        place = source.randrange(len(changed) + 1)
        match source.randint(0, 3):
            case 0:
                del changed[place:]
            case 1:
                del changed[place : place + 1]
            case 2:
                changed[place : place + 1] = bytes([source.choice([0, 1, 2, 3, 127, 128, 255])])
            case _:
                changed[place:place] = source.randbytes(source.randint(1, 3))
    return bytes(changed)


def agreed(schema: Any, payload: bytes) -> bool:
    """Whether the payload is accepted, after both readings and fastavro have been asked."""
    model = parsed(schema)
    validator = ENGINE.compile(model)
    accepted = validator.accepts(payload)
    assert accepted == (validator.explain(payload) is None)
    assert accepted == (not Explainer(model).faults(payload, 0, 10))
    if accepted:
        fastavro.schemaless_reader(io.BytesIO(payload), schema, None)
    return accepted


SEEDS = st.integers(0, 2**32)


@STEADY
@given(schemas(), SEEDS)
def test_what_fastavro_writes_is_accepted(schema: Any, seed: int) -> None:
    assert agreed(schema, written(schema, seed))


@pytest.mark.slow
@settings(STEADY, max_examples=300)
@given(schemas(), SEEDS, SEEDS)
def test_readings_agree_on_mutations(schema: Any, seed: int, mutation: int) -> None:
    agreed(schema, mutated(written(schema, seed), mutation))


@STEADY
@given(schemas(), st.binary(max_size=40))
def test_readings_agree_on_any_bytes(schema: Any, payload: bytes) -> None:
    agreed(schema, payload)


WIDE = record(
    ("id", "long"),
    ("kind", {"type": "enum", "name": "E", "symbols": ["A", "B", "C"]}),
    ("sum", {"type": "bytes", "logicalType": "decimal", "precision": 6}),
    ("key", {"type": "string", "logicalType": "uuid"}),
    ("any", ["null", "int", "string", "float", "boolean", "bytes", "double", {"type": "map", "values": "int"}, "R"]),
    ("all", {"type": "array", "items": ["null", "R"]}),
)


@pytest.mark.slow
@settings(STEADY, max_examples=300)
@given(SEEDS, SEEDS)
def test_readings_agree_on_a_record_of_everything(seed: int, mutation: int) -> None:
    schema = {**WIDE, "name": "R"}
    agreed(schema, mutated(written(schema, seed), mutation))
