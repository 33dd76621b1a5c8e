"""Attributes of a JSON object for a type or a field, with Java's rules (`Schema.parse`)."""

import math
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.formats.avro.model import AvroKind, FieldDefault, Json, Primitive, Properties, Type
from sluicegate.shared.formats.avro.names import FullName, resolve
from sluicegate.shared.formats.avro.refusals import AvroSchemaCode, pointer, quoted, refused

RESERVED = frozenset({"aliases", "doc", "fields", "items", "name", "namespace", "size", "symbols", "type", "values"})
RESERVED_ENUM = RESERVED | {"default"}
RESERVED_FIELD = frozenset({"aliases", "default", "doc", "name", "order", "type"})
_ORDERS = frozenset({"ascending", "descending", "ignore"})
_REAL = re.compile(r"\s*([+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))[fFdD]?\s*", re.ASCII)

Object = Mapping[str, Json]

MAX_VALUE_DEPTH: Final = 32
"""Maximum of nested arrays and objects in a default or a property.

With the surrounding types, at three levels each, the total is within the limit of `document`.
"""


def malformed(path: str, message: str) -> SchemaSyntaxError:
    """The error for an object that does not describe a type."""
    return refused(path, AvroSchemaCode.SCHEMA_MALFORMED, message)


def properties(node: Object, path: str, reserved: frozenset[str] = RESERVED) -> Properties:
    """The attributes that have no meaning for the type."""
    return MappingProxyType(
        {key: _shallow(value, pointer(path, key)) for key, value in node.items() if key not in reserved}
    )


def _shallow(value: Json, path: str) -> Json:
    """A value that is not nested too deeply to be written out inside the deepest schema."""
    layer = [value]
    for _ in range(MAX_VALUE_DEPTH + 1):
        layer = [part for each in layer if isinstance(each, list | dict) for part in _parts(each)]
        if not layer:
            return value
    raise refused(
        path, AvroSchemaCode.NESTED_TOO_DEEPLY, f"The value is nested more than {MAX_VALUE_DEPTH} levels deep"
    )


def _parts(value: list[Json] | dict[str, Json]) -> Iterable[Json]:
    return value if isinstance(value, list) else value.values()


def text(node: Object, key: str) -> str | None:
    """A text that may be missing; Java takes a value of another JSON type as missing, too."""
    value = node.get(key)
    return value if isinstance(value, str) else None


def required_text(node: Object, key: str, path: str) -> str:
    """A name."""
    value = text(node, key)
    if value is None:
        raise malformed(path, f'"{key}" is missing, or not a text')
    return _clean(value, pointer(path, key))


def _clean(value: str, path: str) -> str:
    """Names end up in a database, which cannot hold U+0000."""
    if "\0" in value:
        raise malformed(path, "A name cannot hold the character U+0000")
    return value


def _strings(node: Object, key: str, path: str) -> Iterable[str]:
    values = node.get(key, [])
    if not isinstance(values, list):
        raise malformed(pointer(path, key), f'"{key}" is an array of texts')
    for index, value in enumerate(values):
        here = pointer(path, key, index)
        if not isinstance(value, str):
            raise malformed(here, f'"{key}" holds texts, not {quoted(value)}')
        yield _clean(value, here)


def symbols(node: Object, path: str) -> tuple[str, ...]:
    """The symbols of an enum."""
    if "symbols" not in node:
        raise malformed(path, 'An enum needs an array of "symbols"')
    seen: dict[str, None] = {}
    for index, symbol in enumerate(_strings(node, "symbols", path)):
        if symbol in seen:
            raise malformed(pointer(path, "symbols", index), f"The symbol {quoted(symbol)} is there twice")
        seen[symbol] = None
    return tuple(seen)


def aliases(node: Object, path: str) -> tuple[str, ...]:
    """The aliases as they are written, each once."""
    return tuple(dict.fromkeys(_strings(node, "aliases", path)))


def type_aliases(node: Object, name: FullName, path: str) -> tuple[FullName, ...]:
    """The aliases of a named type: one without a namespace is in the namespace of the type."""
    return tuple(dict.fromkeys(resolve(alias, name.space) for alias in aliases(node, path)))


def order(node: Object, path: str) -> str:
    """How a field counts when records are sorted."""
    value = node.get("order", "ascending")
    found = value.lower() if isinstance(value, str) else ""
    if found not in _ORDERS:
        raise malformed(pointer(path, "order"), f'"order" is ascending, descending or ignore, not {quoted(value)}')
    return found


def default(node: Object, of: Type, path: str) -> FieldDefault | None:
    """The default of a field. Java reads a text as a number where the field is a float or a double."""
    if "default" not in node:
        return None
    value = node["default"]
    if isinstance(value, str) and isinstance(of, Primitive) and of.kind in (AvroKind.FLOAT, AvroKind.DOUBLE):
        number = _REAL.fullmatch(value)
        if number is None:
            raise malformed(pointer(path, "default"), f"The default {quoted(value)} is not a number")
        return FieldDefault(_finite(number[1]))
    return FieldDefault(_shallow(value, pointer(path, "default")))


def _finite(text: str) -> Json:
    """Parse a number; NaN and infinities, which JSON lacks, stay texts in Java's spelling."""
    value = float(text)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value
