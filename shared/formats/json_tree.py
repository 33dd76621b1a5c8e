"""Ways through a JSON value as Python holds it: pointers (RFC 6901), every node, depth.

Nothing recurses.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

_CODED = re.compile(r"[%,\x00-\x1f\x7f]")


def escaped(token: str | int) -> str:
    """One reference token of a JSON pointer (RFC 6901, section 3)."""
    text = str(token)
    return text.replace("~", "~0").replace("/", "~1") if "~" in text or "/" in text else text


def pointer(*tokens: str | int) -> str:
    """A JSON pointer made of tokens."""
    return "".join([f"/{token if isinstance(token, int) else escaped(token)}" for token in tokens])


def segment(name: str) -> str:
    """Escape a name for a path of attributes (`customer/address`).

    It is a pointer's token, with coded `%`, `,` and control characters.
    """
    return _CODED.sub(lambda match: f"%{ord(match[0]):02X}", escaped(name))


def nodes(root: object) -> Iterator[tuple[str, object]]:
    """Every value of a document with its JSON pointer, parents first, without recursion."""
    pending: list[tuple[str, object]] = [("", root)]
    while pending:
        path, value = pending.pop()
        yield path, value
        if isinstance(value, dict):
            pending.extend((path + pointer(key), item) for key, item in reversed(value.items()))
        elif isinstance(value, list):
            pending.extend((f"{path}/{index}", item) for index, item in reversed(list(enumerate(value))))


def values(root: object) -> Iterator[object]:
    """Every value of a document, in no order, without recursion."""
    pending = [root]
    while pending:
        value = pending.pop()
        yield value
        if isinstance(value, dict):
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)


INLINE_TAGS: Final = "confluent:tags"
"""The name under which a JSON object carries tags."""


def inline_tags(node: Mapping[str, object]) -> tuple[str, ...]:
    """The tags of an object; none where they are anything but a list of words."""
    found = node.get(INLINE_TAGS)
    return tuple(tag for tag in found if isinstance(tag, str)) if isinstance(found, list) else ()


def deeper_than(levels: int, value: object) -> bool:
    """Return whether lists and objects are nested in more than `levels`."""
    pending = [value]
    for _ in range(levels + 1):
        pending = [item for parent in pending for item in _children(parent)]
        if not pending:
            return False
    return True


_NONE: list[object] = []


def _children(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else _NONE
