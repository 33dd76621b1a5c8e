"""Objects whose properties are compared each for itself.

The values of an object schema with `properties`, `required` and a boolean `additionalProperties` alone are all combinations of
the values of its properties, so one such schema accepts all values of another just if it does so for each property.
"""

import json
from typing import Any, Final

from sluicegate.shared.formats.division import MAX_DEPTH, MEMBER, Division, read_object, text_of
from sluicegate.shared.formats.engine import SchemaSource

_REMARKS: Final = frozenset({"title", "description"})
_OBJECT: Final = frozenset({"type", "properties", "required", "additionalProperties"})
_SIMPLE: Final = _OBJECT | _REMARKS | {"enum", "const", "items", "minLength", "maxLength", "minimum", "maximum"}
_ROOT: Final = _OBJECT | _REMARKS | {"$schema"}
_SCALARS: Final = (str, int, type(None))
_MAX_VALUES: Final = 100


def divided(source: SchemaSource) -> Division | None:
    """See `Divisible`."""
    root = read_object(source)
    if root is None or not root.keys() <= _ROOT or root.get("type") != "object" or not _is_object(root, 0):
        return None
    properties, required = root.get("properties", {}), root.get("required", [])
    members = {
        name: text_of([properties.get(name), name in required]) for name in dict.fromkeys((*properties, *required))
    }
    frame = {key: root[key] for key in ("$schema", "type", "additionalProperties") if key in root}
    artifact = None if source.artifact is None else source.artifact.hex()
    return Division(text_of([frame, artifact]), members)


def joined(frame: str, member: str | None) -> SchemaSource:
    """See `Divisible`."""
    root, artifact = json.loads(frame)
    schema, required = (None, False) if member is None else json.loads(member)
    if schema is not None:
        root["properties"] = {MEMBER: schema}
    if required:
        root["required"] = [MEMBER]
    return SchemaSource(text_of(root), artifact=None if artifact is None else bytes.fromhex(artifact))


def _is_object(schema: dict[str, Any], depth: int) -> bool:
    """Whether the keywords of objects in a schema are of the simple kind."""
    properties, required = schema.get("properties", {}), schema.get("required", [])
    return (
        isinstance(schema.get("additionalProperties", True), bool)
        and isinstance(properties, dict)
        and isinstance(required, list)
        and all(isinstance(name, str) for name in required)
        and all(_is_simple(each, depth + 1) for each in properties.values())
    )


def _is_simple(schema: Any, depth: int) -> bool:
    if depth > MAX_DEPTH or not isinstance(schema, dict) or not schema.keys() <= _SIMPLE:
        return False
    values = schema.get("enum", [])
    if not isinstance(schema.get("const"), _SCALARS):
        return False
    if not isinstance(values, list) or len(values) > _MAX_VALUES or not all(isinstance(v, _SCALARS) for v in values):
        return False
    if "items" in schema and not _is_simple(schema["items"], depth + 1):
        return False
    return _is_object(schema, depth)
