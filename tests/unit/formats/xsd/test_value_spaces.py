"""Fixed values and enumerations are compared by value, not by spelling: at registration, in verdicts, in payloads."""

from collections.abc import Callable

import pytest

from sluicegate.shared.errors import SchemaUnusable
from sluicegate.shared.formats.xsd.engine import XsdEngine
from tests.unit.formats.xsd.builders import ENGINE, accepts, codes, facet, parsed, text, violations

Make = Callable[[str, str], str]
PREFIXES = 'xmlns:p="urn:p" xmlns:q="urn:p" xmlns:o="urn:o"'
VALUES = [
    ("xs:QName", "p:a", "q:a", "o:a"),
    ("xs:hexBinary", "0a", "0A", "0b"),
    ("xs:base64Binary", "AQID", "AQ ID", "AQIE"),
    ("xs:dateTime", "2020-01-01T00:00:00Z", "2020-01-01T01:00:00+01:00", "2020-01-01T00:00:01Z"),
    ("xs:dateTime", "2020-01-01T00:00:00", "2020-01-01T00:00:00.0", "2020-01-01T00:00:00Z"),
    ("xs:date", "2020-01-01Z", "2020-01-01+00:00", "2020-01-01"),
    ("xs:gYear", "2020Z", "2020+00:00", "2021Z"),
    ("xs:gMonthDay", "--01-01Z", "--01-01+00:00", "--01-02Z"),
    ("xs:duration", "P1D", "PT24H", "P2D"),
    ("xs:duration", "P1Y", "P12M", "P360D"),
    ("xs:float", "16777216", "16777217", "16777218"),
    ("xs:double", "1e1", "10", "11"),
    ("xs:decimal", "1.0", "+01", "1.1"),
    ("xs:integer", "7", "+07", "8"),
    ("xs:token", "a b", " a  b ", "a"),
]
SPELT = pytest.mark.parametrize(("type_", "value", "same", "other"), VALUES)


def _one_of(base: str, value: str) -> str:
    facets = facet("enumeration", value)
    return f'<xs:simpleType><xs:restriction base="{base}">{facets}</xs:restriction></xs:simpleType>'


def _document(attribute: str) -> str:
    return text(f'<xs:element name="r"><xs:complexType>{attribute}</xs:complexType></xs:element>', PREFIXES)


def fixed_attribute(type_: str, value: str) -> str:
    return _document(f'<xs:attribute name="x" type="{type_}" fixed="{value}"/>')


def fixed_element(type_: str, value: str) -> str:
    return text(f'<xs:element name="r" type="{type_}" fixed="{value}"/>', PREFIXES)


def enumerated(type_: str, value: str) -> str:
    named = _one_of(type_, value)
    return _document(f'<xs:attribute name="x">{named}</xs:attribute>')


def enumerated_list(type_: str, value: str) -> str:
    items = f'<xs:simpleType name="L"><xs:list itemType="{type_}"/></xs:simpleType>'
    named = _one_of("L", value)
    body = f'{items}<xs:element name="r"><xs:complexType><xs:attribute name="x">{named}</xs:attribute></xs:complexType></xs:element>'
    return text(body, PREFIXES)


KINDS = pytest.mark.parametrize("schema", [fixed_attribute, fixed_element, enumerated])


@KINDS
@SPELT
def test_other_spelling_of_the_value_is_compatible(schema: Make, type_: str, value: str, same: str, other: str) -> None:
    assert codes(schema(type_, same), schema(type_, value)) == []
    assert codes(schema(type_, other), schema(type_, value)) != []


@pytest.mark.parametrize(("type_", "value", "same", "other"), [each for each in VALUES if " " not in each[2]])
def test_other_spelling_of_an_item_is_compatible(type_: str, value: str, same: str, other: str) -> None:
    assert codes(enumerated_list(type_, same), enumerated_list(type_, value)) == []
    assert codes(enumerated_list(type_, other), enumerated_list(type_, value)) != []


@KINDS
@SPELT
def test_payload_may_spell_the_value_otherwise(schema: Make, type_: str, value: str, same: str, other: str) -> None:
    written = '<r {} x="{}"/>' if schema is not fixed_element else "<r {}>{}</r>"
    assert accepts(schema(type_, value), written.format(PREFIXES, value))
    assert accepts(schema(type_, value), written.format(PREFIXES, same))
    assert not accepts(schema(type_, value), written.format(PREFIXES, other))


def test_one_prefix_of_two_namespaces_is_a_change() -> None:
    for schema in (fixed_attribute, fixed_element, enumerated, enumerated_list):
        writer = schema("xs:QName", "p:a")
        assert codes(writer.replace('xmlns:p="urn:p"', 'xmlns:p="urn:else"'), writer) != []


REFERENCE = (
    '<xs:attribute name="x" type="{0}" fixed="{1}"/>'
    '<xs:element name="r"><xs:complexType><xs:attribute ref="x" fixed="{2}"/></xs:complexType></xs:element>'
)
RESTRICTED = (
    '<xs:complexType name="B"><xs:attribute name="x" type="{0}" fixed="{1}"/></xs:complexType>'
    '<xs:complexType name="D"><xs:complexContent><xs:restriction base="B">'
    '<xs:attribute name="x" type="{0}" fixed="{2}"/></xs:restriction></xs:complexContent></xs:complexType>'
)
RESTRICTED_ELEMENT = (
    '<xs:complexType name="B"><xs:sequence><xs:element name="x" type="{0}" fixed="{1}"/></xs:sequence></xs:complexType>'
    '<xs:complexType name="D"><xs:complexContent><xs:restriction base="B"><xs:sequence>'
    '<xs:element name="x" type="{0}" fixed="{2}"/></xs:sequence></xs:restriction></xs:complexContent></xs:complexType>'
)


@pytest.mark.parametrize("body", [REFERENCE, RESTRICTED, RESTRICTED_ELEMENT])
@SPELT
def test_registration_compares_fixed_values(body: str, type_: str, value: str, same: str, other: str) -> None:
    assert violations(text(body.format(type_, value, same), PREFIXES)) == ()
    assert violations(text(body.format(type_, value, other), PREFIXES)) != ()


def test_restriction_keeps_the_fixed_value() -> None:
    dropped = RESTRICTED.replace(' fixed="{2}"', "").format("xs:int", "1", "")
    assert [each.code for each in violations(text(dropped))] == ["schema_invalid"]


@pytest.mark.parametrize("name", ["IDREFS", "NMTOKENS", "ENTITIES"])
def test_lists_of_names_have_an_item(name: str) -> None:
    element = text(f'<xs:element name="r" type="xs:{name}"/>')
    attribute = _document(f'<xs:attribute name="x" type="xs:{name}"/>')
    for schema, payload in ((element, "<r/>"), (element, "<r> </r>"), (attribute, '<r x=" "/>')):
        assert not accepts(schema, payload)
        assert not accepts(schema, payload, XsdEngine("xmlschema"))
    assert accepts(attribute, "<r/>")
    nillable = text(f'<xs:element name="r" type="xs:{name}" nillable="true"/>')
    assert accepts(nillable, '<r xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>')


XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xs="http://www.w3.org/2001/XMLSchema"'
STRINGS = text(
    '<xs:element name="r"><xs:complexType><xs:sequence>'
    '<xs:element name="a" type="xs:string" maxOccurs="9"/></xs:sequence></xs:complexType></xs:element>'
)


@pytest.mark.parametrize(
    ("content", "fits"),
    [
        ('<a xsi:type="xs:IDREF">x</a>', False),
        ('<a xsi:type="xs:ID">x</a><a xsi:type="xs:ID">x</a>', False),
        ('<a xsi:type="xs:ID">x</a><a xsi:type="xs:IDREF">x</a>', True),
        ('<a xsi:type="xs:token">x</a>', True),
    ],
)
def test_types_of_xml_schema_that_documents_name_count(content: str, *, fits: bool) -> None:
    assert accepts(STRINGS, f"<r {XSI}>{content}</r>") is fits
    for encoding in ("utf-16", "utf-8-sig"):
        assert accepts(STRINGS, f"<r {XSI}>{content}</r>".encode(encoding)) is fits
    hidden = f"<r {XSI}>{content}</r>".replace("XMLSchema-instance", "XMLSchema&#45;instance")
    assert accepts(STRINGS, hidden) is fits


def test_default_values_of_references_count() -> None:
    attribute = _document('<xs:attribute name="x" type="xs:IDREF" default="i"/><xs:attribute name="id" type="xs:ID"/>')
    assert accepts(attribute, '<r id="i"/>')
    assert not accepts(attribute, "<r/>")
    assert not accepts(attribute, '<r id="j"/>')
    element = text(
        '<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="a" type="xs:IDREF" default="i"/>'
        '</xs:sequence><xs:attribute name="id" type="xs:ID"/></xs:complexType></xs:element>'
    )
    assert accepts(element, '<r id="i"><a/></r>')
    assert not accepts(element, "<r><a/></r>")


def test_schema_that_the_other_engine_refuses_is_a_sentence() -> None:
    schema = parsed(text(RESTRICTED.format("xs:decimal", "1.0", "1")))
    assert ENGINE.violations(schema) == ()
    with pytest.raises(SchemaUnusable, match="The xml engine 'xmlschema' cannot use the schema: "):
        XsdEngine("xmlschema").compile(schema)
