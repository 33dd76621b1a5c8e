"""Text -> schema: everything else is a refusal that says where."""

import pytest

from sluicegate.shared.errors import SchemaSyntaxError, SchemaUnusable
from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from sluicegate.shared.formats.xsd.document import (
    MAX_ANNOTATION_NODES,
    MAX_ATTRIBUTES,
    MAX_CHARACTERS,
    MAX_DEPTH,
    MAX_NODES,
    MAX_SIBLINGS,
)
from tests.unit.formats.xsd.builders import ENGINE, accepts, element, parsed, refusal, text, violations

INT = text('<xs:element name="a" type="xs:int"/>')


@pytest.mark.parametrize(
    "prolog",
    [
        '<?xml version="1.0"?>',
        '<?xml version="1.0" encoding="UTF-8"?>\n',
        "<?xml version='1.0' encoding='utf-8'?>",
        "\ufeff",
        "\n",
    ],
)
def test_a_schema_parses_with_or_without_a_declaration(prolog: str) -> None:
    assert ENGINE.violations(parsed(prolog + INT)) == ()


@pytest.mark.parametrize("encoding", ["UTF-16", "ISO-8859-1", "nonsense"])
def test_another_encoding_than_utf_8_is_refused(encoding: str) -> None:
    (violation,) = refusal(f'<?xml version="1.0" encoding="{encoding}"?>{INT}')

    assert violation.code == "encoding"
    assert encoding in violation.message


def test_what_is_not_well_formed_says_line_and_column() -> None:
    first = refusal("<xs:schema\n xmlns:xs='http://www.w3.org/2001/XMLSchema'>\n<a></b></xs:schema>")[0]

    assert first.code == "xml_malformed"
    assert "(line 3, column" in first.message


@pytest.mark.parametrize("root", ["<a/>", "<schema/>", "<xs:element xmlns:xs='http://www.w3.org/2001/XMLSchema'/>"])
def test_the_root_must_be_a_schema(root: str) -> None:
    assert [each.code for each in refusal(root)] == ["not_a_schema"]


def test_a_doctype_is_refused() -> None:
    assert [each.code for each in refusal(f"<!DOCTYPE a>{INT}")] == ["doctype"]


@pytest.mark.parametrize(
    ("schema", "code"),
    [
        (INT + " " * MAX_CHARACTERS, "too_large"),
        (text(element("a") * (MAX_SIBLINGS + 1)), "too_large"),
        (text(f"<xs:simpleType>{element('a') * (MAX_NODES // 5)}</xs:simpleType>" * 6), "too_large"),
        (text("", " ".join(f'a{n}=""' for n in range(MAX_ATTRIBUTES + 1))), "too_large"),
        (text("<xs:sequence>" * MAX_DEPTH + "</xs:sequence>" * MAX_DEPTH), "nested_too_deeply"),
        (text("<xs:sequence>" * 1000 + "</xs:sequence>" * 1000), "nested_too_deeply"),
        (text("\ud800"), "xml_malformed"),
        (text("\0"), "xml_malformed"),
        ("", "xml_malformed"),
    ],
    ids=["long", "siblings", "nodes", "attributes", "deep", "deeper", "surrogate", "NUL", "empty"],
)
def test_what_is_too_much_or_no_text_is_refused(schema: str, code: str) -> None:
    assert refusal(schema)[0].code == code


PERSON = text(
    '<xs:complexType name="Person"><xs:sequence><xs:element name="name" type="xs:string"/></xs:sequence></xs:complexType>'
)
USES_PERSON = text('<xs:include schemaLocation="a.xsd"/><xs:element name="r" type="Person"/>')


def test_a_location_leads_to_a_reference() -> None:
    schema = parsed(USES_PERSON, a_xsd=PERSON)

    assert ENGINE.violations(schema) == ()
    assert ENGINE.attributes(schema) == ("r", "r/name")
    assert ENGINE.compile(schema).accepts(b"<r><name>x</name></r>")


def test_an_included_schema_without_a_namespace_takes_that_of_the_other() -> None:
    main = text(
        '<xs:include schemaLocation="a.xsd"/><xs:element name="r" type="t:Person"/>',
        'targetNamespace="urn:t" xmlns:t="urn:t"',
    )
    schema = parsed(main, a_xsd=PERSON)

    assert ENGINE.violations(schema) == ()
    assert ENGINE.attributes(schema) == ("r", "r/name")
    assert ENGINE.compile(schema).accepts(b'<t:r xmlns:t="urn:t"><name>x</name></t:r>')


def test_an_import_leads_to_another_namespace() -> None:
    other = text('<xs:element name="e" type="xs:int"/>', 'targetNamespace="urn:o"')
    main = text(
        '<xs:import namespace="urn:o" schemaLocation="a.xsd"/><xs:element name="r"><xs:complexType><xs:sequence><xs:element ref="o:e"/>'
        "</xs:sequence></xs:complexType></xs:element>",
        'xmlns:o="urn:o"',
    )
    schema = parsed(main, a_xsd=other)

    assert ENGINE.violations(schema) == ()
    assert ENGINE.compile(schema).accepts(b'<r><e xmlns="urn:o">1</e></r>')
    assert not ENGINE.compile(schema).accepts(b'<r><e xmlns="urn:o">x</e></r>')


def test_references_of_references_are_found() -> None:
    deep = SchemaSource(text('<xs:simpleType name="N"><xs:restriction base="xs:int"/></xs:simpleType>'))
    middle = SchemaSource(
        text(
            '<xs:include schemaLocation="deep"/><xs:complexType name="T"><xs:attribute name="n" type="N"/></xs:complexType>'
        ),
        (NamedSource("deep", deep),),
    )
    top = SchemaSource(
        text('<xs:include schemaLocation="middle"/><xs:element name="r" type="T"/>'), (NamedSource("middle", middle),)
    )
    schema = ENGINE.parse(top)

    assert ENGINE.violations(schema) == ()
    assert not ENGINE.compile(schema).accepts(b'<r n="x"/>')


def test_references_that_include_each_other_end() -> None:
    one = text('<xs:include schemaLocation="b.xsd"/><xs:element name="r" type="T"/>')
    schema = parsed(
        one,
        a_xsd=one,
        b_xsd=text(
            '<xs:include schemaLocation="a.xsd"/><xs:simpleType name="T"><xs:restriction base="xs:int"/></xs:simpleType>'
        ),
    )

    assert ENGINE.attributes(schema) == ("r",)


@pytest.mark.parametrize("place", ["/etc/passwd", "file:///etc/passwd", "http://127.0.0.1:1/a.xsd", "b.xsd"])
@pytest.mark.parametrize("node", ["include", "import namespace='urn:x'", "redefine", "override"])
def test_any_other_location_is_refused(place: str, node: str) -> None:
    schema = parsed(text(f'<xs:{node} schemaLocation="{place}"/>{element("a")}'), a_xsd=PERSON)

    assert [each.code for each in ENGINE.violations(schema)] == ["location"]
    with pytest.raises(SchemaUnusable, match="nothing is fetched"):
        ENGINE.compile(schema)


def test_a_reference_at_fault_is_named() -> None:
    with pytest.raises(SchemaSyntaxError, match=r"In the referenced schema 'a\.xsd'"):
        parsed(USES_PERSON, a_xsd="<a")


def test_the_namespace_of_xml_is_at_hand() -> None:
    schema = text(
        '<xs:import namespace="http://www.w3.org/XML/1998/namespace" schemaLocation="http://www.w3.org/2001/xml.xsd"/>'
        '<xs:element name="r"><xs:complexType><xs:attribute ref="xml:lang"/></xs:complexType></xs:element>'
    )

    assert violations(schema) == ()
    assert accepts(schema, '<r xml:lang="en"/>')
    assert not accepts(schema, '<r xml:lang="1 2"/>')


def test_annotations_do_not_count_as_elements() -> None:
    annotation = f"<xs:annotation><xs:documentation>{'<p/>' * 90}</xs:documentation></xs:annotation>"
    documented = f'<xs:element name="a" type="xs:string">{annotation}</xs:element>'
    assert parsed(
        text(f"<xs:complexType name='t'><xs:sequence>{documented * (MAX_NODES // 80)}</xs:sequence></xs:complexType>")
    )
    many = "<p/>" * 9_000
    annotations = f"<xs:annotation><xs:appinfo>{many}</xs:appinfo></xs:annotation>" * (
        MAX_ANNOTATION_NODES // 9_000 + 1
    )
    (found,) = refusal(text(annotations))
    assert (found.code, "in annotations" in found.message) == ("too_large", True)
