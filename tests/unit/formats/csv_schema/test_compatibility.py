"""The table of compatible changes in docs/reference/formats/csv.md."""

from collections.abc import Sequence

import pytest

from sluicegate.shared.formats.csv_schema.compatibility.codes import MAX_FINDINGS, CsvChange
from tests.unit.formats.csv_schema.builders import ENGINE, findings, schema


@pytest.mark.parametrize(
    ("writer", "reader"),
    [
        ("notEmpty", ""),
        ("positiveInteger", "positiveInteger @optional"),
        ("notEmpty", "notEmpty @warning"),
        ("empty @warning", "uri @warning"),
        ("range(1,10)", "range(1,20)"),
        ("range(1,10)", "range(*,10.0)"),
        ("positiveInteger", "range(0,*)"),
        ("positiveInteger range(*,9)", "range(-1,9)"),
        ("length(3)", "length(1,5)"),
        ("length(1,5)", "notEmpty"),
        ("uuid4", "length(36)"),
        ("xDate", "notEmpty length(10,17)"),
        ('any("a","b")', 'any("b","c","a")'),
        ('is("a")', 'any("a","b")'),
        ('is("a") or is("b")', 'any("a","b")'),
        ('any("a","b")', 'is("a") or is("b")'),
        ('any("a","b")', 'regex("[a-z]") length(1) not("c")'),
        ('is("a")', 'is("A") @ignoreCase'),
        ('not("a") @ignoreCase', 'not("a")'),
        ("range(1,2) @ignoreCase", "range(1,2)"),
        ('starts("ab")', 'starts("a")'),
        ('ends("ab") @ignoreCase', 'ends("B") @ignoreCase'),
        ('in("ab")', 'in("xaby")'),
        ("xDate(2020-01-01,2020-12-31)", "xDate(2019-01-01,2021-12-31)"),
        ("xDate(2020-01-01,2020-12-31)", "xDate"),
        ("xDateTimeTz", "xDateTime"),
        ("notEmpty @optional", 'not("") @optional'),
        ('any("a","5")', 'is("a") or positiveInteger'),
        ('regex("a+") is($b)', 'is($b) regex("a+")'),
        ("positiveInteger", "positiveInteger or uri"),
        ("positiveInteger or xDate", "notEmpty"),
        ('if($b/is("x"),range(1,2),empty)', 'if($b/is("x"),range(1,3),length(0,9))'),
        ('if($b/is("x"),range(1,2),empty)', "range(1,2) or empty"),
        ("unique", "unique($b)"),
        ("unique @ignoreCase", "unique"),
        ("unique", "unique @optional"),
        ("identical", "identical notEmpty"),
        ('is("a")', "identical"),
        ('unique or is("x")', 'unique or is("x")'),
        ('any("a","b") @matchIsFalse', 'is("a") @matchIsFalse'),
        ('$a/is("x")', 'is("x")'),
    ],
)
def test_loosened_columns(writer: str, reader: str) -> None:
    assert findings(writer, reader) == []


@pytest.mark.parametrize(
    ("writer", "reader", "code"),
    [
        ("", "notEmpty", CsvChange.COLUMN_MADE_MANDATORY),
        ("positiveInteger @optional", "positiveInteger", CsvChange.COLUMN_MADE_MANDATORY),
        ("", "positiveInteger", CsvChange.RULE_ADDED),
        ("positiveInteger", "range(1,*)", CsvChange.RULE_ADDED),
        ("notEmpty", "unique", CsvChange.RULE_ADDED),
        ('is("a") or is("b")', "identical", CsvChange.RULE_ADDED),
        ('if($b/is("x"),is("a"),is("b"))', "identical", CsvChange.RULE_ADDED),
        ("range(1,20)", "range(1,10)", CsvChange.RULE_TIGHTENED),
        ("length(1,5)", "length(1,4)", CsvChange.RULE_TIGHTENED),
        ('any("a","b")', 'any("a")', CsvChange.RULE_TIGHTENED),
        ('any("a","b")', 'is("b")', CsvChange.RULE_TIGHTENED),
        ("xDate", "xDate(2020-01-01,2020-12-31)", CsvChange.RULE_TIGHTENED),
        ('starts("a")', 'starts("ab")', CsvChange.RULE_TIGHTENED),
        ("unique($b)", "unique", CsvChange.RULE_TIGHTENED),
        ('regex("a")', 'regex("a|b")', CsvChange.RULE_NOT_COMPARABLE),
        ('is("a") or uri', 'is("a") or xDate', CsvChange.RULE_NOT_COMPARABLE),
        ('if($b/is("x"),empty)', 'if($b/is("y"),empty)', CsvChange.RULE_NOT_COMPARABLE),
        ('unique or is("x")', 'unique or is("x") @optional', CsvChange.RULE_NOT_COMPARABLE),
        ('is("a") @ignoreCase', 'is("a")', CsvChange.CASE_TIGHTENED),
        ("unique", "unique @ignoreCase", CsvChange.RULE_TIGHTENED),
        ("notEmpty @warning", "notEmpty", CsvChange.WARNING_REMOVED),
        ('is("a") @matchIsFalse', 'is("a")', CsvChange.MATCH_IS_FALSE_CHANGED),
        ('is("a")', 'is("a") @matchIsFalse', CsvChange.MATCH_IS_FALSE_CHANGED),
        ('is("a") @matchIsFalse', 'any("a","b") @matchIsFalse', CsvChange.RULE_NOT_COMPARABLE),
    ],
)
def test_tightened_columns(writer: str, reader: str, code: CsvChange) -> None:
    assert findings(writer, reader) == [(code, "a")]


AB = ("a: notEmpty", "b:")


@pytest.mark.parametrize(
    ("writer", "reader", "found"),
    [
        (AB, (*AB, "c:"), [("COLUMN_ADDED", "c")]),
        ((*AB, "c:"), AB, [("COLUMN_REMOVED", "c")]),
        (AB, ("x: notEmpty", "b:"), [("COLUMN_RENAMED", "x")]),
        (AB, ("x: notEmpty", "b: uri"), [("COLUMN_RENAMED", "x"), ("RULE_ADDED", "b")]),
        (("a: is($a)",), ("x: is($x)",), [("COLUMN_RENAMED", "x")]),
        (AB, ("x: empty", "b:"), [("COLUMN_ADDED", "x"), ("COLUMN_REMOVED", "a")]),
        (AB, ("b:", "a: notEmpty"), [("COLUMNS_REORDERED", "b")]),
        (AB, ("@noHeader", *AB), [("HEADER_CHANGED", "@noHeader")]),
        (("@noHeader", *AB), AB, [("HEADER_CHANGED", "@noHeader")]),
        (("@separator ';'", *AB), AB, [("SEPARATOR_CHANGED", "@separator")]),
        (("@permitEmpty", *AB), AB, [("EMPTY_FORBIDDEN", "@permitEmpty")]),
        (("@ignoreColumnNameCase", *AB), AB, [("COLUMN_NAME_CASE_TIGHTENED", "@ignoreColumnNameCase")]),
        (AB, ("A: notEmpty", "b:"), [("COLUMN_RENAMED", "A")]),
        (AB, ("@ignoreColumnNameCase", "A: notEmpty", "B:"), []),
        (AB, ("@permitEmpty", *AB), []),
        (("@quoted @totalColumns 2", *AB), AB, []),
        (AB, ("@quoted @totalColumns 2", *AB), []),
        (("@noHeader", "a: is($b)", "b:"), ("@noHeader", "x: is($y)", "y:"), []),
        (("@noHeader", "a: notEmpty", "b:"), ("@noHeader", "b:", "a: notEmpty"), [("COLUMN_MADE_MANDATORY", "a")]),
        (("@noHeader", *AB), ("@noHeader", *AB, "c:"), [("COLUMN_ADDED", "c")]),
    ],
)
def test_prologs_and_layouts(writer: Sequence[str], reader: Sequence[str], found: list[tuple[str, str]]) -> None:
    assert findings(writer, reader) == found


def test_findings_say_what_changed_and_what_to_do() -> None:
    (finding,) = ENGINE.compare(schema("a: range(1,5)"), schema("a: range(1,9)"))
    assert finding.change == (
        "a changes from range(1,9) to range(1,5), which cells that the writer lets pass can break"
    )
    assert finding.remedy == "Allow at least what the writer allows, or use a new column"


def test_findings_are_bounded() -> None:
    wide = [schema(*(f"{side}{number}:" for number in range(1000))) for side in ("a", "b")]
    assert len(ENGINE.compare(*wide)) == MAX_FINDINGS


def test_schemas_that_no_payload_can_be_checked_with_are_compared_all_the_same() -> None:
    broken = [
        schema(f'a: regex("(") xDate(2021-02-30,2021-01-01) is($x) fileExists range({low},1)', "a:") for low in (1, 2)
    ]
    assert ENGINE.compare(broken[0], broken[0]) == ()
    assert ENGINE.compare(broken[0], broken[1]) is not None
    assert ENGINE.compare(broken[0], schema('a: is("x")', "a:")) != ()
