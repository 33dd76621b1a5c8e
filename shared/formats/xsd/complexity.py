"""Cost of compiling a schema: a bound on schemas that multiply themselves.

libxml2 builds an automaton of each content model and cannot be interrupted. Its measured time grows
with the number of transitions times that of the elements, and with the fifth power of the number of
nested groups that may be repeated or left out; ten million of these units take about a tenth of a
second. Groups and unions that name others twice double both.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from lxml import etree

from sluicegate.shared.formats.xsd.builder import Components
from sluicegate.shared.formats.xsd.components import (
    ComplexType,
    Compositor,
    ElementDeclaration,
    Leaf,
    ModelGroup,
    Particle,
)
from sluicegate.shared.formats.xsd.definitions import MAX_NESTED_DEFINITIONS, ChainTooLong, UnresolvedDefinition
from sluicegate.shared.formats.xsd.names import XS, QName, kind, qname
from sluicegate.shared.formats.xsd.refusals import XsdSchemaCode, at
from sluicegate.shared.formats.xsd.schema import SchemaPart, XsdSchema
from sluicegate.shared.model import Violation

MAX_WORK: Final = 40_000_000
"""Units of one schema: about half a second of compiling."""

MAX_WAYS: Final = 10_000
"""Definitions that a union or a group of attributes leads to, counted along all ways."""


@dataclass(frozen=True, slots=True)
class AutomatonSize:
    """Size of the automaton of a particle.

    Positions, first and last ones, transitions, depth of groups.
    """

    positions: int
    first: int
    last: int
    transitions: int
    depth: int
    optional: bool

    @property
    def work(self) -> int:
        """Units of work."""
        return self.transitions * self.positions + self.depth**5


def too_complex(schema: XsdSchema, components: Components) -> Iterator[Violation]:
    """The first definition with which a schema becomes too much work, if there is one."""
    yield from islice(chain(_substitutions(components), _multiplied(schema, components), _types(schema, components)), 1)


def _substitutions(components: Components) -> Iterator[Violation]:
    """The first element at the end of too long a chain of substitution groups."""
    for name in components.definitions.names("element"):
        steps, here = 0, components.global_element(name)
        while here is not None and here.heads:
            steps += 1
            if steps > MAX_NESTED_DEFINITIONS:
                yield at(
                    components.element(name).node,
                    XsdSchemaCode.TOO_COMPLEX,
                    f"More than {MAX_NESTED_DEFINITIONS} substitution groups in a chain",
                )
                return
            here = components.global_element(here.heads[0])


def _types(schema: XsdSchema, components: Components) -> Iterator[Violation]:
    """The first type that is too much, in itself or with those before it."""
    sizes = AutomatonSizes(components)
    work = 0
    for part, node in _nodes(schema, "complexType", "simpleType"):
        try:
            type_ = components.local_type(node, part)
        except ChainTooLong as error:
            yield at(node, XsdSchemaCode.TOO_COMPLEX, f"The type is the end of {error}. Derive from fewer types")
            return
        except UnresolvedDefinition:
            continue
        work += sizes.of_type(type_) if isinstance(type_, ComplexType) else 0
        if work > MAX_WORK:
            message = (
                "The content models of the schema are too complex to be compiled in bounded time. Use fewer optional elements in one "
                "sequence, and fewer groups inside groups"
            )
            yield at(node, XsdSchemaCode.TOO_COMPLEX, message)
            return


class AutomatonSizes:
    """Counts particles; a group that is named many times is counted once and taken many times."""

    def __init__(self, components: Components) -> None:
        """Nothing is counted yet."""
        self._components = components
        self._known: dict[Particle, AutomatonSize] = {}

    def of_type(self, type_: ComplexType) -> int:
        """The work of a type's content and of its attributes."""
        content = 0 if type_.particle is None else self.of(type_.particle).work
        return content + len(type_.attributes) ** 2

    def of(self, particle: Particle) -> AutomatonSize:
        """The size of a particle."""
        if particle not in self._known:
            self._known[particle] = self._leaf(particle) if isinstance(particle, Leaf) else self._group(particle)
        return self._known[particle]

    def _leaf(self, leaf: Leaf) -> AutomatonSize:
        """An element stands for all that may take its place."""
        names = 1
        if isinstance(leaf.term, ElementDeclaration) and leaf.term.is_global:
            names += len(self._components.members(leaf.term.name))
        return AutomatonSize(names, names, names, names, 0, leaf.least == 0)

    def _group(self, group: ModelGroup) -> AutomatonSize:
        sizes = [self.of(member) for member in group.members]
        depth = max((size.depth for size in sizes), default=0)
        sequence = group.compositor is Compositor.SEQUENCE
        first, last, between = _joined(sizes) if sequence else (_sum(sizes, "first"), _sum(sizes, "last"), 0)
        transitions = _sum(sizes, "transitions") + between
        again = group.most is None or group.most > 1
        optional = group.least == 0 or (
            all(size.optional for size in sizes) if sequence else any(size.optional for size in sizes)
        )
        if again and sequence:
            transitions += first * last
        return AutomatonSize(
            _sum(sizes, "positions"), first, last, transitions, depth + (again or group.least == 0), optional
        )


def _sum(sizes: list[AutomatonSize], what: str) -> int:
    return sum(getattr(size, what) for size in sizes)


def _joined(sizes: list[AutomatonSize]) -> tuple[int, int, int]:
    """Beginnings and ends of a sequence, and the transitions between its members."""
    between = ends = firsts = 0
    beginning = True
    for size in sizes:
        between += ends * size.first
        ends = ends + size.last if size.optional else size.last
        firsts += size.first if beginning else 0
        beginning = beginning and size.optional
    return firsts, ends, between


def _nodes(schema: XsdSchema, *kinds: str) -> Iterator[tuple[SchemaPart, etree._Element]]:
    for part in schema.parts:
        for node in part.root.iter(*(f"{{{XS}}}{each}" for each in kinds)):
            yield part, node


def _multiplied(schema: XsdSchema, components: Components) -> Iterator[Violation]:
    """The first union or group of attributes that leads to too many others."""
    ways = DefinitionPaths(components)
    for part, node in _nodes(schema, "simpleType", "attributeGroup"):
        if ways.count(node, part) > MAX_WAYS:
            message = f"It leads to more than {MAX_WAYS} others, counted along all ways. Name each of them once"
            yield at(node, XsdSchemaCode.TOO_COMPLEX, message)
            return


class DefinitionPaths:
    """Counts, along all ways, the definitions that a simple type or a group of attributes leads to."""

    def __init__(self, components: Components) -> None:
        """Nothing is counted yet."""
        self._definitions = components.definitions
        self._counted: dict[etree._Element, int] = {}

    def count(self, node: etree._Element, part: SchemaPart) -> int:
        """Return the number of paths from a node, at least one. Circles are refused elsewhere."""
        if node not in self._counted:
            self._counted[node] = 1
            space = "type" if kind(node) == "simpleType" else "attributeGroup"
            inner = [self._definitions.get(space, name) for name in _named(node, part)]
            self._counted[node] = max(1, sum(self.count(*found) for found in inner if found))
        return self._counted[node]


def _named(node: etree._Element, part: SchemaPart) -> Iterator[QName]:
    """Yield the references of a simple type or an attribute group, and of inner nodes."""
    for each in node.iter(f"{{{XS}}}*"):
        refers = ("ref",) if kind(each) == "attributeGroup" else ("memberTypes", "base", "itemType")
        for attribute in refers:
            yield from (qname(each, token, part.namespace) for token in (each.get(attribute) or "").split())
