"""Accepted values of each type, and messages about the others."""

import pytest

from tests.unit.formats.table.builders import ENGINE, code, rejection, table
from tests.unit.formats.table.samples import REFUSED, TAKEN, is_counted

TYPES = sorted(TAKEN.keys() | REFUSED.keys())


@pytest.mark.parametrize(("of", "value"), [(of, value) for of, each in TAKEN.items() for value in each])
def test_a_value_of_the_type_is_taken(of: str, value: str) -> None:
    assert rejection(of, value) is None


@pytest.mark.parametrize(("of", "value", "reason"), [(of, *pair) for of, each in REFUSED.items() for pair in each])
def test_another_value_is_refused_with_the_reason(of: str, value: str, reason: str) -> None:
    assert code(of, value) == reason


@pytest.mark.parametrize("reader", TYPES)
def test_a_compatible_type_takes_all_values_of_the_other(reader: str) -> None:
    taking = table({"a": reader})
    validator = ENGINE.compile(taking)
    for writer, samples in TAKEN.items():
        if not ENGINE.compare(taking, table({"a": writer})):
            counted = [value for value in samples if is_counted(reader, writer, value)]
            refused = [value for value in counted if not validator.accepts(f'{{"a":{value}}}'.encode())]
            assert refused == [], f"{reader} is said to take {writer}"


@pytest.mark.parametrize(
    ("of", "value", "sentence"),
    [
        ("smallint", "40000", "40000 is out of the range of smallint, which is -32768 to 32767"),
        ("int", "1.5", "1.5 is a number; integer takes a whole number, without point or exponent"),
        ("decimal(10, 2)", "12.345", "12.345 has too many digits after the point: numeric(10, 2) keeps 2"),
        (
            "decimal(10, 2)",
            "123456789.1",
            "123456789.1 has too many digits before the point: numeric(10, 2) takes at most 8",
        ),
        ("numeric(2, -3)", "99500", "99500 is no multiple of 1000, to which numeric(2, -3) rounds"),
        ("varchar(3)", '"abcd"', '"abcd" has 4 characters; varchar(3) takes at most 3'),
        ("bit(3)", '"10"', '"10" has 2 bits; bit(3) takes exactly 3'),
        ("enum('a','b')", '"c"', '"c" is not one of "a", "b"'),
        ("date", '"yesterday"', '"yesterday" is no date: it takes a string such as 2024-12-31'),
        (
            "timestamp(3)",
            '"2024-01-01 00:00:00.1234"',
            "has more digits of a second than timestamp(3) keeps, which is 3",
        ),
        ("text", "{}", "The object is an object; text takes a string"),
        ("int[]", "1", "1 is a number; integer[] takes a list"),
    ],
)
def test_the_sentence_says_what_is_wrong(of: str, value: str, sentence: str) -> None:
    found = rejection(of, value)
    assert found is not None
    assert sentence in found.violations[0].message


def test_every_faulty_element_of_an_array_is_named_with_its_place() -> None:
    found = rejection("smallint[]", '[[1, 40000], [null, "x"]]')
    assert found is not None
    assert [(each.path, each.code) for each in found.violations] == [("/a/0/1", "range"), ("/a/1/1", "type")]
