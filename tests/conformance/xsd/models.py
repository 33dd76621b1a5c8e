"""Random schemas and documents with fixed seeds: content models, identifiers, fixed values."""

from random import Random

from tests.unit.formats.xsd.builders import text

_NAMED = (
    '<xs:element name="h"/><xs:element name="m" substitutionGroup="h"/>'
    '<xs:group name="g"><xs:sequence><xs:element name="a" type="xs:string" minOccurs="0"/><xs:element name="d"/></xs:sequence></xs:group>'
)
_OCCURRENCES = (*((1, 1),) * 4, (0, 1), (0, None), (1, None), (2, 2), (2, 3), (0, 3), (1, 2))

IDENTIFIERS = text(
    '<xs:element name="r"><xs:complexType><xs:choice minOccurs="0" maxOccurs="unbounded">'
    '<xs:element name="id" type="xs:ID"/><xs:element name="ref" type="Ref"/><xs:element name="refs" type="xs:IDREFS"/>'
    '<xs:element name="n"><xs:complexType><xs:attribute name="id" type="xs:ID"/><xs:attribute name="ref" type="xs:IDREF"/>'
    '<xs:attribute name="refs" type="xs:IDREFS"/></xs:complexType></xs:element>'
    "</xs:choice></xs:complexType></xs:element>"
    '<xs:simpleType name="Ref"><xs:restriction base="xs:IDREF"/></xs:simpleType>'
)
FIXED = {
    "int": ("1", ["1", "01", " 1 ", "+1", "2", ""]),
    "decimal": ("1.50", ["1.5", "1.50", "01.500", "1.51"]),
    "boolean": ("true", ["true", "1", "false", "0"]),
    "double": ("1", ["1.0", "1e0", "10E-1", "2"]),
    "hexBinary": ("ab", ["AB", "ab", "ac"]),
    "dateTime": ("2020-01-01T00:00:00Z", ["2020-01-01T01:00:00+01:00", "2020-01-01T00:00:00Z", "2020-01-01T01:00:00Z"]),
    "date": ("2020-01-01", ["2020-01-01", "2020-01-02"]),
    "token": ("a b", ["a b", " a  b ", "ab"]),
    "string": ("a b", ["a b", " a b", "a  b"]),
    "NMTOKENS": ("a b", ["a b", "a   b", "b a"]),
}


def content_model(seed: int) -> str:
    """A schema whose element `r` has a random content model of elements, wildcards and groups."""
    random = Random(seed)
    compositor = random.choice(("sequence", "choice"))
    members = "".join(_particle(random, 2) for _ in range(random.randint(1, 3)))
    model = f"<xs:{compositor}>{members}</xs:{compositor}>"
    return text(f'{_NAMED}<xs:element name="r"><xs:complexType>{model}</xs:complexType></xs:element>')


def _particle(random: Random, depth: int) -> str:
    chance = random.random()
    if depth == 0 or chance < 0.45:
        return _leaf(random)
    if chance < 0.55:
        return f'<xs:group ref="g"{_occurrence(random)}/>'
    compositor = random.choice(("sequence", "choice"))
    members = "".join(_particle(random, depth - 1) for _ in range(random.randint(1, 3)))
    return f"<xs:{compositor}{_occurrence(random)}>{members}</xs:{compositor}>"


def _leaf(random: Random) -> str:
    chance, times = random.random(), _occurrence(random)
    if chance < 0.15:
        namespace = random.choice(("##any", "##other", "##local", "urn:x"))
        return f'<xs:any namespace="{namespace}" processContents="lax"{times}/>'
    if chance < 0.35:
        return f'<xs:element ref="{random.choice("hm")}"{times}/>'
    type_ = random.choice(("string", "string", "string", "int"))
    return f'<xs:element name="{random.choice("abc")}" type="xs:{type_}"{times}/>'


def _occurrence(random: Random) -> str:
    least, most = random.choice(_OCCURRENCES)
    written = "unbounded" if most is None else most
    return ("" if least == 1 else f' minOccurs="{least}"') + ("" if most == 1 else f' maxOccurs="{written}"')


def document(seed: int) -> str:
    """Return a document of `IDENTIFIERS` with possibly repeated or dangling identifiers."""
    random = Random(seed)
    return f"<r>{''.join(_identified(random) for _ in range(random.randint(0, 4)))}</r>"


def _identified(random: Random) -> str:
    value, other = (random.choice("abcde") for _ in range(2))
    return random.choice((
        f"<id>{value}</id>", f"<ref>{value}</ref>", f"<refs>{value} {other}</refs>", f'<n id="{value}"/>', f'<n ref="{value}"/>',
        f'<n id="{value}" refs="{other} {value}"/>',
    ))  # fmt: skip
