"""Parts of XML schemas for tests of compatibility."""

from tests.unit.formats.xsd.builders import element, root, sequence, text

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
