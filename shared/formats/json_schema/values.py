"""JSON values in Python, and typed access to parts of an unchecked schema."""

from typing import TypeAlias

from sluicegate.shared.formats.json_tree import deeper_than as deeper_than
from sluicegate.shared.formats.json_tree import escaped as escaped
from sluicegate.shared.formats.json_tree import nodes as nodes
from sluicegate.shared.formats.json_tree import pointer as pointer
from sluicegate.shared.formats.json_tree import values as values

DIGITS_ALIKE = bytes.maketrans(b"123456789", b"000000000")
"""For `bytes.translate`: long numbers are then found as runs of zeros, many times quicker than by a
pattern.
"""

JsonObject: TypeAlias = dict[str, object]
Schema: TypeAlias = bool | JsonObject


def schema_of(value: object) -> Schema | None:
    """Return the value as a schema, or None if it cannot be one."""
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
