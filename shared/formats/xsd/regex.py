"""Patterns of XML Schema (part 2, appendix F) -> position automata (Glushkov).

A count up to `MAX_COPIES` is written out; a larger one is taken as "any number", which accepts
more and never less.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from elementpath.regex import RegexError, translate_pattern

MAX_COPIES: Final = 64
MAX_POSITIONS: Final = 600
MAX_DEPTH: Final = 50
MAX_WRITTEN_CHARACTERS: Final = 20_000

_QUANTIFIER = re.compile(r"[?*+]|\{(\d+)(?:(,)(\d*))?\}")
_ESCAPE = re.compile(r"\\[pP]\{[^{}]*\}|\\.", re.DOTALL)

SAMPLE: Final = "".join(
    chr(code)
    for code in (
        *range(0x20, 0x180),
        9,
        10,
        13,
        *range(0x180, 0x3000, 32),
        *range(0x3000, 0xD800, 256),
        0xFFFD,
        0x1F600,
        0x20000,
    )
)
"""Characters that represent all: the overlap of two classes is tested with them."""


class NotRead(Exception):
    """A pattern that this module does not read, or that is too large."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """Part of an automaton: first and last positions, emptiness, and its pattern without counts."""

    first: frozenset[int]
    last: frozenset[int]
    empty: bool
    text: str


_NOTHING: Final = Fragment(frozenset(), frozenset(), empty=True, text="")


@dataclass(frozen=True, slots=True)
class RegexAutomaton:
    """Numbered positions with their sets of characters, and their successors.

    `uncounted` is the pattern with its counts written out, None if one was too large. `repeats`: a
    group in parentheses is repeated or optional; `inner`: such a group is in another group or in
    one of several alternatives, or is counted and accepts the empty text.
    """

    classes: tuple[frozenset[str], ...]
    first: frozenset[int]
    follow: tuple[frozenset[int], ...]
    uncounted: str | None
    repeats: bool
    inner: bool


def automaton(pattern: str) -> RegexAutomaton:
    """The automaton of a pattern. Raises `NotRead`."""
    reader = _Reader(pattern)
    whole = reader.alternatives(0)
    if reader.at < len(pattern):
        raise NotRead("a parenthesis too many")
    follow = tuple(frozenset(each) for each in reader.follow)
    uncounted = whole.text if reader.exact else None
    inner = reader.inner or (reader.repeats and reader.alternates)
    return RegexAutomaton(tuple(reader.classes), whole.first, follow, uncounted, reader.repeats, inner)


class _Reader:
    """Reads a pattern from left to right, and numbers its positions."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self.at = 0
        self.exact = True
        self.repeats = self.inner = self.alternates = False
        self.classes: list[frozenset[str]] = []
        self.follow: list[set[int]] = []
        self._extra = frozenset(pattern) - frozenset(SAMPLE)

    def alternatives(self, depth: int) -> Fragment:
        if depth > MAX_DEPTH:
            raise NotRead("nested too deeply")
        branches = [self._branch(depth)]
        while self._next() == "|":
            self.at += 1
            self.alternates |= depth == 0
            branches.append(self._branch(depth))
        return Fragment(
            frozenset().union(*(each.first for each in branches)),
            frozenset().union(*(each.last for each in branches)),
            any(each.empty for each in branches),
            "|".join(each.text for each in branches),
        )

    def _next(self) -> str:
        return self._pattern[self.at : self.at + 1]

    def _branch(self, depth: int) -> Fragment:
        whole = _NOTHING
        while self._next() not in ("", "|", ")"):
            whole = self._joined(whole, self._piece(depth))
        return whole

    def _piece(self, depth: int) -> Fragment:
        start = self.at
        one = self._atom(depth)
        found = _QUANTIFIER.match(self._pattern, self.at)
        if found is None:
            return one
        if self._pattern[start] == "(":
            self.repeats = True
            self.inner |= depth > 0
        end, self.at = self.at, found.end()
        least, most = _counts(found)
        self.inner |= one.empty and found[1] is not None
        after = self.at
        whole = self._repeated(one, least, most, lambda: self._again(start, end, depth))
        self.at = after
        return whole

    def _again(self, start: int, end: int, depth: int) -> Fragment:
        """Another copy of the atom that stands there."""
        self.at = start
        copy = self._atom(depth)
        assert self.at == end
        return copy

    def _repeated(self, one: Fragment, least: int, most: int | None, copy: Callable[[], Fragment]) -> Fragment:
        """Copies in a row.

        Each follows the one before, so that a character belongs to one copy only.
        """
        if most == 0:
            return _NOTHING
        if least > MAX_COPIES or (most is not None and most > MAX_COPIES):
            self.exact = False
            least, most = min(least, 1), None
        needed = 0 if one.empty else least
        ends, before = set(one.last) if needed <= 1 else set(), one
        for number in range(2, max(least, most or 1) + 1):
            another = copy()
            self._link(before.last, another.first)
            ends.update(another.last if number >= needed else ())
            before = another
        if most is None:
            self._link(before.last, before.first)
        return Fragment(one.first, frozenset(ends), needed == 0, _written(one.text, least, most))

    def _joined(self, one: Fragment, other: Fragment) -> Fragment:
        self._link(one.last, other.first)
        return Fragment(
            one.first | other.first if one.empty else one.first,
            other.last | one.last if other.empty else other.last,
            one.empty and other.empty,
            one.text + other.text,
        )

    def _link(self, last: Iterable[int], first: Iterable[int]) -> None:
        for position in last:
            self.follow[position].update(first)

    def _atom(self, depth: int) -> Fragment:
        if self._next() == "(":
            self.at += 1
            inner = self.alternatives(depth + 1)
            if self._next() != ")":
                raise NotRead("a parenthesis that is not closed")
            self.at += 1
            return Fragment(inner.first, inner.last, inner.empty, f"({inner.text})")
        start = self.at
        return self._position(self._class(), start)

    def _position(self, characters: frozenset[str], start: int) -> Fragment:
        if len(self.classes) == MAX_POSITIONS:
            raise NotRead("too large")
        self.classes.append(characters)
        self.follow.append(set())
        here = frozenset({len(self.classes) - 1})
        return Fragment(here, here, empty=False, text=self._pattern[start : self.at])

    def _class(self) -> frozenset[str]:
        start, character = self.at, self._next()
        if character == "[":
            self._skip_class(0)
        elif character == "\\":
            self._skip_escape()
        elif character in "?*+{}])":
            raise NotRead(f"{character!r} where a character is expected")
        else:
            self.at += 1
        return _characters(self._pattern[start : self.at], self._extra)

    def _skip_escape(self) -> None:
        found = _ESCAPE.match(self._pattern, self.at)
        if found is None:
            raise NotRead("a backslash at the end")
        self.at = found.end()

    def _skip_class(self, depth: int) -> None:
        """Skip to the end of `[...]`; an inner one is a subtraction."""
        if depth > MAX_DEPTH:
            raise NotRead("nested too deeply")
        self.at += 1
        while self._next() not in ("]", ""):
            if self._next() == "\\":
                self._skip_escape()
            elif self._next() == "[":
                self._skip_class(depth + 1)
            else:
                self.at += 1
        if not self._next():
            raise NotRead("a [ that is not closed")
        self.at += 1


def _written(atom: str, least: int, most: int | None) -> str:
    """An atom repeated, without a count: `a{2,4}` is `aa(a(a)?)?`."""
    simple = {(0, 1): "?", (0, None): "*", (1, None): "+", (1, 1): ""}.get((least, most))
    if simple is not None:
        return atom + simple
    if most is None:
        return atom * least + atom + "*"
    optional = most - least
    written = atom * least + f"({atom}" * optional + ")?" * optional
    if len(written) > MAX_WRITTEN_CHARACTERS:
        raise NotRead("too large")
    return written


def _counts(found: re.Match[str]) -> tuple[int, int | None]:
    simple = {"?": (0, 1), "*": (0, None), "+": (1, None)}
    if found[0] in simple:
        return simple[found[0]]
    if len(found[0]) > 20:
        raise NotRead("a count too large")
    least = int(found[1])
    if found[2] is None:
        return least, least
    return least, int(found[3]) if found[3] else None


def _characters(atom: str, extra: frozenset[str]) -> frozenset[str]:
    """The characters of the sample, and of the pattern itself, that one atom matches."""
    if len(atom) == 1 and atom != ".":
        return frozenset(atom)
    one, of_sample = _class(atom)
    return of_sample | {each for each in extra if one.match(each)}


@lru_cache(maxsize=1024)
def _class(atom: str) -> tuple[re.Pattern[str], frozenset[str]]:
    """Return the pattern of one atom, and the characters of the sample that it matches."""
    try:
        translated = translate_pattern(atom, anchors=False, back_references=False, lazy_quantifiers=False)
        one = re.compile(translated)
    except (RegexError, re.error, ValueError) as error:
        raise NotRead(str(error)) from error
    return one, frozenset(each for each in SAMPLE if one.match(each))
