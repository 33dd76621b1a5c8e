"""Avro. fastavro writes the data, and reads it back under the reader's schema."""

import io
import json
import random

import fastavro
from hypothesis import strategies as st

from tests.properties.language import Json, Language, json_respelt
from tests.unit.formats.avro.strategies import datum, flat_records, schemas


def _written(schema: Json, seed: int) -> bytes:
    data = io.BytesIO()
    fastavro.schemaless_writer(data, schema, datum(schema, random.Random(seed)))
    return data.getvalue()


def _reads(reader: str, writer: str, payload: bytes) -> bool:
    # raises on failure
    fastavro.schemaless_reader(io.BytesIO(payload), json.loads(writer), json.loads(reader))
    return True


AVRO = Language(
    schemas=schemas(),
    pairs=st.tuples(flat_records(), flat_records()),
    text=json.dumps,
    data=lambda schema: st.integers(0, 2**32).map(lambda seed: _written(schema, seed)),
    reads=_reads,
    respelt=json_respelt,
)
