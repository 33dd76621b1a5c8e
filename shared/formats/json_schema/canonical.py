"""The text that is the same for every spelling of a schema: RFC 8785 (JCS), with `required` sorted.

JCS is defined on doubles only and its library refuses integers past 2^53. Integers of a schema are
exact here: whole numbers are written by value, as digits below 10^21 (where ECMAScript changes to
exponents), in the exponent form if that is exactly the same number, else as digits. `1`, `1.0` and
`1e0` are one text, and 2^53 and 2^53+1 are two.

Numbers with a fraction or an exponent are doubles, in schemas and in payloads alike: the canonical
text merges
12345678901234567890.5 and 12345678901234567890.4, and no payload tells them apart.
"""

import json

import orjson
import rfc8785

from sluicegate.shared.formats.json_schema.keywords import subschemas
from sluicegate.shared.formats.json_schema.values import JsonObject, Schema

_DIGITS_BELOW = 10**21

_string = json.JSONEncoder(ensure_ascii=False).encode
"""A string as RFC 8785 writes it, which is as the standard library does."""

_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_plain = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


def canonical(schema: Schema) -> str:
    """The canonical text of a schema."""
    if _is_plain(schema):
        return _quick(schema)
    if isinstance(schema, bool):
        return _written(schema)
    positions = {id(node) for node in _schema_objects(schema)}
    return _written(schema, positions)


def compact(schema: Schema) -> str:
    """A schema without spaces, its names in the order in which they were written."""
    return _compact(schema)


def canonical_value(value: object) -> str:
    """The canonical text of any JSON value: two values are equal when their texts are."""
    return _quick(value) if _is_plain(value) else _written(value)


def _is_plain(root: object) -> bool:
    """Return whether the standard library writes a value correctly.

    ASCII names, no fractions or huge numbers, `required` in order.
    """
    pending = [root]
    for value in pending:
        if isinstance(value, dict):
            if not "".join(value).isascii() or _sorted(value.get("required")) != value.get("required"):
                return False
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)
        elif isinstance(value, float) or (isinstance(value, int) and abs(value) >= _DIGITS_BELOW):
            return False
    return True


def _quick(plain: object) -> str:
    """The canonical text of a value that is plain: many times quicker than by Python's own steps."""
    try:
        return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS).decode()
    # an integer above 64 bits, half of a surrogate pair, or too deep
    except orjson.JSONEncodeError:
        return _plain(plain)


def _schema_objects(root: JsonObject) -> list[JsonObject]:
    """The root and every object in a schema position under it; `required` means nothing elsewhere."""
    found = [root]
    for schema in found:
        found.extend(inner for _, inner in subschemas(schema) if isinstance(inner, dict))
    return found


def _written(value: object, positions: frozenset[int] | set[int] = frozenset()) -> str:
    if isinstance(value, dict):
        return _object(value, positions)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, list):
        return f"[{','.join(_written(item, positions) for item in value)}]"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value)
    return rfc8785.dumps(value).decode()  # type: ignore[arg-type]  # a boolean or null is left


def _object(value: JsonObject, positions: frozenset[int] | set[int]) -> str:
    members = []
    for name in _in_order(value):
        item = value[name]
        if name == "required" and id(value) in positions:
            item = _sorted(item)
        members.append(f"{_string(name)}:{_written(item, positions)}")
    return f"{{{','.join(members)}}}"


def _in_order(value: JsonObject) -> list[str]:
    """By UTF-16 code units, which for ASCII is by characters."""
    plain = all(name.isascii() for name in value)
    return sorted(value) if plain else sorted(value, key=lambda name: name.encode("utf-16-be"))


def _sorted(value: object) -> object:
    """The names in order; anything that is not a list of names stays as it is."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return sorted(value)
    return value


def _number(value: int | float) -> str:
    if isinstance(value, float) and not value.is_integer():
        return rfc8785.dumps(value).decode()
    whole = int(value)
    if abs(whole) < _DIGITS_BELOW or not _is_double(whole):
        return str(whole)
    return rfc8785.dumps(float(whole)).decode()


def _is_double(whole: int) -> bool:
    try:
        return float(whole) == whole
    except OverflowError:
        return False
