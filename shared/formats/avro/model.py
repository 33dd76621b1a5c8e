"""A parsed Avro schema: a tree of immutable types, with a `Reference` for each use of a name.

Types are compared by identity: two places in a schema are two types, even if they are equal. JSON
values in `properties` and `Default` belong to the schema and are never changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar, TypeAlias

from sluicegate.shared.formats.avro.names import Name

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Properties: TypeAlias = Mapping[str, Json]
"""The attributes that Avro gives no meaning to, in the order of the text; `logicalType` and its
parameters are among them.
"""

_NONE: Properties = MappingProxyType({})


def _nothing() -> Properties:
    return _NONE


class Kind(StrEnum):
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


PRIMITIVES: Mapping[str, Kind] = MappingProxyType({kind.value: kind for kind in list(Kind)[:8]})


@dataclass(frozen=True, slots=True, eq=False)
class Primitive:
    """A type without parts."""

    kind: Kind
    properties: Properties = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True, eq=False)
class Array:
    """A sequence of items of one type."""

    kind: ClassVar[Kind] = Kind.ARRAY
    items: "Type"
    properties: Properties = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True, eq=False)
class Map:
    """Values of one type under keys that are strings."""

    kind: ClassVar[Kind] = Kind.MAP
    values: "Type"
    properties: Properties = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True, eq=False)
class Union:
    """One of several types."""

    kind: ClassVar[Kind] = Kind.UNION
    branches: tuple["Type", ...]
    properties: ClassVar[Properties] = _NONE


@dataclass(frozen=True, slots=True, eq=False)
class Enum:
    """One of several symbols; a reader that does not know a symbol takes `default`."""

    kind: ClassVar[Kind] = Kind.ENUM
    name: Name
    symbols: tuple[str, ...]
    default: str | None = None
    aliases: tuple[Name, ...] = ()
    doc: str | None = None
    properties: Properties = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True, eq=False)
class Fixed:
    """So many bytes."""

    kind: ClassVar[Kind] = Kind.FIXED
    name: Name
    size: int
    aliases: tuple[Name, ...] = ()
    doc: str | None = None
    properties: Properties = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class Default:
    """A default value; it may be null, which is why it is wrapped."""

    value: Json


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A part of a record. `order` is ascending, descending or ignore."""

    name: str
    type: "Type"
    default: Default | None = None
    order: str = "ascending"
    aliases: tuple[str, ...] = ()
    doc: str | None = None
    properties: Properties = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """Named fields in an order; `error` marks the errors of Avro protocols, which are records."""

    kind: ClassVar[Kind] = Kind.RECORD
    name: Name
    fields: tuple[Field, ...]
    error: bool = False
    aliases: tuple[Name, ...] = ()
    doc: str | None = None
    properties: Properties = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A named type by its name."""

    name: Name


Named: TypeAlias = Record | Enum | Fixed
Definition: TypeAlias = Primitive | Array | Map | Union | Named
Type: TypeAlias = Definition | Reference


@dataclass(frozen=True, slots=True, eq=False)
class Schema:
    """A schema: its outermost type, and every named type by its full name.

    Every `Reference` in it resolves.
    """

    root: Type
    types: Mapping[str, Named] = field(default_factory=lambda: MappingProxyType({}))

    def definition(self, of: Type) -> Definition:
        """Return the type itself, or the definition of a reference."""
        return self.types[of.name.full] if isinstance(of, Reference) else of


def parts(of: Definition) -> tuple[Type, ...]:
    """The types that a type is made of, in the order of the text."""
    match of:
        case Array():
            return (of.items,)
        case Map():
            return (of.values,)
        case Union():
            return of.branches
        case Record():
            return tuple(each.type for each in of.fields)
    return ()
