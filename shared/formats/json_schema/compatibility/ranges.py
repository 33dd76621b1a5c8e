"""Bounds of numbers: `minimum`, `maximum`, and the exclusive ones in both of their meanings."""

from collections.abc import Iterator
from fractions import Fraction

from sluicegate.shared.formats.json_schema.references import Node
from sluicegate.shared.formats.json_schema.values import number

Bound = tuple[Fraction, bool]
"""A bound and whether it is itself excluded. Lower bounds are compared as they are, upper ones by
their negatives.
"""


def exact(value: int | float) -> Fraction:
    """A number by its digits: 0.1 is one tenth."""
    return Fraction(value) if isinstance(value, int) else Fraction(repr(value))


def bounds(node: Node, sign: int, keyword: str) -> Iterator[Bound]:
    """Yield the bounds by `minimum` (sign 1) or `maximum` (-1) and its exclusive form.

    In draft 4 that form is a boolean.
    """
    exclusive = f"exclusive{keyword.capitalize()}"
    plain, strict = number(node.keywords, keyword), number(node.keywords, exclusive)
    if plain is not None:
        yield sign * exact(plain), node.keywords.get(exclusive) is True
    if strict is not None:
        yield sign * exact(strict), True
