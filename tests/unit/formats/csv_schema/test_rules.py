"""Accepted cells of each rule, with the semantics of specification and reference."""

import pytest

from tests.unit.formats.csv_schema.builders import cell_fits, fits, schema

UUID = "9f4d1f52-6c2e-4b8a-9d0e-2f6b8c0d1e2f"


@pytest.mark.parametrize(
    ("definition", "good", "bad"),
    [
        ("", ["", "anything"], []),
        ("empty", [""], [" ", "x"]),
        ("notEmpty", ["x", " "], [""]),
        ('is("x")', ["x"], ["X", "", "xx"]),
        ('is("x") @ignoreCase', ["x", "X"], ["y"]),
        ("is($b)", ["x"], ["y"]),
        ('not("x")', ["", "X"], ["x"]),
        ("not($b)", ["y"], ["x"]),
        ('in("abc")', ["", "b", "abc"], ["ac", "B"]),
        ('starts("ab")', ["ab", "abc"], ["a", "xab"]),
        ('ends(concat("a",$b))', ["ax", "bax"], ["x", "axx"]),
        ('any("u","v",$b)', ["u", "v", "x"], ["", "U"]),
        ('any("u","v") @ignoreCase', ["U", "v"], ["w"]),
        ('regex("[a-c]+")', ["a", "abc"], ["", "abcd", "A", "a\n"]),
        ('regex("[a-c]+") @ignoreCase', ["A", "aBc"], ["d"]),
        ('regex("^a|b$")', ["a", "b"], ["ab"]),
        (
            "range(1,5)",
            ["1", "5", "1.0", "+2", "5.", "1e0", "0.5E1", "00003"],
            ["", "0.99", "5.000001", "x", " 1", "1_0", "NaN", "1e9", "٣", "1e99999999999"],
        ),
        ("range(*,5)", ["-1e400", "-0"], ["5.1", "Infinity"]),
        ("range(-1.5,*)", ["-1.5", "1E+999999999"], ["-1.51"]),
        ("length(2)", ["ab", "üü", "😀😀"], ["a", "abc"]),
        ("length(1,2)", ["a", "ab"], ["", "abc"]),
        ("length(*,2)", ["", "ab"], ["abc"]),
        ("length(2,*)", ["ab", "abc"], ["a"]),
        ("positiveInteger", ["0", "12", "007"], ["", "-1", "1.0", "+1", "٣", "²"]),
        ("uuid4", [UUID], [UUID.upper(), UUID.replace("4b8a", "1b8a"), "", UUID + "0"]),
        ("upperCase", ["ABC 1-2!", "", "ÄÖ"], ["aB", "+"]),
        ("lowerCase", ["abc 1-2!", "äö"], ["Ab"]),
        (
            "uri",
            [
                "",
                "http://a.b/c?d=e#f",
                "file:///x/y%20z",
                "mailto:a@b.c",
                "a/b",
                "http://ü.de",
                "urn:a:b",
                "http://[::1]:80/",
                "?q",
                "#f",
                "//host",
            ],
            ["a b", "http://", "http:", "%zz", "a:b:c d", ":a", "1:b", "a#b#c", "a\\b", "<a>"],
        ),
        (
            "xDate",
            ["2020-02-29", "2020-12-31Z", "-0001-01-01", "2020-01-01+14:00"],
            ["2021-02-29", "2020-13-01", "2020-04-31", "20-01-01", "2020-01-01+24:00", "1900-02-29"],
        ),
        (
            "xDate(2020-01-01,2020-01-31)",
            ["2020-01-01", "2020-01-31", "2020-01-01Z"],
            ["2019-12-31", "2020-02-01", "2020-01-01+01:00"],
        ),
        (
            "xDateTime",
            ["2020-01-01T00:00:00", "2020-01-01T23:59:59.123+01:00"],
            [
                "2020-01-01T24:00:00",
                "2020-01-01",
                "2020-01-01T00:00:00.1",
                "2020-01-01 00:00:00",
                "2021-02-29T00:00:00",
            ],
        ),
        (
            "xDateTime(2020-01-01T00:00:00,2020-01-01T12:00:00Z)",
            ["2020-01-01T12:00:00", "2020-01-01T13:00:00+01:00"],
            ["2020-01-01T12:00:00.001", "2020-01-01T12:00:00-01:00"],
        ),
        ("xDateTimeTz", ["2020-01-01T00:00:00Z"], ["2020-01-01T00:00:00"]),
        ("xTime", ["23:59:59", "00:00:00.000Z"], ["24:00:00", "1:00:00", "12:00"]),
        ("xTime(08:00:00,17:00:00)", ["08:00:00", "17:00:00", "18:00:00+01:00"], ["07:59:59", "17:00:00.001"]),
        ("ukDate", ["29/02/2020", "31/12/1999"], ["29/02/2021", "31/04/2020", "2020-01-01", "1/1/2020"]),
        ("ukDate(01/01/2020,31/12/2020)", ["29/02/2020"], ["31/12/2019"]),
        (
            "partUkDate",
            ["01/January/2020", "?1/?/????", "*/*/*", "3?/May/19??"],
            ["1/January/2020", "01/Jan/2020", "41/May/2020"],
        ),
        ('is("1") or is("2")', ["1", "2"], ["3"]),
        ('is("1") or $b/is("y") or is("2") or $b/is("z") or positiveInteger', ["1", "2", "3"], ["x"]),
        ('is("1") or is("2") or $b/is("x")', ["1", "3"], []),
        ('notEmpty and not("1")', ["2"], ["", "1"]),
        ("positiveInteger range(1,5)", ["3"], ["0", "1.0"]),
        ('if($b/is("x"),is("1"),is("2"))', ["1"], ["2"]),
        ('if($b/is("y"),is("1"),is("2"))', ["2"], ["1"]),
        ('if($b/is("y"),is("1"))', ["anything"], []),
        ('if(starts("1"),length(2) ends("0"))', ["10", "x"], ["100", "11"]),
        ('switch(($b/is("y"),is("1")),($b/is("x"),is("2")),is("3"))', ["2"], ["1", "3"]),
        ('switch(($b/is("y"),is("1")),is("3"))', ["3"], ["1"]),
        ('$b/is("x")', ["", "anything"], []),
        ('$b/is("y")', [], ["", "anything"]),
        ("is(noExt($b))", ["x"], [""]),
        ('is(noExt("a.b/c.d"))', ["a.b/c"], ["a"]),
        ('is(noExt("a.b/c"))', ["a.b/c"], ["a"]),
        ('is(uriDecode("a%20b+c%C3%BC"))', ["a b cü"], ["a%20b"]),
        ('is(uriDecode("%FC","ISO-8859-1"))', ["ü"], []),
        ("positiveInteger @optional", ["", " ", "\t ", "1"], ["x", "\u00a0"]),
        ('is("x") @matchIsFalse', ["y", ""], ["x"]),
        ('is("x") or is("y") @matchIsFalse @optional', ["z", ""], ["x", "y"]),
        ('notEmpty is("x") @matchIsFalse', ["", "y"], ["x"]),
        ("empty @warning", ["x"], []),
    ],
)
def test_cells(definition: str, good: list[str], bad: list[str]) -> None:
    assert [cell for cell in good if not cell_fits(definition, cell)] == []
    assert [cell for cell in bad if cell_fits(definition, cell)] == []


def test_unique() -> None:
    of = schema("a: unique", "b:")
    assert fits(of, [("1", "x"), ("2", "x")])
    assert not fits(of, [("1", "x"), ("1", "y")])
    assert fits(of, [("a", "x"), ("A", "x")])
    assert not fits(schema("a: unique @ignoreCase", "b:"), [("a", "x"), ("A", "x")])


def test_unique_over_several_columns() -> None:
    of = schema("a: unique($b)", "b:")
    assert fits(of, [("1", "x"), ("1", "y"), ("2", "x")])
    assert not fits(of, [("1", "x"), ("2", "x"), ("1", "x")])


def test_unique_does_not_look_at_blank_cells_of_an_optional_column() -> None:
    assert fits(schema("a: unique @optional", "b:"), [("", "x"), ("", "y"), ("1", "x")])
    assert not fits(schema("a: unique", "b:"), [("", "x"), ("", "y")])


def test_identical() -> None:
    of = schema("a: identical", "b:")
    assert fits(of, [("1", "x"), ("1", "y")])
    assert not fits(of, [("1", "x"), ("2", "y")])
    assert not fits(of, [("", "x"), ("", "y")])


def test_what_a_rule_remembers_ends_with_the_payload() -> None:
    of = schema("a: unique identical", "b:")
    assert fits(of, [("1", "x")])
    assert fits(of, [("1", "x")])


def test_rules_in_parentheses_all_see_each_row() -> None:
    """As in the reference: in parentheses `unique` records a row after a failed rule.

    After `and` it does not.
    """
    rows = [("1", "y"), ("1", "x")]
    assert not fits(schema('a: ($b/is("x") unique) or $b/is("y")', "b:"), rows)
    assert fits(schema('a: ($b/is("x") and unique) or $b/is("y")', "b:"), rows)
