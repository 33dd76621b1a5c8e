"""Warnings about an accepted schema: the log line, and the header.

The header is for APIs whose bodies have a fixed shape.
"""

import json
from collections.abc import Sequence
from typing import Final

from sluicegate.shared.logs import logger
from sluicegate.shared.model import Violation

MAX_WARNINGS: Final = 5
"""Warnings that one response or log line has; clients limit the bytes of all headers to 8 KiB."""

MAX_WARNING_CHARACTERS: Final = 400
"""Characters of one warning in a header."""

_HEADER: Final = "Warning"
_MISCELLANEOUS: Final = "299 Sluicegate"
"""RFC 7234, section 5.5.7: a persistent warning of any kind, and the agent that adds it."""


def log_warnings(warnings: Sequence[Violation], **place: str | int) -> None:
    """Write one line for all warnings about a registered schema.

    `place`: the fields that name the schema.
    """
    if warnings:
        logger().warning("schema registered with warnings", **place, warnings=_sentences(warnings))


def warning_headers(warnings: Sequence[Violation]) -> dict[str, str]:
    """Return the `Warning` header that lists all warnings; empty if there are none.

    Each text is a JSON string in ASCII, which is also a quoted string of RFC 9110: a schema cannot
    add headers.
    """
    listed = ", ".join(f"{_MISCELLANEOUS} {json.dumps(sentence)}" for sentence in _sentences(warnings))
    return {_HEADER: listed} if listed else {}


def _sentences(warnings: Sequence[Violation]) -> list[str]:
    return [_cut(f"{each.message} (at {each.path or 'the root'})") for each in warnings[:MAX_WARNINGS]]


def _cut(sentence: str) -> str:
    return sentence if len(sentence) <= MAX_WARNING_CHARACTERS else f"{sentence[:MAX_WARNING_CHARACTERS]}..."
