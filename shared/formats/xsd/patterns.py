"""Which patterns libxml2 matches in linear time, and a linear-time engine (RE2) for the others.

libxml2 tries one way after another through a pattern's automaton. `(a|aa)+b` takes it as long as Python's `re`, until it gives up,
and `a*a*b` takes it the square of the length. So the ways that a text can take at once are counted, over all texts: where they are
few, each character costs little, and libxml2 is fast and right. Where they are not, the schema's payloads are checked by the
`xmlschema` library, whose patterns `linear` replaces.
"""

from collections import Counter, deque
from functools import lru_cache
from typing import Final

import re2
from elementpath.regex import RegexError, translate_pattern

from shared.formats.xsd.regex import Automaton, NotRead, automaton

MOST_WAYS: Final = 24
"""Ways that one text may take at once: each costs libxml2 some 10 ns a character."""

MOST_STATES: Final = 1_000
LONGEST: Final = 10_000
"""Characters of one pattern."""

_START: Final = -1
_HEAD, _TAIL = "^(?:", ")$(?!\\n\\Z)"


@lru_cache(maxsize=4096)
def backtracks(pattern: str) -> bool:
    """Whether libxml2 may need more than linear time for a pattern, or could not be followed."""
    try:
        return _many_ways(automaton(pattern))
    except (NotRead, RecursionError):
        return True


def _many_ways(found: Automaton) -> bool:
    """Walk through all sets of positions, with the number of ways to each, that texts lead to."""
    alphabet = {frozenset(i for i, each in enumerate(found.classes) if c in each) for c in frozenset().union(*found.classes)}
    pending: deque[Counter[int]] = deque([Counter({_START: 1})])
    seen: set[frozenset[tuple[int, int]]] = set()
    while pending:
        state = pending.popleft()
        for letter in alphabet:
            after = _step(found, state, letter)
            key = frozenset(after.items())
            if not after or key in seen:
                continue
            if sum(after.values()) > MOST_WAYS or len(seen) == MOST_STATES:
                return True
            seen.add(key)
            pending.append(after)
    return False


def _step(found: Automaton, state: "Counter[int]", letter: frozenset[int]) -> "Counter[int]":
    after: Counter[int] = Counter()
    for position, ways in state.items():
        for target in (found.first if position == _START else found.follow[position]) & letter:
            after[target] += ways
    return after


class LinearPattern:
    """A pattern as the `xmlschema` library uses it, matched by RE2."""

    __slots__ = ("_compiled", "pattern")

    def __init__(self, pattern: str, version: str = "1.0") -> None:
        """Translate a pattern of XML Schema. Raises `ValueError` when it is none, or too large."""
        if len(pattern) > LONGEST:
            raise ValueError(f"it has more than {LONGEST} characters")
        try:
            translated = translate_pattern(
                pattern, xsd_version=version, back_references=False, lazy_quantifiers=False, anchors=False
            )
            self._compiled = re2.compile(translated.removeprefix(_HEAD).removesuffix(_TAIL), _OPTIONS)
        except (RegexError, re2.error, RecursionError) as error:
            raise ValueError(str(error)) from error
        self.pattern = pattern

    def match(self, text: str) -> object:
        """Something when the whole text matches, None when it does not."""
        return self._compiled.fullmatch(text)


_OPTIONS: Final = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 16 << 20
