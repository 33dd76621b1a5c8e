"""Verdicts of Confluent's registry on 132 pairs of draft-07 schemas.

From the Apache-2.0 feature files of AxonOps Schema Registry.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.json_schema.engine import JsonSchemaEngine
from tests.fixtures.agreement import Agreement

VECTORS = Path(__file__).resolve().parents[3].parent / "shared" / "vectors" / "json_schema_draft07.jsonl"
DRAFT_7 = "http://json-schema.org/draft-07/schema#"
ENGINE = JsonSchemaEngine()


@pytest.fixture(scope="module")
def cases() -> list[dict[str, object]]:
    if not VECTORS.is_file():
        pytest.skip(
            "the vectors are not here: put json_schema_draft07.jsonl into ../shared/vectors beside the repository"
        )
    return [json.loads(line) for line in VECTORS.read_text().splitlines()]


def _compatible(case: dict[str, object], *, named: bool) -> bool:
    candidate, registered = (_value(case[side], named=named) for side in ("candidate", "registered"))
    return not ENGINE.compare(*(ENGINE.parse(SchemaSource(json.dumps(each))) for each in (candidate, registered)))


def _value(schema: object, *, named: bool) -> Any:
    value: Any = json.loads(schema) if isinstance(schema, str) else schema
    return {"$schema": DRAFT_7, **value} if named else value


@pytest.mark.parametrize("named", [False, True], ids=["as they stand", "with $schema"])
def test_every_verdict_agrees(cases: list[dict[str, object]], named: bool, agreement: Agreement) -> None:
    differing = [case["name"] for case in cases if _compatible(case, named=named) is not case["compatible"]]
    about = "with $schema" if named else "as they stand"
    agreement(f"JSON Schema compatibility, Confluent's verdicts, {about}", len(cases) - len(differing), len(cases))
    assert differing == []
    assert len(cases) == 132
