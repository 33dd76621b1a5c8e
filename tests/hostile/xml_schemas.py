"""Hostile XML schemas, documents, and pairs."""

from collections.abc import Callable

from sluicegate.shared.model import SchemaFormat
from tests.hostile.case import Bait, HostilePair, HostilePayload, HostileSchema, text_of

XML = SchemaFormat.XML
MANY = 100_000
BACKTRACKING = ("(a+)+", "(a|aa)+", "(a|a?)+b", "(x+x+)+y", "((a{1,30}){1,30}){1,30}", "(.*)*=")
LAUGHS = (
    "<!DOCTYPE a ["
    + '<!ENTITY l0 "ha">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 20))
    + "]>"
)


_A = '<xs:element name="a" type="xs:int"/>'
_XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def schema(content: str, prolog: str = "") -> str:
    return f'{prolog}<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{content}</xs:schema>'


def element(content: str) -> str:
    return schema(f'<xs:element name="a"><xs:complexType>{content}</xs:complexType></xs:element>')


def attributed(attributes: str) -> str:
    """A schema with more attributes than it needs."""
    return schema(_A).replace("<xs:schema ", f"<xs:schema {attributes} ", 1)


def enumeration(size: int) -> str:
    values = "".join(f'<xs:enumeration value="{n}"/>' for n in range(size))
    return schema(
        f'<xs:simpleType name="t"><xs:restriction base="xs:string">{values}</xs:restriction></xs:simpleType>{_A}'
    )


def pattern(value: str) -> str:
    return schema(
        '<xs:element name="a"><xs:simpleType><xs:restriction base="xs:string">'
        f'<xs:pattern value="{value}"/></xs:restriction></xs:simpleType></xs:element>'
    )


def repeated(levels: int, most: str) -> str:
    """Sequences in each other, each of them many times."""
    opening = f'<xs:sequence maxOccurs="{most}">' * levels
    return element(opening + '<xs:element name="b" maxOccurs="' + most + '"/>' + "</xs:sequence>" * levels)


def doubled(levels: int) -> str:
    """Each group holds the next one twice."""
    groups = "".join(
        f'<xs:group name="g{n}"><xs:sequence><xs:group ref="g{n + 1}"/><xs:group ref="g{n + 1}"/></xs:sequence></xs:group>'
        for n in range(levels)
    )
    last = f'<xs:group name="g{levels}"><xs:sequence><xs:element name="b"/></xs:sequence></xs:group>'
    return schema(
        groups + last + '<xs:element name="a"><xs:complexType><xs:group ref="g0"/></xs:complexType></xs:element>'
    )


def choices(size: int, name: str) -> str:
    """Any of so many, any number of times."""
    elements = "".join(f'<xs:element name="{name}{n}" type="xs:int"/>' for n in range(size))
    return element(f'<xs:choice minOccurs="0" maxOccurs="unbounded">{elements}</xs:choice>')


def _schema(
    name: str, text: str | Callable[[], str], refused: bool | None = None, *, ended: bool = False
) -> HostileSchema:
    return HostileSchema(name, XML, lambda _: text_of(text), refused, ended)


def _reading(name: str, make: Callable[[str], str], refused: bool | None = True) -> list[HostileSchema]:
    return [
        HostileSchema(f"{name} http", XML, lambda bait: make(bait.url), refused),
        HostileSchema(f"{name} file", XML, lambda bait: make(bait.file.as_uri()), refused),
        HostileSchema(f"{name} path", XML, lambda bait: make(str(bait.file)), refused),
    ]


SCHEMAS = [
    _schema("a billion laughs", schema('<xs:element name="a"><xs:annotation>&l19;</xs:annotation></xs:element>', LAUGHS), refused=True),
    _schema("a quadratic blow-up", schema("&a;" * 10_000, f'<!DOCTYPE a [<!ENTITY a "{"a" * MANY}">]>'), refused=True),
    _schema("an entity of itself", schema("&a;", '<!DOCTYPE a [<!ENTITY a "&a;">]>'), refused=True),
    _schema("a DOCTYPE", schema(_A, "<!DOCTYPE a>"), refused=True),
    *_reading("an external entity", lambda at: schema("&e;", f'<!DOCTYPE a [<!ENTITY e SYSTEM "{at}">]>')),
    *_reading("a parameter entity", lambda at: schema(_A, f'<!DOCTYPE a [<!ENTITY % e SYSTEM "{at}"> %e;]>')),
    *_reading("an external DTD", lambda at: schema(_A, f'<!DOCTYPE a SYSTEM "{at}">')),
    *_reading("include", lambda at: schema(f'<xs:include schemaLocation="{at}"/>{_A}')),
    *_reading("import", lambda at: schema(f'<xs:import namespace="urn:b" schemaLocation="{at}"/>{_A}')),
    *_reading("redefine", lambda at: schema(f'<xs:redefine schemaLocation="{at}"/>{_A}')),
    *_reading("override", lambda at: schema(f'<xs:override schemaLocation="{at}"/>{_A}')),
    *_reading("XInclude", lambda at: schema(f'{_A}<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{at}"/>'), None),
    *_reading("a stylesheet", lambda at: schema(_A, f'<?xml-stylesheet href="{at}"?>'), None),
    *_reading("schemaLocation", lambda at: attributed(f'{_XSI} xsi:schemaLocation="urn:b {at}"'), None),
    _schema("100,000 elements in each other", "<a>" * MANY + "</a>" * MANY, refused=True),
    _schema("100,000 elements without an end", "<a>" * MANY, refused=True),
    _schema("100,000 sequences in each other", element("<xs:sequence>" * MANY + "</xs:sequence>" * MANY), refused=True),
    _schema("100,000 attributes", attributed(" ".join(f'a{n}="1"' for n in range(MANY))), refused=True, ended=True),
    _schema("50,000 namespaces", attributed(" ".join(f'xmlns:a{n}="urn:{n}"' for n in range(50_000))), ended=True),
    *(_schema(f"pattern {each}", pattern(each)) for each in BACKTRACKING),
    _schema("a large pattern", pattern("((a{1000}){1000}){1000}"), ended=True),
    _schema("a pattern of 5,000 parentheses", pattern("(" * 5000 + ")" * 5000), ended=True),
    _schema("a hundred million times", repeated(1, "100000000"), ended=True),
    _schema("10,000 times 10,000 times", repeated(2, "10000"), ended=True),
    _schema("1,000 times, five levels", repeated(5, "1000"), ended=True),
    _schema("10^4000 times", repeated(1, "9" * 4000)),
    _schema("doubled groups", doubled(40), ended=True),
    _schema("a group of itself", schema('<xs:group name="g"><xs:sequence><xs:group ref="g"/></xs:sequence></xs:group>' + _A), refused=True),
    _schema("a type of itself", schema('<xs:simpleType name="t"><xs:restriction base="t"/></xs:simpleType>' + _A), refused=True),
    _schema("a union of itself", schema('<xs:simpleType name="t"><xs:union memberTypes="t t"/></xs:simpleType>' + _A), refused=True),
    _schema("an element of itself", element('<xs:sequence><xs:element ref="a" minOccurs="0"/></xs:sequence>'), refused=False),
    _schema("20,000 elements", choices(20_000, "b"), ended=True),
    _schema("100,000 values", enumeration(MANY), ended=True),
    _schema("a maxLength of 10,000 digits", pattern("a").replace('<xs:pattern value="a"/>', f'<xs:maxLength value="{"9" * 10_000}"/>')),
    _schema("a comment without an end", "<!--" + "-" * MANY, refused=True),
    _schema("NUL", schema(_A).replace("name", "na\0me"), refused=True),
    _schema("declared to be UTF-16", schema(_A, '<?xml version="1.0" encoding="UTF-16"?>')),
    _schema("declared to be nonsense", schema(_A, '<?xml version="1.0" encoding="nonsense"?>')),
    _schema("9 MB of blanks", lambda: schema(_A) + " " * 9_000_000),
    _schema("a million comments", lambda: schema(_A) + "<!---->" * 1_000_000, ended=True),
]  # fmt: skip

_DOCUMENT = element('<xs:sequence><xs:any minOccurs="0" maxOccurs="unbounded" processContents="lax"/></xs:sequence>')


def _payload(
    name: str, payload: Callable[[Bait], bytes], accepted: bool | None = None, text: str = _DOCUMENT
) -> HostilePayload:
    return HostilePayload(name, XML, text, payload, accepted)


_KEYS = schema(
    '<xs:element name="a"><xs:complexType><xs:sequence><xs:element name="b" maxOccurs="unbounded"><xs:complexType><xs:attribute name="k"/>'
    '</xs:complexType></xs:element></xs:sequence></xs:complexType><xs:unique name="u"><xs:selector xpath="b"/><xs:field xpath="@k"/>'
    "</xs:unique></xs:element>"
)


def _entity(at: str) -> bytes:
    return f'<!DOCTYPE a [<!ENTITY e SYSTEM "{at}">]><a>&e;</a>'.encode()


PAYLOADS = [
    _payload("a billion laughs", lambda _: f"{LAUGHS}<a>&l19;</a>".encode(), accepted=False),
    _payload("a quadratic blow-up", lambda _: f'<!DOCTYPE a [<!ENTITY a "{"a" * MANY}">]><a>{"&a;" * 10_000}</a>'.encode(), accepted=False),
    _payload("an external entity http", lambda bait: _entity(bait.url), accepted=False),
    _payload("an external entity file", lambda bait: _entity(bait.file.as_uri()), accepted=False),
    _payload("a parameter entity", lambda bait: f'<!DOCTYPE a [<!ENTITY % e SYSTEM "{bait.url}"> %e;]><a/>'.encode(), accepted=False),
    _payload("an external DTD", lambda bait: f'<!DOCTYPE a SYSTEM "{bait.url}"><a/>'.encode(), accepted=False),
    _payload("schemaLocation http", lambda bait: f'<a {_XSI} xsi:schemaLocation="urn:b {bait.url}"/>'.encode()),
    _payload("schemaLocation file", lambda bait: f'<a {_XSI} xsi:noNamespaceSchemaLocation="{bait.file}"/>'.encode()),
    _payload("XInclude", lambda bait: f'<a><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{bait.url}"/></a>'.encode()),
    _payload("100,000 elements in each other", lambda _: b"<a>" * MANY + b"</a>" * MANY, accepted=False),
    _payload("200 elements in each other", lambda _: b"<a>" * 200 + b"</a>" * 200),
    _payload("100,000 elements without an end", lambda _: b"<a>" * MANY, accepted=False),
    _payload("100,000 attributes", lambda _: b"<a " + b" ".join(b'a%d="1"' % n for n in range(MANY)) + b"/>", accepted=False),
    _payload("500,000 elements", lambda _: b"<a>" + b"<b/>" * 500_000 + b"</a>"),
    _payload("500,000 elements, all wrong", lambda _: b"<a>" + b"<b/>" * 500_000 + b"</a>", accepted=False, text=choices(3, "c")),
    _payload("a text of 9 MB", lambda _: b"<a>" + b"a" * 9_000_000 + b"</a>"),
    _payload("an attribute of 11 MB", lambda _: b'<a b="' + b"a" * 11_000_000 + b'"/>', accepted=False),
    *(_payload(f"pattern {each}", lambda _: b"<a>" + b"a" * 40_000 + b"!</a>", text=pattern(each)) for each in BACKTRACKING[:4]),
    _payload("100,000 different keys", lambda _: b"<a>" + b"".join(b'<b k="%d"/>' % n for n in range(MANY)) + b"</a>", text=_KEYS),
    _payload("a comment without an end", lambda _: b"<a><!--" + b"-" * 1_000_000, accepted=False),
    _payload("invalid UTF-8", lambda _: b"<a>\xff\xfe</a>", accepted=False),
    _payload("UTF-7", lambda _: b'<?xml version="1.0" encoding="UTF-7"?><a>+ADw-b/+AD4-</a>'),
    _payload("NUL", lambda _: b"<a>\0</a>", accepted=False),
]  # fmt: skip

PAIRS = [
    HostilePair("300 alternatives", XML, choices(300, "b"), choices(300, "c"), ended=True),
    HostilePair("100 times, three levels", XML, repeated(3, "20"), repeated(3, "19"), ended=True),
    HostilePair("patterns", XML, pattern("([a-z]{1,30}x?)*a"), pattern("([b-z]{1,30}x?)*b"), ended=True),
]
