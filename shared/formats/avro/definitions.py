"""The parser of one text: JSON values -> types, with what the whole text must still show to be right."""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from shared.errors import SchemaSyntaxError
from shared.formats.avro.model import (
    PRIMITIVES,
    Array,
    Default,
    Enum,
    Field,
    Fixed,
    Json,
    Kind,
    Map,
    Named,
    Primitive,
    Properties,
    Record,
    Reference,
    Type,
    Union,
)
from shared.formats.avro.names import Name, resolve
from shared.formats.avro.refusals import Code, pointer, quoted, refused

DEEPEST: Final = 64
"""Types inside each other. A level takes at most four calls here, so that Python's limit of 1000 is never near."""

LARGEST_FIXED: Final = 2**31 - 1 - 8
"""Java's `SystemLimitException`: the longest array of a virtual machine."""

_RESERVED = frozenset({"aliases", "doc", "fields", "items", "name", "namespace", "size", "symbols", "type", "values"})
_RESERVED_ENUM = _RESERVED | {"default"}
_RESERVED_FIELD = frozenset({"aliases", "default", "doc", "name", "order", "type"})
_ORDERS = frozenset({"ascending", "descending", "ignore"})
_REAL = re.compile(r"\s*([+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))[fFdD]?\s*")

Object = Mapping[str, Json]


class DefinitionParser:
    """Turns one JSON value into a type; afterwards `types`, `forward` and `repeated` tell what is still to be checked.

    `types`: every named type by full name, those known before among them. `forward`: names used before they were defined, with
    where. `repeated`: definitions of names that were defined before, with where.
    """

    def __init__(self, known: Mapping[str, Named]) -> None:
        """Take the named types that the text may refer to without defining them."""
        self.types: dict[str, Named] = dict(known)
        self.forward: list[tuple[str, Name]] = []
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
        if level > DEEPEST:
            raise refused(path, Code.NESTED_TOO_DEEPLY, f"The types are nested more than {DEEPEST} levels deep")
        match value:
            case str():
                return self._name(value, space, path)
            case list():
                return self._union(value, space, path, level)
            case dict():
                return self._object(value, space, path, level)
        raise _malformed(path, f"A type is a name, an object or an array, not {quoted(value)}")

    def _name(self, text: str, space: str, path: str) -> Type:
        if text in PRIMITIVES:
            return Primitive(PRIMITIVES[text])
        name = resolve(text, space)
        if name.full in self._declared:
            return Reference(name)
        if "." not in text and text in self._declared:
            return Reference(Name("", text))
        self.forward.append((path, name))
        return Reference(name)

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
            raise _malformed(path, f'An object that describes a type needs a "type" that is a name{found}')
        if kind in PRIMITIVES:
            return Primitive(PRIMITIVES[kind], _properties(node))
        parse = self._objects.get(kind)
        return parse(node, space, path, level) if parse else self._name(kind, space, path)

    def _array(self, node: Object, space: str, path: str, level: int) -> Array:
        return Array(self._part(node, "items", space, path, level), _properties(node))

    def _map(self, node: Object, space: str, path: str, level: int) -> Map:
        return Map(self._part(node, "values", space, path, level), _properties(node))

    def _part(self, node: Object, key: str, space: str, path: str, level: int) -> Type:
        if key not in node:
            raise _malformed(path, f'The "{key}" of this {node["type"]} are missing')
        return self.parse(node[key], space, pointer(path, key), level + 1)

    def _enum(self, node: Object, space: str, path: str, level: int) -> Enum:
        name = self._declare(node, space, path)
        symbols = _symbols(node, path)
        default = node.get("default")
        if isinstance(default, str) and default not in symbols:
            raise _malformed(pointer(path, "default"), f"The default {quoted(default)} is not one of the symbols")
        enum = Enum(
            name,
            symbols,
            default if isinstance(default, str) else None,
            _type_aliases(node, name, path),
            _text(node, "doc"),
            _properties(node, _RESERVED_ENUM),
        )
        self._define(enum, path)
        return enum

    def _fixed(self, node: Object, space: str, path: str, level: int) -> Fixed:
        name = self._declare(node, space, path)
        size = node.get("size")
        if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= LARGEST_FIXED:
            raise _malformed(pointer(path, "size"), f'A fixed needs a "size" of 0 to {LARGEST_FIXED}')
        fixed = Fixed(name, size, _type_aliases(node, name, path), _text(node, "doc"), _properties(node))
        self._define(fixed, path)
        return fixed

    def _record(self, node: Object, space: str, path: str, level: int) -> Record:
        name = self._declare(node, space, path)
        nodes = node.get("fields")
        if not isinstance(nodes, list):
            raise _malformed(path, f'The record {quoted(name.full)} needs an array of "fields"')
        fields: dict[str, Field] = {}
        for index, each in enumerate(nodes):
            here = pointer(path, "fields", index)
            parsed = self._field(each, name.space, here, level)
            if fields.setdefault(parsed.name, parsed) is not parsed:
                raise _malformed(here, f"The record {quoted(name.full)} has two fields named {quoted(parsed.name)}")
        record = Record(
            name,
            tuple(fields.values()),
            node["type"] == "error",
            _type_aliases(node, name, path),
            _text(node, "doc"),
            _properties(node),
        )
        self._define(record, path)
        return record

    def _field(self, node: Json, space: str, path: str, level: int) -> Field:
        if not isinstance(node, dict):
            raise _malformed(path, f"A field is an object, not {quoted(node)}")
        name = _required(node, "name", path)
        if "type" not in node:
            raise _malformed(path, f"The field {quoted(name)} has no type")
        of = self.parse(node["type"], space, pointer(path, "type"), level + 1)
        return Field(
            name,
            of,
            _default(node, of, path),
            _order(node, path),
            tuple(dict.fromkeys(_aliases(node, path))),
            _text(node, "doc"),
            _properties(node, _RESERVED_FIELD),
        )

    def _declare(self, node: Object, space: str, path: str) -> Name:
        """The name of a type that is about to be defined. From here on the text may refer to it."""
        own = _text(node, "namespace")
        name = resolve(_required(node, "name", path), space if own is None else own)
        if name.full in PRIMITIVES:
            raise _malformed(
                pointer(path, "name"), f"A type cannot have the name of the primitive type {quoted(name.full)}"
            )
        self._declared.add(name.full)
        return name

    def _define(self, named: Named, path: str) -> None:
        if self.types.setdefault(named.name.full, named) is not named:
            self.repeated.append((path, named))


def _malformed(path: str, message: str) -> SchemaSyntaxError:
    return refused(path, Code.SCHEMA_MALFORMED, message)


def _check_branch(branch: Type, seen: set[str], path: str) -> None:
    if isinstance(branch, Union):
        raise _malformed(path, "A union cannot be a branch of a union")
    key = branch.kind if isinstance(branch, Primitive | Array | Map) else branch.name.full
    if key in seen:
        raise _malformed(path, f"The union has {quoted(str(key))} twice")
    seen.add(key)


def _properties(node: Object, reserved: frozenset[str] = _RESERVED) -> Properties:
    return MappingProxyType({key: value for key, value in node.items() if key not in reserved})


def _text(node: Object, key: str) -> str | None:
    """A text that may be missing; Java takes a value of another JSON type as missing, too."""
    value = node.get(key)
    return value if isinstance(value, str) else None


def _required(node: Object, key: str, path: str) -> str:
    value = _text(node, key)
    if value is None:
        raise _malformed(path, f'"{key}" is missing, or not a text')
    return _clean(value, pointer(path, key))


def _clean(value: str, path: str) -> str:
    """Names end up in a database, which cannot hold U+0000."""
    if "\0" in value:
        raise _malformed(path, "A name cannot hold the character U+0000")
    return value


def _strings(node: Object, key: str, path: str) -> Iterable[str]:
    values = node.get(key, [])
    if not isinstance(values, list):
        raise _malformed(pointer(path, key), f'"{key}" is an array of texts')
    for index, value in enumerate(values):
        here = pointer(path, key, index)
        if not isinstance(value, str):
            raise _malformed(here, f'"{key}" holds texts, not {quoted(value)}')
        yield _clean(value, here)


def _symbols(node: Object, path: str) -> tuple[str, ...]:
    if "symbols" not in node:
        raise _malformed(path, 'An enum needs an array of "symbols"')
    seen: dict[str, None] = {}
    for index, symbol in enumerate(_strings(node, "symbols", path)):
        if symbol in seen:
            raise _malformed(pointer(path, "symbols", index), f"The symbol {quoted(symbol)} is there twice")
        seen[symbol] = None
    return tuple(seen)


def _aliases(node: Object, path: str) -> Iterable[str]:
    return _strings(node, "aliases", path)


def _type_aliases(node: Object, name: Name, path: str) -> tuple[Name, ...]:
    """The aliases of a named type: one without a namespace is in the namespace of the type."""
    return tuple(dict.fromkeys(resolve(alias, name.space) for alias in _aliases(node, path)))


def _order(node: Object, path: str) -> str:
    value = node.get("order", "ascending")
    order = value.lower() if isinstance(value, str) else ""
    if order not in _ORDERS:
        raise _malformed(pointer(path, "order"), f'"order" is ascending, descending or ignore, not {quoted(value)}')
    return order


def _default(node: Object, of: Type, path: str) -> Default | None:
    """The default of a field. Java reads a text as a number where the field is a float or a double."""
    if "default" not in node:
        return None
    value = node["default"]
    if isinstance(value, str) and isinstance(of, Primitive) and of.kind in (Kind.FLOAT, Kind.DOUBLE):
        number = _REAL.fullmatch(value)
        if number is None:
            raise _malformed(pointer(path, "default"), f"The default {quoted(value)} is not a number")
        return Default(_finite(number[1]))
    return Default(value)


def _finite(text: str) -> Json:
    """A number; JSON has no word for NaN and the infinities, so they stay texts, in Java's spelling."""
    value = float(text)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value
