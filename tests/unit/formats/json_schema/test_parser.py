"""Schema text is strict JSON, or it is refused with one clear sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from tests.unit.formats.json_schema.schemas import ENGINE


def refusal(text: str) -> SchemaSyntaxError:
    """The error that a text is refused with."""
    with pytest.raises(SchemaSyntaxError) as refused:
        ENGINE.parse(SchemaSource(text))
    assert refused.value.violations
    return refused.value


@pytest.mark.parametrize("text", ["true", "false", "{}", '{\r\n  "type": "string"\r\n}\r\n', ' {"a": 1}'])
def test_json_objects_and_booleans_are_schemas(text: str) -> None:
    assert ENGINE.parse(SchemaSource(text)) is not None


def test_a_name_that_stands_twice_is_refused_with_its_name_and_place() -> None:
    """The sample update of the original's documentation holds `lastName` twice."""
    text = (
        '{\r\n  "type": "object",\r\n  "properties": {\r\n    "lastName": {"type": "string"},\r\n'
        '    "lastName": {"type": "string"},\r\n    "age": {"type": "integer"}\r\n  }\r\n}\r\n'
    )
    error = refusal(text)
    assert [(found.path, found.code) for found in error.violations] == [("/properties/lastName", "duplicate_key")]
    assert '"lastName" stands twice in the object at /properties' in error.message
    assert "Remove or rename one" in error.message


def test_every_name_that_stands_twice_is_named() -> None:
    error = refusal('{"a/b": [{"x": 1, "x": 2}], "y": 1, "y": 2}')
    assert {found.path for found in error.violations} == {"/y", "/a~1b/0/x"}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ('"string"', "JSON object"),
        ("[1]", "JSON object"),
        ("1", "JSON object"),
        ('{"a": NaN}', "line 1, column 7"),
        ('{"a": Infinity}', "line 1, column 7"),
        ('{\n "a" 1}', "line 2"),
        ('{"a": 1} x', "line 1, column 10"),
        ("{'a': 1}", "line 1"),
        ("\ufeff{}", "byte order mark"),
        ('{"a": "\\ud800"}', "surrogate"),
        ('{"a": "\ud800"}', "surrogate"),
        ('{"a": 1' + "0" * 10_000 + "}", "1.8e308"),
        ('{"a": 1e999}', "1.8e308"),
        ('{"a": 0.' + "3" * 10_000 + "}", "10002 characters"),
    ],
)
def test_what_is_not_strict_json_is_refused(text: str, word: str) -> None:
    assert word in refusal(text).message


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 100_000, '{"a":' * 500 + "1" + "}" * 500, '{"a":' + "[" * 150 + "]" * 150 + "}"]
)
def test_deep_nesting_is_refused(text: str) -> None:
    assert "levels deep" in refusal(text).message


def test_ninety_levels_are_read() -> None:
    assert ENGINE.parse(SchemaSource('{"not":' * 90 + "true" + "}" * 90)) is not None


def test_a_fault_in_a_reference_names_the_reference() -> None:
    source = SchemaSource("{}", (NamedSource("address.json", SchemaSource("{")),))
    with pytest.raises(SchemaSyntaxError, match=r"'address\.json'"):
        ENGINE.parse(source)


def test_one_name_cannot_stand_for_two_schemas_though_it_may_be_used_twice() -> None:
    one, two = NamedSource("x.json", SchemaSource("{}")), NamedSource("x.json", SchemaSource("true"))
    middle = NamedSource("y.json", SchemaSource("{}", (one,)))
    assert ENGINE.parse(SchemaSource("{}", (one, middle)))
    with pytest.raises(SchemaSyntaxError, match=r"Two different schemas .* 'x\.json'"):
        ENGINE.parse(SchemaSource("{}", (two, middle)))


@given(st.text() | st.text(alphabet='{}[]":,\\u 01e-truefalsn\ud800'))
def test_nothing_but_a_syntax_error_comes_out(text: str) -> None:
    try:
        schema = ENGINE.parse(SchemaSource(text))
    except SchemaSyntaxError:
        return
    assert ENGINE.parse(SchemaSource(ENGINE.canonical(schema))).root == schema.root
