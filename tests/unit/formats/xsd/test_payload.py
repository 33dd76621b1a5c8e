"""Payload bytes -> verdict, with both libraries."""

import threading

import pytest

from sluicegate.shared.formats.engine import Fault, SchemaSource
from sluicegate.shared.formats.options import XmlEngine
from sluicegate.shared.formats.xsd.engine import XsdEngine
from sluicegate.shared.formats.xsd.payload import SMALL, XsdPayloadValidator
from sluicegate.shared.formats.xsd.processed_payload import MAX_BYTES, MAX_DEPTH, ProcessedPayloadValidator
from tests.unit.formats.xsd.builders import ENGINE, element, facet, parsed, restricted, sequence, text

BOTH = pytest.mark.parametrize(
    "engine", [XsdEngine(XmlEngine.LXML), XsdEngine(XmlEngine.XMLSCHEMA)], ids=list(XmlEngine)
)

ORDER = text(
    '<xs:element name="order"><xs:complexType><xs:sequence><xs:element name="item" maxOccurs="unbounded"><xs:complexType><xs:sequence>'
    '<xs:element name="sku" type="xs:string"/><xs:element name="quantity" type="xs:positiveInteger"/></xs:sequence></xs:complexType>'
    '</xs:element></xs:sequence><xs:attribute name="id" type="xs:int" use="required"/></xs:complexType></xs:element>',
    'targetNamespace="urn:o" elementFormDefault="qualified"',
)
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def order(*quantities: object, more: str = "") -> bytes:
    """An order, a line for each item."""
    items = "".join(f"<item><sku>a</sku><quantity>{each}</quantity></item>\n" for each in quantities)
    return f'<order xmlns="urn:o" id="1" {more}>\n{items}</order>'.encode()


MALFORMED = {
    "nothing": b"",
    "text": b"x",
    "not closed": b"<order>",
    "two roots": b"<a/><b/>",
    "NUL": b"<a>\0</a>",
    "invalid UTF-8": b"<a>\xff</a>",
    "doctype": b"<!DOCTYPE order>" + order(1),
    "entity": b'<!DOCTYPE a [<!ENTITY e "1">]>' + order("&e;"),
    "an entity that is not there": order("&e;"),
    "too deep": b"<a>" * 300 + b"</a>" * 300,
    "surrogate": b"<a>\xed\xa0\x80</a>",
    "another encoding than it says": b'<?xml version="1.0" encoding="UTF-16"?>' + order(1),
    "large and not closed": order(*range(1, 3000))[:-20],
    "a large comment without an end": order(1)[:-8] + b"<!-- " + b"x" * SMALL,
    "a large doctype": b"<!DOCTYPE order>" + order(*range(1, 3000)),
    "an encoding that is none": b'<?xml version="1.0" encoding="x"?><a/>',
}


@BOTH
@pytest.mark.parametrize("payload", MALFORMED.values(), ids=MALFORMED.keys())
def test_what_is_no_document_is_malformed(engine: XsdEngine, payload: bytes) -> None:
    validator = engine.compile(engine.parse(SchemaSource(ORDER)))
    rejection = validator.explain(payload)

    assert not validator.accepts(payload)
    assert rejection is not None
    assert rejection.fault is Fault.MALFORMED


INVALID = {
    "type": order(1, 0, 2),
    "missing": order(),
    "attribute": order(1).replace(b' id="1"', b""),
    "namespace": order(1).replace(b"urn:o", b"urn:x"),
    "root": b"<item/>",
    "a large one": order(*range(3000)),
    "a large one, all wrong": order(*["x"] * 9000),
    "xsi:type": order(1, more=f'{XSI} xsi:type="Nope"'),
}


@BOTH
@pytest.mark.parametrize("payload", INVALID.values(), ids=INVALID.keys())
def test_what_breaks_the_schema_is_invalid(engine: XsdEngine, payload: bytes) -> None:
    validator = engine.compile(engine.parse(SchemaSource(ORDER)))
    rejection = validator.explain(payload)

    assert not validator.accepts(payload)
    assert rejection is not None
    assert rejection.fault is Fault.INVALID


VALID = {
    "one": order(1),
    "many": order(*range(1, 3000)),
    "prefix": order(1).replace(b"<", b"<p:").replace(b"<p:/", b"</p:").replace(b"xmlns", b"xmlns:p"),
    "declaration": b'<?xml version="1.0" encoding="UTF-8"?>' + order(1),
    "mark": b"\xef\xbb\xbf" + order(1),
    "Latin-1": b'<?xml version="1.0" encoding="ISO-8859-1"?>' + order(1).replace(b"<sku>a", b"<sku>\xe9"),
    "UTF-16": order(1).decode().encode("utf-16"),
    "comments": order(1).replace(b"<item>", b"<!-- <b> --><?pi?><item>"),
    "schemaLocation": order(1, more=f'{XSI} xsi:schemaLocation="urn:o file:///etc/passwd"'),
}


@BOTH
@pytest.mark.parametrize("payload", VALID.values(), ids=VALID.keys())
def test_what_fits_is_accepted(engine: XsdEngine, payload: bytes) -> None:
    validator = engine.compile(engine.parse(SchemaSource(ORDER)))

    assert validator.accepts(payload)
    assert validator.explain(payload) is None


@BOTH
def test_violations_say_where_and_why(engine: XsdEngine) -> None:
    rejection = engine.compile(engine.parse(SchemaSource(ORDER))).explain(order(1, 0, "x"))

    assert rejection is not None
    assert [each.path for each in rejection.violations] == ["/order/item[2]/quantity", "/order/item[3]/quantity"]
    assert [each.message[-8:] for each in rejection.violations] == ["(line 3)", "(line 4)"]
    assert "x" in rejection.violations[1].message


def test_places_do_not_depend_on_prefixes() -> None:
    payload = order(1, 0).replace(b"<item", b'<p:item xmlns:p="urn:o"').replace(b"</item", b"</p:item")
    rejection = ENGINE.compile(parsed(ORDER)).explain(payload)

    assert rejection is not None
    assert [each.path for each in rejection.violations] == ["/order/item[2]/quantity"]


def test_codes_are_those_of_the_library() -> None:
    """libxml2's names; for the other library the kind of schema node."""
    schema = restricted("xs:string", facet("maxLength", 1))
    found = [XsdEngine(library).compile(parsed(schema)).explain(b"<r>ab</r>") for library in XmlEngine]

    assert [each and each.violations[0].code for each in found] == ["SCHEMAV_CVC_MAXLENGTH_VALID", "maxLength"]


@pytest.mark.slow
@BOTH
def test_as_many_violations_are_named_as_are_asked_for(engine: XsdEngine) -> None:
    validator = engine.compile(engine.parse(SchemaSource(ORDER)))

    for payload in (order(*[0] * 30), order(*[0] * 3000)):
        for limit, count in ((1, 1), (3, 3), (0, 1)):
            rejection = validator.explain(payload, limit)
            assert rejection is not None
            assert len(rejection.violations) == count


def test_large_payloads_with_few_mistakes_say_where_they_are() -> None:
    quantities: list[object] = list(range(1, 3000))
    quantities[2000] = 0
    rejection = ENGINE.compile(parsed(ORDER)).explain(order(*quantities))

    assert rejection is not None
    assert [each.path for each in rejection.violations] == ["/order/item[2001]/quantity"]


def test_payloads_of_more_than_the_limit_are_refused() -> None:
    lax = ENGINE.compile(parsed(sequence('<xs:any maxOccurs="unbounded" processContents="skip"/>')))
    slow = XsdEngine(XmlEngine.XMLSCHEMA).compile(parsed(ORDER))

    for validator, payload in (
        (lax, b"<r>" + b"<a/>" * 500_001 + b"</r>"),
        (lax, b"<r>" + b" " * 10_000_000 + b"</r>"),
        (slow, order(*[1] * MAX_BYTES)),
    ):
        rejection = validator.explain(payload)
        assert not validator.accepts(payload)
        assert rejection is not None
        assert (rejection.fault, rejection.violations[0].code) == (Fault.INVALID, "too_large")


def test_levels_that_the_slower_library_cannot_take_are_refused() -> None:
    nested = text(
        '<xs:element name="a"><xs:complexType><xs:sequence><xs:element ref="a" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>'
    )
    validator = XsdEngine(XmlEngine.XMLSCHEMA).compile(parsed(nested))

    assert validator.accepts(b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH)
    assert not validator.accepts(b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1))


@pytest.mark.parametrize("pattern", ["(a|aa)+b", "(.*a){12}", "a*a*a*b", r"(\s*\w+\s*)*", "(a?){20}a{20}"])
def test_patterns_that_libxml2_cannot_match_are_matched_in_linear_time(pattern: str) -> None:
    schema = restricted("xs:string", facet("pattern", pattern))
    validator = ENGINE.compile(parsed(schema))

    assert isinstance(validator, ProcessedPayloadValidator)
    assert not validator.accepts(b"<r>" + b"a" * 50_000 + b"!</r>")


def test_a_pattern_with_few_ways_stays_with_libxml2() -> None:
    schema = restricted("xs:string", facet("pattern", r"[A-Za-z.]+@[A-Za-z.]+\.[A-Za-z]{2,}"))
    validator = ENGINE.compile(parsed(schema))

    assert isinstance(validator, XsdPayloadValidator)
    assert validator.accepts(b"<r>a.b@c.example</r>")
    assert not validator.accepts(b"<r>a.b@c.e</r>")


def test_values_that_a_schema_enumerates_are_matched_in_linear_time() -> None:
    evil = '<xs:simpleType name="t"><xs:restriction base="xs:string"><xs:pattern value="(a|aa)+b"/></xs:restriction></xs:simpleType>'
    schema = restricted("t", facet("enumeration", "a" * 5000)).replace("<xs:element", f"{evil}<xs:element", 1)

    assert [each.code for each in ENGINE.violations(parsed(schema))] == ["schema_invalid"]


def nested(selector: str) -> str:
    """A schema whose element `a`, which may hold itself, has a key."""
    key = f'<xs:unique name="u"><xs:selector xpath="{selector}"/><xs:field xpath="@k"/></xs:unique>'
    itself = (
        '<xs:sequence><xs:element ref="a" minOccurs="0" maxOccurs="unbounded"/></xs:sequence><xs:attribute name="k"/>'
    )
    return text(f'<xs:element name="a"><xs:complexType>{itself}</xs:complexType>{key}</xs:element>')


@pytest.mark.slow
@BOTH
@pytest.mark.parametrize("selector", ["a", ".//a"])
def test_keys_inside_each_other_are_bounded(engine: XsdEngine, selector: str) -> None:
    validator = engine.compile(parsed(nested(selector)))
    few, many = (b"".join(b'<a k="%d"/>' % number for number in range(count)) for count in (20, 9_000))

    assert validator.accepts(b"<a>" * 10 + few + b"</a>" * 10)
    assert validator.accepts(b"<a>" + many + b"</a>")
    assert not validator.accepts(b"<a>" * 50 + many + b"</a>" * 50)


def test_the_work_of_patterns_is_bounded() -> None:
    """Instructions times characters, in one payload; that of the next one is counted anew."""
    validator = ENGINE.compile(parsed(restricted("xs:string", facet("pattern", "(a?){500}(a?){500}b"))))
    rejection = validator.explain(b"<r>" + b"a" * 300_000 + b"</r>")

    assert rejection is not None
    assert rejection.violations[0].code == "too_complex"
    assert validator.accepts(b"<r>aaab</r>")


def test_threads_share_a_validator() -> None:
    validator = ENGINE.compile(parsed(ORDER))
    found: list[tuple[bool, int]] = []

    def check(number: int) -> None:
        for _ in range(200):
            rejection = validator.explain(order(*[0] * number), 100)
            found.append(
                (validator.accepts(order(*[1] * number)), len(rejection.violations) if rejection else 0 - number)
            )

    threads = [threading.Thread(target=check, args=(number,)) for number in (1, 2, 5, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(accepted for accepted, _ in found)
    assert sorted(count for _, count in found) == [1] * 200 + [2] * 200 + [5] * 200 + [9] * 200


UNIQUE = sequence(element("a", more='maxOccurs="9"')).replace(
    "</xs:element></xs:schema>",
    '<xs:unique name="u"><xs:selector xpath="a"/><xs:field xpath="."/></xs:unique></xs:element></xs:schema>',
)


@BOTH
@pytest.mark.parametrize(
    ("schema", "fits", "does_not"),
    [
        (text(element("r", "xs:byte")), b"<r> +01\n</r>", b"<r>1_0</r>"),
        (text(element("r", "xs:integer")), b"<r>1</r>", "<r>\u0661</r>".encode()),
        (text(element("r", "xs:date")), b"<r>2026-02-28</r>", b"<r>2026-02-30</r>"),
        (text(element("r", "xs:int", 'nillable="true"')), f'<r {XSI} xsi:nil="true"/>'.encode(), b"<r/>"),
        (sequence(element("a", more='minOccurs="0"'), element("b")), b"<r><b/></r>", b"<r><b/><a/></r>"),
        (UNIQUE, b"<r><a>1</a><a>2</a></r>", b"<r><a>1</a><a>1</a></r>"),
    ],
)  # fmt: skip
def test_both_libraries_agree(engine: XsdEngine, schema: str, fits: bytes, does_not: bytes) -> None:
    validator = engine.compile(engine.parse(SchemaSource(schema)))

    assert validator.accepts(fits)
    assert not validator.accepts(does_not)
