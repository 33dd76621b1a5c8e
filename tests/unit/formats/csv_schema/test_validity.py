"""Forbidden schemas of the language, and limits of the engine."""

import pytest

from sluicegate.shared.errors import SchemaUnusable
from sluicegate.shared.formats.csv_schema.validity import LIMIT, MAX_PATTERNS, MAX_TESTS
from tests.unit.formats.csv_schema.builders import ENGINE, codes, schema


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["@quoted @quoted", "a:"], "directive_repeated"),
        (["a: @optional @optional"], "directive_repeated"),
        (["@noHeader @ignoreColumnNameCase", "a:"], "directives_clash"),
        (["@separator '\"'", "a:"], "separator"),
        (["@totalColumns 2", "a:"], "total_columns"),
        (["a:", '"a":'], "column_repeated"),
        (["@ignoreColumnNameCase", "a:", "A:"], "column_repeated"),
        (["a: is($c)"], "column_unknown"),
        (['a: if(notEmpty,$c/is("x"))'], "column_unknown"),
        (["a: unique($c)"], "column_unknown"),
        (['a: is(concat("x",noExt($c)))'], "column_unknown"),
        (["a: range(*,*)"], "range"),
        (["a: range(2,1)"], "range"),
        (["a: length(2,1)"], "length"),
        (["a: xDate(2021-01-01,2020-01-01)"], "date"),
        (["a: xDate(2021-02-29,2022-01-01)"], "date"),
        (["a: ukDate(2021-02-01,01/01/2022)"], "date"),
        (['a: regex("(")'], "regex"),
        (['a: regex("(?=x)")'], "regex"),
        (['a: is(uriDecode("x","klingon"))'], "charset"),
        (["a: fileExists"], "file_rule"),
        (['a: checksum(file($a),"MD5")'], "file_rule"),
        (["a: fileCount(file($a))"], "file_rule"),
        (['a: if(empty,integrityCheck("includeFolder"))'], "file_rule"),
    ],
)
def test_violations(lines: list[str], code: str) -> None:
    of = schema(*lines)
    assert codes(of) == [code]
    with pytest.raises(SchemaUnusable) as caught:
        ENGINE.compile(of)
    assert caught.value.violations == ENGINE.violations(of)


@pytest.mark.parametrize(
    ("rule", "version"),
    [
        ('any("x")', "1.1"),
        ("range(*,2)", "1.1"),
        ("identical", "1.1"),
        ("upperCase", "1.1"),
        ("xDateTimeTz", "1.1"),
        ("is(noExt($a))", "1.1"),
        ('is(concat("x",$a))', "1.1"),
        ("switch((notEmpty,unique))", "1.1"),
        ("is(uriDecode($a))", "1.2"),
    ],
)
def test_rules_need_the_version_that_brought_them(rule: str, version: str) -> None:
    assert codes(schema(f"a: {rule}", version=version)) == []
    assert codes(schema(f"a: {rule}", version="1.0")) == ["version"]


def test_every_violation_says_in_which_column_and_line() -> None:
    of = schema("a:", "b: range(2,1) length(2,1)")
    assert [(violation.path, "line 3" in violation.message) for violation in ENGINE.violations(of)] == [("b", True)] * 2


def test_a_pattern_is_compiled_once_and_their_number_is_bounded() -> None:
    assert codes(schema(*(f'c{number}: regex("[a-z]+")' for number in range(MAX_PATTERNS + 1)))) == []
    assert codes(schema(*(f'c{number}: regex("x{number}")' for number in range(MAX_PATTERNS + 1)))) == ["regex_limit"]


def test_violations_are_bounded() -> None:
    assert len(codes(schema(*(f"c{number}: fileExists" for number in range(LIMIT + 10))))) == LIMIT


def test_the_rules_of_a_column_are_bounded_but_lists_of_strings_are_not() -> None:
    assert codes(schema("a: " + "notEmpty " * (MAX_TESTS + 1))) == ["too_many_rules"]
    assert codes(schema("a: any(" + ",".join(["$a"] * MAX_TESTS) + ")")) == ["too_many_rules"]
    assert codes(schema("a: " + " or ".join(f'is("{number}")' for number in range(1000)))) == []
    assert codes(schema("a: any(" + ",".join(f'"{number}"' for number in range(1000)) + ")")) == []


def test_a_valid_schema_has_none() -> None:
    assert (
        codes(schema("@totalColumns 2", "a: notEmpty unique($b) @optional", 'b: if($a/is("x"),empty) regex("[^,]*")'))
        == []
    )
