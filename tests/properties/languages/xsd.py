"""XSD. A schema is a list of parts of one element's type: child elements in order, and attributes."""

import random
from typing import TypeAlias

from hypothesis import strategies as st

from sluicegate.shared.model import SchemaFormat
from tests.properties.language import Language, accepted, with_one_changed

Part: TypeAlias = tuple[str, str, str, str]
"""Name, type, least, most; with `@` before the name an attribute, whose least is 0 or 1."""

_TYPES = {
    "string": "xs:string", "token": "xs:token", "integer": "xs:integer", "int": "xs:int", "short": "xs:short", "decimal": "xs:decimal",
    "boolean": "xs:boolean", "date": "xs:date", "letter": "letter", "letters": "letters", "small": "small", "code": "code",
}  # fmt: skip
_OWN = "".join(
    f'<xs:simpleType name="{name}"><xs:restriction base="xs:{base}">\n{facets}</xs:restriction></xs:simpleType>\n'
    for name, base, facets in (
        ("letter", "string", '<xs:enumeration value="a"/>'),
        ("letters", "string", '<xs:enumeration value="a"/><xs:enumeration value="b"/>'),
        ("small", "integer", '<xs:minInclusive value="0"/><xs:maxInclusive value="9"/>'),
        ("code", "string", '<xs:maxLength value="2"/>'),
    )
)
_NAMES = ("a", "b", "c", "@x", "@y")
_PART: st.SearchStrategy[Part] = st.tuples(
    st.sampled_from(_NAMES),
    st.sampled_from(sorted(_TYPES)),
    st.sampled_from(["0", "0", "1"]),
    st.sampled_from(["1", "1", "2", "unbounded"]),
)
_PARTS = st.lists(_PART, max_size=4)
_TEXTS = ("a", "b", "1", "7", "-7", "40000", "true", "1.5", "2026-01-31", "abc", "")


def _parts(parts: list[Part]) -> dict[str, Part]:
    """Of parts with one name, the first; elements in the order of their names."""
    by_name = {part[0]: part for part in parts[::-1]}
    return {name: by_name[name] for name in _NAMES if name in by_name}


def _text(parts: list[Part]) -> str:
    found = _parts(parts).values()
    elements = "\n".join(
        f'<xs:element name="{name}" type="{_TYPES[kind]}" minOccurs="{least}" maxOccurs="{most}"/>'
        for name, kind, least, most in found
        if name[0] != "@"
    )
    attributes = "\n".join(
        f'<xs:attribute name="{name[1:]}" type="{_TYPES[kind]}" use="{"required" if least == "1" else "optional"}"/>'
        for name, kind, least, _ in found
        if name[0] == "@"
    )
    return (
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">\n<xs:element name="r"><xs:complexType><xs:sequence>\n{elements}\n'
        f"</xs:sequence>\n{attributes}\n</xs:complexType></xs:element>{_OWN}</xs:schema>"
    )


def _data(parts: list[Part]) -> st.SearchStrategy[bytes]:
    return st.integers(0, 2**32).map(lambda seed: _document(_parts(parts), random.Random(seed)).encode())


def _document(parts: dict[str, Part], source: random.Random) -> str:
    attributes, elements = "", ""
    for name, kind, least, most in parts.values():
        count = source.randint(int(least), 3 if most == "unbounded" else int(most))
        texts = [source.choice(_FITTING.get(kind, _TEXTS)) for _ in range(count)]
        if name[0] == "@":
            attributes += "".join(f' {name[1:]}="{text}"' for text in texts[:1])
        else:
            elements += "".join(f"<{name}>{text}</{name}>" for text in texts)
    return f"<r{attributes}>{elements}</r>"


_FITTING = {
    "integer": ("1", "7", "-7", "40000"), "int": ("1", "-7", "40000"), "short": ("1", "-7", "300"), "decimal": ("1.5", "7"),
    "boolean": ("true", "1", "0"), "date": ("2026-01-31",),
    "letter": ("a",), "letters": ("a", "b"), "small": ("1", "7"), "code": ("a", "ab", ""),
}  # fmt: skip


def _respelt(text: str, source: random.Random) -> str:
    """With comments, spaces, and another prefix."""
    prefix = source.choice(["xs", "xsd", "s"])
    respaced = text.replace("\n", source.choice(["\n", "\n\n  ", "<!-- nothing -->"]))
    return respaced.replace("xs:", f"{prefix}:").replace("xmlns:xs=", f"xmlns:{prefix}=")


XML = Language(
    schemas=_PARTS,
    pairs=with_one_changed(_PARTS, _PART) | st.tuples(_PARTS, _PARTS),
    text=_text,
    data=_data,
    reads=accepted(SchemaFormat.XML),
    respelt=_respelt,
)
