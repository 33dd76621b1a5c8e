"""Schemas from samples: every sample fits, and the rules are those of a human author."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.shared.errors import SampleUnusable
from sluicegate.shared.formats.csv_schema.inference import infer
from sluicegate.shared.formats.engine import SchemaSource
from tests.unit.formats.csv_schema.builders import ENGINE, payload
from tests.unit.formats.csv_schema.strategies import CELLS, STEADY

UUIDS = [f"9f4d1f52-6c2e-4b8a-9d0e-2f6b8c0d1e{number:02x}" for number in range(20)]


def column(cells: list[str]) -> str:
    """The definition inferred of a column with these cells."""
    text = infer([payload([("a", "b"), *((cell, "x") for cell in cells)])])
    return next(line for line in text.split("\n") if line.startswith("a:")).removeprefix("a:").strip()


@pytest.mark.parametrize(
    ("cells", "definition"),
    [
        ([str(number) for number in range(20)], "positiveInteger"),
        (["-1", "2.50", "7"], r'regex("[+-]?[0-9]+(\.[0-9]+)?")'),
        (["1"] * 20, "positiveInteger"),
        (["red", "green"] * 5, 'any("green","red")'),
        (["red", "green"] * 4, "notEmpty length(*,16)"),
        (['say "hi"'] * 10, "notEmpty length(*,16)"),
        (["x" * 20, "y"], "notEmpty length(*,64)"),
        (["2020-01-01", "2020-02-29"], "xDate"),
        (["2020-01-01T10:00:00Z", "2020-02-29T10:00:00"], "xDateTime"),
        (["10:00:00", "23:59:59.123"], "xTime"),
        (["31/12/2020"], "ukDate"),
        (UUIDS, "uuid4"),
        (["http://a.b/c", "s3://bucket/key"], "uri"),
        (["a/b", "c"], "notEmpty length(*,16)"),
        (["1", "", " "], "positiveInteger @optional"),
        (["", ""], "@optional"),
        ([], ""),
    ],
)
def test_columns(cells: list[str], definition: str) -> None:
    assert column(cells) == definition


def test_the_prolog_is_the_lowest_that_will_do() -> None:
    assert infer([b"a;b c\n1;x\n"]).startswith(
        "version 1.0\n@separator ';'\n@totalColumns 2\na: positiveInteger\n\"b c\":"
    )
    assert infer([b"a\n" + b"x\n" * 10]).startswith("version 1.1\n")
    assert "@permitEmpty" in infer([b"a,b\n", b"a,b\n1,2\n"])


@pytest.mark.parametrize(
    ("samples", "index", "words"),
    [
        ([], None, "no sample"),
        ([b""], 0, "empty"),
        ([b"\n"], 0, "names no column"),
        ([b"\xef\xbb\xbf\r\n"], 0, "names no column"),
        ([b" \n1"], 0, "names no column"),
        ([b"a,b\n1,2", b"\xff"], 1, "not UTF-8"),
        ([b"a,b\n1,2", b"a,c\n1,2"], 1, "not that of the first sample"),
        ([b"a,b\n1,2\n3"], 0, "Row 2 has 1 cells"),
        ([b"a,a\n1,2"], 0, "twice"),
        ([b'"a""",b\n1,2'], 0, "quotation mark"),
    ],
)
def test_samples_of_which_no_schema_can_be_made(samples: list[bytes], index: int | None, words: str) -> None:
    with pytest.raises(SampleUnusable) as caught:
        infer(samples)
    assert caught.value.index == index
    assert words in caught.value.message


HEADERS = st.lists(st.text(alphabet="ab c1é", min_size=0, max_size=3), min_size=1, max_size=3, unique=True)
TEXTS = st.sampled_from(CELLS) | st.text(max_size=5).filter(lambda text: "\0" not in text)


@given(
    HEADERS,
    st.lists(st.lists(st.lists(TEXTS, min_size=3, max_size=3), max_size=12), min_size=1, max_size=3),
    st.sampled_from(",;\t|"),
)
@STEADY
def test_every_sample_fits(header: list[str], tables: list[list[list[str]]], separator: str) -> None:
    samples = [payload([header, *(row[: len(header)] for row in rows)], separator) for rows in tables]
    try:
        text = infer(samples)
    except SampleUnusable:
        return  # a separator that is also in cells can win
    of = ENGINE.parse(SchemaSource(text))
    assert ENGINE.violations(of) == ()
    assert ENGINE.canonical(of) == text
    validator = ENGINE.compile(of)
    assert [validator.explain(sample) for sample in samples] == [None] * len(samples)
