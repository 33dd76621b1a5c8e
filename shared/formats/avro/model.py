"""A parsed Avro schema: a tree of immutable types, with a `TypeReference` for each use of a name.

Types are compared by identity: two places in a schema are two types, even if they are equal. JSON
values in `properties` and `FieldDefault` belong to the schema and are never changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar, TypeAlias

from sluicegate.shared.formats.avro.names import FullName

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Properties: TypeAlias = Mapping[str, Json]
"""The attributes that Avro gives no meaning to, in the order of the text; `logicalType` and its
parameters are among them.
"""

_NONE: Properties = MappingProxyType({})


def _nothing() -> Properties:
    return _NONE


class AvroKind(StrEnum):
    """The types that Avro has."""

    NULL = "null"
    BOOLEAN = "boolean"
    INT = "int"
    LONG = "long"
    FLOAT = "float"
    DOUBLE = "double"
    BYTES = "bytes"
    STRING = "string"
    RECORD = "record"
    ENUM = "enum"
    ARRAY = "array"
    MAP = "map"
    UNION = "union"
    FIXED = "fixed"


PRIMITIVES: Mapping[str, AvroKind] = MappingProxyType({kind.value: kind for kind in list(AvroKind)[:8]})


@dataclass(frozen=True, slots=True, eq=False)
class Primitive:
    """A type without parts."""

    kind: AvroKind
    properties: Properties = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True, eq=False)
class Array:
    """A sequence of items of one type."""

    kind: ClassVar[AvroKind] = AvroKind.ARRAY
    items: "Type"
    properties: Properties = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True, eq=False)
class Map:
    """Values of one type under keys that are strings."""

    kind: ClassVar[AvroKind] = AvroKind.MAP
    values: "Type"
    properties: Properties = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True, eq=False)
class Union:
    """One of several types."""

    kind: ClassVar[AvroKind] = AvroKind.UNION
    branches: tuple["Type", ...]
    properties: ClassVar[Properties] = _NONE


@dataclass(frozen=True, slots=True, eq=False)
class Enum:
    """One of several symbols; a reader that does not know a symbol takes `default`."""

    kind: ClassVar[AvroKind] = AvroKind.ENUM
    name: FullName
    symbols: tuple[str, ...]
    default: str | None = None
    aliases: tuple[FullName, ...] = ()
    doc: str | None = None
    properties: Properties = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True, eq=False)
class Fixed:
    """A fixed number of bytes."""

    kind: ClassVar[AvroKind] = AvroKind.FIXED
    name: FullName
    size: int
    aliases: tuple[FullName, ...] = ()
    doc: str | None = None
    properties: Properties = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class FieldDefault:
    """A default value; it may be null, which is why it is wrapped."""

    value: Json


@dataclass(frozen=True, slots=True, eq=False)
class RecordField:
    """A part of a record. `order` is ascending, descending or ignore."""

    name: str
    type: "Type"
    default: FieldDefault | None = None
    order: str = "ascending"
    aliases: tuple[str, ...] = ()
    doc: str | None = None
    properties: Properties = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True, eq=False)
class RecordType:
    """Named fields in an order; `error` marks the errors of Avro protocols, which are records."""

    kind: ClassVar[AvroKind] = AvroKind.RECORD
    name: FullName
    fields: tuple[RecordField, ...]
    error: bool = False
    aliases: tuple[FullName, ...] = ()
    doc: str | None = None
    properties: Properties = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True, eq=False)
class TypeReference:
    """A named type by its name."""

    name: FullName


Named: TypeAlias = RecordType | Enum | Fixed
Definition: TypeAlias = Primitive | Array | Map | Union | Named
Type: TypeAlias = Definition | TypeReference


@dataclass(frozen=True, slots=True, eq=False)
class Schema:
    """A schema: its outermost type, and every named type by its full name.

    Every `TypeReference` in it resolves.
    """

    root: Type
    types: Mapping[str, Named] = field(default_factory=lambda: MappingProxyType({}))

    def definition(self, of: Type) -> Definition:
        """Return the type itself, or the definition of a reference."""
        return self.types[of.name.full] if isinstance(of, TypeReference) else of


def parts(of: Definition) -> tuple[Type, ...]:
    """The types that a type is made of, in the order of the text."""
    match of:
        case Array():
            return (of.items,)
        case Map():
            return (of.values,)
        case Union():
            return of.branches
        case RecordType():
            return tuple(each.type for each in of.fields)
    return ()
