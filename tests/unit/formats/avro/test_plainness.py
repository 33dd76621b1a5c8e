"""Which Avro texts are certain to be judged soon, and how much they weigh."""

import json
from typing import Any

import pytest

from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.avro.plainness import COMMAS_LIMIT, LENGTH_LIMIT, WEIGHT_LIMIT
from sluicegate.shared.formats.engine import NamedSource, SchemaSource, is_plain, weight
from sluicegate.shared.model import SchemaFormat
from tests.hostile.avro_schemas import SCHEMAS, doubled, record

ENGINE = catalog.engine(SchemaFormat.AVRO)


def weighed(schema: Any) -> int | None:
    text = schema if isinstance(schema, str) else json.dumps(schema)
    found = weight(ENGINE, SchemaSource(text))
    assert is_plain(ENGINE, SchemaSource(text)) is (found is not None)
    return found


@pytest.mark.parametrize(
    ("schema", "types"),
    [
        ('"int"', 1),
        ({"type": "long", "logicalType": "timestamp-millis"}, 1),
        (["null", "int"], 3),
        ({"type": "array", "items": {"type": "map", "values": "int"}}, 3),
        (record("A", a="int", b=["null", "string"]), 5),
        (record("A", a=record("B", c="int"), b="B"), 5),
        (record("A", a={"type": "enum", "name": "x.E", "symbols": ["Y"]}, b="x.E", c={"type": "x.E"}), 4),
    ],
)
def test_a_name_weighs_as_much_as_its_definition(schema: Any, types: int) -> None:
    assert weighed(schema) == types


def test_records_that_use_each_other_double() -> None:
    assert weighed(doubled(3, "int")) == 15
    assert weighed(doubled(60, "int")) is None


@pytest.mark.parametrize(
    "doubtful",
    [
        "not JSON",
        "1",
        "{}",
        '{"type":["null","int"]}',
        '{"type":"array"}',
        '{"type":"record","name":"A"}',
        '{"type":"record","name":"A","fields":["a"]}',
        '{"type":"record","fields":[]}',
        record("A", next=["null", "A"]),
        record("A", a="Unknown"),
        record("A", a="B", b=record("B", c="int")),
        record("A", a=record("x.B"), b=record("y.B", c="int")),
        json.dumps(record("A", é="int"), ensure_ascii=False),
        {**record("A"), "doc": "x" * LENGTH_LIMIT},
        {"type": "enum", "name": "E", "symbols": [f"S{n}" for n in range(COMMAS_LIMIT)]},
        record("A", r=record("R", **{f"f{n}": "int" for n in range(WEIGHT_LIMIT // 3)}), s="R", t="R"),
        "[" * 1_000,
        '{"type":"array","items":' * 100 + '"int"' + "}" * 100,
    ],
)  # fmt: skip
def test_a_text_that_may_be_expensive_weighs_nothing(doubtful: Any) -> None:
    assert weighed(doubtful) is None


def test_a_text_with_references_weighs_nothing() -> None:
    assert weight(ENGINE, SchemaSource('"int"', (NamedSource("other", SchemaSource('"int"'), "f"),))) is None


@pytest.mark.parametrize("case", [case for case in SCHEMAS if case.ended], ids=lambda case: case.name)
def test_a_schema_that_ends_a_trial_is_not_plain(case: Any) -> None:
    assert weighed(case.text(None)) is None
