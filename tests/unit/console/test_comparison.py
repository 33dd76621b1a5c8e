"""Laying two texts out alike hides nothing and changes nothing."""

import pytest

from sluicegate.shared.console.comparison import Side, unified
from sluicegate.shared.model import SchemaFormat


def diff(old: str, new: str, schema_format: SchemaFormat = SchemaFormat.JSON) -> list[str]:
    """The lines that differ."""
    lines = unified(schema_format, Side("old", old), Side("new", new))[3:]
    return [line for line in lines if line[0] in "+-"]


def test_white_space_is_no_difference() -> None:
    assert diff('{"a":[1,2]}', '{\r\n "a" : [1,\t2]\n}\n') == []


def test_the_order_of_members_is_a_difference() -> None:
    assert diff('{"a":1,"b":2}', '{"b":2,"a":1}') != []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('{"a":1,"a":2}', '{"a":2}'),
        ('{"a":1e400}', '{"a":2e400}'),
        ('{"a":0.10000000000000000001}', '{"a":0.1}'),
        ('{"a":NaN}', '{"a":null}'),
        ("{nonsense", "{}"),
        ("[" * 100_000, "[]"),
        ("1" * 5000, "1"),
        ('"\\ud800"', '"\\ud801"'),
    ],
)
def test_what_a_layout_would_hide_is_compared_as_it_stands(old: str, new: str) -> None:
    assert diff(old, new) == [f"-{old}", f"+{new}"]


def test_other_formats_are_compared_as_they_stand() -> None:
    assert diff("message A {\n}", "message B {\n}", SchemaFormat.PROTOBUF) == ["-message A {", "+message B {"]


def test_text_that_is_not_latin_stays_readable() -> None:
    assert diff('{"a":"é"}', '{"a":"☃"}') == ['-  "a": "é"', '+  "a": "☃"']
