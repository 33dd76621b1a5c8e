"""Integers that no double holds are valid JSON numbers (RFC 8259, section 6)."""

from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.json_schema.engine import JsonSchemaEngine
from tests.conformance.json_schema.case_files import FOLDER

CASE = FOLDER / "integer-400-digits"


def test_integer_of_400_digits_is_valid() -> None:
    engine = JsonSchemaEngine()
    validator = engine.compile(engine.parse(SchemaSource((CASE / "schema.json").read_text())))
    payload = (CASE / "payload.json").read_bytes().strip()
    assert validator.accepts(payload)
    assert validator.explain(payload) is None
