"""Accepted texts of the grammar, and its messages."""

from decimal import Decimal

import pytest

from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.formats.csv_schema.model import (
    All,
    And,
    AnyRule,
    Case,
    ColumnReference,
    Concat,
    ConditionalRule,
    CsvColumn,
    CsvSchema,
    LengthRule,
    Literal,
    Match,
    MatchRule,
    NoExt,
    Or,
    Plain,
    PlainRule,
    RangeRule,
    RegexRule,
    Rule,
    Temporal,
    TemporalRule,
    UniqueRule,
    UriDecode,
)
from sluicegate.shared.formats.engine import SchemaSource
from tests.unit.formats.csv_schema.builders import ENGINE, schema

X, Y, Z = (MatchRule(Match.IS, Literal(each)) for each in "xyz")


def rules(definition: str) -> tuple[Rule, ...]:
    """The rules of the column `a: definition`."""
    return schema(f"a: {definition}").columns[0].rules


def refusal(text: str) -> SchemaSyntaxError:
    with pytest.raises(SchemaSyntaxError) as caught:
        ENGINE.parse(SchemaSource(text))
    return caught.value


def test_the_prolog() -> None:
    parsed = schema("@separator ';' @quoted", "@totalColumns 2", "@permitEmpty", "@noHeader", "a:", "b:", version="1.0")
    assert parsed == CsvSchema("1.0", (CsvColumn("a"), CsvColumn("b")), ";", True, 2, True, True)


@pytest.mark.parametrize("separator", ["TAB", r"'\t'", "'\t'"])
def test_a_tab_as_separator(separator: str) -> None:
    assert schema(f"@separator {separator}", "a:").separator == "\t"


def test_column_names() -> None:
    names = schema("a-b_c.d:", '"with, space" :', "1:", "is:", "notEmpty: notEmpty", '"ü\nx":').names
    assert names == ("a-b_c.d", "with, space", "1", "is", "notEmpty", "ü\nx")


def test_comments_end_lines_and_may_stand_between_them() -> None:
    parsed = schema(
        "// one",
        "",
        "@quoted // two",
        "/* three",
        "** lines */",
        "a: notEmpty // four",
        "/* five */ b: empty /* six",
        "*/ c:",
    )
    assert [(column.name, len(column.rules)) for column in parsed.columns] == [("a", 1), ("b", 1), ("c", 0)]


def test_windows_line_ends() -> None:
    assert ENGINE.parse(SchemaSource("version 1.0\r\n@quoted\r\na: notEmpty\r\n\r\nb:\r\n")).names == ("a", "b")


def test_column_directives_in_any_order() -> None:
    column = schema("a: @warning @ignoreCase @matchIsFalse @optional").columns[0]
    assert (column.optional, column.match_is_false, column.ignore_case, column.warning) == (True,) * 4
    assert schema("a: @warningDirective").columns[0].warning


def test_the_first_operator_takes_everything_after_it() -> None:
    """As in the reference: `and` and `or` bind alike, to the right."""
    assert rules('is("x") or is("y") and is("z")') == (Or((X, And((Y, Z)))),)
    assert rules('(is("x") or is("y")) and is("z")') == (Or((X, Y)), Z)
    assert rules('is("x") and is("y") or is("z")') == (X, Or((Y, Z)))
    assert rules('is("x") is("y") or is("z")') == (X, Or((Y, Z)))


def test_parentheses_keep_rules_that_remember_together() -> None:
    assert rules('(is("x") unique) or is("y")') == (Or((All((X, UniqueRule())), Y)),)
    assert rules('(is("x") is("z")) or is("y")') == (Or((And((X, Z)), Y)),)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('is("x")', X),
        ("is($b)", MatchRule(Match.IS, ColumnReference("b"))),
        ('isNot("x")', MatchRule(Match.NOT, Literal("x"))),
        ('$"b c"/starts("x")', MatchRule(Match.STARTS, Literal("x"), "b c")),
        (
            'ends(concat("a",noExt($b),noext($c)))',
            MatchRule(Match.ENDS, Concat((Literal("a"), NoExt(ColumnReference("b")), NoExt(ColumnReference("c"))))),
        ),
        ('in(uriDecode($b,"utf-8"))', MatchRule(Match.IN, UriDecode(ColumnReference("b"), Literal("utf-8")))),
        ('any("x", $b)', AnyRule((Literal("x"), ColumnReference("b")))),
        ('regex("^a"+[)] $")', RegexRule('^a"+[)] $')),
        ("range(-1.5,*)", RangeRule(Decimal("-1.5"), None)),
        ("length(3)", LengthRule(3, 3)),
        ("length(*,3)", LengthRule(None, 3)),
        ("unique", UniqueRule()),
        ("unique($b, $c)", UniqueRule(("b", "c"))),
        ("xDate(2020-01-01,2021-12-31Z)", TemporalRule(Temporal.DATE, "2020-01-01", "2021-12-31Z")),
        ("ukDate( 01/02/2020 , 03/04/2021 )", TemporalRule(Temporal.UK_DATE, "01/02/2020", "03/04/2021")),
        ("xDateTimeTz", TemporalRule(Temporal.DATE_TIME_TZ)),
        ('if(is("x"),is("y"))', ConditionalRule((Case(X, (Y,)),))),
        ('if(is("x"),is("y") is("z"),empty)', ConditionalRule((Case(X, (Y, Z)),), (PlainRule(Plain.EMPTY),))),
        ('switch((is("x"),is("y")),(is("y"),is("z")))', ConditionalRule((Case(X, (Y,)), Case(Y, (Z,))), (), "switch")),
        ('switch((is("x"),is("y")),(is("y") is("z")))', ConditionalRule((Case(X, (Y,)),), (Y, Z), "switch")),
    ],
)
def test_rules(text: str, rule: Rule) -> None:
    assert rules(text) == (rule,)


@pytest.mark.parametrize("keyword", [*Plain, *Temporal])
def test_rules_that_are_only_a_keyword_may_stand_before_parentheses(keyword: str) -> None:
    assert len(rules(f'{keyword} (is("x") or is("y"))')) == 2
    assert len(rules(f'{keyword} ($b/is("x"))')) == 2
    assert len(rules('unique ($b/is("x"))')) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "version 1.2"),
        ("a: notEmpty", "version 1.2"),
        ("version 2.0\na:", 'The version "2.0" is not known'),
        ("version 1.0\n", "defines no column"),
        ("version 1.0\na: foo", 'line 2, column 4: "foo"'),
        ("version 1.0\na: is(x)", "a string in quotation marks"),
        ("version 1.0\na: (notEmpty", '")"'),
        ("version 1.0\na\n", '":"'),
        ("version 1.0\na:\n@quoted", "@quoted stands after the first column"),
        ('version 1.0\na: regex("(")x', "line 2"),
        ("version 1.0\n/* a:", "line 2"),
        ("\ufeffversion 1.0\na:", "byte order mark"),
        ("version 1.0\n\ud800:", "lone surrogate"),
        ("version 1.0\na: range(1,2", "line 2"),
        ("version 1.0\na: notEmpty @optinal", "a column directive"),
    ],
)
def test_refusals_say_where_and_what(text: str, words: str) -> None:
    error = refusal(text)
    assert words in error.message
    assert "\n" not in error.message
    assert error.violations[0].message == error.message


def test_attributes_are_the_columns_names() -> None:
    assert ENGINE.attributes(schema("b:", "a:", '"c d":')) == ("a", "b", "c d")
