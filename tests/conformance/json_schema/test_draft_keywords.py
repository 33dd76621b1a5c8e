"""Keywords of some drafts: verdicts and payload checks follow each schema's draft."""

import json
from pathlib import Path

import pytest

from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.json_schema.engine import JsonSchemaEngine
from sluicegate.shared.formats.json_schema.schema import JsonSchema
from tests.conformance.json_schema.case_files import FOLDER
from tests.fixtures.agreement import Agreement

ENGINES = [JsonSchemaEngine("jsonschema-rs"), JsonSchemaEngine("jsonschema")]
CASES = sorted((FOLDER / "json-draft-keywords").iterdir())


def _parsed(path: Path) -> JsonSchema:
    return ENGINES[0].parse(SchemaSource(path.read_text()))


def _is_compatible(case: Path) -> bool:
    return ENGINES[0].compare(_parsed(case / "new.json"), _parsed(case / "old.json")) == ()


def test_verdicts_read_each_schema_by_its_draft(agreement: Agreement) -> None:
    expected = {
        case: "BACKWARD of new.json against old.json: compatible" in (case / "expected.txt").read_text()
        for case in CASES
    }
    agreed = [case for case in CASES if _is_compatible(case) is expected[case]]
    agreement("JSON Schema compatibility, keywords of other drafts", len(agreed), len(CASES))
    assert agreed == CASES
    assert len(CASES) == 9


@pytest.mark.parametrize("engine", ENGINES, ids=["jsonschema-rs", "jsonschema"])
@pytest.mark.parametrize(
    "case", [each for each in CASES if (each / "witness.json").exists()], ids=lambda case: case.name
)
def test_witness_fits_the_old_schema_only(case: Path, engine: JsonSchemaEngine) -> None:
    payload = (case / "witness.json").read_bytes().strip()
    assert engine.compile(_parsed(case / "old.json")).accepts(payload)
    assert not engine.compile(_parsed(case / "new.json")).accepts(payload)


@pytest.mark.parametrize("engine", ENGINES, ids=["jsonschema-rs", "jsonschema"])
def test_payloads_pass_over_keywords_that_the_draft_does_not_know(engine: JsonSchemaEngine) -> None:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "dependencies": {"card": ["month"]}}
    nested = {"$schema": schema["$schema"], "properties": {"a": schema}, "type": "object"}
    assert engine.compile(engine.parse(SchemaSource(json.dumps(schema)))).accepts(b'{"card": 1}')
    assert engine.compile(engine.parse(SchemaSource(json.dumps(nested)))).accepts(b'{"a": {"card": 1}}')
