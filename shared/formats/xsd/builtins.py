"""The simple types that XML Schema defines (part 2, section 3), with their facets."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from sluicegate.shared.formats.xsd.components import ANY_SIMPLE_TYPE, ANY_TYPE, Facets, SimpleType, Variety
from sluicegate.shared.formats.xsd.names import XS, QName, xs

_PRIMITIVES: Final = (
    "string", "boolean", "decimal", "float", "double", "duration", "dateTime", "time", "date", "gYearMonth", "gYear", "gMonthDay",
    "gDay", "gMonth", "hexBinary", "base64Binary", "anyURI", "QName", "NOTATION",
)  # fmt: skip

_BASES: Final[Mapping[str, str]] = MappingProxyType({
    "anyAtomicType": "anySimpleType", "error": "anySimpleType",
    **dict.fromkeys(_PRIMITIVES, "anySimpleType"),
    "normalizedString": "string", "token": "normalizedString", "language": "token", "NMTOKEN": "token", "Name": "token",
    "NCName": "Name", "ID": "NCName", "IDREF": "NCName", "ENTITY": "NCName",
    "integer": "decimal", "nonPositiveInteger": "integer", "negativeInteger": "nonPositiveInteger", "long": "integer",
    "int": "long", "short": "int", "byte": "short", "nonNegativeInteger": "integer", "unsignedLong": "nonNegativeInteger",
    "unsignedInt": "unsignedLong", "unsignedShort": "unsignedInt", "unsignedByte": "unsignedShort",
    "positiveInteger": "nonNegativeInteger",
    "dateTimeStamp": "dateTime", "yearMonthDuration": "duration", "dayTimeDuration": "duration",
})  # fmt: skip
"""Every atomic type and its base."""

_LISTS: Final[Mapping[str, str]] = MappingProxyType({"NMTOKENS": "NMTOKEN", "IDREFS": "IDREF", "ENTITIES": "ENTITY"})

_RANGES: Final[Mapping[str, tuple[int | None, int | None]]] = MappingProxyType({
    "nonPositiveInteger": (None, 0), "negativeInteger": (None, -1), "nonNegativeInteger": (0, None), "positiveInteger": (1, None),
    "long": (-(2**63), 2**63 - 1), "int": (-(2**31), 2**31 - 1), "short": (-(2**15), 2**15 - 1), "byte": (-128, 127),
    "unsignedLong": (0, 2**64 - 1), "unsignedInt": (0, 2**32 - 1), "unsignedShort": (0, 2**16 - 1), "unsignedByte": (0, 255),
})  # fmt: skip

_WHITE_SPACE: Final[Mapping[str, str]] = MappingProxyType(
    {"string": "preserve", "normalizedString": "replace", "anySimpleType": "preserve"}
)


def is_builtin(name: QName) -> bool:
    """Whether XML Schema defines a simple type of this name."""
    return name.namespace == XS and (name.name in _BASES or name.name in _LISTS or name == ANY_SIMPLE_TYPE)


@cache
def builtin(local: str) -> SimpleType:
    """The simple type `xs:<local>`. Raises `KeyError` when there is none."""
    name = xs(local)
    if local == "anySimpleType":
        return SimpleType(name, (name, ANY_TYPE), Variety.ATOMIC, local, local, "preserve")
    if local in _LISTS:
        ancestors = (name, ANY_SIMPLE_TYPE, ANY_TYPE)
        item = builtin(_LISTS[local])
        return SimpleType(name, ancestors, Variety.LIST, local, local, "collapse", Facets(min_length=1), item)
    base = builtin(_BASES[local])
    primitive = local if base.builtin in ("anySimpleType", "anyAtomicType") else base.primitive
    white_space = _WHITE_SPACE.get(local, "collapse")
    return SimpleType(
        name, (name, *base.ancestors), Variety.ATOMIC, local, primitive, white_space, _facets(local, base)
    )


def _facets(local: str, base: SimpleType) -> Facets:
    low, high = _RANGES.get(local, (None, None))
    bounds = [(">=", str(low))] if low is not None else []
    bounds += [("<=", str(high))] if high is not None else []
    fraction = 0 if local == "integer" else base.facets.fraction_digits
    return Facets(bounds=(*base.facets.bounds, *bounds), fraction_digits=fraction)
