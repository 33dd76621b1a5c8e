"""JSON schemas that are certain to be judged soon, told from their texts alone.

What can make judging a JSON schema dear is its references, its patterns, its numbers, and how much there is of it. A short text that
holds nothing that could be one of these cannot be dear, whatever else is in it; most schemas are such.
"""

import re

from shared.formats.engine import SchemaSource

LENGTH_LIMIT = 16_384
"""Characters."""

COMMAS_LIMIT = 500
"""Members and items that follow another one: each of them may break a rule, and is then written about."""

_doubtful = re.compile(r'\\|ref"|pattern|[0-9][eE]|[0-9]{17}', re.IGNORECASE).search
"""Escapes, behind which any word could hide; `$ref` and its kin; patterns; numbers that are huge, or not written out."""


def is_plain(source: SchemaSource) -> bool:
    """Whether reading, judging and compiling a schema takes milliseconds; the worst that is known, 50. False: nothing is known."""
    text = source.text
    return (
        not source.references
        and len(text) <= LENGTH_LIMIT
        and text.count(",") <= COMMAS_LIMIT
        and text.isascii()
        and _doubtful(text) is None
    )
