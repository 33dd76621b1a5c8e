"""One permanent text for every spelling of a schema."""

import json
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.json_schema.engine import JsonSchemaEngine
from tests.unit.formats.json_schema.schemas import ENGINE


def canonical(text: str) -> str:
    """The canonical text of a schema text."""
    return ENGINE.canonical(ENGINE.parse(SchemaSource(text)))


def test_order_space_and_escapes_do_not_count() -> None:
    assert canonical('{ "b":\r\n1, "a": "\\u0041" }') == canonical('{"a":"A","b":1}') == '{"a":"A","b":1}'


def test_names_are_sorted_by_utf_16() -> None:
    assert canonical('{"\\ufb33": 1, "\\ud83d\\ude00": 2}') == '{"\U0001f600":2,"\ufb33":1}'


def test_required_is_sorted_where_it_is_a_keyword_only() -> None:
    text = '{"required":["b","a"],"properties":{"required":{"required":["d","c"]}},"const":{"required":["b","a"]}}'
    assert canonical(text) == (
        '{"const":{"required":["b","a"]},"properties":{"required":{"required":["c","d"]}},"required":["a","b"]}'
    )


def test_other_lists_keep_their_order() -> None:
    assert canonical('{"enum":["b","a"]}') != canonical('{"enum":["a","b"]}')


@pytest.mark.parametrize(
    ("spellings", "written"),
    [
        (("1", "1.0", "1e0", "10E-1"), "1"),
        (("0", "-0", "-0.0", "0e5"), "0"),
        (("0.1", "1e-1"), "0.1"),
        (("1e-7", "0.0000001"), "1e-7"),
        (("1e21", "1000000000000000000000"), "1e+21"),
        (("100000000000000000000", "1e20"), "100000000000000000000"),
        (("9007199254740992",), "9007199254740992"),
        (("9007199254740993",), "9007199254740993"),
        (("18446744073709551617",), "18446744073709551617"),
        (("1000000000000000000001",), "1000000000000000000001"),
    ],
)
def test_numbers_are_written_by_value_and_exactly(spellings: tuple[str, ...], written: str) -> None:
    assert {canonical(f'{{"maximum":{each}}}') for each in spellings} == {f'{{"maximum":{written}}}'}


def test_booleans_are_schemas() -> None:
    assert (canonical("true"), canonical("false")) == ("true", "false")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="utf-8")) | st.just("required"), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(suppress_health_check=[HealthCheck.too_slow])  # it judges by time
@given(st.dictionaries(st.sampled_from(["properties", "required", "not", "x", "enum"]), JSON))
def test_the_canonical_text_is_its_own_canonical_text(schema: dict[str, object]) -> None:
    once = canonical(json.dumps(schema))
    assert canonical(once) == once


def _values(value: object, number: Callable[[object], object]) -> object:
    if isinstance(value, dict):
        return {name: _values(item, number) for name, item in value.items()}
    return [_values(item, number) for item in value] if isinstance(value, list) else number(value)


@given(st.dictionaries(st.sampled_from(["x", "y", "enum"]), JSON))
def test_the_canonical_text_has_the_same_value(schema: dict[str, object]) -> None:
    assert json.loads(canonical(json.dumps(schema))) == _values(schema, lambda value: value)


@given(JSON)
def test_the_text_of_a_value_does_not_depend_on_what_stands_beside_it(value: object) -> None:
    """Values that the standard library writes correctly take a fast path.

    A fraction or a non-ASCII name beside them prevents it.
    """
    alone = canonical(json.dumps({"const": value}))
    for name, beside in (("default", 0.5), ("\ufb33", 1)):
        both = canonical(json.dumps({"const": value, name: beside}, ensure_ascii=False))
        assert both == f'{alone[:-1]},"{name}":{beside}}}'


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(max_codepoint=127)), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(["properties", "not", "x", "enum"]), PLAIN))
def test_what_is_plain_is_written_as_the_standard_library_does(schema: dict[str, object]) -> None:
    """The text selects one of two writers: fingerprints must be equal."""
    assert canonical(json.dumps(schema)) == json.dumps(
        schema, ensure_ascii=False, separators=(",", ":"), sort_keys=True
    )


@pytest.mark.parametrize("keyword", ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "const"])
@pytest.mark.parametrize("library", ["jsonschema-rs", "jsonschema"])
def test_fractions_with_one_text_have_one_verdict(library: str, keyword: str) -> None:
    fractions = [
        "12345678901234567890.4",
        "12345678901234567890.5",
        "12345678901234567890.0",
        "1.23456789012345678904e19",
    ]
    engine = JsonSchemaEngine(library)
    schemas = [engine.parse(SchemaSource(f'{{"{keyword}": {each}}}')) for each in fractions]
    assert len({engine.canonical(each) for each in schemas}) == 1
    validators = [engine.compile(each) for each in schemas]
    for payload in (*fractions, "12345678901234567168", "12345678901234569216.5", "12345678901234565120.5"):
        assert len({each.accepts(payload.encode()) for each in validators}) == 1, payload
