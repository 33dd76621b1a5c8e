"""JSON schemas whose check surely ends soon, by their texts alone.

Only references, patterns, numbers and size can make the check expensive. A short text without a
possible reference, pattern or large number is cheap; most schemas are.
"""

from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.json_schema.values import DIGITS_ALIKE

LENGTH_LIMIT = 16_384
"""Characters."""

COMMAS_LIMIT = 500
"""Members and items that follow another one: each of them may break a rule, and is then written
about.
"""

_WORDS = ("\\", 'ref"', "pattern")
"""Escapes, behind which any word could hide; `$ref` and its kin; patterns."""

_NUMBERS = (b"0e", b"0" * 17)
"""Numbers that are huge, or not written out, once all digits are alike."""


def is_plain(source: SchemaSource) -> bool:
    """Return whether a schema can be parsed, checked and compiled within milliseconds.

    The worst known case is 50 ms. False: unknown.
    """
    text = source.text
    return (
        not source.references
        and len(text) <= LENGTH_LIMIT
        and text.count(",") <= COMMAS_LIMIT
        and text.isascii()
        and not _is_doubtful(text.lower())
    )


def _is_doubtful(text: str) -> bool:
    numbers = text.encode().translate(DIGITS_ALIKE)
    return any(map(text.__contains__, _WORDS)) or any(map(numbers.__contains__, _NUMBERS))
