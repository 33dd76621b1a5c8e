"""Paths of violations with only names from the schema.

Keys of maps, undeclared properties, and undeclared elements are payload data, and a dead letter of
an encrypted payload must not contain them. Every other part of a path becomes `*`, with the array
indexes of JSON pointers, which look like numeric keys.
"""

import re
from collections.abc import Container
from typing import Final

HIDDEN: Final = "*"
"""The replacement for a part of a path that the schema does not name."""

_DOTTED_STEP: Final = re.compile(r"[^.\[\]()]+")
_XML_POSITION: Final = re.compile(r"\[(\d+)\]")


def public_pointer(path: str, names: Container[str]) -> str:
    """Return a JSON pointer with `*` in place of each token that is not one of `names`."""
    if not path.startswith("/"):
        return path and HIDDEN
    tokens = path[1:].split("/")
    return "".join([f"/{token if _unescaped(token) in names else HIDDEN}" for token in tokens])


def public_steps(path: str, names: Container[str]) -> str:
    """Return a path of XML elements with `*` in place of each name that is not one of `names`.

    Positions among siblings (`item[2]`) are counted, not taken from the payload, and remain.
    """
    return "/".join([_public_step(step, names) for step in path.split("/")])


def public_fields(path: str, names: Container[str]) -> str:
    """Return a dotted path (`order.items[2].(acme.note)`) with `*` in place of unknown parts."""
    return _DOTTED_STEP.sub(lambda match: match[0] if match[0] in names else HIDDEN, path)


def _public_step(step: str, names: Container[str]) -> str:
    position = _XML_POSITION.search(step)
    name = step[: position.start()] if position else step
    shown = name if not name or name in names else HIDDEN
    return shown + (position[0] if position else "")


def _unescaped(token: str) -> str:
    return token.replace("~1", "/").replace("~0", "~")
