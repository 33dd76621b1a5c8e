"""Texts of a schema: Java's `toString()`, the parsing canonical form, and this project's identity.

All are the same walk: a named type is written out at its first occurrence, and by its name later.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Final

from sluicegate.shared.formats.avro.json_text import dumps
from sluicegate.shared.formats.avro.model import (
    Array,
    AvroKind,
    Enum,
    Fixed,
    Json,
    Map,
    Named,
    Primitive,
    Properties,
    RecordField,
    RecordType,
    Schema,
    Type,
    TypeReference,
    Union,
)
from sluicegate.shared.formats.avro.names import FullName

_KIND_NAMES: Final = frozenset(kind.value for kind in AvroKind)


def java_text(schema: Schema) -> str:
    """Return the text of Java's `Schema.toString()`, which Confluent's registry stores and shows."""
    return dumps(_JavaPrinter(schema).print(schema.root, ""))


def parsing_canonical_form(schema: Schema) -> str:
    """Return the specification's "Parsing Canonical Form": only the parts that affect encoding."""
    return dumps(_ParsingPrinter(schema).print(schema.root, ""))


def identity(schema: Schema) -> str:
    """The text that is the same for every spelling of the same schema.

    Kept: full names, fields and symbols and branches in their order, defaults, aliases (sorted),
    the order attribute where it is not ascending, logical types and all other properties (sorted by
    key), as programs read them. Left out: docs, which matter to no reader or writer of data;
    namespaces, which are in the full names; whitespace. Types of referenced schemas are written out
    like the others.
    """
    return dumps(_IdentityPrinter(schema).print(schema.root, ""))


def definition(named: Named) -> str:
    """The identity of one definition, with every other named type by its name alone."""
    return dumps(_DefinitionPrinter(named).print(named, ""))


class _Printer(ABC):
    """Types -> JSON values. One use each: it remembers which named types it has written out."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._known: set[str] = set()

    def print(self, of: Type, space: str) -> Json:
        """Return a type as it is inside a namespace."""
        if isinstance(of, TypeReference | RecordType | Enum | Fixed):
            return self._named_or_reference(of, space)
        match of:
            case Primitive():
                properties = self.properties(of.properties)
                return {"type": of.kind.value, **properties} if properties else of.kind.value
            case Array():
                return {"type": "array", "items": self.print(of.items, space), **self.properties(of.properties)}
            case Map():
                return {"type": "map", "values": self.print(of.values, space), **self.properties(of.properties)}
            case Union():
                return [self.print(branch, space) for branch in of.branches]

    def _named_or_reference(self, of: TypeReference | Named, space: str) -> Json:
        if self.is_known(of.name.full):
            return self.reference(of.name, space)
        self._known.add(of.name.full)
        named = self._schema.types[of.name.full] if isinstance(of, TypeReference) else of
        return self.named(named, space)

    def is_known(self, full: str) -> bool:
        """Whether a named type has been written out."""
        return full in self._known

    def body(self, of: Named) -> dict[str, Json]:
        """Return the definition of a named type."""
        match of:
            case RecordType():
                return {"fields": [self.field(each, of.name.space) for each in of.fields]}
            case Enum():
                return {"symbols": list(of.symbols)}
            case Fixed():
                return {"size": of.size}

    @abstractmethod
    def named(self, of: Named, space: str) -> Json:
        """A named type, written out."""

    @abstractmethod
    def field(self, of: RecordField, space: str) -> Json:
        """A field of a record."""

    @abstractmethod
    def reference(self, name: FullName, space: str) -> str:
        """A named type by its name."""

    @abstractmethod
    def properties(self, properties: Properties) -> dict[str, Json]:
        """Return the attributes without a meaning in Avro."""


class _JavaPrinter(_Printer):
    """The order and the spelling of `Schema.toJson` in Java."""

    def named(self, of: Named, space: str) -> Json:
        return {
            "type": _kind(of),
            "name": of.name.simple,
            **({"namespace": of.name.space} if of.name.space != space else {}),
            **_optional("doc", of.doc),
            **self.body(of),
            **_optional("default", of.default if isinstance(of, Enum) else None),
            **self.properties(of.properties),
            **_list("aliases", (self.reference(alias, of.name.space) for alias in of.aliases)),
        }

    def field(self, of: RecordField, space: str) -> Json:
        return {
            "name": of.name,
            "type": self.print(of.type, space),
            **_optional("doc", of.doc),
            **({} if of.default is None else {"default": of.default.value}),
            **_order(of),
            **_list("aliases", of.aliases),
            **self.properties(of.properties),
        }

    def reference(self, name: FullName, space: str) -> str:
        """Return the simple name inside the same namespace, unless it is also a type of Avro's own."""
        return name.simple if name.space == space and name.simple not in _KIND_NAMES else name.full

    def properties(self, properties: Properties) -> dict[str, Json]:
        return dict(properties)


class _ParsingPrinter(_Printer):
    """The specification's "Transforming into Parsing Canonical Form"."""

    def named(self, of: Named, space: str) -> Json:
        return {"name": of.name.full, "type": of.kind.value, **self.body(of)}

    def field(self, of: RecordField, space: str) -> Json:
        return {"name": of.name, "type": self.print(of.type, space)}

    def reference(self, name: FullName, space: str) -> str:
        return name.full

    def properties(self, properties: Properties) -> dict[str, Json]:
        return {}


class _IdentityPrinter(_Printer):
    """See `identity`. Names carry their namespace, or a leading dot that says that they have none."""

    def named(self, of: Named, space: str) -> Json:
        return {
            "type": _kind(of),
            "name": of.name.within(space),
            **self.body(of),
            **_optional("default", of.default if isinstance(of, Enum) else None),
            **_list("aliases", sorted(alias.within(of.name.space) for alias in of.aliases)),
            **self.properties(of.properties),
        }

    def field(self, of: RecordField, space: str) -> Json:
        return {
            "name": of.name,
            "type": self.print(of.type, space),
            **({} if of.default is None else {"default": _sorted(of.default.value)}),
            **_order(of),
            **_list("aliases", sorted(of.aliases)),
            **self.properties(of.properties),
        }

    def reference(self, name: FullName, space: str) -> str:
        return name.within(space)

    def properties(self, properties: Properties) -> dict[str, Json]:
        return {key: _sorted(properties[key]) for key in sorted(properties)}


class _DefinitionPrinter(_IdentityPrinter):
    """Writes out one type and no other."""

    def __init__(self, own: Named) -> None:
        super().__init__(Schema(own))
        self._own = own.name.full

    def is_known(self, full: str) -> bool:
        return full != self._own or super().is_known(full)


def _kind(of: Named) -> str:
    return "error" if isinstance(of, RecordType) and of.error else of.kind.value


def _optional(key: str, value: str | None) -> dict[str, Json]:
    return {} if value is None else {key: value}


def _list(key: str, values: Iterable[str]) -> dict[str, Json]:
    listed: list[Json] = list(values)
    return {key: listed} if listed else {}


def _order(of: RecordField) -> dict[str, Json]:
    return {} if of.order == "ascending" else {"order": of.order}


def _sorted(value: Json) -> Json:
    """A JSON value with its keys in order, at every level."""
    match value:
        case dict():
            return {key: _sorted(value[key]) for key in sorted(value)}
        case list():
            return [_sorted(part) for part in value]
    return value
