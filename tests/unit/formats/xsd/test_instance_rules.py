"""Identifiers, their references, and fixed values: checks that libxml2 omits."""

import pytest

from sluicegate.shared.formats.engine import SchemaSource
from tests.conformance.xsd.models import IDENTIFIERS
from tests.unit.formats.xsd.builders import ENGINE, accepts, element, sequence, text


def rejected(schema: str, payload: str) -> list[tuple[str, str]]:
    """Return the codes and paths of the violations."""
    rejection = ENGINE.compile(ENGINE.parse(SchemaSource(schema))).explain(payload.encode())
    return [] if rejection is None else [(each.code, each.path) for each in rejection.violations]


def test_a_repeated_identifier_is_a_violation() -> None:
    assert rejected(IDENTIFIERS, "<r><id>a</id><id>a</id></r>") == [("id_duplicate", "/r/id[2]")]
    assert rejected(IDENTIFIERS, '<r><id>a</id><n id="a"/></r>') == [("id_duplicate", "/r/n")]


def test_a_reference_to_nothing_is_a_violation() -> None:
    assert rejected(IDENTIFIERS, '<r><id>a</id><n ref="b"/></r>') == [("idref_unresolved", "/r/n")]
    assert rejected(IDENTIFIERS, "<r><refs>a b</refs><id>b</id></r>") == [("idref_unresolved", "/r/refs")]


def test_references_may_come_first() -> None:
    assert accepts(IDENTIFIERS, '<r><ref>a</ref><n refs="a b"/><id>a</id><n id="b"/></r>')


@pytest.mark.parametrize("engine", ["", "xsi"])
def test_types_that_documents_name_count(engine: str) -> None:
    schema = text(
        '<xs:element name="r" type="Base"/><xs:complexType name="Base"/>'
        '<xs:complexType name="Derived"><xs:complexContent><xs:extension base="Base">'
        '<xs:attribute name="ref" type="xs:IDREF"/></xs:extension></xs:complexContent></xs:complexType>'
    )
    payload = '<r xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Derived" ref="a"/>'
    assert rejected(schema, payload) == [("idref_unresolved", "/r")]


def test_identifiers_behind_wildcards_count_unless_they_are_skipped() -> None:
    for process, codes in (("lax", ["idref_unresolved"]), ("skip", [])):
        schema = text(
            f'<xs:element name="r"><xs:complexType><xs:sequence><xs:any processContents="{process}"/></xs:sequence></xs:complexType>'
            '</xs:element><xs:element name="x" type="xs:IDREF"/>'
        )
        assert [code for code, _ in rejected(schema, "<r><x>a</x></r>")] == codes


@pytest.mark.slow
def test_many_identifiers_are_checked_in_large_payloads() -> None:
    numbers = range(20_000)
    payload = "<r>" + "".join(f'<n id="i{n}"/><n ref="i{n}"/>' for n in numbers) + "</r>"
    assert accepts(IDENTIFIERS, payload)
    assert not accepts(IDENTIFIERS, payload.replace('ref="i7"', 'ref="j7"'))


@pytest.mark.parametrize("value", ["01", " 1 ", "+1", "1", ""])
def test_a_fixed_value_may_be_spelt_otherwise(value: str) -> None:
    assert accepts(text(element("r", "xs:int", 'fixed="1"')), f"<r>{value}</r>")


def test_another_value_than_the_fixed_one_is_a_violation() -> None:
    schema = sequence(element("a", "xs:int", 'fixed="1"'))
    assert rejected(schema, "<r><a>2</a></r>") == [("SCHEMAV_CVC_ELT_5_2_2_2_2", "/r/a")]


def test_mixed_content_with_a_fixed_value_has_no_elements() -> None:
    schema = text(
        '<xs:element name="r" fixed="x y"><xs:complexType mixed="true"><xs:sequence>'
        '<xs:element name="b" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>'
    )
    assert accepts(schema, "<r>x y</r>")
    assert accepts(schema, "<r>x<!-- c --> y</r>")
    assert not accepts(schema, "<r>x y<b/></r>")
    assert not accepts(schema, "<r> x y</r>")


def test_fixed_names_are_compared_with_their_namespaces() -> None:
    schema = text(element("r", "xs:QName", 'fixed="p:a"'), 'xmlns:p="urn:p"')
    assert accepts(schema, '<r xmlns:q="urn:p">q:a</r>')
    assert not accepts(schema, '<r xmlns:p="urn:q">p:a</r>')


def test_fixed_values_of_unions_and_lists() -> None:
    union = '<xs:simpleType name="U"><xs:union memberTypes="xs:int xs:string"/></xs:simpleType>'
    numbers = '<xs:simpleType name="L"><xs:list itemType="xs:int"/></xs:simpleType>'
    assert accepts(text(union + element("r", "U", 'fixed="1"')), "<r>01</r>")
    assert not accepts(text(union + element("r", "U", 'fixed="a"')), "<r>b</r>")
    assert accepts(text(numbers + element("r", "L", 'fixed="1 2"')), "<r>01  2</r>")
    assert not accepts(text(numbers + element("r", "L", 'fixed="1 2"')), "<r>1</r>")


TARGET = 'targetNamespace="urn:t" xmlns:t="urn:t"'
REFERENCE = '<xs:attribute ref="t:x" fixed="{fixed}"/>'
GROUPED = f'<xs:attributeGroup name="g">{REFERENCE}</xs:attributeGroup>'


def order(type_: str, fixed: str, *, grouped: bool) -> str:
    """A schema whose element `r` has a reference to an attribute, with a fixed value."""
    use = '<xs:attributeGroup ref="t:g"/>' if grouped else REFERENCE.format(fixed=fixed)
    group = GROUPED.format(fixed=fixed) if grouped else ""
    element_ = f'<xs:element name="r"><xs:complexType>{use}</xs:complexType></xs:element>'
    return text(f'<xs:attribute name="x" type="{type_}"/>{group}{element_}', TARGET)


@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize(
    ("type_", "fixed", "same", "other"),
    [
        ("xs:string", "2.0", "2.0", "9.9"),
        ("xs:string", "a", "a", " a"),
        ("xs:token", "a", " a ", "b"),
        ("xs:decimal", "1.0", "01", "2"),
        ("xs:boolean", "true", "1", "0"),
        ("xs:QName", "t:a", "p:a", "a"),
        ("xs:NMTOKENS", "a b", "a  b", "a"),
    ],
)
def test_a_fixed_value_of_a_reference_to_an_attribute_is_checked(
    type_: str, fixed: str, same: str, other: str, *, grouped: bool
) -> None:
    schema = order(type_, fixed, grouped=grouped)
    payload = '<p:r xmlns:p="urn:t" p:x="{}"/>'
    assert rejected(schema, payload.format(same)) == []
    assert rejected(schema, payload.format(other)) == [("SCHEMAV_CVC_AU", "/r")]
    assert accepts(schema, '<p:r xmlns:p="urn:t"/>')


def test_a_fixed_value_of_a_language_is_checked() -> None:
    schema = text(
        '<xs:import namespace="http://www.w3.org/XML/1998/namespace"/>'
        '<xs:element name="r"><xs:complexType><xs:attribute ref="xml:lang" fixed="en"/></xs:complexType></xs:element>'
    )
    assert accepts(schema, '<r xml:lang="en"/>')
    assert not accepts(schema, '<r xml:lang="de"/>')


def test_a_fixed_value_of_a_global_attribute_holds_where_a_reference_has_none() -> None:
    schema = text(
        '<xs:attribute name="x" type="xs:int" fixed="1"/><xs:attribute name="y"/><xs:element name="r"><xs:complexType>'
        '<xs:attribute ref="t:x"/><xs:attribute ref="t:y" fixed="a"/></xs:complexType></xs:element>',
        TARGET,
    )
    assert accepts(schema, '<p:r xmlns:p="urn:t" p:x="01" p:y="a"/>')
    assert not accepts(schema, '<p:r xmlns:p="urn:t" p:x="2"/>')
    assert not accepts(schema, '<p:r xmlns:p="urn:t" p:y="b"/>')


def test_an_identifier_may_stand_behind_a_comment() -> None:
    assert rejected(IDENTIFIERS, "<r><id><!-- c -->a</id><id>a</id></r>") == [("id_duplicate", "/r/id[2]")]
