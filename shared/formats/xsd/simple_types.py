"""`xs:simpleType` and the facets of simple content -> `SimpleType`."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from lxml import etree

from sluicegate.shared.formats.xsd.components import ANY_SIMPLE_TYPE, ANY_TYPE, Facets, SimpleType, Variety
from sluicegate.shared.formats.xsd.definitions import MAX_NESTED_DEFINITIONS, ChainTooLong
from sluicegate.shared.formats.xsd.names import QName, children, kind, text
from sluicegate.shared.formats.xsd.qname_values import expanded

UNNAMED: Final = QName("", "")
"""The name of a type that has none, among the ancestors of others."""

_OPERATORS: Final = {"minInclusive": ">=", "minExclusive": ">", "maxInclusive": "<=", "maxExclusive": "<"}
_STRONGER: Final = ("preserve", "replace", "collapse")


def restricted(base: SimpleType, node: etree._Element, name: QName | None) -> SimpleType:
    """The type that the facets under a restriction make of its base."""
    white_space = base.white_space
    for facet in children(node, "whiteSpace"):
        white_space = max(white_space, text(facet, "value") or "", key=_strength)
    ancestors = (name or UNNAMED, *base.ancestors)
    if len(ancestors) > MAX_NESTED_DEFINITIONS:
        raise ChainTooLong(f"a chain of more than {MAX_NESTED_DEFINITIONS} types")
    return replace(
        base, name=name, ancestors=ancestors, white_space=white_space, facets=_facets(base, node, white_space)
    )


def list_of(item: SimpleType, name: QName | None) -> SimpleType:
    """A list type."""
    return SimpleType(name, _ancestors(name), Variety.LIST, "anySimpleType", "list", "collapse", item=item)


def union_of(members: Iterable[SimpleType], name: QName | None) -> SimpleType:
    """A union type.

    A union among the members gives its own members, when it has no facets; each stands there once.
    """
    flat: dict[SimpleType, None] = {}
    for member in members:
        plain = member.variety is Variety.UNION and member.facets == Facets()
        flat.update(dict.fromkeys(member.members if plain else (member,)))
    return SimpleType(name, _ancestors(name), Variety.UNION, "anySimpleType", "union", "collapse", members=tuple(flat))


def normalized(literal: str, white_space: str) -> str:
    """A text after the whitespace facet (part 2, section 4.3.6)."""
    if white_space == "preserve":
        return literal
    replaced = literal.replace("\t", " ").replace("\n", " ").replace("\r", " ")
    return " ".join(part for part in replaced.split(" ") if part) if white_space == "collapse" else replaced


def _ancestors(name: QName | None) -> tuple[QName, ...]:
    own = () if name is None else (name,)
    return (*own, ANY_SIMPLE_TYPE, ANY_TYPE)


def _strength(white_space: str) -> int:
    return _STRONGER.index(white_space) if white_space in _STRONGER else -1


def _facets(type_: SimpleType, node: etree._Element, white_space: str) -> Facets:
    """A restriction narrows: of two limits the stronger one holds."""
    base = type_.facets
    length = _numbers(node, "length")
    return Facets(
        min_length=max([base.min_length, *_numbers(node, "minLength"), *length]),
        max_length=_least(base.max_length, *_numbers(node, "maxLength"), *length),
        bounds=(*base.bounds, *((_OPERATORS[kind(facet)], _literal(facet)) for facet in children(node, *_OPERATORS))),
        total_digits=_least(base.total_digits, *_numbers(node, "totalDigits")),
        fraction_digits=_least(base.fraction_digits, *_numbers(node, "fractionDigits")),
        patterns=(*base.patterns, *_patterns(node)),
        enumeration=_enumeration(type_, node, white_space),
    )


def _literal(facet: etree._Element) -> str:
    return " ".join((facet.get("value") or "").split())


def _numbers(node: etree._Element, facet: str) -> list[int]:
    values = (text(found, "value") or "" for found in children(node, facet))
    return [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 20]


def _least(*limits: int | None) -> int | None:
    return min((limit for limit in limits if limit is not None), default=None)


def _patterns(node: etree._Element) -> Iterable[frozenset[str]]:
    """The patterns of one step are alternatives."""
    values = frozenset(facet.get("value") or "" for facet in children(node, "pattern"))
    return (values,) if values else ()


def _enumeration(base: SimpleType, node: etree._Element, white_space: str) -> frozenset[str] | None:
    facets = children(node, "enumeration")
    if not facets:
        return base.facets.enumeration
    return frozenset(expanded(normalized(facet.get("value") or "", white_space), facet, base) for facet in facets)
