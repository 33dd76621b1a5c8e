"""Parts of a schema as in Confluent's registry (everit), and the order of their numbers.

Paths of entities contain these numbers (`object.address.oneof.1.object.street`): they are part of
the wire format.
"""

from collections.abc import Sequence
from enum import IntEnum

from sluicegate.shared.formats.json_schema.canonical import canonical_value
from sluicegate.shared.formats.json_schema.values import JsonObject, listing, mapping, names, text

CRITERIA = ("allOf", "anyOf", "oneOf")
BRANCHES = ("if", "then", "else")


class CompositionPart(IntEnum):
    """A part of a schema. The values are the order of `JsonSchemaComparator`."""

    ARRAY = 0
    BOOLEAN = 1
    COMBINED = 2
    CONDITIONAL = 3
    CONST = 4
    EMPTY = 5
    ENUM = 6
    FALSE = 7
    NOT = 8
    NULL = 9
    NUMBER = 10
    OBJECT = 11
    REFERENCE = 12
    STRING = 13
    TRUE = 14


_TYPES = {
    "array": CompositionPart.ARRAY,
    "boolean": CompositionPart.BOOLEAN,
    "integer": CompositionPart.NUMBER,
    "null": CompositionPart.NULL,
    "number": CompositionPart.NUMBER,
    "object": CompositionPart.OBJECT,
    "string": CompositionPart.STRING,
}
_TELLING = {
    CompositionPart.ARRAY: ("items", "additionalItems", "minItems", "maxItems", "uniqueItems", "contains"),
    CompositionPart.OBJECT: (
        "properties", "required", "minProperties", "maxProperties", "dependencies", "patternProperties",
        "propertyNames", "additionalProperties",
    ),
    CompositionPart.NUMBER: ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    CompositionPart.STRING: ("minLength", "maxLength", "pattern", "format"),
}  # fmt: skip
"""Keywords that say of which type a schema without `type` is."""

_OWN = {
    CompositionPart.CONDITIONAL: BRANCHES,
    CompositionPart.CONST: ("const",),
    CompositionPart.ENUM: ("enum",),
    CompositionPart.NOT: ("not",),
}


def types(schema: JsonObject) -> tuple[CompositionPart, ...]:
    """Return the types of the described values, in order; none if the schema has no types."""
    kind = schema.get("type")
    if isinstance(kind, str | list):
        return tuple(
            sorted({_TYPES[each] for each in names([kind] if isinstance(kind, str) else kind) if each in _TYPES})
        )
    return tuple(part for part, keywords in _TELLING.items() if any(each in schema for each in keywords))[:1]


def parts(schema: JsonObject) -> tuple[tuple[CompositionPart, str], ...]:
    """Return the parts of a schema in order, with the keyword of COMBINED ones.

    Several parts count together, as by `allOf`.
    """
    if "$ref" in schema:
        return ((CompositionPart.REFERENCE, ""),)
    kinds = types(schema)
    found = [(CompositionPart.COMBINED, each) for each in CRITERIA if each in schema]
    found += [(CompositionPart.COMBINED, "type")] if len(kinds) > 1 else [(kind, "") for kind in kinds]
    found += [(part, "") for part, keywords in _OWN.items() if any(each in schema for each in keywords)]
    return tuple(sorted(found)) or ((CompositionPart.EMPTY, ""),)


def numbered(schemas: Sequence[object]) -> list[object]:
    """Return the schemas of a composition in numbered order; equal ones in the order of the text."""
    return sorted(schemas, key=_key)


def _key(schema: object) -> tuple[object, ...]:
    if not isinstance(schema, dict):
        return (CompositionPart.TRUE if schema is True else CompositionPart.FALSE,)
    found = parts(schema)
    part = found[0][0] if len(found) == 1 else CompositionPart.COMBINED
    titles = (_nullable(text(schema, "title")), _nullable(text(schema, "description")))
    default = _nullable(_shown(schema["default"]) if "default" in schema else None)
    return (part, *titles, default, *_own(schema, part))


def _own(schema: JsonObject, part: CompositionPart) -> tuple[object, ...]:
    match part:
        case CompositionPart.CONST:
            return (_shown(schema["const"]),)
        case CompositionPart.ENUM:
            return (_collection([_shown(each) for each in listing(schema, "enum")]),)
        case CompositionPart.OBJECT:
            return _collection(list(mapping(schema, "properties"))), _collection(list(names(schema.get("required"))))
    return ()


def _collection(words: list[str]) -> tuple[int, list[str]]:
    return len(words), sorted(words)


def _nullable(word: str | None) -> tuple[bool, str]:
    return word is not None, word or ""


def _shown(value: object) -> str:
    return value if isinstance(value, str) else canonical_value(value)
