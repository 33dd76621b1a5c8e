"""Which patterns libxml2 is trusted with, and that it is right about them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluicegate.shared.formats.xsd.compiled import compiled
from sluicegate.shared.formats.xsd.patterns import LinearPattern, simple
from tests.unit.formats.xsd.builders import facet, restricted


@pytest.mark.parametrize(
    "pattern",
    ["[0-9]{5}", "(a+)+", r"\d{4}-\d{2}-\d{2}", r"([0-9]{1,3}\.){3}[0-9]{1,3}", "[A-Z]{6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3})?", ".{1,1000}",
     "AD|AE|AF|AG|AI", r"(\+|-)?[0-9]+(\.[0-9]+)?", r"\i\c*", r"[\p{L}-[a-z]]{2}", "", "((0[1-9])|(1[0-2]))"],
)  # fmt: skip
def test_patterns_of_people_are_matched_as_they_are(pattern: str) -> None:
    assert simple(pattern) == pattern


def test_counts_are_written_out_where_there_are_several_ways() -> None:
    assert simple(r"[a-z.]+\.[a-z]{2,}") == r"[a-z.]+\.[a-z][a-z][a-z]*"


@pytest.mark.parametrize(
    "pattern",
    ["(a|aa)+b", "(a|a)*b", "a*a*b", "(.*a){12}", "(a?){20}a{20}", r"(\s*\w+\s*)*", "c((aa)+|b+)", "(" * 60 + "a" + ")" * 60,
     "|".join(f"a{number}" for number in range(100)), "(((a{9}){9}){9}){9}"],
)  # fmt: skip
def test_patterns_that_it_may_be_slow_or_wrong_at_are_kept_from_it(pattern: str) -> None:
    assert simple(pattern) is None


@pytest.mark.parametrize(("pattern", "fits", "does_not"), [
    ("a|b", "b", "ab"), ("[a-z-[aeiou]]+", "xyz", "xaz"), (r"\i\c*", "a-1", "1a"), ("a.c", "abc", "a\nc"), ("^a$", "^a$", "a"),
    (r"\p{IsBasicLatin}+", "az", "é"), (r"[^x]", "y", "x"), ("a", "a", "a\n"),
])  # fmt: skip
def test_patterns_mean_what_they_mean_in_xml_schema(pattern: str, fits: str, does_not: str) -> None:
    linear = LinearPattern(pattern)

    assert linear.match(fits) is not None
    assert linear.match(does_not) is None


_ATOMS = st.sampled_from(["a", "b", "c", "[ab]", "."])
_COUNTS = st.sampled_from(["", "", "", "?", "*", "+", "{2}", "{1,3}", "{0,2}"])
PATTERNS = st.recursive(
    st.builds(str.__add__, _ATOMS, _COUNTS),
    lambda inner: st.builds(
        lambda parts, sign, count: f"({sign.join(parts)}){count}",
        st.lists(inner, min_size=1, max_size=3),
        st.sampled_from(["", "", "|"]),
        _COUNTS,
    ),
    max_leaves=6,
)


@pytest.mark.slow
@settings(deadline=None, max_examples=300)
@given(
    st.lists(PATTERNS, min_size=1, max_size=2).map("".join),
    st.lists(st.text("abc", max_size=8), min_size=10, max_size=10),
)
def test_libxml2_agrees_with_re2_on_patterns_that_it_is_trusted_with(pattern: str, texts: list[str]) -> None:
    spelling = simple(pattern)
    if spelling is None:
        return
    schema = compiled({"": restricted("xs:string", facet("pattern", spelling)).encode()})
    from lxml import etree

    for each in texts:
        document = etree.Element("r")
        document.text = each
        assert schema.validate(document) == (LinearPattern(pattern).match(each) is not None)
