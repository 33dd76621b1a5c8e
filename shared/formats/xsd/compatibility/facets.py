"""Whether the facets of one simple type follow from those of another of the same kind."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from re import compile as compiled_pattern
from typing import Final

from sluicegate.shared.formats.xsd.compatibility.findings import XsdChange
from sluicegate.shared.formats.xsd.components import Facets, SimpleType, Variety
from sluicegate.shared.formats.xsd.equal_values import spelt_alike
from sluicegate.shared.formats.xsd.patterns import LinearPattern, TooMuchWork, limited

Difference = tuple[XsdChange, str]

_PLAIN_DATE: Final = compiled_pattern(r"\d{4}(-\d\d(-\d\d)?)?(T\d\d:\d\d:\d\d)?|\d\d:\d\d:\d\d")
"""Dates and times that are in the order of their texts: four digits for the year, no zone, no
fraction, all of one length.
"""


def facet_differences(reader: SimpleType, writer: SimpleType) -> Iterator[Difference]:
    """Each facet of the reader that does not follow from the writer's."""
    yield from _white_space(reader, writer)
    yield from _enumeration(reader, writer)
    yield from _lengths(reader, writer)
    yield from _bounds(reader, writer)
    yield from _digits(reader, writer)
    yield from _patterns(reader, writer)


def _white_space(reader: SimpleType, writer: SimpleType) -> Iterator[Difference]:
    """Facets look at the text after its whitespace was normalized."""
    facets = reader.facets
    sees = facets.patterns or facets.enumeration is not None or facets.min_length or facets.max_length is not None
    if sees and reader.white_space != writer.white_space:
        yield (
            XsdChange.WHITE_SPACE_CHANGED,
            f"whiteSpace is {reader.white_space} for the reader and {writer.white_space} for the writer",
        )


def _enumeration(reader: SimpleType, writer: SimpleType) -> Iterator[Difference]:
    allowed, used = reader.facets.enumeration, writer.facets.enumeration
    if allowed is None:
        return
    if used is None:
        yield XsdChange.ENUMERATION_ADDED, f"The reader takes only {_listed(allowed)}"
        return
    known = {spelt_alike(reader, literal) for literal in allowed}
    missing = [literal for literal in used if spelt_alike(reader, literal) not in known]
    if missing:
        yield XsdChange.ENUMERATION_NARROWED, f"The reader does not take {_listed(missing)}"


def _listed(literals: "frozenset[str] | list[str]") -> str:
    shown = sorted(literals)
    more = f" and {len(shown) - 5} more" if len(shown) > 5 else ""
    return ", ".join(repr(each[:60]) for each in shown[:5]) + more


def _lengths(reader: SimpleType, writer: SimpleType) -> Iterator[Difference]:
    least, most = _length_range(writer)
    if least < reader.facets.min_length:
        yield (
            XsdChange.MIN_LENGTH_INCREASED,
            f"The smallest length is {reader.facets.min_length} for the reader and {least} for the writer",
        )
    limit = reader.facets.max_length
    if limit is not None and (most is None or most > limit):
        written = "not limited" if most is None else most
        yield (
            XsdChange.MAX_LENGTH_DECREASED,
            f"The greatest length is {limit} for the reader and {written} for the writer",
        )


def _length_range(type_: SimpleType) -> tuple[int, int | None]:
    values = type_.facets.enumeration
    if values and type_.variety is Variety.ATOMIC and type_.primitive in ("string", "anyURI"):
        lengths = [len(value) for value in values]
        return min(lengths), max(lengths)
    return type_.facets.min_length, type_.facets.max_length


def _bounds(reader: SimpleType, writer: SimpleType) -> Iterator[Difference]:
    given = _given_bounds(writer)
    for operator, literal in reader.facets.bounds:
        if not any(_implies(reader.primitive, has, (operator, literal)) for has in given):
            lower = operator.startswith(">")
            code = XsdChange.LOWER_BOUND_INCREASED if lower else XsdChange.UPPER_BOUND_DECREASED
            yield code, f"The reader takes values {operator} {literal}, the writer {_described(given, lower=lower)}"


def _given_bounds(type_: SimpleType) -> list[tuple[str, str]]:
    """The bounds of a type; where its values are enumerated, the smallest and the greatest of them."""
    bounds = list(type_.facets.bounds)
    values = type_.facets.enumeration
    numbers = [] if values is None else [(number, each) for each in values if (number := _number(each)) is not None]
    if values and len(numbers) == len(values) and type_.primitive == "decimal":
        bounds += [(">=", min(numbers)[1]), ("<=", max(numbers)[1])]
    return bounds


def _described(bounds: list[tuple[str, str]], *, lower: bool) -> str:
    sign = ">" if lower else "<"
    found = [f"{operator} {literal}" for operator, literal in bounds if operator.startswith(sign)]
    return f"values {' and '.join(found)}" if found else "has no such bound"


def _implies(primitive: str, has: tuple[str, str], wanted: tuple[str, str]) -> bool:
    if has == wanted:
        return True
    if has[0][0] != wanted[0][0]:
        return False
    one, other = _ordered(primitive, has[1]), _ordered(primitive, wanted[1])
    if one is None or other is None:
        return False
    if isinstance(one, str) and len(one) != len(str(other)):
        return False
    tight = _compares(one, other, has[0][0])
    return tight and (one != other or has[0] == wanted[0] or wanted[0].endswith("="))


def _compares(one: Decimal | str, other: Decimal | str, sign: str) -> bool:
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return one >= other if sign == ">" else one <= other
    return str(one) >= str(other) if sign == ">" else str(one) <= str(other)


def _ordered(primitive: str, literal: str) -> Decimal | str | None:
    """Something whose order is that of the values; None when it is not known."""
    if primitive == "decimal":
        return _number(literal)
    if primitive in ("date", "dateTime", "time", "gYear", "gYearMonth") and _PLAIN_DATE.fullmatch(literal):
        return literal
    return None


def _number(literal: str) -> Decimal | None:
    try:
        number = Decimal(literal)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _digits(reader: SimpleType, writer: SimpleType) -> Iterator[Difference]:
    total, fraction = reader.facets.total_digits, reader.facets.fraction_digits
    has_total, has_fraction = _total_digits(writer), _fraction_digits(writer.facets)
    if total is not None and (has_total is None or has_total > total):
        yield XsdChange.TOTAL_DIGITS_DECREASED, f"The reader takes {total} digits, the writer {_unlimited(has_total)}"
    if fraction is not None and (has_fraction is None or has_fraction > fraction):
        yield (
            XsdChange.FRACTION_DIGITS_DECREASED,
            f"The reader takes {fraction} fraction digits, the writer {_unlimited(has_fraction)}",
        )


def _unlimited(number: int | None) -> str:
    return "any number" if number is None else str(number)


def _total_digits(type_: SimpleType) -> int | None:
    """The digits of a type; those of its greatest bounds, if it has whole numbers only."""
    values = type_.facets.enumeration
    if values is not None:
        numbers = [_number(value) for value in values]
        return max((_size(each) for each in numbers), default=0) if None not in numbers else None
    if type_.facets.total_digits is not None:
        return type_.facets.total_digits
    low = [number for op, literal in type_.facets.bounds if op[0] == ">" and (number := _number(literal)) is not None]
    high = [number for op, literal in type_.facets.bounds if op[0] == "<" and (number := _number(literal)) is not None]
    if type_.facets.fraction_digits == 0 and low and high:
        return max(_size(max(low)), _size(min(high)))
    return None


def _size(number: Decimal | None) -> int:
    """Return the digits of a number: before the point, and after it without trailing zeros."""
    if number is None or not number:
        return 1
    digits = number.normalize().as_tuple()
    exponent = int(digits.exponent)
    return max(len(digits.digits) + max(exponent, 0), -exponent)


def _fraction_digits(facets: Facets) -> int | None:
    if facets.enumeration is not None:
        exponents = [
            int(number.normalize().as_tuple().exponent)
            for each in facets.enumeration
            if (number := _number(each)) is not None
        ]
        if len(exponents) == len(facets.enumeration):
            return max((-exponent for exponent in exponents), default=0)
    return facets.fraction_digits


def _patterns(reader: SimpleType, writer: SimpleType) -> Iterator[Difference]:
    """Compare patterns.

    A pattern follows from the same one, from one of its alternatives, or from enumerated texts that
    all match it.
    """
    for wanted in reader.facets.patterns:
        if any(has <= wanted for has in writer.facets.patterns) or _all_match(writer, wanted):
            continue
        code = XsdChange.PATTERN_CHANGED if writer.facets.patterns else XsdChange.PATTERN_ADDED
        yield code, f"The reader takes only texts that match {_listed(wanted)}"


def _all_match(writer: SimpleType, wanted: frozenset[str]) -> bool:
    values = writer.facets.enumeration
    if values is None or writer.variety is not Variety.ATOMIC or writer.primitive != "string":
        return False
    patterns = [LinearPattern(each) for each in wanted]
    try:
        with limited():
            return all(any(pattern.match(value) for pattern in patterns) for value in values)
    except TooMuchWork:
        return False
