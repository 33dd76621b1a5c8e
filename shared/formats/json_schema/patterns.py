"""Cost of a pattern in the payload library (Rust's `regex`, with `fancy-regex`).

Patterns run in time linear in the text, times the size of their automaton if it has too many states
for the cache. Those with look-around and back-references backtrack, up to a million steps for each
text, except for look-ahead at the very beginning, which is tried once.
"""

import re
from typing import Final

_INSTRUCTION: Final = 12.0
_TEXT: Final = 300.0
_BACKTRACKING: Final = 1_500_000.0
"""Nanoseconds for two characters: of an instruction; of any pattern; of one that is tried, for
which twenty may take all of its steps.
"""

_MAX_WORK: Final = 1e9
_CLASS: Final = 300
"""Instructions of a class of Unicode's own: its UTF-8."""

_FANCY: Final = re.compile(r"\(\?<?[=!]|\(\?>|\\[1-9kKG]|[*+?}]\+|\(\?\(")
_TOKEN: Final = re.compile(
    r"(?P<klass>\\[pP]\{[^}]*\}|\\[pP].)|(?P<atom>\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[^()|*+?{\[\\])"
    r"|(?P<open>\((?:\?(?:[:=!>]|<[=!]|P?<\w+>|[a-zA-Z-]+:?))?)|(?P<close>\))|(?P<count>\{\d*,?\d*\})|(?P<other>.)",
    re.DOTALL,
)


def work(pattern: str) -> float:
    """Nanoseconds for two characters of a text, at most."""
    if _FANCY.search(pattern) and not _leading(pattern):
        return _BACKTRACKING
    return min(_TEXT + _INSTRUCTION * _size(pattern), _MAX_WORK)


def _leading(pattern: str) -> bool:
    """Whether all that is not plain is look-ahead at the beginning, with plain patterns in it."""
    if not pattern.startswith("^"):
        return False
    rest = pattern[1:]
    while rest.startswith(("(?=", "(?!")):
        end = _end(rest)
        if end is None or _FANCY.search(rest[3:end]) or rest[end + 1 : end + 2] in tuple("*+?{"):
            return False
        rest = rest[end + 1 :]
    return not _FANCY.search(rest) and "|" not in _outside(rest)


def _end(pattern: str) -> int | None:
    """Where the group ends with which a pattern begins."""
    depth = 0
    for found in _TOKEN.finditer(pattern):
        depth += (found.lastgroup == "open") - (found.lastgroup == "close")
        if depth == 0:
            return found.start()
    return None


def _outside(pattern: str) -> str:
    """Return the text outside all groups."""
    depth, kept = 0, []
    for found in _TOKEN.finditer(pattern):
        depth += found.lastgroup == "open"
        if depth == 0:
            kept.append(found.group() if found.lastgroup == "other" else "")
        depth -= found.lastgroup == "close"
    return "".join(kept)


def _size(pattern: str) -> float:
    """Instructions, counts written out."""
    groups = [0.0]
    last = 0.0
    for found in _TOKEN.finditer(pattern):
        match found.lastgroup:
            case "open":
                groups.append(0.0)
                last = 0.0
                continue
            case "close" if len(groups) > 1:
                last = groups.pop() + 2
            case "count":
                most = max([int(each) for each in re.findall(r"\d{1,9}", found.group())], default=1)
                extra = last * max(most - 1, 0)
                groups[-1] += extra
                last += extra
                continue
            case "klass":
                last = _CLASS
            case "atom":
                last = float(2 * len(found.group())) if found.group().startswith("[") else 2.0
            case _:
                last = 1.0
        groups[-1] += last
    return sum(groups)
