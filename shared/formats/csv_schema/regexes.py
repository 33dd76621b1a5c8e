"""Regular expressions of schemas, in time linear in the cell: RE2, without backtracking.

The language is the common part of Java and RE2. Features that RE2 lacks (look-around,
back-references, possessive quantifiers) are refused, and also those that it silently reads
differently.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

import re2  # type: ignore[import-untyped, unused-ignore]  # google-re2 ships no types

MEMORY: Final = 1 << 20
"""Bytes that one compiled pattern may take, twice: as a program and as its cache of states."""

_INSTEAD: Final = (
    "Patterns run in time linear in the cell (RE2), "
    "without look-around, back-references, possessive quantifiers and atomic groups"
)


class RegexRefused(ValueError):
    """A pattern that cannot be used; the text says why."""


def compiled(pattern: str, ignore_case: bool = False) -> Callable[[str], bool]:
    """Return a test of whole cells. Raises `RegexRefused`.

    A set of one pattern is RE2's fastest interface, but fails silently when its cache of states is
    full: so a negative result is checked again.
    """
    reason = next(_misread(pattern), None)
    if reason is not None:
        raise RegexRefused(reason)
    options = _options(ignore_case)
    try:
        sure = re2.compile(pattern, options).fullmatch
        quick = re2.Set.FullMatchSet(options)
        quick.Add(pattern)
        quick.Compile()
    except re2.error as error:
        raise RegexRefused(f"{_reason(error)}. {_INSTEAD}") from error
    find = quick.Match

    def matches(cell: str) -> bool:
        return bool(find(cell)) or sure(cell) is not None

    return matches


def _options(ignore_case: bool) -> "re2.Options":
    options = re2.Options()
    options.max_mem = MEMORY
    options.never_capture = True
    options.log_errors = False
    options.case_sensitive = not ignore_case
    return options


def _reason(error: Exception) -> str:
    first = error.args[0] if error.args else "it cannot be compiled"
    return first.decode(errors="replace") if isinstance(first, bytes) else str(first)


_PART: Final = re.compile(
    r"\\Q.*?(?:\\E|\Z)|\\[pPx]\{[^}]{0,60}\}|\\.|\(\?[A-Za-z-]*|&&|\{[0-9]{1,4}(?:,[0-9]{0,4})?\}|.", re.DOTALL
)


def _misread(pattern: str) -> Iterator[str]:
    r"""Yield parts that Java and RE2 read differently: nested classes, `&&`, `\C`, `(?U)`."""
    in_class = False
    parts = [found.group() for found in _PART.finditer(pattern)]
    for index, part in enumerate(parts):
        if part == "\\C":
            yield r"\C is not a Java escape. Write . for any character"
        elif part.startswith("(?") and "U" in part and not in_class:
            yield "the flag (?U) is not supported. Write the Unicode classes out, such as \\p{L}"
        elif part == "{" and not in_class:
            yield "{ begins no repetition such as {2} or {1,3}. Write \\{ for the character"
        elif in_class and part in ("[", "&&"):
            yield f"{part} within [...] joins classes in Java, which is not supported. Write one class, or \\{part[0]} for the character"
        elif not in_class and part == "[":
            in_class = True
        elif in_class and part == "]" and not _opens(parts, index):
            in_class = False


def _opens(parts: list[str], index: int) -> bool:
    """Whether a `]` directly follows the beginning of its class, and so is a character of it."""
    before = parts[max(index - 2, 0) : index]
    return before[-1:] == ["["] or before == ["[", "^"]
