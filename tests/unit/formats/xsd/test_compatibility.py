"""Incompatibilities of XML schemas."""

import pytest

from tests.unit.formats.xsd.builders import ENGINE, codes, element, facet, parsed, restricted, root, sequence, text

OPTIONAL = 'minOccurs="0"'
A, B, C = element("a"), element("b"), element("c")


def attribute(name: str, more: str = "", type_: str = "xs:string") -> str:
    """A type with one attribute."""
    return root(f'<xs:attribute name="{name}" type="{type_}" {more}/>')


def named(body: str, more: str = "") -> str:
    """A schema with a root of type `T`."""
    return text(element("r", "T", more) + body)


def extension(name: str, base: str, content: str, more: str = "") -> str:
    """A type that extends another."""
    inner = f'<xs:complexContent><xs:extension base="{base}">{content}</xs:extension></xs:complexContent>'
    return f'<xs:complexType name="{name}" {more}>{inner}</xs:complexType>'


T = f'<xs:complexType name="T"><xs:sequence>{A}</xs:sequence></xs:complexType>'
KEY = '<xs:unique name="u"><xs:selector xpath="a"/><xs:field xpath="."/></xs:unique>'
ANY = '<xs:any minOccurs="0" maxOccurs="unbounded" processContents="{}" namespace="{}"/>'


MEMBER = '<xs:element name="m" type="xs:string" substitutionGroup="h"/>'


def headed(more: str) -> str:
    """A schema with the head of a substitution group and a member."""
    return sequence('<xs:element ref="h"/>').replace("</xs:schema>", f"{element('h', more=more)}{MEMBER}</xs:schema>")


def keyed(type_: str, key: str = KEY) -> str:
    """A schema with a key over elements of a type."""
    return sequence(element("a", type_, 'maxOccurs="9"')).replace(
        "</xs:element></xs:schema>", f"{key}</xs:element></xs:schema>"
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


@pytest.mark.parametrize(("reader", "writer"), COMPATIBLE.values(), ids=COMPATIBLE.keys())
def test_these_changes_are_compatible(reader: str, writer: str) -> None:
    assert codes(reader, writer) == []


INCOMPATIBLE = {
    "global element removed": (text(element("s")), text(element("r")), "ROOT_ELEMENT_REMOVED", "r"),
    "namespace changed": (
        text(element("r"), 'targetNamespace="urn:b"'),
        text(element("r"), 'targetNamespace="urn:a"'),
        "NAMESPACE_CHANGED",
        "r",
    ),
    "form changed": (
        sequence(A).replace("<xs:schema", '<xs:schema targetNamespace="urn:a" elementFormDefault="qualified"'),
        sequence(A).replace("<xs:schema", '<xs:schema targetNamespace="urn:a"'),
        "NAMESPACE_CHANGED",
        "r/a",
    ),
    "element removed": (sequence(A), sequence(A, B), "ELEMENT_REMOVED", "r/b"),
    "optional element removed": (sequence(A), sequence(A, element("b", more=OPTIONAL)), "ELEMENT_REMOVED", "r/b"),
    "required element added": (sequence(A, B, C), sequence(A, C), "REQUIRED_ELEMENT_ADDED", "r/b"),
    "made required": (sequence(A, B), sequence(A, element("b", more=OPTIONAL)), "MIN_OCCURS_INCREASED", "r/b"),
    "fewer at most": (
        sequence(element("a", more='maxOccurs="2"')),
        sequence(element("a", more='maxOccurs="unbounded"')),
        "MAX_OCCURS_DECREASED",
        "r/a",
    ),
    "more at least": (
        sequence(element("a", more='minOccurs="2" maxOccurs="3"')),
        sequence(element("a", more='maxOccurs="3"')),
        "MIN_OCCURS_INCREASED",
        "r/a",
    ),
    "order changed": (sequence(B, A), sequence(A, B), "CONTENT_ORDER_CHANGED", "r"),
    "all to sequence": (sequence(A, B), root(f"<xs:all>{A}{B}</xs:all>"), "CONTENT_ORDER_CHANGED", "r"),
    "choice to sequence": (sequence(A, B), root(f"<xs:choice>{A}{B}</xs:choice>"), "MIN_OCCURS_INCREASED", "r/a"),
    "choice branch removed": (
        root(f"<xs:choice>{A}</xs:choice>"),
        root(f"<xs:choice>{A}{B}</xs:choice>"),
        "ELEMENT_REMOVED",
        "r/b",
    ),
    "both together not any more": (
        root(f"<xs:choice>{element('a', more=OPTIONAL)}{element('b', more=OPTIONAL)}</xs:choice>"),
        sequence(element("a", more=OPTIONAL), element("b", more=OPTIONAL)),
        "CONTENT_ORDER_CHANGED",
        "r",
    ),
    "text to elements": (sequence(A), text(element("r")), "CONTENT_KIND_CHANGED", "r"),
    "elements to text": (text(element("r")), sequence(A), "CONTENT_KIND_CHANGED", "r"),
    "elements to nothing, not even blanks": (
        root(""),
        sequence(element("a", more=OPTIONAL)),
        "CONTENT_KIND_CHANGED",
        "r",
    ),
    "mixed removed": (
        sequence(A),
        sequence(A).replace("<xs:complexType", '<xs:complexType mixed="true"'),
        "MIXED_REMOVED",
        "r",
    ),
    "attribute removed": (root(""), attribute("x"), "ATTRIBUTE_REMOVED", "r/@x"),
    "attribute made required": (attribute("x", 'use="required"'), attribute("x"), "ATTRIBUTE_REQUIRED", "r/@x"),
    "required attribute added": (attribute("x", 'use="required"'), root(""), "REQUIRED_ATTRIBUTE_ADDED", "r/@x"),
    "type of an attribute": (attribute("x", type_="xs:int"), attribute("x"), "TYPE_CHANGED", "r/@x"),
    "attribute fixed": (attribute("x", 'fixed="a"'), attribute("x"), "FIXED_ADDED", "r/@x"),
    "wildcard removed": (sequence(A), sequence(A, ANY.format("lax", "##other")), "WILDCARD_NARROWED", "r"),
    "wildcard narrowed": (
        sequence(ANY.format("lax", "urn:x")),
        sequence(ANY.format("lax", "urn:x urn:y")),
        "WILDCARD_NARROWED",
        "r",
    ),
    "wildcard made stricter": (
        sequence(ANY.format("strict", "##other")),
        sequence(ANY.format("lax", "##other")),
        "WILDCARD_NARROWED",
        "r/*",
    ),
    "element declared that a wildcard let in": (
        sequence(ANY.format("lax", "##any")).replace("</xs:schema>", element("n", "xs:int") + "</xs:schema>"),
        sequence(ANY.format("lax", "##any")),
        "DECLARED_IN_WILDCARD",
        "r/n",
    ),
    "any attribute removed": (
        root(""),
        root("<xs:anyAttribute/>").replace("</xs:schema>", '<xs:attribute name="g"/></xs:schema>'),
        "WILDCARD_NARROWED",
        "r",
    ),
    "nillable removed": (
        text(element("r", "xs:int")),
        text(element("r", "xs:int", 'nillable="true"')),
        "NILLABLE_REMOVED",
        "r",
    ),
    "made abstract": (text(element("r", more='abstract="true"')), text(element("r")), "ABSTRACT_ADDED", "r"),
    "type made abstract": (named(T.replace('name="T"', 'name="T" abstract="true"')), named(T), "ABSTRACT_ADDED", "r"),
    "fixed added": (text(element("r", more='fixed="a"')), text(element("r")), "FIXED_ADDED", "r"),
    "fixed, of another type": (
        text(element("r", more='fixed="1"')),
        text(element("r", "xs:int", 'fixed="1"')),
        "FIXED_ADDED",
        "r",
    ),
    "what a prefix means in a value": (
        restricted("xs:QName", facet("enumeration", "p:a")).replace("<xs:schema", '<xs:schema xmlns:p="urn:1"'),
        restricted("xs:QName", facet("enumeration", "p:a")).replace("<xs:schema", '<xs:schema xmlns:p="urn:2"'),
        "ENUMERATION_NARROWED",
        "r",
    ),
    "default removed": (
        text(element("r", "xs:int")),
        text(element("r", "xs:int", 'default="1"')),
        "DEFAULT_CHANGED",
        "r",
    ),
    "string to int": (text(element("r", "xs:int")), text(element("r")), "TYPE_CHANGED", "r"),
    "long to int": (text(element("r", "xs:int")), text(element("r", "xs:long")), "TYPE_CHANGED", "r"),
    "decimal to integer": (text(element("r", "xs:integer")), text(element("r", "xs:decimal")), "TYPE_CHANGED", "r"),
    "whole decimal to integer": (
        text(element("r", "xs:integer")),
        restricted("xs:decimal", facet("fractionDigits", 0)),
        "TYPE_CHANGED",
        "r",
    ),
    "date to dateTime": (text(element("r", "xs:dateTime")), text(element("r", "xs:date")), "TYPE_CHANGED", "r"),
    "derived type removed": (
        named(T),
        named(T + extension("U", "T", f"<xs:sequence>{B}</xs:sequence>")),
        "DERIVED_TYPE_REMOVED",
        "r",
    ),
    "derived type blocked": (
        named(T + extension("U", "T", ""), 'block="extension"'),
        named(T + extension("U", "T", "")),
        "DERIVED_TYPE_REMOVED",
        "r",
    ),
    "derived type changed": (
        named(T + extension("U", "T", "")),
        named(T + extension("U", "T", f"<xs:sequence>{B}</xs:sequence>")),
        "ELEMENT_REMOVED",
        "r/b",
    ),
    "enumeration added": (
        restricted("xs:string", facet("enumeration", "a")),
        text(element("r")),
        "ENUMERATION_ADDED",
        "r",
    ),
    "value removed": (
        restricted("xs:string", facet("enumeration", "a")),
        restricted("xs:string", facet("enumeration", "a", "b")),
        "ENUMERATION_NARROWED",
        "r",
    ),
    "pattern added": (restricted("xs:string", facet("pattern", "a")), text(element("r")), "PATTERN_ADDED", "r"),
    "pattern changed": (
        restricted("xs:string", facet("pattern", "a|b")),
        restricted("xs:string", facet("pattern", "a")),
        "PATTERN_CHANGED",
        "r",
    ),
    "min length": (restricted("xs:string", facet("minLength", 1)), text(element("r")), "MIN_LENGTH_INCREASED", "r"),
    "max length": (
        restricted("xs:string", facet("maxLength", 2)),
        restricted("xs:string", facet("maxLength", 3)),
        "MAX_LENGTH_DECREASED",
        "r",
    ),
    "lower bound": (
        restricted("xs:int", facet("minExclusive", 1)),
        restricted("xs:int", facet("minInclusive", 1)),
        "LOWER_BOUND_INCREASED",
        "r",
    ),
    "upper bound": (
        restricted("xs:int", facet("maxInclusive", 1)),
        text(element("r", "xs:int")),
        "UPPER_BOUND_DECREASED",
        "r",
    ),
    "total digits": (
        restricted("xs:decimal", facet("totalDigits", 3)),
        restricted("xs:decimal", facet("totalDigits", 4)),
        "TOTAL_DIGITS_DECREASED",
        "r",
    ),
    "fraction digits": (
        restricted("xs:decimal", facet("fractionDigits", 1)),
        text(element("r", "xs:decimal")),
        "FRACTION_DIGITS_DECREASED",
        "r",
    ),
    "white space": (
        restricted("xs:string", facet("whiteSpace", "preserve") + facet("enumeration", "a")),
        restricted("xs:string", facet("whiteSpace", "collapse") + facet("enumeration", "a")),
        "WHITE_SPACE_CHANGED",
        "r",
    ),
    "constraint added": (keyed("xs:int"), keyed("xs:int", ""), "IDENTITY_CONSTRAINT_ADDED", "r"),
    "type under a constraint": (keyed("xs:double"), keyed("xs:decimal"), "TYPE_CHANGED", "r/a"),
    "ID that is referred to": (
        sequence(element("a", "xs:NCName"), element("b", "xs:IDREF")),
        sequence(element("a", "xs:ID"), element("b", "xs:IDREF")),
        "REFERENCED_ID_REMOVED",
        "r/a",
    ),
    "too large and of another shape": (
        sequence(B, element("a", more='maxOccurs="5000"')),
        sequence(element("a", more='maxOccurs="5000"'), B),
        "CONTENT_NOT_COMPARABLE",
        "r",
    ),
    "assertion": (
        sequence(A, element("b", more=OPTIONAL), more='<xs:assert test="a"/>'),
        sequence(A),
        "FEATURE_NOT_COMPARABLE",
        "",
    ),
    "open content": (
        sequence(A),
        root(f"<xs:openContent><xs:any/></xs:openContent><xs:sequence>{A}</xs:sequence>"),
        "FEATURE_NOT_COMPARABLE",
        "",
    ),
    "not valid": (text(element("r", "Nope")), text(element("r")), "SCHEMA_NOT_COMPARABLE", ""),
    "substitution blocked": (headed('block="substitution"'), headed(""), "ELEMENT_REMOVED", "r/m"),
}


@pytest.mark.parametrize(("reader", "writer", "code", "path"), INCOMPATIBLE.values(), ids=INCOMPATIBLE.keys())
def test_these_changes_are_not(reader: str, writer: str, code: str, path: str) -> None:
    assert codes(reader, writer)[0] == (code, path)


@pytest.mark.parametrize(("reader", "writer", "code", "path"), INCOMPATIBLE.values(), ids=INCOMPATIBLE.keys())
def test_a_change_is_named_once(reader: str, writer: str, code: str, path: str) -> None:
    several = {"choice to sequence", "form changed", "namespace changed"}
    found = codes(reader, writer)

    assert len(found) == 1 or any((reader, writer, code, path) == INCOMPATIBLE[name] for name in several)


def test_an_order_that_is_not_taken_is_shown() -> None:
    (found,) = ENGINE.compare(parsed(sequence(A, C, B)), parsed(sequence(A, B, C)))

    assert found.change == "The writer may have the element b after a, where the reader does not take it"


def test_a_finding_says_what_to_do() -> None:
    (found,) = ENGINE.compare(parsed(sequence(A, B)), parsed(sequence(A)))

    assert (
        found.message
        == 'The reader needs the element b, which the writer does not have. Add the element with minOccurs="0"'
    )


def test_the_same_schema_in_another_spelling_is_compatible_whatever_it_uses() -> None:
    schema = sequence(A, more='<xs:assert test="a"/>')

    assert codes(schema, schema.replace("><", ">\n<")) == []


def test_findings_have_a_limit() -> None:
    one, other = (
        sequence(*(element(f"e{number}", type_) for number in range(300))) for type_ in ("xs:int", "xs:string")
    )

    assert len(codes(one, other)) == 100


def test_what_takes_too_many_steps_is_not_compatible() -> None:
    ambiguous = f"<xs:choice maxOccurs='900'>{''.join(element(f'e{number}') for number in range(60))}</xs:choice>"
    found = codes(
        root(f"<xs:sequence>{ambiguous}{A}</xs:sequence>"), root(f"<xs:sequence>{ambiguous}{B}</xs:sequence>")
    )

    assert [code for code, _ in found] in (["SCHEMA_TOO_COMPLEX"], ["CONTENT_NOT_COMPARABLE"])
