"""Whether a default value fits its type: Java's `Schema.isValidDefault` 1.12."""

from collections.abc import Container
from typing import Final

from sluicegate.shared.formats.avro.model import (
    Array,
    AvroKind,
    Definition,
    Enum,
    Fixed,
    Json,
    Map,
    Primitive,
    RecordField,
    RecordType,
    Schema,
    Type,
    TypeReference,
    Union,
)

MAX_STEPS: Final = 10_000
"""Maximum of checked values for one default: records in defaults can multiply them without end."""

MAX_DEPTH: Final = 64
"""Values inside each other: four calls a level here, on top of those of the schema around them."""

_INTEGER_BITS: Final = {AvroKind.INT: 31, AvroKind.LONG: 63}


class DefaultChecker:
    """Checks the defaults of one schema, in the order of its text.

    `defined` holds the names that the text has defined so far, `opened` those of the records that
    it is inside of; the caller keeps both. Java checks a default before it knows the types that
    come later: until then any of them is a record without fields.
    """

    def __init__(self, schema: Schema, defined: Container[str], opened: Container[str]) -> None:
        """Take the schema and the two sets, which may change between calls."""
        self._schema = schema
        self._defined = defined
        self._open = opened
        self._steps = 0

    def fits(self, field: RecordField) -> bool:
        """Whether the default of a field, if it has one, fits its type."""
        if field.default is None:
            return True
        if isinstance(field.type, Primitive) and field.type.kind in (AvroKind.FLOAT, AvroKind.DOUBLE):
            return isinstance(field.default.value, str) or _is_number(field.default.value)
        self._steps = 0
        return self._fits(field.type, field.default.value, 0)

    def _fits(self, of: Type, value: Json, depth: int) -> bool:
        self._steps += 1
        if self._steps > MAX_STEPS or depth > MAX_DEPTH:
            return False
        if isinstance(of, TypeReference) and of.name.full not in self._defined:
            return (
                isinstance(value, dict) and of.name.full not in self._open and self._fits_definition(of, value, depth)
            )
        return self._fits_definition(of, value, depth)

    def _fits_definition(self, of: Type, value: Json, depth: int) -> bool:
        definition: Definition = self._schema.definition(of)
        match definition:
            case Primitive():
                return _fits_primitive(definition.kind, value)
            case Enum() | Fixed():
                return isinstance(value, str)
            case Array():
                return isinstance(value, list) and all(self._fits(definition.items, each, depth + 1) for each in value)
            case Map():
                parts = value.values() if isinstance(value, dict) else ()
                return isinstance(value, dict) and all(self._fits(definition.values, each, depth + 1) for each in parts)
            case Union():
                return any(self._fits(branch, value, depth + 1) for branch in definition.branches)
            case RecordType():
                return isinstance(value, dict) and all(self._part(each, value, depth) for each in definition.fields)

    def _part(self, field: RecordField, value: dict[str, Json], depth: int) -> bool:
        """Check a field of a record in a default: the field's own default replaces a missing value."""
        if field.name in value:
            return self._fits(field.type, value[field.name], depth + 1)
        return field.default is not None and self._fits(field.type, field.default.value, depth + 1)


def _fits_primitive(kind: AvroKind, value: Json) -> bool:
    match kind:
        case AvroKind.NULL:
            return value is None
        case AvroKind.BOOLEAN:
            return isinstance(value, bool)
        case AvroKind.INT | AvroKind.LONG:
            limit = 1 << _INTEGER_BITS[kind]
            return isinstance(value, int) and not isinstance(value, bool) and -limit <= value < limit
        case AvroKind.FLOAT | AvroKind.DOUBLE:
            return _is_number(value)
    return isinstance(value, str)


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
