"""Equality of two texts or settings by the rules of JSON, not of Python.

In Python `1`, `1.0` and `True` are equal, and 64-bit floats lose digits; in a schema they differ.
The canonical text of a format's engine is no measure either: it omits parts that readers of data do
not need, such as docs, and a changed doc is drift.
"""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NoReturn


def same_texts(one: str, other: str) -> bool:
    """Return whether two texts are the same JSON value, or the same text if they are not JSON."""
    return one == other or _value(one) == _value(other)


def same_settings(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same; an empty one is none."""
    return json.dumps(one or None, sort_keys=True) == json.dumps(other or None, sort_keys=True)


def _value(text: str) -> object:
    """Return the JSON value of a text, with numbers that equal no truth value; or the text."""
    try:
        return json.loads(
            text, parse_int=_number, parse_float=_number, parse_constant=_refuse, object_pairs_hook=_members
        )
    except (ValueError, RecursionError):
        return text.strip()


def _number(digits: str) -> tuple[str, Decimal]:
    return "number", Decimal(digits)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _members(pairs: Sequence[tuple[str, object]]) -> object:
    """An object; one that holds a name twice is only the same as one that holds the same pairs."""
    members = dict(pairs)
    return members if len(members) == len(pairs) else tuple(pairs)
