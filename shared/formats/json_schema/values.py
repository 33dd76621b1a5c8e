"""JSON values as Python holds them, and narrow looks into a schema whose shape nobody has checked yet."""

from collections.abc import Iterator
from typing import TypeAlias

JsonObject: TypeAlias = dict[str, object]
Schema: TypeAlias = bool | JsonObject


def schema_of(value: object) -> Schema | None:
    """The value where a schema may stand, or None when it cannot be one."""
    return value if isinstance(value, bool | dict) else None


def mapping(schema: JsonObject, keyword: str) -> JsonObject:
    """The object under a keyword; empty when there is none."""
    value = schema.get(keyword)
    return value if isinstance(value, dict) else {}


def listing(schema: JsonObject, keyword: str) -> list[object]:
    """The list under a keyword; empty when there is none."""
    value = schema.get(keyword)
    return value if isinstance(value, list) else []


def names(value: object) -> tuple[str, ...]:
    """The strings of a list; none when it is not a list."""
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def text(schema: JsonObject, keyword: str) -> str | None:
    """The string under a keyword."""
    value = schema.get(keyword)
    return value if isinstance(value, str) else None


def number(schema: JsonObject, keyword: str) -> int | float | None:
    """The number under a keyword; booleans are none."""
    value = schema.get(keyword)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def escaped(token: str | int) -> str:
    """One reference token of a JSON pointer (RFC 6901, section 3)."""
    return str(token).replace("~", "~0").replace("/", "~1")


def pointer(*tokens: str | int) -> str:
    """A JSON pointer made of tokens."""
    return "".join(f"/{escaped(token)}" for token in tokens)


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


def deeper_than(levels: int, value: object) -> bool:
    """Whether lists and objects are nested in each other more than so many times."""
    pending = [value]
    for _ in range(levels + 1):
        pending = [item for parent in pending for item in _children(parent)]
        if not pending:
            return False
    return True


def _children(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
