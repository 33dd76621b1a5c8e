"""Samples -> a schema that each of them fits."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluicegate.shared.errors import SampleUnusable
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.xsd.inference import infer
from tests.unit.formats.xsd.builders import ENGINE


def inferred(*samples: str) -> str:
    """The schema of samples, which they fit, on one line."""
    found = infer([each.encode() for each in samples])
    schema = ENGINE.parse(SchemaSource(found))
    assert ENGINE.violations(schema) == ()
    validator = ENGINE.compile(schema)
    for each in samples:
        assert validator.explain(each.encode()) is None
    return " ".join(found.split()).replace("> <", "><")


@pytest.mark.parametrize(
    ("texts", "type_"),
    [
        (("1", "-20"), "integer"), (("1", "1.5"), "decimal"), (("true", "false"), "boolean"), (("2026-01-31",), "date"),
        (("2026-01-31T10:00:00Z",), "dateTime"), (("1", "x"), "string"), (("007",), "string"), (("2026-02-30",), "string"),
        (("",), "string"), (("1", ""), "string"), (("true", "1"), "string"), (("1" * 30,), "string"), ((" 1",), "string"),
    ],
)  # fmt: skip
def test_the_narrowest_type_is_taken(texts: tuple[str, ...], type_: str) -> None:
    assert f'<xs:element name="a" type="xs:{type_}"' in inferred(
        "<r>" + "".join(f"<a>{each}</a>" for each in texts) + "</r>"
    )
    assert f'<xs:attribute name="a" type="xs:{type_}"' in inferred(*(f'<r a="{each}"/>' for each in texts))


def test_what_is_not_always_there_is_optional() -> None:
    found = inferred('<r a="1" b="1"><x/><y/></r>', '<r a="1"><x/></r>')

    assert '<xs:element name="x" type="xs:string"/>' in found
    assert '<xs:element name="y" type="xs:string" minOccurs="0"/>' in found
    assert '<xs:attribute name="a" type="xs:integer" use="required"/>' in found
    assert '<xs:attribute name="b" type="xs:integer"/>' in found


def test_what_comes_again_is_unbounded() -> None:
    assert '<xs:element name="x" type="xs:integer" maxOccurs="unbounded"/>' in inferred(
        "<r><x>1</x><x>2</x></r>", "<r><x>1</x></r>"
    )


def test_the_order_of_all_samples_together_is_kept() -> None:
    found = inferred("<r><a/><c/></r>", "<r><b/><c/></r>", "<r><a/><b/></r>")

    assert "<xs:sequence>" in found
    assert found.index('name="a"') < found.index('name="b"') < found.index('name="c"')


def test_two_orders_are_any_order() -> None:
    assert "<xs:all>" in inferred("<r><a/><b/></r>", "<r><b/><a/></r>")
    assert '<xs:choice minOccurs="0" maxOccurs="unbounded">' in inferred("<r><a/><b/><a/></r>")


def test_an_element_inside_itself_has_a_type_with_a_name() -> None:
    found = inferred("<r><n><v>1</v><n><v>2</v></n></n></r>")

    assert '<xs:complexType name="nType">' in found
    assert found.count('<xs:element name="n"') == 2


def test_text_between_elements_is_mixed() -> None:
    assert '<xs:complexType mixed="true">' in inferred("<r>Dear <b>Ann</b>, hello</r>")


def test_namespaces_are_kept_apart() -> None:
    found = inferred('<r xmlns="urn:a" xmlns:b="urn:b" b:x="1"><i/><b:o/><n xmlns=""/></r>')

    assert 'targetNamespace="urn:a"' in found
    assert '<xs:any namespace="urn:b" processContents="skip"/>' in found
    assert '<xs:element name="n" form="unqualified"' in found
    assert '<xs:anyAttribute namespace="urn:b" processContents="skip"/>' in found


def test_nil_is_nillable() -> None:
    assert 'type="xs:integer" maxOccurs="unbounded" nillable="true"' in inferred(
        '<r xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><a>1</a><a xsi:nil="true"/></r>'
    )


@pytest.mark.parametrize(
    ("samples", "said", "index"),
    [
        ([], "no sample", None), ([b"<a/>", b"<a"], "not well-formed", 1), ([b"<!DOCTYPE a><a/>"], "document type", 0),
        ([b"<a/>", b'<a xmlns="urn:a"/>'], "one namespace", 1),
        ([b'<a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="T"/>'], "xsi:type", 0),
        ([b"".join(b"<a%d>" % n for n in range(99)) + b"".join(b"</a%d>" % n for n in range(98, -1, -1))], "too deep", 0),
    ],
)  # fmt: skip
def test_samples_that_cannot_be_used_are_named(samples: list[bytes], said: str, index: int | None) -> None:
    with pytest.raises(SampleUnusable, match=said) as caught:
        infer(samples)
    assert caught.value.index == index


HEAD = 'xmlns:p="urn:p" xmlns:x="urn:x" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
TEXTS = ("", "1", "x", "true", "2026-01-31", "2026-01-31T00:00:00Z", "-5.5", " 1 ", "007", "9" * 30)


def sample(source: random.Random, depth: int, head: str = "") -> str:
    """A random document."""
    name = "a" if head else source.choice(("a", "b", "c", "p:a", "d"))
    names = source.sample(("p", "q", "x:z", "xml:lang"), source.choice((0, 0, 1, 2)))
    opening = " ".join([name, *([head] if head else []), *(f'{each}="{source.choice(TEXTS)}"' for each in names)])
    if source.random() < 0.05:
        return f'<{opening} xsi:nil="true"/>'
    if depth == 0 or source.random() < 0.4:
        return f"<{opening}>{source.choice(TEXTS)}</{name}>"
    inner = "".join(sample(source, depth - 1) + source.choice(("", "", "\n", "t")) for _ in range(source.randrange(4)))
    return f"<{opening}>{inner}</{name}>"


@pytest.mark.slow
@settings(deadline=None, max_examples=200)
@given(st.integers(0, 2**32))
def test_every_sample_fits_the_schema_that_is_inferred(seed: int) -> None:
    source = random.Random(seed)
    head = source.choice((HEAD, f'{HEAD} xmlns="urn:a"'))

    inferred(*(sample(source, 3, head) for _ in range(source.randint(1, 4))))
