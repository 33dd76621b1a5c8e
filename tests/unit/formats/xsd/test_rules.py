"""FULL validity: rules of XML Schema, and bounds on the cost of checks."""

from collections.abc import Iterator

import pytest

from sluicegate.shared.errors import SchemaSyntaxError, SchemaUnusable
from tests.unit.formats.xsd.builders import (
    ENGINE,
    accepts,
    element,
    facet,
    parsed,
    restricted,
    root,
    sequence,
    text,
    violations,
)


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        (text('<xs:element name="a" type="Nope"/>'), "Nope"),
        (text("<xs:element/>"), "'name' is required"),
        (text(element("a") * 2), "already exist"),
        (sequence(element("a", more='minOccurs="2"')), "maxOccurs"),
        (sequence(element("a", more='minOccurs="0"'), element("a", "xs:int")), "a"),
        (restricted("xs:int", facet("minInclusive", "x")), "x"),
        (text(element("a", "xs:int", 'default="x"')), "x"),
        (
            restricted("xs:string", facet("maxLength", "3") + facet("maxLength", "5")),
            "A restriction has the facet maxLength more than once",
        ),
        (
            restricted("xs:int", facet("minInclusive", "3") * 2),
            "A restriction has the facet minInclusive more than once",
        ),
        (restricted("xs:string", '<xs:pattern name="[ab]+"/>'), "'value' is required"),
        (text(element("a")).replace("<xs:schema ", '<xs:schema abstract="true" '), "'abstract' is not allowed"),
        (text('<xs:nonsense name="a"/>'), "content is not valid"),
    ],
)
def test_what_xml_schema_forbids_is_named(schema: str, said: str) -> None:
    found = violations(schema)

    assert {each.code for each in found} == {"schema_invalid"}
    assert said in found[0].message
    assert "(line 1)" in found[0].message


def test_facets_that_may_repeat_and_content_of_annotations_are_not_judged() -> None:
    repeated = facet("pattern", "a.*") + facet("pattern", "b.*") + facet("enumeration", "a") + facet("enumeration", "b")
    assert violations(restricted("xs:string", repeated)) == ()
    noted = f"<xs:annotation><xs:appinfo><xs:restriction>{facet('length', '1') * 2}</xs:restriction></xs:appinfo></xs:annotation>"
    assert violations(text(noted + element("a"))) == ()


def test_a_schema_with_violations_does_not_compile() -> None:
    with pytest.raises(SchemaUnusable, match="Nope") as caught:
        ENGINE.compile(parsed(text('<xs:element name="a" type="Nope"/>')))
    assert caught.value.violations == violations(text('<xs:element name="a" type="Nope"/>'))


def chain(kind: str) -> Iterator[str]:
    """A thousand types or groups, each made from the next."""
    for number in range(1000):
        match kind:
            case "simple":
                yield f'<xs:simpleType name="t{number}"><xs:restriction base="t{number + 1}"/></xs:simpleType>'
            case "complex":
                inner = f'<xs:complexContent><xs:extension base="t{number + 1}"/></xs:complexContent>'
                yield f'<xs:complexType name="t{number}">{inner}</xs:complexType>'
            case "group":
                yield f'<xs:group name="t{number}"><xs:sequence><xs:group ref="t{number + 1}"/></xs:sequence></xs:group>'
            case "substitution":
                yield f'<xs:element name="t{number}" substitutionGroup="t{number + 1}"/>'
    yield {
        "simple": '<xs:simpleType name="t1000"><xs:restriction base="xs:int"/></xs:simpleType>',
        "complex": '<xs:complexType name="t1000"/>',
        "group": '<xs:group name="t1000"><xs:sequence/></xs:group><xs:complexType name="T"><xs:group ref="t0"/></xs:complexType>',
        "substitution": '<xs:element name="t1000"/>',
    }[kind]


def doubled(kind: str) -> str:
    """Forty definitions, each of which names the next one twice."""
    first = {
        "union": '<xs:simpleType name="t0"><xs:restriction base="xs:int"/></xs:simpleType>',
        "group": '<xs:group name="t0"><xs:sequence><xs:element name="e"/></xs:sequence></xs:group>',
        "attributes": '<xs:attributeGroup name="t0"><xs:attribute name="e"/></xs:attributeGroup>',
    }[kind]
    shape = {
        "union": '<xs:simpleType name="t{1}"><xs:union memberTypes="t{0} t{0}"/></xs:simpleType>',
        "group": '<xs:group name="t{1}"><xs:sequence><xs:group ref="t{0}"/><xs:group ref="t{0}"/></xs:sequence></xs:group>',
        "attributes": '<xs:attributeGroup name="t{1}"><xs:attributeGroup ref="t{0}"/><xs:attributeGroup ref="t{0}"/></xs:attributeGroup>',
    }[kind]
    use = {"group": '<xs:complexType name="T"><xs:group ref="t40"/></xs:complexType>'}.get(kind, "")
    return first + "".join(shape.format(number, number + 1) for number in range(40)) + use


OPTIONAL = "".join(f'<xs:element name="e{number}" minOccurs="0"/>' for number in range(2000))
NESTED = "<xs:choice minOccurs='0' maxOccurs='unbounded'>" * 80 + element("a") + "</xs:choice>" * 80


@pytest.mark.parametrize(
    "schema",
    [
        *(text("".join(chain(kind))) for kind in ("simple", "complex", "group", "substitution")),
        *(text("".join(reversed(list(chain(kind))))) for kind in ("simple", "complex", "substitution")),
        *(text(doubled(kind)) for kind in ("union", "group", "attributes")),
        root(f"<xs:sequence>{NESTED}</xs:sequence>"),
        root(f"<xs:sequence maxOccurs='unbounded'>{OPTIONAL}</xs:sequence>"),
        root("".join(f'<xs:attribute name="a{n}"/>' for n in range(9000))),
    ],
)
def test_what_would_be_unbounded_work_is_refused(schema: str) -> None:
    assert [each.code for each in violations(schema)] == ["too_complex"]


@pytest.mark.parametrize("most", ["100000000", "1000000000"])
def test_large_occurrences_cost_nothing(most: str) -> None:
    schema = sequence(element("a", "xs:int", f'maxOccurs="{most}"'))

    assert violations(schema) == ()
    assert accepts(schema, "<r><a>1</a><a>2</a></r>")


VERSION_1_1 = {
    "assert": root('<xs:sequence><xs:element name="a" type="xs:int"/></xs:sequence><xs:assert test="a gt 5"/>'),
    "many in all": root('<xs:all><xs:element name="a" maxOccurs="2"/></xs:all>'),
    "open content": root("<xs:openContent><xs:any/></xs:openContent><xs:sequence/>"),
    "alternative": text('<xs:element name="r" type="xs:string"><xs:alternative test="@a = 1" type="xs:string"/></xs:element>'),
    "a new type": text(element("r", "xs:dayTimeDuration")),
    "versioning": text(element("r"), 'xmlns:vc="http://www.w3.org/2007/XMLSchema-versioning" vc:minVersion="1.1"'),
}  # fmt: skip


@pytest.mark.parametrize("schema", VERSION_1_1.values(), ids=VERSION_1_1.keys())
def test_what_only_version_1_1_has_is_taken(schema: str) -> None:
    assert violations(schema) == ()


def test_an_assertion_is_checked() -> None:
    assert accepts(VERSION_1_1["assert"], "<r><a>6</a></r>")
    assert not accepts(VERSION_1_1["assert"], "<r><a>5</a></r>")


@pytest.mark.parametrize(
    "test",
    ["matches(a, '(a+)+')", "some $x in 1 to 1000000000 satisfies $x eq 1", "doc('file:///etc/passwd')", "for $x in a return $x",
     "fn:replace(a, 'b', 'c')", "a (: comment :)", "true() " + "and true() " * 500, "unparsed-text('/etc/passwd')"],
)  # fmt: skip
def test_expressions_that_may_not_end_are_refused(test: str) -> None:
    schema = root(f'<xs:sequence><xs:element name="a"/></xs:sequence><xs:assert test="{test}"/>')

    assert [each.code for each in violations(schema)] == ["too_complex"]


@pytest.mark.parametrize("pattern", ["(a", "[", "a{3,1}", "*", r"\p{Nope}", "a" * 10_001])
def test_patterns_that_are_none_are_refused(pattern: str) -> None:
    assert [each.code for each in violations(restricted("xs:string", facet("pattern", pattern)))] == ["pattern"]


def test_too_many_patterns_are_refused() -> None:
    patterns = facet("pattern", *(f"a{number}" for number in range(2001)))

    assert [each.code for each in violations(restricted("xs:string", patterns))] == ["too_complex"]


ODD = (
    "", "<xs:x>" * 50 + "</xs:x>" * 50, '<xs:element name=""/>', '<xs:element ref="a:b"/>', "<xs:complexType/>", "<xs:any/>",
    '<xs:element name="a" type=":"/>', '<xs:simpleType name="a"/>',
    '<xs:complexType name="a"><xs:any processContents="x"/></xs:complexType>',
    '<xs:element name="r"><xs:complexType><xs:sequence maxOccurs="-1"/></xs:complexType></xs:element>',
    '<xs:element name="a" substitutionGroup="a"/>',
    '<xs:element name="a" substitutionGroup="b"/><xs:element name="b" substitutionGroup="a"/>',
)  # fmt: skip


@pytest.mark.parametrize("body", ODD)
def test_every_method_takes_every_schema_that_parses(body: str) -> None:
    schema = parsed(text(body))
    found = ENGINE.violations(schema)

    assert ENGINE.canonical(parsed(ENGINE.canonical(schema))) == ENGINE.canonical(schema)
    assert ENGINE.compare(schema, schema) == ()
    ENGINE.attributes(schema)
    ENGINE.compare(schema, parsed(text(element("zzz"))))
    try:
        ENGINE.compile(schema)
    except SchemaUnusable:
        assert found
    else:
        assert not found


def test_no_method_of_a_text_raises_anything_else() -> None:
    for body in ("<xs:schema", "]]>", "&a;", "<a:b/>"):
        with pytest.raises(SchemaSyntaxError):
            parsed(text(body))
