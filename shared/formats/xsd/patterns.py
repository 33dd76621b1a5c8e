"""Which patterns libxml2 matches in linear time, and a linear-time engine (RE2) for the others.

libxml2 tries one way after another through a pattern's automaton. `(a|aa)+b` takes it as long as
Python's `re`, until it gives up, and `a*a*b` takes it the square of the length. So the ways that a
text can take at once are counted, over all texts: where they are few, each character costs little,
and libxml2 is fast and right. Where they are not, the schema's payloads are checked by the
`xmlschema` library, whose patterns `linear` replaces.
"""

import math
import threading
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Final

import re2  # type: ignore[import-untyped, unused-ignore]  # google-re2 ships no types
from elementpath.regex import RegexError, translate_pattern

from sluicegate.shared.formats.xsd.regex import NotRead, RegexAutomaton, automaton

MAX_WAYS: Final = 24
"""Ways that one text may take at once: each costs libxml2 some 10 ns a character."""

MAX_WORK: Final = 150_000_000
"""Characters times instructions of a pattern: at worst two seconds, and hardly ever more than some
milliseconds.
"""

MAX_STATES: Final = 1_000
MAX_PATTERN_CHARACTERS: Final = 10_000
"""Characters of one pattern."""

_START: Final = -1
_HEAD, _TAIL = "^(?:", ")$(?!\\n\\Z)"


@lru_cache(maxsize=4096)
def simple(pattern: str) -> str | None:
    """Return a spelling that libxml2 matches correctly and in linear time; None if there is none.

    The rules come from a comparison with RE2 on many random patterns: libxml2 is wrong if a
    repeated group is in another group or in an alternative (`c((aa)+|b+)` matches `cbaa`), and if a
    text has several paths through a repeated group or a count (`(a|a?){2}` does not match the empty
    text). Counts are written out then.
    """
    try:
        found = automaton(pattern)
        ways = _most_ways(found)
    except (NotRead, RecursionError):
        return None
    if found.inner or ways > MAX_WAYS:
        return None
    if ways == 1:
        return pattern
    if found.repeats or found.uncounted is None:
        return None
    return pattern if found.uncounted == pattern else simple(found.uncounted)


def _most_ways(found: RegexAutomaton) -> int:
    """Return the maximum of simultaneous paths, over all texts.

    It walks through all reachable sets of positions, with the number of paths to each.
    """
    alphabet = {frozenset(i for i, each in enumerate(found.classes) if c in each) for c in _letters(found)}
    pending: deque[Counter[int]] = deque([Counter({_START: 1})])
    seen: set[frozenset[tuple[int, int]]] = set()
    most = 1
    while pending and most <= MAX_WAYS:
        state = pending.popleft()
        for letter in alphabet:
            after = _step(found, state, letter)
            key = frozenset(after.items())
            if after and key not in seen:
                most = max(most, sum(after.values()) if len(seen) < MAX_STATES else MAX_WAYS + 1)
                seen.add(key)
                pending.append(after)
    return most


def _letters(found: RegexAutomaton) -> frozenset[str]:
    return frozenset().union(*found.classes)


def _step(found: RegexAutomaton, state: "Counter[int]", letter: frozenset[int]) -> "Counter[int]":
    after: Counter[int] = Counter()
    for position, ways in state.items():
        for target in (found.first if position == _START else found.follow[position]) & letter:
            after[target] += ways
    return after


class TooMuchWork(Exception):
    """Patterns have matched more than one schema or payload may cost."""


class _Work(threading.local):
    """Remaining work of patterns in this thread: characters times the size of the pattern."""

    left: float = math.inf


_WORK: Final = _Work()


@contextmanager
def limited() -> Iterator[None]:
    """Let patterns do as much work as one schema or payload may cost.

    Inside, `match` may raise `TooMuchWork`.
    """
    _WORK.left = MAX_WORK
    try:
        yield
    finally:
        _WORK.left = math.inf


class LinearPattern:
    """A pattern as the `xmlschema` library uses it, matched by RE2."""

    __slots__ = ("_compiled", "_size", "pattern")

    def __init__(self, pattern: str, version: str = "1.0") -> None:
        """Translate a pattern of XML Schema. Raises `ValueError` when it is none, or too large."""
        if len(pattern) > MAX_PATTERN_CHARACTERS:
            raise ValueError(f"it has more than {MAX_PATTERN_CHARACTERS} characters")
        try:
            translated = translate_pattern(
                pattern, xsd_version=version, back_references=False, lazy_quantifiers=False, anchors=False
            )
            self._compiled = re2.compile(translated.removeprefix(_HEAD).removesuffix(_TAIL), _OPTIONS)
        except (RegexError, re2.error, RecursionError) as error:
            raise ValueError(str(error)) from error
        self.pattern = pattern
        self._size: int = self._compiled.programsize

    @property
    def size(self) -> int:
        """The instructions that each character may cost."""
        return self._size

    def match(self, text: str) -> object:
        """Something when the whole text matches, None when it does not.

        Raises `TooMuchWork`, see `limited`.
        """
        _WORK.left -= (len(text) + 1) * self._size
        if _WORK.left < 0:
            raise TooMuchWork("The texts are too long for their patterns")
        return self._compiled.fullmatch(text)


_OPTIONS: Final = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 16 << 20
