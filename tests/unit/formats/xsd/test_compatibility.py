"""Incompatibilities of XML schemas."""

import pytest

from tests.unit.formats.xsd.builders import ENGINE, codes, element, parsed, root, sequence
from tests.unit.formats.xsd.changes import (
    A,
    B,
    C,
)
from tests.unit.formats.xsd.compatible_changes import COMPATIBLE
from tests.unit.formats.xsd.incompatible_changes import INCOMPATIBLE


@pytest.mark.parametrize(("reader", "writer"), COMPATIBLE.values(), ids=COMPATIBLE.keys())
def test_these_changes_are_compatible(reader: str, writer: str) -> None:
    assert codes(reader, writer) == []


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
