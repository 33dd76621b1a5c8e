"""In JSON encoding, too, both walks agree.

Data from a schema, or written by fastavro, is accepted.
"""

import io
import json
import random
import uuid
from typing import Any

import fastavro
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluicegate.shared.formats.avro.engine import AvroEngine
from sluicegate.shared.formats.avro.payload.json_explanation import JsonExplainer
from tests.unit.formats.avro.builders import parsed
from tests.unit.formats.avro.payload.test_agreement import SEEDS, WIDE, mutated
from tests.unit.formats.avro.strategies import PRIMITIVES, STEADY, datum, flat_records, schemas

ENGINE = AvroEngine(encoding="json")


def written(schema: Any, seed: int) -> bytes:
    """Return a datum in JSON encoding.

    fastavro's writer does not support recursive schemas.
    """
    return json.dumps(_Drawing(random.Random(seed)).value(schema, "", 0)).encode()


class _Drawing:
    """One datum in the drawing; of a union, the first branch once it is deep."""

    def __init__(self, source: random.Random) -> None:
        self._source = source
        self._names: dict[str, tuple[Any, str]] = {}

    def value(self, schema: Any, space: str, depth: int) -> Any:
        if isinstance(schema, list):
            branch = schema[0] if depth > 4 else self._source.choice(schema)
            inner = self.value(branch, space, depth + 1)
            return None if branch == "null" else {self._tag(branch, space): inner}
        if isinstance(schema, str) and schema in PRIMITIVES:
            return self._shown(datum(schema, self._source))
        if isinstance(schema, str):
            named, around = self._names[schema]
            return self.value(named, around, depth + 1)
        if "name" in schema:
            around, space = space, schema.get("namespace", space)
            self._names[self._tag(schema, around)] = (schema, around)
        return self._complex(schema, space, depth + 1)

    def _complex(self, schema: Any, space: str, depth: int) -> Any:
        several = range(self._source.randint(0, 2) if depth < 5 else 0)
        match schema["type"]:
            case "record":
                fields = [(each["name"], self.value(each["type"], space, depth)) for each in schema["fields"]]
                self._source.shuffle(fields)
                return dict(fields)
            case "array":
                return [self.value(schema["items"], space, depth) for _ in several]
            case "map":
                return {f"k:{index}": self.value(schema["values"], space, depth) for index in several}
        if schema.get("logicalType") == "decimal":
            data = self._source.randint(-999_999, 999_999).to_bytes(4, "big", signed=True)
            return self._shown(data)
        return self._shown(datum(schema, self._source))

    @staticmethod
    def _tag(branch: Any, space: str) -> str:
        if isinstance(branch, dict) and "name" in branch:
            full = f"{branch.get('namespace', space)}.{branch['name']}"
            return full.lstrip(".")
        return str(branch["type"] if isinstance(branch, dict) else branch)

    @staticmethod
    def _shown(value: Any) -> Any:
        if isinstance(value, bytes):
            return value.decode("latin-1")
        return str(value) if isinstance(value, uuid.UUID) else value


def accepted(schema: Any, payload: bytes) -> bool:
    """Whether the payload is accepted, after both walks have been asked."""
    validator = ENGINE.compile(parsed(schema))
    verdict = validator.accepts(payload)
    rejection = validator.explain(payload)
    assert verdict == (rejection is None)
    assert rejection is None or rejection.violations[0].code != "no_datum"
    return verdict


STRANGERS: tuple[Any, ...] = (
    None,
    True,
    1,
    -(2**31) - 1,
    2**64,
    1.0,
    1e39,
    "",
    "A",
    "Ā",
    "NaN",
    [],
    {},
    {"int": 1},
    {"f0": None},
)


def altered(value: Any, source: random.Random) -> Any:
    """The value with a stranger somewhere in it, or something left out or added."""
    if isinstance(value, dict | list) and value and source.random() < 0.8:
        key = source.choice(list(value) if isinstance(value, dict) else range(len(value)))
        changed = value.copy()
        if source.random() < 0.15:
            del changed[key]
        else:
            changed[key] = altered(value[key], source)
        return changed
    if isinstance(value, dict) and source.random() < 0.5:
        return {**value, "f9": None}
    return source.choice(STRANGERS)


@STEADY
@given(schemas(), SEEDS)
def test_a_datum_is_accepted(schema: Any, seed: int) -> None:
    assert accepted(schema, written(schema, seed))


@pytest.mark.slow
@STEADY
# fastavro's writer fails on empty records
@given(flat_records().filter(lambda schema: schema["fields"]), SEEDS)
def test_what_fastavro_writes_is_accepted(schema: Any, seed: int) -> None:
    text = io.StringIO()
    fastavro.json_writer(text, schema, [datum(schema, random.Random(seed))])
    assert accepted(schema, text.getvalue().encode())


@pytest.mark.slow
@settings(STEADY, max_examples=300)
@given(schemas(), SEEDS, SEEDS)
def test_walks_agree_on_altered_values(schema: Any, seed: int, mutation: int) -> None:
    value = altered(json.loads(written(schema, seed)), random.Random(mutation))
    payload = json.dumps(value).encode()
    if not accepted(schema, payload):
        assert JsonExplainer(parsed(schema)).faults(json.loads(payload), 10)


@STEADY
@given(schemas(), SEEDS, SEEDS)
def test_walks_agree_on_mutated_bytes(schema: Any, seed: int, mutation: int) -> None:
    accepted(schema, mutated(written(schema, seed), mutation))


@pytest.mark.slow
@settings(STEADY, max_examples=300)
@given(SEEDS, SEEDS)
def test_walks_agree_on_a_record_of_everything(seed: int, mutation: int) -> None:
    schema = {**WIDE, "name": "R"}
    payload = written(schema, seed)
    assert accepted(schema, payload)
    accepted(schema, json.dumps(altered(json.loads(payload), random.Random(mutation))).encode())


@STEADY
@given(schemas(), st.binary(max_size=40))
def test_walks_agree_on_any_bytes(schema: Any, payload: bytes) -> None:
    accepted(schema, payload)
