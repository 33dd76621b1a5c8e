"""Payloads: text, header, rows, and violations."""

import csv

import pytest

from sluicegate.shared.formats.csv_schema.payload.rows import FIELD_LIMIT
from sluicegate.shared.formats.engine import Fault
from tests.unit.formats.csv_schema.builders import ENGINE, fits, schema

TWO = ("a: notEmpty", "b:")


def verdict(message: bytes, *lines: str) -> str:
    """Return "fits", or the first violation as fault, path and code."""
    validator = ENGINE.compile(schema(*(lines or TWO)))
    rejection = validator.explain(message)
    assert validator.accepts(message) == (rejection is None)
    if rejection is None:
        return "fits"
    first = rejection.violations[0]
    return f"{'malformed' if rejection.fault is Fault.MALFORMED else 'invalid'} {first.path} {first.code}"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_all_line_ends(end: str) -> None:
    assert verdict(end.join(["a,b", "1,2", ""]).encode()) == "fits"
    assert verdict(end.join(["a,b", "1,2"]).encode()) == "fits"


@pytest.mark.parametrize(
    ("message", "outcome"),
    [
        (b'"a",b\n"1 ""x"", y","line\nbreak"\n', "fits"),
        ("a,b\nü\u2028,\u0085\x0b\x0c\n".encode(), "fits"),
        (b"\xef\xbb\xbfa,b\n1,2", "fits"),
        (b'\xef\xbb\xbf"a",b\n1,2', "fits"),
        (b"a,b\n\xef\xbb\xbf,2", "fits"),
        (b"\xef\xbb\xbf\xef\xbb\xbfa,b\n1,2", "invalid header header"),
        (b"", "invalid header header"),
        (b"\n", "invalid header header"),
        (b"a,b", "invalid  permitEmpty"),
        (b"b,a\n1,2", "invalid header header"),
        (b"a,B\n1,2", "invalid header header"),
        (b"a\n1,2", "invalid header header"),
        (b"a,b,\n1,2,", "invalid header header"),
        (b"a,b\n1\n", "invalid 1 columns"),
        (b"a,b\n1,2,3\n", "invalid 1 columns"),
        (b"a,b\n1,2\n\n", "invalid 2 columns"),
        (b"a,b\n1,2\n,2\n", "invalid 2/a notEmpty"),
        (b"a,b\n1,\xff", "malformed  utf8"),
        (b"a,b\n1,\xed\xa0\x80", "malformed  utf8"),
        (b"a,b\n1,\x00", "malformed  nul"),
        (b'a,b\n1,"2', "malformed  csv"),
        (b'a,b\n1,"2"x', "malformed  csv"),
        (b'a,b\n,"2', "malformed  csv"),
    ],
)
def test_verdicts(message: bytes, outcome: str) -> None:
    assert verdict(message) == outcome


def test_a_character_set_may_come_from_a_column() -> None:
    of = schema("@totalColumns 3 @noHeader", "id:", "name: in(uriDecode($id,$cs))", "cs:")
    assert fits(of, [("%E9", "\u00e9", "ISO-8859-1"), ("%C3%A9", "\u00e9", "utf-8")])
    assert not fits(of, [("%E9", "\u00e9", "utf-8")])
    assert not fits(of, [("x", "x", "klingon")])


def test_permit_empty() -> None:
    assert verdict(b"a,b\n", "@permitEmpty", *TWO) == "fits"
    assert verdict(b"", "@permitEmpty", *TWO) == "invalid header header"
    assert verdict(b"", "@permitEmpty @noHeader", *TWO) == "fits"
    assert verdict(b"", "@noHeader", *TWO) == "invalid  permitEmpty"


def test_no_header() -> None:
    assert verdict(b"a,b\n", "@noHeader", *TWO) == "fits"
    assert verdict(b"1,2\n3,4\n", "@noHeader", "1: positiveInteger", "2: range(2,4)") == "fits"


def test_names_in_any_case() -> None:
    assert verdict("A,É\n1,2\n".encode(), "@ignoreColumnNameCase", "a:", '"é":') == "fits"


def test_a_separator_of_the_schema() -> None:
    assert verdict(b"a;b\n1,5;2\n", "@separator ';'", *TWO) == "fits"
    assert verdict(b"a\tb\n1\t2\n", "@separator TAB", *TWO) == "fits"
    assert verdict("a§b\n1§2\n".encode(), "@separator '§'", *TWO) == "fits"


def test_an_empty_line_is_a_row_with_one_empty_cell() -> None:
    assert verdict(b"a\n\n1\n", "a:") == "fits"
    assert verdict(b"a\n\n1\n", "a: notEmpty") == "invalid 1/a notEmpty"


def test_a_cell_may_be_long_but_not_too_long() -> None:
    assert verdict(b"a,b\n1," + b"x" * FIELD_LIMIT) == "fits"
    assert verdict(b"a,b\n1," + b"x" * (FIELD_LIMIT + 1)) == "malformed  csv"


def test_the_limit_holds_when_the_process_has_another_one() -> None:
    before = csv.field_size_limit(10 * FIELD_LIMIT)
    try:
        assert verdict(b"a,b\n1," + b"x" * (FIELD_LIMIT + 1)) == "malformed  csv"
    finally:
        csv.field_size_limit(before)


def test_all_violations_up_to_a_limit_with_row_and_column() -> None:
    validator = ENGINE.compile(schema("a: notEmpty length(2,3)", 'b: $a/is("x") unique'))
    message = b"a,b\n,1\nx,1\nxxxx,2\n"
    rejection = validator.explain(message)
    assert rejection is not None
    assert [(each.path, each.code) for each in rejection.violations] == [
        ("1/a", "notEmpty"), ("1/a", "length"), ("1/b", "is"), ("2/a", "length"), ("2/b", "unique"), ("3/a", "length"), ("3/b", "is"),
    ]  # fmt: skip
    assert rejection.violations[1].message == 'Row 1: a must have from 2 to 3 characters, and is ""'
    assert rejection.violations[2].message == 'Row 1: b is "1", and breaks $a/is("x"): a must be "x"'
    assert len((validator.explain(message, limit=3) or rejection).violations) == 3


def test_header_violations_say_what_is_missing_and_what_is_unknown() -> None:
    rejection = ENGINE.compile(schema(*TWO)).explain(b"a,c\n1,2")
    assert rejection is not None
    assert rejection.violations[0].message == 'The header row lacks "b" and has the unknown "c". It must be: "a", "b"'
