"""After any change of a schema document, every method returns or raises a declared error."""

from random import Random

import pytest
from lxml import etree

from sluicegate.shared.errors import SchemaSyntaxError, SchemaUnusable
from sluicegate.shared.formats.engine import SchemaSource
from tests.conformance.xsd.models import IDENTIFIERS, content_model
from tests.unit.formats.xsd.builders import ENGINE, element, parsed, restricted, sequence, text

MUTATIONS = 400
VALUES = (
    "", " ", "-1", "0", "1", "99999999999999999999", "1.5", "unbounded", "loose", "lax", "skip", "##any", "##other ##local", "true", "yes",
    "#all", "extension bogus", "xs:int", "xs:nope", "xs:ID", "p:q", "a b", "r", "t", "g", "é", "[", "collapse", "required", "qualified",
)  # fmt: skip
NAMES = (
    "name", "type", "ref", "base", "minOccurs", "maxOccurs", "processContents", "namespace", "use", "fixed", "default", "form", "block",
    "final", "abstract", "nillable", "mixed", "substitutionGroup", "itemType", "memberTypes", "value", "xpath", "refer", "id", "zzz",
    "targetNamespace", "elementFormDefault", "blockDefault", "schemaLocation", "notQName", "test",
)  # fmt: skip
TAGS = (
    "element", "complexType", "simpleType", "sequence", "choice", "all", "any", "anyAttribute", "attribute", "attributeGroup", "group",
    "restriction", "extension", "simpleContent", "complexContent", "list", "union", "enumeration", "pattern", "key", "keyref", "unique",
    "selector", "field", "include", "import", "redefine", "annotation", "notation", "minLength", "assert", "zzz",
)  # fmt: skip
SEEDS = (
    IDENTIFIERS,
    content_model(1),
    content_model(2),
    restricted("xs:string", '<xs:pattern value="a+"/><xs:enumeration value="a"/><xs:maxLength value="3"/>'),
    sequence('<xs:any processContents="lax"/>', more='<xs:anyAttribute namespace="##other" processContents="skip"/>'),
    text(
        '<xs:element name="r" type="t"><xs:key name="k"><xs:selector xpath="a"/><xs:field xpath="@i"/></xs:key></xs:element>'
        '<xs:complexType name="b"><xs:sequence><xs:element name="a" minOccurs="0" fixed="1" type="xs:int"/></xs:sequence></xs:complexType>'
        '<xs:complexType name="t"><xs:complexContent><xs:extension base="b"><xs:group ref="g"/><xs:attributeGroup ref="ag"/>'
        "</xs:extension></xs:complexContent></xs:complexType>"
        '<xs:group name="g"><xs:choice><xs:element name="c"/><xs:element ref="r"/></xs:choice></xs:group>'
        '<xs:attributeGroup name="ag"><xs:attribute name="i" type="xs:int" use="required"/></xs:attributeGroup>'
        '<xs:simpleType name="u"><xs:union memberTypes="xs:int xs:date"><xs:simpleType><xs:list itemType="xs:token"/></xs:simpleType>'
        "</xs:union></xs:simpleType>"
    ),
)
OTHER = text(element("r"))


def mutated(seed: int) -> str:
    """One of the documents, changed in one to three places."""
    random = Random(seed)
    root = etree.fromstring(random.choice(SEEDS))
    for _ in range(random.randint(1, 3)):
        _mutate(random, random.choice(list(root.iter(etree.Element))))
    return etree.tostring(root, encoding="unicode")


def _mutate(random: Random, node: etree._Element) -> None:
    parent = node.getparent()
    match random.randrange(6):
        case 0 | 1:
            chosen = random.choice([*map(str, node.attrib), random.choice(NAMES)])
            node.set(chosen, random.choice(VALUES))
        case 2 if node.attrib:
            del node.attrib[random.choice(list(node.attrib))]
        case 3 if parent is not None:
            node.tag = f"{{http://www.w3.org/2001/XMLSchema}}{random.choice(TAGS)}"
        case 4 if parent is not None:
            parent.remove(node)
        case _ if parent is not None:
            node.append(etree.fromstring(etree.tostring(random.choice(list(parent)))))


@pytest.mark.parametrize("first", range(0, MUTATIONS, 100))
def test_no_change_of_a_document_raises_anything_else(first: int) -> None:
    other = parsed(OTHER)
    for seed in range(first, first + 100):
        document = mutated(seed)
        try:
            schema = ENGINE.parse(SchemaSource(document))
        except SchemaSyntaxError:
            continue
        found = ENGINE.violations(schema)
        ENGINE.attributes(schema)
        ENGINE.compare(schema, other)
        ENGINE.compare(other, schema)
        assert ENGINE.canonical(ENGINE.parse(SchemaSource(ENGINE.canonical(schema)))) == ENGINE.canonical(schema), (
            document
        )
        try:
            validator = ENGINE.compile(schema)
        except SchemaUnusable:
            assert found, document
        else:
            assert not found, document
            for payload in (b"<r/>", b"<r><a>1</a><c/></r>", b'<r><n id="a"/><ref>a</ref></r>'):
                assert validator.accepts(payload) == (validator.explain(payload) is None), document
