"""Paths of elements and attributes from each global element: `order`, `order/customer`.

Attributes have no sign of their own (`order/id`), so that a search for a name finds both.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sluicegate.shared.formats.xsd.builder import Components
from sluicegate.shared.formats.xsd.components import ComplexType, ElementDeclaration, Particle, Type
from sluicegate.shared.formats.xsd.definitions import UnresolvedDefinition
from sluicegate.shared.formats.xsd.particles import leaves

DEPTH_LIMIT: Final = 10
COUNT_LIMIT: Final = 5_000
"""Paths of one schema; those nearest to the root are kept."""


@dataclass(frozen=True, slots=True)
class _Place:
    """An element, the path that leads to it, and the types that it lies in."""

    element: ElementDeclaration
    path: tuple[str, ...]
    above: frozenset[int]


def attributes(components: Components) -> tuple[str, ...]:
    """Every path, sorted and without duplicates. A type inside itself is not entered again."""
    found: set[str] = set()
    pending = deque(_Place(root, (root.name.name,), frozenset()) for root in _roots(components))
    found.update("/".join(place.path) for place in pending)
    while pending:
        place = pending.popleft()
        for name, inner in _inner(components, place):
            found.add("/".join((*place.path, name)))
            if inner is not None and len(inner.path) < DEPTH_LIMIT:
                pending.append(inner)
            if len(found) >= COUNT_LIMIT:
                return tuple(sorted(found)[:COUNT_LIMIT])
    return tuple(sorted(found))


def _roots(components: Components) -> list[ElementDeclaration]:
    return [components.element(name) for name in components.definitions.names("element") if name.name]


def _inner(components: Components, place: _Place) -> Iterator[tuple[str, _Place | None]]:
    try:
        type_: Type = components.type_of(place.element)
    except UnresolvedDefinition:
        return
    if not isinstance(type_, ComplexType) or id(type_) in place.above:
        return
    above = place.above | {id(type_)}
    for use in type_.attributes.values():
        if use.name.name:
            yield use.name.name, None
    for element in elements(type_.particle):
        if element.name.name:
            yield element.name.name, _Place(element, (*place.path, element.name.name), above)


def elements(particle: Particle | None) -> Iterator[ElementDeclaration]:
    """The elements of a content model, each group looked at once."""
    return (leaf.term for leaf in leaves(particle) if isinstance(leaf.term, ElementDeclaration))
