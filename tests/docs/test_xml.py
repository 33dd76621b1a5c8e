"""The page of XML Schema has every code, and the engine gives its examples."""

import re

from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.xsd.compatibility.findings import XsdChange as Change
from sluicegate.shared.formats.xsd.refusals import XsdSchemaCode
from sluicegate.shared.model import SchemaFormat
from tests.docs.pages import REFERENCE, section
from tests.docs.test_formats import codes, examples, told

ENGINE = catalog.engine(SchemaFormat.XML)

_SCHEMA = re.compile(r"^```xml$(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([A-Z][A-Z_]+)`")
_FIRST = re.compile(r"^\| ([^|]+) \|", re.MULTILINE)
_HEAD = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'


def in_sequence(fragment: str) -> str:
    """A schema with the element `r`, which holds a sequence."""
    content = f"<xs:complexType><xs:sequence>{fragment}</xs:sequence></xs:complexType>"
    return f'{_HEAD}<xs:element name="r">{content}</xs:element></xs:schema>'


def test_examples_of_payloads() -> None:
    schema = _SCHEMA.search((REFERENCE / "formats/xml.md").read_text(encoding="utf-8"))
    assert schema
    validator = ENGINE.compile(ENGINE.parse(SchemaSource(schema[1].strip())))
    for payload, said in examples("xml.md", "Payloads", "| payload | findings |"):
        found = validator.explain(payload.encode())
        assert said == ("fits" if found is None else told(found.violations).strip("`"))


def test_examples_of_schemas() -> None:
    for fragment, said in examples("xml.md", "Validity", "| schema | findings |"):
        try:
            found = ENGINE.violations(ENGINE.parse(SchemaSource(f"{_HEAD}{fragment}</xs:schema>")))
        except SchemaSyntaxError as error:
            found = error.violations
        assert said == told(found).strip("`")


def test_examples_of_compatibility() -> None:
    for writer, reader, said in examples("xml.md", "Compatibility", "| writer | reader | finding |"):
        one, other = (ENGINE.parse(SchemaSource(in_sequence(each))) for each in (reader, writer))
        assert said == told(ENGINE.compare(one, other)[:1]).strip("`")


def test_codes() -> None:
    rules = section("formats/xml.md", "Compatibility").partition("| writer | reader |")[0]
    table = section("formats/xml.md", "Validity").partition("In these examples")[0]

    assert set(_CODE.findall(rules)) - {"BACKWARD", "FORWARD", "FULL"} == codes(Change)
    assert {code for cell in _FIRST.findall(table) for code in re.findall(r"`([a-z_]+)`", cell)} == codes(XsdSchemaCode)
