"""Records whose fields are compared each for itself (Avro 1.12, section "Schema Resolution").

Fields are matched by name, and one that the writer lacks needs a default. So it is without aliases, and where no field uses a
type that another one defines.
"""

import json
from typing import Any, Final

from sluicegate.shared.formats.division import MAX_DEPTH, MEMBER, Division, read_object, text_of
from sluicegate.shared.formats.engine import SchemaSource

_PRIMITIVES: Final = frozenset({"null", "boolean", "int", "long", "float", "double", "bytes", "string"})
_LOGICAL: Final = frozenset({"type", "logicalType", "precision", "scale"})
_RECORD: Final = frozenset({"type", "name", "namespace", "doc", "fields"})
_FIELD: Final = frozenset({"name", "type", "default", "doc"})
_KEYS: Final = {
    "array": frozenset({"type", "items"}),
    "map": frozenset({"type", "values"}),
    "enum": frozenset({"type", "name", "namespace", "doc", "symbols", "default"}),
    "fixed": frozenset({"type", "name", "namespace", "doc", "size"}),
    "record": _RECORD,
}


def divided(source: SchemaSource) -> Division | None:
    """See `Divisible`."""
    root = read_object(source)
    if root is None or root.get("type") != "record" or not root.keys() <= _RECORD:
        return None
    members: dict[str, str] = {}
    for field in root.get("fields", ()):
        if not _is_simple_field(field, 1) or field["name"] in members:
            return None
        members[field["name"]] = text_of({key: field[key] for key in ("type", "default") if key in field})
    frame = {key: root[key] for key in ("type", "name", "namespace") if key in root}
    return Division(text_of(frame), members)


def joined(frame: str, member: str | None) -> SchemaSource:
    """See `Divisible`."""
    fields = [] if member is None else [{"name": MEMBER, **json.loads(member)}]
    return SchemaSource(text_of({**json.loads(frame), "fields": fields}))


def _is_simple_field(field: Any, depth: int) -> bool:
    if not isinstance(field, dict) or not field.keys() <= _FIELD or not {"name", "type"} <= field.keys():
        return False
    return _is_simple(field["type"], depth)


def _is_simple(kind: Any, depth: int) -> bool:
    """Whether a type uses no name that is defined elsewhere."""
    if depth > MAX_DEPTH:
        return False
    if isinstance(kind, str):
        return kind in _PRIMITIVES
    if isinstance(kind, list):
        return all(_is_simple(each, depth + 1) for each in kind)
    if not isinstance(kind, dict) or not isinstance(kind.get("type"), str):
        return False
    name = kind["type"]
    if name in _PRIMITIVES:
        return kind.keys() <= _LOGICAL
    if not kind.keys() <= _KEYS.get(name, frozenset()):
        return False
    if name == "record":
        return all(_is_simple_field(each, depth + 1) for each in kind.get("fields", ()))
    if name in ("array", "map"):
        return _is_simple(kind.get("items" if name == "array" else "values"), depth + 1)
    return True
