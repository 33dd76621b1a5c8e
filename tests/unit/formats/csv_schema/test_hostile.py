"""Schemas and payloads made to hang, to crash or to fill the memory: each ends soon, in a verdict."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.formats.csv_schema.parser import MAX_TEXT_LENGTH
from sluicegate.shared.formats.engine import SchemaSource
from tests.unit.formats.csv_schema.builders import ENGINE, codes, findings, schema
from tests.unit.formats.csv_schema.strategies import STEADY

pytestmark = [pytest.mark.slow, pytest.mark.timeout(30)]


@pytest.mark.parametrize(
    "rest",
    [
        "(" * 20_000,
        "(" * 20_000 + "notEmpty" + ")" * 20_000,
        "if(notEmpty," * 15_000 + "empty" + ")" * 15_000,
        "switch((notEmpty," * 9_000 + "empty" + "))" * 9_000,
        "is(" + "concat(" * 20_000 + '"x"' + ")" * 20_001,
        " or ".join(["empty and uri"] * 10_000),
        "range(" + "9" * 10_000 + ",*)",
        "/*" * 60_000,
        'unique($"' * 20_000,
        'regex("' * 20_000,
        "x" * MAX_TEXT_LENGTH,
        "@optional " * 19_000 + "x",
        "\x00",
    ],
)
def test_texts_that_do_not_parse(rest: str) -> None:
    with pytest.raises(SchemaSyntaxError) as caught:
        ENGINE.parse(SchemaSource(f"version 1.1\na: {rest}"))
    assert len(caught.value.message) < 1000


@pytest.mark.parametrize(
    "text",
    ["uri " * 40_000, " or ".join(["uri"] * 25_000), 'any("x"' + ',"x"' * 40_000 + ")", "\nb: \n" + "// \n" * 40_000],
)
def test_long_texts_that_do(text: str) -> None:
    of = ENGINE.parse(SchemaSource(f"version 1.1\na: {text}"))
    assert ENGINE.canonical(ENGINE.parse(SchemaSource(ENGINE.canonical(of)))) == ENGINE.canonical(of)


@given(st.text(alphabet='version 1.0\na:"$()@/*,xisnotorandif', max_size=60) | st.text(max_size=40))
@STEADY
def test_any_text_parses_or_is_refused(text: str) -> None:
    for start in ("", "version 1.2\na: "):
        try:
            of = ENGINE.parse(SchemaSource(start + text))
        except SchemaSyntaxError:
            continue
        assert ENGINE.canonical(of)
        assert ENGINE.violations(of) is not None
        assert ENGINE.compare(of, of) == ()


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|a)*b", "(a|aa)+b", "a*a*a*a*a*a*b", "(.*){1,30}x", "(x+x+)+y"])
def test_patterns_that_backtrack_elsewhere(pattern: str) -> None:
    validator = ENGINE.compile(schema(f'a: regex("{pattern}")'))
    assert not validator.accepts(b"a\n" + b"a" * 100_000 + b"!")


@pytest.mark.parametrize("pattern", ["(a{1,100}){1,100}", "((a{100}){100}){100}", "a{100000}"])
def test_patterns_that_explode(pattern: str) -> None:
    assert codes(schema(f'a: regex("{pattern}")')) == ["regex"]


def test_patterns_that_nest() -> None:
    assert codes(schema('a: regex("' + "(" * 90_000 + ")" * 90_000 + '")')) == []


@pytest.mark.parametrize(
    "message",
    [
        b"," * 1_000_000,
        b"a\n" + b"," * 1_000_000,
        pytest.param(lambda: b"a\n" + b"x" * 10_000_000, id="a long cell"),
        pytest.param(lambda: b'a\n"' + b"x" * 10_000_000, id="a long quotation"),
        b'a\n"' + b"\n" * 1_000_000,
        b"\n" * 1_000_000,
        b"a\n" + b"\x00" * 1_000_000,
        b"\xff" * 1_000_000,
        b"a\n" + b"1" * 100_000 + b"e999999999",
        b"a\n1e" + b"9" * 100_000,
        b'"' * 100_001,
    ],
)
def test_payloads(message: bytes | Callable[[], bytes]) -> None:
    payload = message() if callable(message) else message
    validator = ENGINE.compile(schema('a: range(1,2) length(1,5) regex("[0-9]+") unique'))
    assert not validator.accepts(payload)
    rejection = validator.explain(payload)
    assert rejection is not None
    assert all(len(violation.message) < 1500 for violation in rejection.violations)


@pytest.mark.parametrize(
    "cell", ["a" * 131_000 + " ", "http://" + "a:" * 65_000 + " ", "%41" * 40_000 + "%", "a/" * 65_000 + "?#?##"]
)
def test_long_cells_that_are_almost_uris(cell: str) -> None:
    assert not ENGINE.compile(schema("a: uri")).accepts(f"a\n{cell}\n".encode())


def test_wide_headers_that_do_not_fit() -> None:
    validator = ENGINE.compile(schema(*(f"a{number}:" for number in range(20_000))))
    assert validator.explain(",".join(f"b{number}" for number in range(20_000)).encode()) is not None


@given(st.binary(max_size=60) | st.text(alphabet='a,"\n\r \t1\0é', max_size=30).map(str.encode))
@STEADY
def test_any_bytes_end_in_a_verdict(message: bytes) -> None:
    for lines in (["a:"], ["@noHeader @permitEmpty", "a: uri", "b: xDate @optional"]):
        validator = ENGINE.compile(schema(*lines))
        assert validator.accepts(message) == (validator.explain(message) is None)


def test_a_comparison_is_given_up_when_it_grows_too_large() -> None:
    """Every way of one side may fit every way of the other one."""
    sides = [
        " or ".join(f"(range({number},*) and length({number + side},*))" for number in range(2_000)) for side in (1, 2)
    ]
    assert findings(*sides)[-1][0] in ("COMPARISON_TOO_LARGE", "RULE_NOT_COMPARABLE")


def test_alternatives_beside_each_other_are_not_multiplied() -> None:
    alternatives = " ".join(f'(is("{number}") or $b/is("{number}"))' for number in range(60))
    assert findings(alternatives, 'regex("x")') == [("RULE_ADDED", "a")] or findings(alternatives, 'regex("x")')
