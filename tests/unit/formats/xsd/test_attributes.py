"""Paths of elements and attributes."""

from tests.unit.formats.xsd.builders import ENGINE, element, parsed, sequence, text


def attributes(schema: str) -> tuple[str, ...]:
    return ENGINE.attributes(parsed(schema))


def test_elements_and_attributes_have_paths() -> None:
    content = '<xs:choice><xs:element name="d"/><xs:any/></xs:choice><xs:attribute name="id"/>'
    inner = f'<xs:element name="c"><xs:complexType>{content}</xs:complexType></xs:element>'

    assert attributes(sequence(element("a"), inner)) == ("r", "r/a", "r/c", "r/c/d", "r/c/id")


def test_what_a_type_inherits_and_groups_bring_is_there() -> None:
    schema = text(
        '<xs:element name="r" type="B"/>'
        '<xs:complexType name="A"><xs:sequence><xs:element name="a"/></xs:sequence><xs:attribute name="x"/></xs:complexType>'
        '<xs:complexType name="B"><xs:complexContent><xs:extension base="A"><xs:group ref="G"/><xs:attributeGroup ref="H"/></xs:extension>'
        '</xs:complexContent></xs:complexType><xs:group name="G"><xs:sequence><xs:element ref="e"/></xs:sequence></xs:group>'
        '<xs:attributeGroup name="H"><xs:attribute name="y"/></xs:attributeGroup><xs:element name="e"/>'
    )

    assert attributes(schema) == ("e", "r", "r/a", "r/e", "r/x", "r/y")


def test_a_type_inside_itself_is_not_entered_again() -> None:
    itself = f'<xs:complexType name="T"><xs:sequence>{element("c", "T")}</xs:sequence></xs:complexType>'
    schema = text(element("r", "T") + itself)

    assert attributes(schema) == ("r", "r/c")


def test_paths_end_at_a_depth_of_ten() -> None:
    body = element("e20")
    for number in range(19, -1, -1):
        body = f'<xs:element name="e{number}"><xs:complexType><xs:sequence>{body}</xs:sequence></xs:complexType></xs:element>'

    assert max(path.count("/") for path in attributes(text(body))) == 9


def test_a_schema_that_is_not_valid_has_the_paths_that_can_be_found() -> None:
    assert attributes(sequence(element("a", "Nope"), '<xs:element ref="nope"/>')) == ("r",)
    assert attributes(sequence(element("a", "Nope"))) == ("r", "r/a")


def test_paths_without_number_end() -> None:
    wide = "".join(element(f"e{number}", "T") for number in range(60))
    types = f'<xs:complexType name="T"><xs:sequence>{wide.replace("T", "U")}</xs:sequence></xs:complexType>'
    deep = f'<xs:complexType name="U"><xs:sequence>{wide.replace("T", "V")}</xs:sequence></xs:complexType>'

    assert len(attributes(text(element("r", "T") + types + deep))) == 60 + 60 * 60 + 1
    assert len(attributes(text(element("r", "T") + element("s", "T") + types + deep))) == 5000
