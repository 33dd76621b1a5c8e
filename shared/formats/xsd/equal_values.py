"""Whether two texts are the same value of a simple type (XML Schema part 2, section 3.2)."""

import math
import re
import struct
from collections.abc import Callable, Hashable, Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from functools import partial
from types import MappingProxyType
from typing import Final

from elementpath import datatypes
from lxml import etree

from sluicegate.shared.formats.xsd.components import SimpleType, Variety
from sluicegate.shared.formats.xsd.qname_values import expanded
from sluicegate.shared.formats.xsd.simple_types import normalized

_FRACTION: Final = re.compile(r"\.\d{6}(\d+)")
_FAILURES: Final = (ValueError, TypeError, ArithmeticError, InvalidOperation, OverflowError, struct.error)


def _boolean(text: str) -> bool:
    if text not in ("true", "1", "false", "0"):
        raise ValueError(text)
    return text in ("true", "1")


def _double(text: str) -> float | str:
    value = float(text.replace("INF", "inf"))
    return "NaN" if math.isnan(value) else value  # NaN is the same value as NaN


def _float(text: str) -> float | str:
    value = _double(text)
    return value if isinstance(value, str) or math.isinf(value) else struct.unpack("f", struct.pack("f", value))[0]


def _duration(text: str) -> Hashable:
    found = datatypes.Duration.fromstring(text)
    return found.months, found.seconds


def _moment(kind: type[datatypes.AbstractDateTime], text: str) -> Hashable:
    """Return a key of a point in time. One without a zone equals none with a zone.

    The library reads six digits of a fraction.
    """
    found = kind.fromstring(text)
    moment = found.todelta()
    if kind is datatypes.Time:
        moment %= timedelta(days=1)
    fraction = _FRACTION.search(text)
    return found.tzinfo is None, moment, "" if fraction is None else fraction[1].rstrip("0")


_READERS: Final[Mapping[str, Callable[[str], Hashable]]] = MappingProxyType({
    "boolean": _boolean,
    "decimal": Decimal,
    "float": _float,
    "double": _double,
    "hexBinary": bytes.fromhex,
    "base64Binary": lambda text: "".join(text.split()),
    "duration": _duration,
    "dateTime": partial(_moment, datatypes.DateTime10),
    "time": partial(_moment, datatypes.Time),
    "date": partial(_moment, datatypes.Date10),
    "gYearMonth": partial(_moment, datatypes.GregorianYearMonth10),
    "gYear": partial(_moment, datatypes.GregorianYear10),
    "gMonthDay": partial(_moment, datatypes.GregorianMonthDay),
    "gDay": partial(_moment, datatypes.GregorianDay),
    "gMonth": partial(_moment, datatypes.GregorianMonth),
})  # fmt: skip
"""Values of the primitive types whose spellings differ. Other types are compared as texts."""

Literal = tuple[str, etree._Element]
"""A text, and the node whose prefixes it uses."""


def equal(type_: SimpleType, one: Literal, other: Literal) -> bool:
    """Whether two literals are one value. Literals that do not fit are compared as texts."""
    keys = (value_of(type_, expanded(normalized(text, type_.white_space), node, type_)) for text, node in (one, other))
    return next(keys) == next(keys)


def value_of(type_: SimpleType, literal: str) -> Hashable:
    """Return a key that all literals of one value share. Names are `expanded` already."""
    text = normalized(literal, type_.white_space)
    match type_.variety:
        case Variety.LIST if type_.item is not None:
            return tuple(value_of(type_.item, each) for each in text.split())
        case Variety.UNION:
            member = next((each for each in type_.members if _reads(each, text)), None)
            return text if member is None else (type_.members.index(member), value_of(member, text))
    found = _read(type_, text)
    return text if found is None else found


def spelt_alike(type_: SimpleType, literal: str) -> Hashable:
    """Return a key as `value_of` does, except for times with a zone and for 24:00:00.

    libxml2 takes other spellings of these for other values.
    """
    clock = _DOUBTFUL.search(literal) and type_.primitive not in _TEXTS
    return normalized(literal, type_.white_space) if clock else value_of(type_, literal)


_DOUBTFUL: Final = re.compile(r"24:00:00|(^|\s)\d\d:\d\d:\d\d\S*[Z+-]")
_TEXTS: Final = frozenset({"string", "anyURI", "QName", "NOTATION"})


def _read(type_: SimpleType, text: str) -> Hashable | None:
    reader = _READERS.get(type_.primitive)
    try:
        return None if reader is None else reader(text)
    except _FAILURES:
        return None


def _reads(member: SimpleType, literal: str) -> bool:
    """Return whether a literal can be a value of a union's member, without its facets."""
    if member.variety is not Variety.ATOMIC or member.primitive not in _READERS:
        return True
    return _read(member, normalized(literal, member.white_space)) is not None
