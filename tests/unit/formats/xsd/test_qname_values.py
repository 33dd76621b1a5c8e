"""Values that may be names keep their namespace in the canonical text, and are compared with it."""

import pytest

from tests.unit.formats.xsd.builders import ENGINE, accepts, element, parsed, root, text

ENUMERATION = (
    '<xs:element name="r"><xs:simpleType><xs:restriction base="{base}"><xs:enumeration value="a"/></xs:restriction>'
    "</xs:simpleType></xs:element>"
)
NAMED = '<xs:simpleType name="N"><xs:restriction base="xs:QName"/></xs:simpleType>'
BODIES = {
    "enumeration": ENUMERATION.format(base="xs:QName"),
    "fixed element": element("r", "xs:QName", 'fixed="a"'),
    "fixed reference to an attribute": '<xs:attribute name="x" type="xs:QName"/>'
    '<xs:element name="r"><xs:complexType><xs:attribute ref="t:x" fixed="a"/></xs:complexType></xs:element>',
    "fixed element of a substitution group": element("h", "xs:QName")
    + '<xs:element name="r" substitutionGroup="t:h" fixed="a"/>',
    "fixed element of a chain of substitution groups": element("h", "xs:QName")
    + '<xs:element name="m" substitutionGroup="t:h"/><xs:element name="r" substitutionGroup="t:m" fixed="a"/>',
    "fixed attribute": root('<xs:attribute name="q" type="xs:QName" fixed="a"/>'),
}  # fmt: skip
TARGET = 'targetNamespace="urn:t" xmlns:t="urn:t"'
ONE, OTHER = f'{TARGET} xmlns="urn:one"', f'{TARGET} xmlns="urn:other"'


def canonical(body: str, namespaces: str) -> str:
    return ENGINE.canonical(parsed(text(body, namespaces)))


@pytest.mark.parametrize("name", BODIES)
def test_names_in_different_namespaces_are_different_schemas(name: str) -> None:
    one, other = (parsed(text(BODIES[name], namespaces)) for namespaces in (ONE, OTHER))
    assert ENGINE.canonical(one) != ENGINE.canonical(other)
    assert ENGINE.compare(one, other) != ()
    assert ENGINE.canonical(parsed(ENGINE.canonical(one))) == ENGINE.canonical(one)
    assert ENGINE.compare(one, parsed(ENGINE.canonical(one))) == ()


def test_such_schemas_accept_different_documents() -> None:
    schemas = [text(BODIES["enumeration"], namespaces) for namespaces in (ONE, OTHER)]
    assert [accepts(each, '<t:r xmlns:t="urn:t" xmlns:p="urn:one">p:a</t:r>') for each in schemas] == [True, False]


def test_prefixes_do_not_count_where_values_are_no_names() -> None:
    body = ENUMERATION.format(base="xs:string")
    assert canonical(body, ONE) == canonical(body, OTHER)


def test_a_type_that_derives_from_names_counts() -> None:
    body = NAMED + ENUMERATION.format(base="t:N")
    assert canonical(body, ONE) != canonical(body, OTHER)


@pytest.mark.parametrize(
    "body",
    [
        '<xs:element name="r"><xs:complexType><xs:attribute ref="o:x" fixed="a"/></xs:complexType></xs:element>',
        '<xs:element name="r" substitutionGroup="o:h" fixed="a"/>',
        '<xs:element name="r" type="o:N" fixed="a"/>',
    ],
)
def test_what_another_document_defines_may_be_a_name(body: str) -> None:
    """The namesakes of this document do not count."""
    own = '<xs:attribute name="x"/><xs:element name="h" type="xs:string"/><xs:simpleType name="N"><xs:list itemType="xs:int"/>'
    own += "</xs:simpleType>"
    foreign = 'xmlns:o="urn:o"'
    assert canonical(own + body, f"{foreign} {ONE}") != canonical(own + body, f"{foreign} {OTHER}")


@pytest.mark.parametrize(
    "body",
    [
        element("h", "xs:QName") + '<xs:element name="r" type="xs:string" substitutionGroup="t:h" fixed="a"/>',
        element("h") + '<xs:element name="r" substitutionGroup="t:h" fixed="a"/>',
        root('<xs:attribute ref="xml:lang" fixed="en"/>'),
    ],
)
def test_prefixes_do_not_count_where_references_lead_to_no_names(body: str) -> None:
    assert canonical(body, ONE) == canonical(body, OTHER)
