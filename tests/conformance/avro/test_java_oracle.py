"""Our Avro against Apache Avro 1.12.1 for Java: 4,000 pairs of schemas with its answers."""

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.formats.avro.canonical import java_text, parsing_canonical_form
from sluicegate.shared.formats.avro.compatibility import incompatibilities
from sluicegate.shared.formats.avro.engine import AvroEngine
from sluicegate.shared.formats.avro.fingerprint import fingerprint
from sluicegate.shared.formats.avro.model import Schema
from sluicegate.shared.formats.engine import SchemaSource
from tests.fixtures.agreement import Agreement

ROWS = Path(__file__).parents[3].parent / "shared" / "vectors" / "avro_oracle.jsonl.gz"
ENGINE = AvroEngine()

Row = dict[str, Any]


def strictly_parsed(text: str) -> Schema | None:
    """The schema, if Java's strict parser would take it."""
    try:
        schema: Schema = ENGINE.parse(SchemaSource(text))
    except SchemaSyntaxError:
        return None
    return None if ENGINE.violations(schema) else schema


def differences(row: Row) -> list[str]:
    """The names of the answers in which we differ from Java."""
    reader, writer = strictly_parsed(row["reader"]), strictly_parsed(row["writer"])
    found = []
    if (reader is None) != ("reader_error" in row) or (writer is None) != ("writer_error" in row):
        found.append("parses")
    if reader is not None and "reader_canonical" in row:
        found += texts(reader, row)
    if reader is not None and writer is not None and "compatible" in row:
        found += compatibility(reader, writer, row)
    return found


def texts(reader: Schema, row: Row) -> list[str]:
    ours = {
        "reader_canonical": java_text(reader),
        "reader_pcf": parsing_canonical_form(reader),
        "reader_fp64": f"{fingerprint(reader):x}",
    }
    return [name for name, text in ours.items() if text != row[name]]


def compatibility(reader: Schema, writer: Schema, row: Row) -> list[str]:
    ours = [
        {"type": found.type.value, "location": found.location, "message": found.message}
        for found in incompatibilities(reader, writer)
    ]
    verdict = [] if (not ours) == row["compatible"] else ["compatible"]
    return verdict + ([] if ours == row["incompatibilities"] else ["incompatibilities"])


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    if not ROWS.exists():
        pytest.skip(f"the answers of Java are not there: {ROWS.name}")
    with gzip.open(ROWS, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def test_every_answer_is_javas(rows: list[Row], agreement: Agreement) -> None:
    """Verdicts, incompatibilities, texts, fingerprints and parse errors equal Java's."""
    differing = {index: found for index, row in enumerate(rows) if (found := differences(row))}
    agreement("Pairs of Avro schemas, Apache Avro 1.12.1 for Java", len(rows) - len(differing), len(rows))
    counts = Counter(name for found in differing.values() for name in found)
    assert not differing, f"{dict(counts)}, first in rows {list(differing)[:10]}"


def test_identity_survives_parsing(rows: list[Row]) -> None:
    """The canonical text of a schema is the canonical text of itself."""
    schemas = [schema for row in rows[::10] if (schema := strictly_parsed(row["reader"]))]
    assert len(schemas) > 300
    for schema in schemas:
        text = ENGINE.canonical(schema)
        assert ENGINE.canonical(ENGINE.parse(SchemaSource(text))) == text
