"""One text for all spellings of a schema."""

import pytest

from tests.unit.formats.xsd.builders import ENGINE, accepts, element, facet, parsed, restricted, sequence, text

_ELEMENT = '<xs:element name="order" type="t:Order"/>'
_TYPE = (
    '<xs:complexType name="Order"><xs:sequence><xs:element name="a" type="xs:string"/></xs:sequence>'
    '<xs:attribute name="id" type="xs:int"/></xs:complexType>'
)
_NAMESPACE = 'targetNamespace="urn:t" xmlns:t="urn:t"'
ORDER = text(_ELEMENT + _TYPE, _NAMESPACE)


def canonical(schema: str) -> str:
    """The canonical text, which is its own."""
    found = ENGINE.canonical(parsed(schema))
    assert ENGINE.canonical(parsed(found)) == found
    return found


SPELLINGS = {
    "declaration": '<?xml version="1.0" encoding="UTF-8"?>' + ORDER,
    "spaces and comments": ORDER.replace("><", ">\n  <!-- a > b --><?pi?>\n<"),
    "prefixes": ORDER.replace("t:", "other:").replace("xmlns:t", "xmlns:other"),
    "the schema's prefix": ORDER.replace("xs:", "xsd:").replace("xmlns:xs=", "xmlns:xsd="),
    "default namespace": ORDER.replace("t:Order", "Order").replace("xmlns:t=", "xmlns="),
    "unused prefix": ORDER.replace("xmlns:t=", 'xmlns:u="urn:u" xmlns:t='),
    "annotations": ORDER.replace("<xs:sequence>", "<xs:annotation><xs:documentation>x</xs:documentation></xs:annotation><xs:sequence>"),
    "attributes of others": ORDER.replace('name="Order"', 'x:note="y" xmlns:x="urn:x" name="Order"'),
    "order of attributes": ORDER.replace('name="a" type="xs:string"', 'type="xs:string" name="a"'),
    "order of definitions": text(_TYPE + _ELEMENT, _NAMESPACE),
    "defaults": ORDER.replace('name="a"', 'name="a" minOccurs="1" maxOccurs=" 1 " nillable="0"'),
    "use": ORDER.replace('name="id"', 'name="id" use="optional"'),
    "form": ORDER.replace("targetNamespace", 'elementFormDefault="unqualified" targetNamespace'),
}  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_spellings_of_one_schema_have_one_text(spelling: str) -> None:
    assert canonical(spelling) == canonical(ORDER)


CHANGES = {
    "type": ORDER.replace("xs:int", "xs:long"),
    "occurrence": ORDER.replace('name="a"', 'name="a" minOccurs="0"'),
    "namespace": ORDER.replace("urn:t", "urn:u"),
    "form": ORDER.replace("targetNamespace", 'elementFormDefault="qualified" targetNamespace'),
    "what a prefix means": ORDER.replace('type="xs:int"', 'type="t:int"'),
    "version": ORDER.replace("targetNamespace", 'version="2" targetNamespace'),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_counts_makes_another_text(change: str) -> None:
    assert canonical(change) != canonical(ORDER)


def test_the_order_in_a_content_model_counts() -> None:
    assert canonical(sequence(element("a"), element("b"))) != canonical(sequence(element("b"), element("a")))


def test_blanks_in_values_count() -> None:
    one, other = (restricted("xs:string", facet("enumeration", value)) for value in ("a b", "a  b"))

    assert canonical(one) != canonical(other)


def test_prefixes_count_where_a_value_or_an_expression_may_hold_them() -> None:
    """There, the meaning of a prefix depends on the type, or on XPath."""
    schema = restricted("xs:QName", facet("enumeration", "t:a")).replace("xmlns:xs", 'xmlns:t="urn:t" xmlns:xs')

    assert 'xmlns:t="urn:t"' in canonical(schema)
    assert canonical(schema) != canonical(schema.replace("t:", "u:").replace("xmlns:t", "xmlns:u"))


def test_whitespace_around_names_counts_nowhere() -> None:
    """The canonical text drops it, so the payload check must, too."""
    plain = text(element("r"), 'targetNamespace="urn:t"')
    spaced = plain.replace('"r"', '" r "').replace('"urn:t"', '" urn:t "')
    assert ENGINE.canonical(parsed(spaced)) == ENGINE.canonical(parsed(plain))
    assert accepts(spaced, '<p:r xmlns:p="urn:t"/>')
