"""Changed copies of XML schemas, and small documents to try them with."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

from lxml import etree

from tests.conformance.xsd.models import IDENTIFIERS, content_model
from tests.unit.formats.xsd.builders import restricted, sequence, text

XS: Final = "http://www.w3.org/2001/XMLSchema"
VALUES: Final = (
    "", " ", "-1", "0", "1", "99999999999999999999", "1.5", "unbounded", "loose", "lax", "skip", "##any", "##other ##local", "true", "yes",
    "#all", "extension bogus", "xs:int", "xs:nope", "xs:ID", "p:q", "a b", "r", "t", "g", "é", "[", "collapse", "required", "qualified",
)  # fmt: skip
NAMES: Final = (
    "name", "type", "ref", "base", "minOccurs", "maxOccurs", "processContents", "namespace", "use", "fixed", "default", "form", "block",
    "final", "abstract", "nillable", "mixed", "substitutionGroup", "itemType", "memberTypes", "value", "xpath", "refer", "id", "zzz",
    "targetNamespace", "elementFormDefault", "blockDefault", "schemaLocation", "notQName", "test",
)  # fmt: skip
TAGS: Final = (
    "element", "complexType", "simpleType", "sequence", "choice", "all", "any", "anyAttribute", "attribute", "attributeGroup", "group",
    "restriction", "extension", "simpleContent", "complexContent", "list", "union", "enumeration", "pattern", "key", "keyref", "unique",
    "selector", "field", "include", "import", "redefine", "annotation", "notation", "minLength", "assert", "zzz",
)  # fmt: skip
DEFINITIONS: Final = text(
    '<xs:element name="r" type="t"><xs:key name="k"><xs:selector xpath="a"/><xs:field xpath="@i"/></xs:key></xs:element>'
    '<xs:complexType name="b"><xs:sequence><xs:element name="a" minOccurs="0" fixed="1" type="xs:int"/></xs:sequence></xs:complexType>'
    '<xs:complexType name="t"><xs:complexContent><xs:extension base="b"><xs:group ref="g"/><xs:attributeGroup ref="ag"/>'
    "</xs:extension></xs:complexContent></xs:complexType>"
    '<xs:group name="g"><xs:choice><xs:element name="c"/><xs:element ref="r"/></xs:choice></xs:group>'
    '<xs:attributeGroup name="ag"><xs:attribute name="i" type="xs:int" use="required"/></xs:attributeGroup>'
    '<xs:simpleType name="u"><xs:union memberTypes="xs:int xs:date"><xs:simpleType><xs:list itemType="xs:token"/></xs:simpleType>'
    "</xs:union></xs:simpleType>"
)
SEEDS: Final = (
    IDENTIFIERS,
    content_model(1),
    content_model(2),
    restricted("xs:string", '<xs:pattern value="a+"/><xs:enumeration value="a"/><xs:maxLength value="3"/>'),
    sequence('<xs:any processContents="lax"/>', more='<xs:anyAttribute namespace="##other" processContents="skip"/>'),
    DEFINITIONS,
)


def mutated(seed: int, seeds: Sequence[str] = SEEDS) -> str:
    """Return one of the documents, changed in one to three places."""
    random = Random(seed)
    root = etree.fromstring(random.choice(seeds).encode())
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
            node.tag = f"{{{XS}}}{random.choice(TAGS)}"
        case 4 if parent is not None:
            parent.remove(node)
        case _ if parent is not None:
            node.append(etree.fromstring(etree.tostring(random.choice(list(parent)))))


def respelt(seed: int, document: str) -> str:
    """Return a document with changes that may leave its meaning as it is."""
    random = Random(seed)
    root = etree.fromstring(document.encode())
    for _ in range(random.randint(1, 4)):
        node = random.choice(list(root.iter(etree.Element)))
        match random.randrange(6):
            case 0:
                node.set(random.choice(("minOccurs", "maxOccurs")), random.choice(("1", " 1 ")))
            case 1:
                node.set("id", f"i{seed}")
            case 2 if len(node):
                node.insert(0, etree.Comment("c"))
            case 3:
                node.attrib.update({"nillable": "false"} if node.tag == f"{{{XS}}}element" else {})
            case 4 if node is not root and node.getparent() is root:
                root.append(node)
            case _:
                name = random.choice([*map(str, node.attrib), "default", "fixed", "form"])
                node.set(name, random.choice((f" {node.get(name, '')} ", "p:a", "a", "unqualified")))
    return etree.tostring(root, encoding="unicode")


def documents(seed: int, schemas: Sequence[str], count: int) -> Iterator[bytes]:
    """Yield documents with the names of some schemas, most of them small."""
    random = Random(seed)
    found = [etree.fromstring(each.encode()) for each in schemas]
    declared = {
        (each.tag, each.get("name", "").strip())
        for root in found
        for each in root.iter(f"{{{XS}}}*")
        if each.get("name")
    }
    elements = sorted({name for tag, name in declared if tag == f"{{{XS}}}element"}) or ["r"]
    attributes = sorted({name for tag, name in declared if tag == f"{{{XS}}}attribute"}) or ["x"]
    namespace = found[0].get("targetNamespace")
    for _ in range(count):
        yield etree.tostring(_element(random, elements, attributes, namespace, 2))


def _element(
    random: Random, names: Sequence[str], attributes: Sequence[str], namespace: str | None, depth: int
) -> etree._Element:
    name = random.choice(names)
    qualified = namespace is not None and (depth == 2 or random.random() < 0.5)
    node = etree.Element(f"{{{namespace}}}{name}" if qualified else name, nsmap={"p": "urn:p"})
    if random.random() < 0.5:
        node.text = random.choice(("a", "1", "", "p:a", "2020-01-01", "true", " a "))
    for _ in range(random.choice((0, 0, 1))):
        node.set(random.choice(attributes), random.choice(("a", "1", "p:a")))
    for _ in range(random.choice((0, 1, 2)) if depth else 0):
        node.append(_element(random, names, attributes, namespace, depth - 1))
    return node
