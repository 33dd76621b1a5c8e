"""The pages of the formats have exactly all codes, and the engines give their examples."""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum

import pytest

from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.avro.compatibility import IncompatibilityType
from sluicegate.shared.formats.avro.payload.faults import INVALID, AvroPayloadCode
from sluicegate.shared.formats.avro.refusals import AvroSchemaCode as AvroCode
from sluicegate.shared.formats.engine import Fault, SchemaSource
from sluicegate.shared.formats.json_schema.compatibility.findings import Code as JsonChange
from sluicegate.shared.formats.table.findings import Change as TableChange
from sluicegate.shared.formats.table.payload.faults import RowCode
from sluicegate.shared.formats.table.refusals import TableSchemaCode as TableCode
from sluicegate.shared.model import Finding, SchemaFormat, Violation
from tests.docs.pages import REFERENCE, rows, section

PAGES = {SchemaFormat.JSON: "json.md", SchemaFormat.AVRO: "avro.md", SchemaFormat.TABLE: "table.md"}
PAYLOADS = {SchemaFormat.JSON: "Payloads", SchemaFormat.AVRO: "Payloads", SchemaFormat.TABLE: "Rows"}
EVERY_PAGE = pytest.mark.parametrize("schema_format", PAGES)

_SCHEMA = re.compile(r"^```json$(.*?)^```$", re.MULTILINE | re.DOTALL)
_FIRST = re.compile(r"^\| `([a-zA-Z_]+)` \|", re.MULTILINE)
_CODE = re.compile(r"`([A-Z][A-Z_]+)`")


def codes(members: Iterable[StrEnum]) -> set[str]:
    """The words of an enumeration."""
    return {member.value for member in members}


def first_cells(page: str, heading: str) -> set[str]:
    """The codes that rows of a section begin with."""
    found = _FIRST.findall(section(f"formats/{page}", heading))
    assert len(found) == len(set(found)), f"{page}: a code stands twice under {heading}"
    return set(found)


def examples(page: str, heading: str, header: str) -> Iterator[list[str]]:
    """The cells of the table with a header."""
    text = section(f"formats/{page}", heading)
    body = text.partition(f"\n{header}\n")[2].partition("\n\n")[0]
    assert body, f"{page} has no examples under {heading}"
    for line in body.splitlines()[1:]:
        yield [cell.strip().strip("`") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def told(found: Iterable[Finding | Violation]) -> str:
    """Findings as the pages write them."""
    each = [f"`{one.code}` {f'at `{one.path}`' if one.path else 'at the root'}: {one.message}" for one in found]
    return "<br>".join(each).replace("|", "\\|")


@EVERY_PAGE
def test_examples_of_payloads(schema_format: SchemaFormat) -> None:
    engine = catalog.engine(schema_format)
    page = PAGES[schema_format]
    schema = _SCHEMA.search((REFERENCE / "formats" / page).read_text(encoding="utf-8"))
    assert schema
    validator = engine.compile(engine.parse(SchemaSource(schema[1])))
    for payload, said in examples(page, PAYLOADS[schema_format], "| payload | findings |"):
        found = validator.explain(bytes.fromhex(payload) if schema_format is SchemaFormat.AVRO else payload.encode())
        assert said == ("fits" if found is None else told(found.violations).strip("`"))


@EVERY_PAGE
def test_examples_of_schemas(schema_format: SchemaFormat) -> None:
    engine = catalog.engine(schema_format)
    for text, said in examples(PAGES[schema_format], "Validity", "| schema | findings |"):
        try:
            found = engine.violations(engine.parse(SchemaSource(text)))
        except SchemaSyntaxError as error:
            found = error.violations
        assert said == told(found).strip("`")


@EVERY_PAGE
def test_examples_of_compatibility(schema_format: SchemaFormat) -> None:
    engine = catalog.engine(schema_format)
    for writer, reader, said in examples(PAGES[schema_format], "Compatibility", "| writer | reader | finding |"):
        found = engine.compare(engine.parse(SchemaSource(reader)), engine.parse(SchemaSource(writer)))
        assert said == told(found[:1]).strip("`")


def test_codes_of_tables() -> None:
    assert first_cells("table.md", "Rows") == codes(RowCode)
    assert first_cells("table.md", "Validity") == codes(TableCode)
    table = section("formats/table.md", "Compatibility").partition("| writer |")[0]
    assert set(_CODE.findall(table)) == codes(TableChange)


def test_codes_of_avro() -> None:
    assert first_cells("avro.md", "Validity") == codes(AvroCode)
    assert first_cells("avro.md", "Compatibility") == codes(IncompatibilityType)
    faults = {
        name: cells[1].strip("`")
        for name, cells in rows(section("formats/avro.md", "Payloads")).items()
        if len(cells) == 2
    }
    assert faults == {
        code.value: (Fault.INVALID if code in INVALID else Fault.MALFORMED).value for code in AvroPayloadCode
    }


def test_codes_of_json_schema() -> None:
    assert first_cells("json.md", "Compatibility") == codes(JsonChange)
