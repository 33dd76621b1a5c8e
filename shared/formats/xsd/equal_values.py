"""Whether two texts are the same value of a simple type (XML Schema part 2, section 3.2)."""

import math
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, Final

from elementpath import datatypes
from lxml import etree

from sluicegate.shared.formats.xsd.components import SimpleType, Variety
from sluicegate.shared.formats.xsd.names import qname
from sluicegate.shared.formats.xsd.simple_types import normalized

_FAILURES: Final = (ValueError, TypeError, ArithmeticError, InvalidOperation, OverflowError)


def _boolean(text: str) -> bool:
    if text not in ("true", "1", "false", "0"):
        raise ValueError(text)
    return text in ("true", "1")


def _float(text: str) -> float:
    value = float(text.replace("INF", "inf"))
    return math.inf if math.isnan(value) else value  # NaN equals NaN, and has no order


_READERS: Final[Mapping[str, Callable[[str], Any]]] = MappingProxyType({
    "boolean": _boolean,
    "decimal": Decimal,
    "float": _float,
    "double": _float,
    "hexBinary": bytes.fromhex,
    "base64Binary": lambda text: "".join(text.split()),
    "duration": datatypes.Duration.fromstring,
    "dateTime": datatypes.DateTime10.fromstring,
    "time": datatypes.Time.fromstring,
    "date": datatypes.Date10.fromstring,
    "gYearMonth": datatypes.GregorianYearMonth10.fromstring,
    "gYear": datatypes.GregorianYear10.fromstring,
    "gMonthDay": datatypes.GregorianMonthDay.fromstring,
    "gDay": datatypes.GregorianDay.fromstring,
    "gMonth": datatypes.GregorianMonth.fromstring,
})  # fmt: skip
"""Values of the primitive types whose spellings differ. Other types are compared as texts."""


def equal(type_: SimpleType, one: tuple[str, etree._Element], other: tuple[str, etree._Element]) -> bool:
    """Whether two literals, each with the node whose prefixes it uses, are one value.

    Literals that do not fit are no value.
    """
    literals = normalized(one[0], type_.white_space), normalized(other[0], type_.white_space)
    if type_.primitive in ("QName", "NOTATION"):
        return qname(one[1], literals[0]) == qname(other[1], literals[1])
    if literals[0] == literals[1]:
        return True
    match type_.variety:
        case Variety.LIST:
            return _equal_lists(type_, (literals[0], one[1]), (literals[1], other[1]))
        case Variety.UNION:
            member = next((each for each in type_.members if _reads(each, literals[0])), None)
            return member is not None and equal(member, (literals[0], one[1]), (literals[1], other[1]))
    return _equal_atoms(type_.primitive, *literals)


def _equal_lists(type_: SimpleType, one: tuple[str, etree._Element], other: tuple[str, etree._Element]) -> bool:
    items = one[0].split(), other[0].split()
    if type_.item is None or len(items[0]) != len(items[1]):
        return False
    item = type_.item
    return all(equal(item, (left, one[1]), (right, other[1])) for left, right in zip(*items, strict=True))


def _equal_atoms(primitive: str, one: str, other: str) -> bool:
    reader = _READERS.get(primitive)
    try:
        return reader is not None and bool(reader(one) == reader(other))
    except _FAILURES:
        return False


def _reads(member: SimpleType, literal: str) -> bool:
    """Return whether a literal can be a value of a union's member, without its facets."""
    reader = _READERS.get(member.primitive)
    if member.variety is not Variety.ATOMIC or reader is None:
        return True
    try:
        reader(literal)
    except _FAILURES:
        return False
    return True
