"""Patterns: Java's, if they run in linear time.

Others are refused, never silently read differently.
"""

import pytest

from sluicegate.shared.formats.csv_schema.regexes import RegexRefused, compiled


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (r"\d{2,3}[-\w]*", "12-ab", "1"),
        (r"\p{Lu}\p{L}+", "Änne", "änne"),
        ("(?i)abc", "aBC", "abd"),
        (r"\Qa[b\E", "a[b", "ab"),
        (r"[\[\]a&]+", "[a]&", "b"),
        ("[]a]", "]", "b"),
        ("[^]a]", "b", "]"),
        (r"a\{2}", "a{2}", "aa"),
        ("(?<year>[0-9]{4})", "2020", "20"),
        ("a|b", "b", "ab"),
        ("", "", "a"),
        (".*", "any ü", "two\nlines"),
    ],
)
def test_patterns_match_whole_cells(pattern: str, good: str, bad: str) -> None:
    matches = compiled(pattern)
    assert matches(good)
    assert not matches(bad)


@pytest.mark.parametrize(
    "pattern",
    [
        "(?=a)", "(?!a)", "(?<=a)b", "(?<!a)b", r"(a)\1", r"(?<n>a)\k<n>", "a++", "(?>a)", "(", "[", "a{1001}", r"\Z",
        "[a[b]]", "[a-z&&[^b]]", "[[:alpha:]]", r"\C", "(?U)a", "a{,2}", "a{99999999999}", "{",
    ],
)  # fmt: skip
def test_what_cannot_run_in_linear_time_or_means_something_else_is_refused(pattern: str) -> None:
    with pytest.raises(RegexRefused) as caught:
        compiled(pattern)
    assert "\n" not in str(caught.value)


def test_a_cache_of_states_that_is_full_changes_no_verdict() -> None:
    """Thirteen letters after an a: more states than memory.

    The fast check fails, the slow one answers.
    """
    matches = compiled("[ab]*a[ab]{18}c")
    text = "".join("ab"[number * number % 7 % 2] for number in range(50_000))
    assert matches(text + "a" + "b" * 18 + "c")
    assert not matches(text + "b" * 19 + "c")
