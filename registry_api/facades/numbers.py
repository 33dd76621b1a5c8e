"""Numbers in paths and queries: one reader for each way in which servers write them.

An id or a version has one spelling here, so that an address has one spelling too. Confluent's
server reads its paths with Java's `Integer.valueOf`, which takes a sign and leading zeros as well.
Both take ASCII digits only: no underscores, no spaces, no digits of other scripts.
"""

import re
from typing import Annotated, Any, Final

from pydantic import BeforeValidator

LARGEST: Final = 2**63 - 1
"""The largest possible id; a larger number names nothing."""

_spelt_once = re.compile(r"0|-?[1-9][0-9]*", re.ASCII).fullmatch
_spelt_in_java = re.compile(r"[+-]?[0-9]+", re.ASCII).fullmatch
_MOST_DIGITS: Final = len(str(LARGEST))


def number(text: str) -> int | None:
    """Return the number that a text spells without `+` and leading zeros; None for other texts.

    A number outside of 64 bits becomes the first one beyond them.
    """
    return _bounded(text) if _spelt_once(text) else None


def java_number(text: str) -> int | None:
    """Return the number that Java reads, as `number` does, with `+` and leading zeros."""
    return _bounded(text) if _spelt_in_java(text) else None


def _bounded(text: str) -> int:
    digits = text.lstrip("+-").lstrip("0") or "0"
    size = min(int(digits), LARGEST + 1) if len(digits) <= _MOST_DIGITS else LARGEST + 1
    return -size if text.startswith("-") else size


def _integer(value: Any) -> Any:
    parsed = number(value) if isinstance(value, str) else value
    if parsed is None:
        raise ValueError(f"must be integer, not {value[:60]!r}")
    return parsed


INTEGER: Final = BeforeValidator(_integer)
"""Reads the text of a query. It stands after the limits of a field, or OpenAPI does not show them."""

Integer = Annotated[int, INTEGER]
"""An integer of a query, without limits."""
