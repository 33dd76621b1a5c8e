"""Content models whose elements do not tell their types or their particles are refused."""

import pytest

from sluicegate.shared.formats.xsd.refusals import XsdSchemaCode
from tests.unit.formats.xsd.builders import codes, element, root, sequence, text, violations

pytestmark = pytest.mark.slow

GROUP = '<xs:group name="g"><xs:sequence><xs:element name="a" minOccurs="0"/></xs:sequence></xs:group>'
INT = element("a", "xs:int")
TEXT = element("a")
OPTIONAL = element("b", more='minOccurs="0"')

INCONSISTENT = {
    "two types": sequence(TEXT, element("b"), INT),
    "in a choice": root(f"<xs:choice>{TEXT}{INT}</xs:choice>"),
    "types without names": sequence(*['<xs:element name="a"><xs:complexType/></xs:element><xs:element name="b"/>'] * 2),
    "a member of a substitution group": text(
        '<xs:element name="h" type="xs:string"/><xs:element name="m" type="xs:string" substitutionGroup="h"/>'
        '<xs:element name="r"><xs:complexType><xs:sequence><xs:element ref="h"/><xs:element name="b"/>'
        '<xs:element name="m" type="xs:int"/></xs:sequence></xs:complexType></xs:element>'
    ),
    "in a base and its extension": text(
        f'<xs:complexType name="b"><xs:sequence>{TEXT}<xs:element name="x"/></xs:sequence></xs:complexType>'
        f'<xs:complexType name="d"><xs:complexContent><xs:extension base="b"><xs:sequence>{INT}</xs:sequence></xs:extension>'
        "</xs:complexContent></xs:complexType>"
    ),
    "in a group": text(f'<xs:group name="g"><xs:choice>{TEXT}{INT}</xs:choice></xs:group>'),
}
AMBIGUOUS = {
    "optional before itself": sequence(element("a", more='minOccurs="0"'), TEXT),
    "choice of one name": root(f"<xs:choice>{TEXT}{TEXT}</xs:choice>"),
    "after a repetition": sequence(element("a", more='maxOccurs="unbounded"'), TEXT),
    "after a range": sequence(element("a", more='minOccurs="2" maxOccurs="3"'), TEXT),
    "element and wildcard": sequence(element("a", more='minOccurs="0"'), '<xs:any processContents="lax"/>'),
    "wildcards": sequence('<xs:any minOccurs="0" namespace="urn:x"/>', '<xs:any namespace="##other"/>'),
    "a group twice": text(
        f'{GROUP}<xs:element name="r"><xs:complexType><xs:sequence><xs:group ref="g"/><xs:group ref="g"/></xs:sequence>'
        "</xs:complexType></xs:element>"
    ),
    "through a repeated group": sequence(f'<xs:sequence maxOccurs="2">{TEXT}{OPTIONAL}</xs:sequence>', element("b")),
    "members of one substitution group": text(
        '<xs:element name="h"/><xs:element name="m" substitutionGroup="h"/>'
        '<xs:element name="r"><xs:complexType><xs:choice><xs:element ref="h"/><xs:element ref="m"/></xs:choice>'
        "</xs:complexType></xs:element>"
    ),
}
SOUND = {
    "one type twice": sequence(TEXT, element("b"), TEXT),
    "wildcard of another namespace": sequence(element("a", more='minOccurs="0"'), '<xs:any namespace="urn:x"/>'),
    "all": root(f"<xs:all>{TEXT}{OPTIONAL}</xs:all>"),
    "a recursive type": text(
        '<xs:element name="r" type="t"/><xs:complexType name="t"><xs:sequence>'
        '<xs:element name="r" type="t" minOccurs="0"/></xs:sequence></xs:complexType>'
    ),
}


@pytest.mark.parametrize("name", [*INCONSISTENT, *AMBIGUOUS])
def test_models_that_break_a_rule_are_refused(name: str) -> None:
    found = violations({**INCONSISTENT, **AMBIGUOUS}[name])
    assert {each.code for each in found} == {XsdSchemaCode.SCHEMA_INVALID}


@pytest.mark.parametrize("name", SOUND)
def test_sound_models_are_valid(name: str) -> None:
    assert violations(SOUND[name]) == ()


def test_a_refusal_names_the_type_and_the_element() -> None:
    (found,) = violations(INCONSISTENT["two types"])
    assert found.path == "element r/complexType"
    assert "elements 'a' of different types" in found.message


def test_an_invalid_reader_is_not_called_compatible() -> None:
    reader = root(f'<xs:choice>{TEXT}<xs:element name="a" minOccurs="0" type="xs:int"/></xs:choice>')
    assert codes(reader, root(f"<xs:choice>{TEXT}</xs:choice>")) == [("SCHEMA_NOT_COMPARABLE", "")]


def test_a_model_that_doubles_itself_ends() -> None:
    groups = "".join(
        f'<xs:group name="g{n}"><xs:sequence><xs:group ref="g{n + 1}"/><xs:group ref="g{n + 1}"/></xs:sequence></xs:group>'
        for n in range(30)
    )
    last = '<xs:group name="g30"><xs:sequence><xs:element name="a" minOccurs="0"/></xs:sequence></xs:group>'
    assert {each.code for each in violations(text(groups + last))} == {XsdSchemaCode.SCHEMA_INVALID}
