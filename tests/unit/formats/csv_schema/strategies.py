"""Small schemas and rows: few enough cells that rules and rows meet."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

STEADY = settings(derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))

CELLS = ("", " ", "a", "A", "b", "ab", "AB", "aΣ", "1", "5", "-3.0", "12", "2020-01-01", "2020-06-01Z", "31/12/2019")

_STRINGS = st.sampled_from([f'"{cell}"' for cell in ("", "a", "A", "b", "ab", "aΣb", "Σ", "1", "12")])
_PROVIDERS = _STRINGS | st.sampled_from(["$a", "$b", 'concat("a",$b)', "noExt($b)", "uriDecode($b)"])
_BOUNDS = st.sampled_from(["*", "-3", "0", "1", "2", "5", "12"])
_LENGTHS = st.sampled_from(["*", "0", "1", "2", "3", "10", "11"])
_DATES = st.sampled_from(["2019-12-31", "2020-01-01", "2020-06-01", "2021-01-01Z"])

_PLAIN = st.sampled_from(
    [
        "empty",
        "notEmpty",
        "uri",
        "uuid4",
        "positiveInteger",
        "upperCase",
        "lowerCase",
        "partUkDate",
        "identical",
        "unique",
        "unique($b)",
        "unique($a,$b)",
        "xDate",
        "xDateTime",
        "xDateTimeTz",
        "xTime",
        "ukDate",
    ]
)
_SINGLE = st.one_of(
    _PLAIN,
    st.tuples(st.sampled_from(["is", "not", "in", "starts", "ends"]), _PROVIDERS).map("{0[0]}({0[1]})".format),
    st.lists(_PROVIDERS, min_size=1, max_size=3).map(lambda of: f"any({','.join(of)})"),
    st.sampled_from(['regex("[a-z]*")', 'regex("[A-Z]+|1")', 'regex(".*b")']),
    st.tuples(_BOUNDS, _BOUNDS).map("range({0[0]},{0[1]})".format),
    st.tuples(_LENGTHS, _LENGTHS).map("length({0[0]},{0[1]})".format),
    st.tuples(_DATES, _DATES).map("xDate({0[0]},{0[1]})".format),
)
_CONTEXT = st.tuples(st.sampled_from(["", "", "", "$b/", "$a/"]), _SINGLE).map("".join)


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda of: f"({' or '.join(of)})"),
        st.lists(inner, min_size=2, max_size=3).map(lambda of: f"({' and '.join(of)})"),
        st.lists(inner, min_size=2, max_size=2).map(lambda of: f"({' '.join(of)})"),
        st.tuples(inner, inner, inner).map(lambda of: f"if({','.join(of)})"),
        st.tuples(inner, inner).map(lambda of: f"if({','.join(of)})"),
        st.tuples(inner, inner, inner, inner, inner).map("switch(({0[0]},{0[1]}),({0[2]},{0[3]}),{0[4]})".format),
    )


RULES = st.recursive(_CONTEXT, _grown, max_leaves=4)
"""One rule; in parentheses when it is made of others."""

_FLAGS = st.lists(st.sampled_from(["@optional", "@ignoreCase", "@matchIsFalse", "@warning"]), unique=True, max_size=2)
DEFINITIONS = st.tuples(st.lists(RULES, max_size=2), st.just([]) | _FLAGS).map(lambda of: " ".join([*of[0], *of[1]]))
"""The part after a column's name."""

PAIRS = st.one_of(
    st.tuples(DEFINITIONS, DEFINITIONS),
    st.tuples(DEFINITIONS, _FLAGS).map(lambda of: (of[0], " ".join([of[0].split("@")[0], *of[1]]))),
    st.tuples(DEFINITIONS, RULES).map(lambda of: (f"{of[1]} {of[0]}", of[0])),
    st.tuples(DEFINITIONS, RULES).map(
        lambda of: (of[0], f"{of[1]} or {of[0]}" if of[0][:1] not in ("@", "") else of[0])
    ),
)
"""Writer and reader: unrelated, other directives, one rule less, one alternative more."""

ROWS = st.lists(st.tuples(st.sampled_from(CELLS), st.sampled_from(CELLS)), max_size=4)

_FAMILIES = st.sampled_from([
    ["unique", "unique($b)", "unique($a)", "$b/unique", "identical", 'is("a")', "(unique or empty)"],
    ['is("a")', 'is("A")', 'any("a","b")', 'any("A","ab")', 'not("a")', 'not("b")', 'is("a") or is("b")', "identical"],
    ['starts("a")', 'starts("aΣ")', 'starts("A")', 'ends("b")', 'ends("Σ")', 'in("aΣb")', 'in("aΣ")', 'in("AB")', 'is("aΣ")'],
    ['regex("[a-z]*")', 'regex("[^a]*")', 'regex("")', 'any("a","ab")', "upperCase", "lowerCase", "uri"],
    ["range(1,5)", "range(-3,*)", "range(*,1)", "positiveInteger", "length(1)", "length(*,2)", "notEmpty", "empty", 'not("")'],
    ["xDate", "xDate(2020-01-01,2020-06-01)", "xDate(2020-01-01,2021-01-01)", "ukDate", "length(10)", "length(10,*)"],
])  # fmt: skip
_ONE_FLAG = st.sampled_from(["", "", "@ignoreCase", "@optional", "@matchIsFalse", "@optional @ignoreCase"])


@st.composite
def relatives(draw: st.DrawFn) -> tuple[str, str]:
    """Return two related columns of one rule each, or equal ones except for a directive."""
    family = st.sampled_from(draw(_FAMILIES))
    rule = draw(family)
    other = draw(st.just(rule) | family)
    return f"{rule} {draw(_ONE_FLAG)}", f"{other} {draw(_ONE_FLAG)}"
