"""Logical types that say more about a payload than their base type: decimal and uuid.

Java ignores invalid ones, and so do we.
"""

import re
from functools import lru_cache
from typing import Final, TypeGuard

from sluicegate.shared.formats.avro.model import AvroKind, Fixed, Json, Primitive

UUID: Final = re.compile(rb"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
"""RFC 4122, as the specification asks."""

MAX_DIGITS: Final = 100_000
"""Precisions beyond are not checked: the limit itself would be too large a number."""


def is_uuid(of: Primitive) -> bool:
    """Whether a string must be a UUID."""
    return of.kind is AvroKind.STRING and of.properties.get("logicalType") == "uuid"


def decimal_limit(of: Primitive | Fixed) -> int | None:
    """Return the bound of a decimal's absolute unscaled value; None for other types."""
    if of.properties.get("logicalType") != "decimal" or of.kind not in (AvroKind.BYTES, AvroKind.FIXED):
        return None
    precision, scale = of.properties.get("precision"), of.properties.get("scale", 0)
    if not (_is_integer(precision) and _is_integer(scale) and 0 < precision <= MAX_DIGITS and 0 <= scale <= precision):
        return None
    limit = _power_of_ten(precision)
    fits = not isinstance(of, Fixed) or limit - 1 < 1 << max(8 * of.size - 1, 0)
    return limit if fits else None


@lru_cache(maxsize=64)
def _power_of_ten(exponent: int) -> int:
    return int(10**exponent)


def _is_integer(value: Json) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
