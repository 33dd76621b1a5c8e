"""Checks of types without parts in JSON encoding: they return a violation or None.

Sentences are built for invalid values only, so the hot path and the explanation share these
functions.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from sluicegate.shared.formats.avro.model import AvroKind, Enum, Fixed, Primitive
from sluicegate.shared.formats.avro.payload import logical
from sluicegate.shared.formats.avro.payload.json_faults import Flaw, JsonCode, mismatch
from sluicegate.shared.formats.avro.refusals import MAX_QUOTE_LENGTH, quoted
from sluicegate.shared.formats.avro.wording import described

Leaf: TypeAlias = Callable[[object, int], Flaw | None]
"""From a JSON value, and its number of surrounding types, to a violation."""

_BITS: Final = {AvroKind.INT: 31, AvroKind.LONG: 63}

_NOT_FINITE: Final = frozenset({"NaN", "Infinity", "-Infinity"})
"""JSON has no numbers for these and the specification no word; Java's encoder writes them as
strings.
"""

_FLOAT_END: Final = float(2**128 - 2**103)
"""Midpoint between the largest float and 2^128: from here floats are infinite."""


def leaf(of: Primitive | Enum | Fixed) -> Leaf:
    """The function for a type."""
    match of:
        case Enum():
            return _enum(of)
        case Fixed():
            return _bytes(of)
    match of.kind:
        case AvroKind.NULL:
            return _null
        case AvroKind.BOOLEAN:
            return _boolean
        case AvroKind.INT | AvroKind.LONG:
            return _integer(of.kind)
        case AvroKind.FLOAT:
            return _float
        case AvroKind.DOUBLE:
            return _double
        case AvroKind.BYTES:
            return _bytes(of)
    return _uuid if logical.is_uuid(of) else _string


def _null(value: object, _depth: int) -> Flaw | None:
    return None if value is None else mismatch("A null is null", value)


def _boolean(value: object, _depth: int) -> Flaw | None:
    return None if value is True or value is False else mismatch("A boolean is true or false", value)


def _integer(kind: AvroKind) -> Leaf:
    end = 1 << _BITS[kind]
    word = "An int" if kind is AvroKind.INT else "A long"
    rule = f"{word} is a whole number from {-end} to {end - 1}, written without fraction and exponent"

    def flaw(value: object, _depth: int) -> Flaw | None:
        if type(value) is int and -end <= value < end:
            return None
        # Integers past 64 bits come as floats, too: no message can tell them from fractions.
        return (JsonCode.INTEGER_INVALID, rule) if type(value) in (int, float) else mismatch(rule, value)

    return flaw


def _double(value: object, _depth: int) -> Flaw | None:
    if type(value) is float or type(value) is int or (type(value) is str and value in _NOT_FINITE):
        return None
    return mismatch('A float or double is a number, "NaN", "Infinity" or "-Infinity"', value)


def _float(value: object, depth: int) -> Flaw | None:
    if type(value) is float and not -_FLOAT_END < value < _FLOAT_END:
        return JsonCode.FLOAT_TOO_LARGE, f"{value} is past 3.4028235e38, the largest float"
    return _double(value, depth)


def _string(value: object, _depth: int) -> Flaw | None:
    return None if type(value) is str else mismatch("A string is a string", value)


def _uuid(value: object, _depth: int) -> Flaw | None:
    if type(value) is not str:
        return mismatch("A uuid is a string", value)
    if logical.UUID.fullmatch(value.encode()):
        return None
    return JsonCode.UUID_INVALID, "The string is not a UUID (RFC 4122)"


def _enum(of: Enum) -> Leaf:
    symbols = frozenset(of.symbols)

    def flaw(value: object, _depth: int) -> Flaw | None:
        if type(value) is not str:
            return mismatch(_sentence(f"{described(of)} is a string"), value)
        if value in symbols:
            return None
        shown = quoted(value[: MAX_QUOTE_LENGTH + 1])
        return JsonCode.SYMBOL_UNKNOWN, _sentence(f"{described(of)} has no symbol {shown}")

    return flaw


def _bytes(of: Primitive | Fixed) -> Leaf:
    size = of.size if isinstance(of, Fixed) else None
    limit = logical.decimal_limit(of)

    def flaw(value: object, _depth: int) -> Flaw | None:
        if type(value) is not str:
            return mismatch(_sentence(f"{described(of)} is a string of code points 0 to 255"), value)
        try:
            data = value.encode("latin-1")
        except UnicodeEncodeError as error:
            point = f"U+{ord(value[error.start]):04X} at character {error.start}"
            return JsonCode.BYTES_INVALID, f"Each character stands for a byte, U+0000 to U+00FF, and {point} does not"
        if size is not None and len(data) != size:
            return JsonCode.SIZE_MISMATCH, _sentence(f"{described(of)} has {size} characters, not {len(data)}")
        return None if limit is None else _decimal(of, data, limit)

    return flaw


def _decimal(of: Primitive | Fixed, data: bytes, limit: int) -> Flaw | None:
    if not data:
        return JsonCode.DECIMAL_INVALID, "A decimal needs at least one byte"
    if -limit < int.from_bytes(data, "big", signed=True) < limit:
        return None
    return JsonCode.DECIMAL_INVALID, f"The decimal has more than {of.properties['precision']} digits"


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
