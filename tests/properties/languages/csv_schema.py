"""The CSV Schema Language. A schema is a list of columns: name, rules, directives."""

import csv
import io
import random
from typing import TypeAlias

from hypothesis import strategies as st

from sluicegate.shared.model import SchemaFormat
from tests.properties.language import Language, accepted, with_one_changed

Column: TypeAlias = tuple[str, tuple[str, ...], str]

_RULES = (
    "notEmpty", "empty", 'regex("[ab]*")', 'regex("a+b?")', "range(1, 2)", "range(0, 10)", "range(*, 5.5)", "length(1)",
    "length(1, 2)", "length(2, *)", 'is("a")', 'not("a")', 'in("ab1")', 'starts("a")', 'ends("b")', 'any("a", "b")',
    'any("1", "a", "2", "b")', "unique", "positiveInteger", "upperCase", "lowerCase", "xDate", "uuid4", "uri", 'is($a)',
    '(is("a") or is("b"))', "(notEmpty and lowerCase)", 'if($a/is("a"), notEmpty, empty)', 'if($a/notEmpty, length(1, 2))',
    'xDate(2020-01-01, 2026-12-31)',
)  # fmt: skip
_CELLS = st.sampled_from([
    "", "a", "a", "b", "ab", "aa", "A", "1", "2", "2", "10", "0", "-1", "5.5", "2026-01-31", "1999-12-31", "https://x.org/",
    "00000000-0000-4000-8000-000000000000", 'with "quotes"', "two\nlines",
])  # fmt: skip

_COLUMN: st.SearchStrategy[Column] = st.tuples(
    st.sampled_from("abcd"),
    st.lists(st.sampled_from(_RULES), max_size=2, unique=True).map(tuple),
    st.sampled_from(["", "", "@optional", "@ignoreCase", "@optional @matchIsFalse"]),
)
_COLUMNS = st.lists(_COLUMN, min_size=1, max_size=3)


@st.composite
def _pairs(draw: st.DrawFn) -> tuple[list[Column], list[Column]]:
    """Columns, and the same with one rule less, one rule more, or another one, in one of them."""
    before = draw(_COLUMNS)
    place = draw(st.integers(0, len(before) - 1))
    name, rules, directives = before[place]
    change = draw(st.sampled_from(["less", "more", "other"]))
    kept = rules if change == "more" else rules[1:]
    added = () if change == "less" else (draw(st.sampled_from(_RULES)),)
    after = [*before[:place], (name, (*kept, *added), directives), *before[place + 1 :]]
    return (after, before) if draw(st.booleans()) else (before, after)


def _text(columns: list[Column]) -> str:
    """Return the schema, with distinct columns, and always with `a`, which rules refer to."""
    named = {name: f"{name}: {' '.join(rules)} {directives}".rstrip() for name, rules, directives in columns[::-1]}
    named.setdefault("a", "a:")
    return "\n".join(["version 1.2", f"@totalColumns {len(named)}", *(named[name] for name in sorted(named))]) + "\n"


def _data(columns: list[Column]) -> st.SearchStrategy[bytes]:
    names = sorted({"a", *(name for name, _, _ in columns)})
    rows = st.lists(st.tuples(*(_CELLS for _ in names)), min_size=1, max_size=3)
    return rows.map(lambda rows: _written([tuple(names), *rows]))


def _written(rows: list[tuple[str, ...]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue().encode()


def _respelt(text: str, source: random.Random) -> str:
    """With comments, blank lines, and spaces where they do not count."""
    after = [source.choice(["", "\n", "\n// nothing\n", "\n/* nothing */\n"]) for _ in text.splitlines()]
    lines = [line.replace(": ", ":   ") for line in text.splitlines()]
    return "\n".join(line + space for line, space in zip(lines, after, strict=True)) + "\n"


CSV = Language(
    schemas=_COLUMNS,
    pairs=_pairs() | with_one_changed(_COLUMNS, _COLUMN),
    text=_text,
    data=_data,
    reads=accepted(SchemaFormat.CSV),
    respelt=_respelt,
)
