"""Whether two texts, or two settings, say the same: as JSON has it, and not as Python does.

In Python `1`, `1.0` and `True` are equal, and floats of 64 bits run together; in a schema they are different. The canonical text of a
format's engine is no measure either: it leaves out what readers of data need not know, such as docs, and a changed doc is drift.
"""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NoReturn


def same_texts(one: str, other: str) -> bool:
    """Whether two schema texts are the same JSON value, however it is written; of other texts, whether they are the same text."""
    return one == other or _value(one) == _value(other)


def same_settings(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same; an empty one is none."""
    return json.dumps(one or None, sort_keys=True) == json.dumps(other or None, sort_keys=True)


def _value(text: str) -> object:
    """The JSON value of a text, whose numbers are equal to no truth value; of other texts, the text."""
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
