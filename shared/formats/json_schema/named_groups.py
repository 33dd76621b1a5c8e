r"""References to named groups in patterns (`\k<name>`), rewritten to numbers for jsonschema-rs.

ECMA-262, section 22.2.1: groups are numbered by their opening parentheses, named ones included.
"""

import re
from typing import Final

_TOKEN: Final = re.compile(
    r"(?P<reference>\\k<(?P<wanted>\w+)>)|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]"
    r"|(?P<open>\((?:\?<(?![=!])(?P<name>\w+)>|(?!\?)))|(?P<plain>\(\?)|(?P<close>\))",
    re.DOTALL,
)
"""A class hides parentheses and references; `plain` opens a group without a number."""


def numbered(pattern: str) -> str:
    r"""Return the pattern with numbers in place of names.

    A reference stays as it is, so that the library refuses it, where its group is not closed before
    it or two groups have its name.
    """
    if r"\k<" not in pattern:
        return pattern
    closed = _Groups()
    return _TOKEN.sub(closed.replacement, pattern)


class _Groups:
    """The groups of a pattern that is read from left to right."""

    def __init__(self) -> None:
        self._count = 0
        self._open: list[tuple[str | None, int]] = []
        self._closed: dict[str, int] = {}
        self._names: set[str] = set()

    def replacement(self, found: re.Match[str]) -> str:
        """Return the text in place of a token."""
        match found.lastgroup:
            case "reference":
                number = self._closed.get(found["wanted"])
                return found[0] if number is None else rf"(?:\{number})"
            case "open" | "plain":
                self._opened(found)
            case "close" if self._open:
                self._close(*self._open.pop())
        return found[0]

    def _opened(self, found: re.Match[str]) -> None:
        self._count += found.lastgroup == "open"
        self._open.append((found["name"], self._count))

    def _close(self, name: str | None, number: int) -> None:
        if name is not None and name not in self._names:
            self._names.add(name)
            self._closed[name] = number
