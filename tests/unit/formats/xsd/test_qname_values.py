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
    "fixed attribute": root('<xs:attribute name="q" type="xs:QName" fixed="a"/>'),
}  # fmt: skip
ONE, OTHER = 'xmlns="urn:one"', 'xmlns="urn:other"'


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
    assert [accepts(each, '<r xmlns:p="urn:one">p:a</r>') for each in schemas] == [True, False]


def test_prefixes_do_not_count_where_values_are_no_names() -> None:
    body = ENUMERATION.format(base="xs:string")
    assert canonical(body, ONE) == canonical(body, OTHER)


def test_a_type_that_derives_from_names_counts() -> None:
    body = NAMED + ENUMERATION.format(base="t:N")
    target = 'targetNamespace="urn:t" xmlns:t="urn:t"'
    assert canonical(body, f"{target} {ONE}") != canonical(body, f"{target} {OTHER}")
