"""Compatible changes of XML schemas: reader and writer."""

from tests.unit.formats.xsd.builders import element, facet, restricted, root, sequence, text
from tests.unit.formats.xsd.changes import (
    ANY,
    MEMBER,
    OPTIONAL,
    A,
    B,
    C,
    T,
    attribute,
    extension,
    headed,
    keyed,
    named,
)

COMPATIBLE = {
    "optional element added in front": (sequence(element("n", more=OPTIONAL), A, B), sequence(A, B)),
    "optional element added between": (sequence(A, element("n", more=OPTIONAL), B), sequence(A, B)),
    "optional element added at the end": (sequence(A, B, element("n", more=OPTIONAL)), sequence(A, B)),
    "optional group added": (sequence(A, f'<xs:choice minOccurs="0">{B}{C}</xs:choice>'), sequence(A)),
    "made optional": (sequence(element("a", more=OPTIONAL), B), sequence(A, B)),
    "occurrence widened": (
        sequence(element("a", more='minOccurs="0" maxOccurs="unbounded"')),
        sequence(element("a", more='maxOccurs="5"')),
    ),
    "large occurrences widened": (
        sequence(element("a", more='maxOccurs="unbounded"'), element("b", more=OPTIONAL)),
        sequence(element("a", more='maxOccurs="999999999"')),
    ),
    "written out": (sequence(element("a", more='minOccurs="2" maxOccurs="2"')), sequence(A, A)),
    "choice branch added": (root(f"<xs:choice>{A}{B}{C}</xs:choice>"), root(f"<xs:choice>{A}{B}</xs:choice>")),
    "sequence to all": (root(f"<xs:all>{A}{B}</xs:all>"), sequence(A, B)),
    "all in another order": (root(f"<xs:all>{A}{B}{C}</xs:all>"), root(f"<xs:all>{C}{A}{B}</xs:all>")),
    "all with an optional one": (
        root(f"<xs:all>{A}{element('b', more=OPTIONAL)}</xs:all>"),
        root(f"<xs:all>{A}</xs:all>"),
    ),
    "sequence to any order": (root(f'<xs:choice maxOccurs="unbounded">{A}{B}</xs:choice>'), sequence(A, B)),
    "group to what it holds": (
        root('<xs:group ref="g"/>').replace(
            "</xs:schema>", f'<xs:group name="g"><xs:sequence>{A}</xs:sequence></xs:group></xs:schema>'
        ),
        sequence(A),
    ),
    "named type to one in place": (sequence(A), named(T)),
    "attribute added": (root("<xs:attribute name='x'/>"), root("")),
    "attribute made optional": (attribute("x"), attribute("x", 'use="required"')),
    "attribute taken by a wildcard": (root('<xs:anyAttribute processContents="lax"/>'), attribute("x")),
    "wildcard added": (sequence(A, ANY.format("lax", "##any")), sequence(A)),
    "element taken by a wildcard": (sequence(ANY.format("lax", "##any")), sequence(A, B)),
    "wildcard widened": (sequence(ANY.format("lax", "##any")), sequence(ANY.format("lax", "##other"))),
    "wildcard made laxer": (sequence(ANY.format("skip", "##any")), sequence(ANY.format("lax", "##any"))),
    "int to long": (text(element("r", "xs:long")), text(element("r", "xs:int"))),
    "integer to decimal": (text(element("r", "xs:decimal")), text(element("r", "xs:integer"))),
    "decimal to string": (text(element("r", "xs:string")), text(element("r", "xs:decimal"))),
    "decimal to double": (text(element("r", "xs:double")), text(element("r", "xs:decimal"))),
    "unsigned to long": (text(element("r", "xs:long")), text(element("r", "xs:unsignedInt"))),
    "NCName to token": (text(element("r", "xs:token")), text(element("r", "xs:NCName"))),
    "list to string": (text(element("r")), text(element("r", "xs:NMTOKENS"))),
    "value added": (
        restricted("xs:string", facet("enumeration", "a", "b")),
        restricted("xs:string", facet("enumeration", "a")),
    ),
    "equal values": (
        restricted("xs:decimal", facet("enumeration", "1", "2.50")),
        restricted("xs:decimal", facet("enumeration", "1.0", "2.5")),
    ),
    "values to a length": (
        restricted("xs:string", facet("maxLength", 3)),
        restricted("xs:string", facet("enumeration", "a", "abc")),
    ),
    "values to a pattern": (
        restricted("xs:string", facet("pattern", "[a-c]+")),
        restricted("xs:string", facet("enumeration", "a", "abc")),
    ),
    "values to a range": (
        restricted("xs:int", facet("maxInclusive", 3)),
        restricted("xs:int", facet("enumeration", 1, 3)),
    ),
    "facets removed": (text(element("r")), restricted("xs:string", facet("pattern", "a") + facet("maxLength", 3))),
    "length widened": (restricted("xs:string", facet("maxLength", 9)), restricted("xs:string", facet("length", 3))),
    "range widened": (restricted("xs:int", facet("minInclusive", 1)), restricted("xs:int", facet("minExclusive", 1))),
    "range of dates widened": (
        restricted("xs:date", facet("minInclusive", "2020-01-01")),
        restricted("xs:date", facet("minInclusive", "2024-01-01")),
    ),
    "digits from a range": (
        restricted("xs:integer", facet("totalDigits", 3)),
        restricted("xs:integer", facet("minInclusive", -99) + facet("maxInclusive", 999)),
    ),
    "pattern with an alternative": (
        restricted("xs:string", facet("pattern", "a", "b")),
        restricted("xs:string", facet("pattern", "a")),
    ),
    "to a union": (
        text(f'{element("r", "u")}<xs:simpleType name="u"><xs:union memberTypes="xs:long xs:date"/></xs:simpleType>'),
        text(element("r", "xs:int")),
    ),
    "list of wider items": (
        text(f'{element("r", "l")}<xs:simpleType name="l"><xs:list itemType="xs:long"/></xs:simpleType>'),
        text(f'{element("r", "l")}<xs:simpleType name="l"><xs:list itemType="xs:int"/></xs:simpleType>'),
    ),
    "nillable added": (text(element("r", "xs:int", 'nillable="true"')), text(element("r", "xs:int"))),
    "fixed removed": (text(element("r")), text(element("r", more='fixed="a"'))),
    "default changed": (text(element("r", more='default="b"')), text(element("r", more='default="a"'))),
    "mixed added": (
        root(f"<xs:sequence>{A}</xs:sequence>").replace("<xs:complexType", '<xs:complexType mixed="true"'),
        sequence(A),
    ),
    "text gets attributes": (
        root(
            '<xs:simpleContent><xs:extension base="xs:int"><xs:attribute name="x"/></xs:extension></xs:simpleContent>'
        ),
        text(element("r", "xs:int")),
    ),
    "anything": (text('<xs:element name="r"/>'), sequence(A, B)),
    "constraint removed": (keyed("xs:int", ""), keyed("xs:int")),
    "global element added": (text(element("r") + element("s")), text(element("r"))),
    "derived type added": (named(T + extension("U", "T", "")), named(T)),
    "recursive": (
        named(
            f'<xs:complexType name="T"><xs:sequence>{element("v", "xs:long")}{element("t", "T", OPTIONAL)}</xs:sequence></xs:complexType>'
        ),
        named(
            f'<xs:complexType name="T"><xs:sequence>{element("v", "xs:int")}{element("t", "T", OPTIONAL)}</xs:sequence></xs:complexType>'
        ),
    ),
    "recursive to written out": (
        named(f'<xs:complexType name="T"><xs:sequence>{element("t", "T", OPTIONAL)}</xs:sequence></xs:complexType>'),
        sequence('<xs:element name="t"><xs:complexType/></xs:element>'),
    ),
    "member added to a substitution group": (headed(""), headed("").replace(MEMBER, "")),
    "assertion of the writer only": (
        sequence(element("a", "xs:int"), element("b", more=OPTIONAL)),
        sequence(element("a", "xs:int"), more='<xs:assert test="a gt 5"/>'),
    ),
}
