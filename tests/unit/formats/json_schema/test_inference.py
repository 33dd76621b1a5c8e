"""A schema from samples: they all fit, it registers, and it has no further claims."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.shared.errors import SampleUnusable
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.json_schema.inference import infer
from tests.unit.formats.json_schema.schemas import ENGINE

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
)


def inferred(*samples: Any) -> Any:
    """The schema of samples that are given as values."""
    return json.loads(infer([json.dumps(sample).encode() for sample in samples]))


@pytest.mark.slow
@given(st.lists(VALUES, min_size=1, max_size=5))
def test_every_sample_fits_a_valid_schema(values: list[Any]) -> None:
    samples = [json.dumps(value).encode() for value in values]
    schema = ENGINE.parse(SchemaSource(infer(samples)))
    assert ENGINE.violations(schema) == ()
    validator = ENGINE.compile(schema)
    assert [validator.explain(sample) for sample in samples] == [None] * len(samples)


def test_only_what_all_samples_have_is_required() -> None:
    schema = inferred({"id": 1, "name": "Ada"}, {"id": 2})
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["required"] == ["id"]
    assert set(schema["properties"]) == {"id", "name"}


def test_whole_numbers_and_fractions_are_numbers() -> None:
    assert inferred(1, 2)["type"] == "integer"
    assert inferred(1, 2.5)["type"] == "number"


def test_different_types_are_alternatives() -> None:
    assert set(inferred({"a": 1}, {"a": "x"}, {"a": None})["properties"]["a"]["type"]) == {"integer", "string", "null"}


def test_lines_of_json_are_samples_of_their_own() -> None:
    schema = json.loads(infer([b'{"a": 1}\n{"a": 2, "b": true}\n']))
    assert schema["required"] == ["a"]
    assert set(schema["properties"]) == {"a", "b"}


def test_integers_past_64_bits_are_integers() -> None:
    assert json.loads(infer([b"123456789012345678901234567890"]))["type"] == "integer"


@pytest.mark.parametrize("samples", [[], [b""], [b" \n"]])
def test_without_samples_there_is_no_schema(samples: list[bytes]) -> None:
    with pytest.raises(SampleUnusable, match="no sample") as caught:
        infer(samples)
    assert caught.value.index is None


@pytest.mark.parametrize("sample", [b"{", b"\xff", b"NaN", b'{"a": 1}\n{', b"", orjson.dumps([1])[:-1]])
def test_a_sample_that_is_not_json_is_named(sample: bytes) -> None:
    with pytest.raises(SampleUnusable, match="not JSON") as caught:
        infer([b"{}", sample])
    assert caught.value.index == 1


@pytest.mark.parametrize("levels", [60, 5_000])
def test_samples_too_deep_for_a_schema_are_refused(levels: int) -> None:
    with pytest.raises(SampleUnusable):
        infer([b'{"a":' * levels + b"1" + b"}" * levels])
