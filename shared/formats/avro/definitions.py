"""The parser of one text: JSON values -> types, and a list of further checks."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from sluicegate.shared.formats.avro import nodes
from sluicegate.shared.formats.avro.model import (
    PRIMITIVES,
    Array,
    Enum,
    Fixed,
    Json,
    Map,
    Named,
    Primitive,
    RecordField,
    RecordType,
    Type,
    TypeReference,
    Union,
)
from sluicegate.shared.formats.avro.names import FullName, resolve
from sluicegate.shared.formats.avro.nodes import Object, malformed
from sluicegate.shared.formats.avro.refusals import AvroSchemaCode, pointer, quoted, refused

MAX_DEPTH: Final = 64
"""Types inside each other. A level takes at most four calls here, so that Python's limit of 1000 is
never near.
"""

MAX_FIXED_BYTES: Final = 2**31 - 1 - 8
"""Java's `SystemLimitException`: the longest array of a virtual machine."""


class DefinitionParser:
    """Converts one JSON value into a type, and lists the names for later checks.

    `types`: every named type by full name, with the previously known ones. `forward`: names that
    were used before their definition, with their places. `repeated`: repeated definitions, with
    their places.
    """

    def __init__(self, known: Mapping[str, Named]) -> None:
        """Take the named types that the text may refer to without defining them."""
        self.types: dict[str, Named] = dict(known)
        self.forward: list[tuple[str, FullName]] = []
        self.repeated: list[tuple[str, Named]] = []
        self._declared = set(known)
        self._objects: Mapping[str, Callable[[Object, str, str, int], Type]] = {
            "record": self._record,
            "error": self._record,
            "enum": self._enum,
            "fixed": self._fixed,
            "array": self._array,
            "map": self._map,
        }

    def parse(self, value: Json, space: str = "", path: str = "", level: int = 1) -> Type:
        """The type that a JSON value describes inside a namespace. Raises `SchemaSyntaxError`."""
        if level > MAX_DEPTH:
            raise refused(
                path, AvroSchemaCode.NESTED_TOO_DEEPLY, f"The types are nested more than {MAX_DEPTH} levels deep"
            )
        match value:
            case str():
                return self._name(value, space, path)
            case list():
                return self._union(value, space, path, level)
            case dict():
                return self._object(value, space, path, level)
        raise malformed(path, f"A type is a name, an object or an array, not {quoted(value)}")

    def _name(self, text: str, space: str, path: str) -> Type:
        if text in PRIMITIVES:
            return Primitive(PRIMITIVES[text])
        name = resolve(text, space)
        if name.full in self._declared:
            return TypeReference(name)
        if "." not in text and text in self._declared:
            return TypeReference(FullName("", text))
        self.forward.append((path, name))
        return TypeReference(name)

    def _union(self, branches: Iterable[Json], space: str, path: str, level: int) -> Union:
        parsed = []
        seen: set[str] = set()
        for index, branch in enumerate(branches):
            here = pointer(path, index)
            parsed.append(self.parse(branch, space, here, level + 1))
            _check_branch(parsed[-1], seen, here)
        return Union(tuple(parsed))

    def _object(self, node: Object, space: str, path: str, level: int) -> Type:
        kind = node.get("type")
        if not isinstance(kind, str):
            found = f", not {quoted(kind)}" if "type" in node else ""
            raise malformed(path, f'An object that describes a type needs a "type" that is a name{found}')
        if kind in PRIMITIVES:
            return Primitive(PRIMITIVES[kind], nodes.properties(node, path))
        parse = self._objects.get(kind)
        return parse(node, space, path, level) if parse else self._name(kind, space, path)

    def _array(self, node: Object, space: str, path: str, level: int) -> Array:
        return Array(self._part(node, "items", space, path, level), nodes.properties(node, path))

    def _map(self, node: Object, space: str, path: str, level: int) -> Map:
        return Map(self._part(node, "values", space, path, level), nodes.properties(node, path))

    def _part(self, node: Object, key: str, space: str, path: str, level: int) -> Type:
        if key not in node:
            raise malformed(path, f'The "{key}" of this {node["type"]} are missing')
        return self.parse(node[key], space, pointer(path, key), level + 1)

    def _enum(self, node: Object, space: str, path: str, level: int) -> Enum:
        name = self._declare(node, space, path)
        symbols = nodes.symbols(node, path)
        default = node.get("default")
        if isinstance(default, str) and default not in symbols:
            raise malformed(pointer(path, "default"), f"The default {quoted(default)} is not one of the symbols")
        enum = Enum(
            name,
            symbols,
            default if isinstance(default, str) else None,
            nodes.type_aliases(node, name, path),
            nodes.text(node, "doc"),
            nodes.properties(node, path, nodes.RESERVED_ENUM),
        )
        self._define(enum, path)
        return enum

    def _fixed(self, node: Object, space: str, path: str, level: int) -> Fixed:
        name = self._declare(node, space, path)
        size = node.get("size")
        if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= MAX_FIXED_BYTES:
            raise malformed(pointer(path, "size"), f'A fixed needs a "size" of 0 to {MAX_FIXED_BYTES}')
        fixed = Fixed(
            name, size, nodes.type_aliases(node, name, path), nodes.text(node, "doc"), nodes.properties(node, path)
        )
        self._define(fixed, path)
        return fixed

    def _record(self, node: Object, space: str, path: str, level: int) -> RecordType:
        name = self._declare(node, space, path)
        listed = node.get("fields")
        if not isinstance(listed, list):
            raise malformed(path, f'The record {quoted(name.full)} needs an array of "fields"')
        fields: dict[str, RecordField] = {}
        for index, each in enumerate(listed):
            here = pointer(path, "fields", index)
            parsed = self._field(each, name.space, here, level)
            if fields.setdefault(parsed.name, parsed) is not parsed:
                raise malformed(here, f"The record {quoted(name.full)} has two fields named {quoted(parsed.name)}")
        record = RecordType(
            name,
            tuple(fields.values()),
            node["type"] == "error",
            nodes.type_aliases(node, name, path),
            nodes.text(node, "doc"),
            nodes.properties(node, path),
        )
        self._define(record, path)
        return record

    def _field(self, node: Json, space: str, path: str, level: int) -> RecordField:
        if not isinstance(node, dict):
            raise malformed(path, f"A field is an object, not {quoted(node)}")
        name = nodes.required_text(node, "name", path)
        if "type" not in node:
            raise malformed(path, f"The field {quoted(name)} has no type")
        of = self.parse(node["type"], space, pointer(path, "type"), level + 1)
        return RecordField(
            name,
            of,
            nodes.default(node, of, path),
            nodes.order(node, path),
            nodes.aliases(node, path),
            nodes.text(node, "doc"),
            nodes.properties(node, path, nodes.RESERVED_FIELD),
        )

    def _declare(self, node: Object, space: str, path: str) -> FullName:
        """The name of a type that is about to be defined. From here on the text may refer to it."""
        own = nodes.text(node, "namespace")
        name = resolve(nodes.required_text(node, "name", path), space if own is None else own)
        if name.full in PRIMITIVES:
            raise malformed(
                pointer(path, "name"), f"A type cannot have the name of the primitive type {quoted(name.full)}"
            )
        self._declared.add(name.full)
        return name

    def _define(self, named: Named, path: str) -> None:
        if self.types.setdefault(named.name.full, named) is not named:
            self.repeated.append((path, named))


def _check_branch(branch: Type, seen: set[str], path: str) -> None:
    if isinstance(branch, Union):
        raise malformed(path, "A union cannot be a branch of a union")
    key = branch.kind if isinstance(branch, Primitive | Array | Map) else branch.name.full
    if key in seen:
        raise malformed(path, f"The union has {quoted(str(key))} twice")
    seen.add(key)
