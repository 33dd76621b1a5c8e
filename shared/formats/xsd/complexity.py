"""How much work a schema is for the library that compiles it: a bound on schemas that multiply themselves.

libxml2 makes an automaton of each content model and lets nothing stop it. Its time was measured to grow with the number of
transitions times that of the elements, and with the fifth power of the number of groups inside each other that may be repeated or
left out; ten million of these units are about a tenth of a second. Groups and unions that name others twice double both.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from shared.formats.xsd.builder import Components
from shared.formats.xsd.components import ComplexType, Compositor, Group, Leaf, Particle, SimpleType
from shared.formats.xsd.definitions import Unresolved
from shared.formats.xsd.names import XS, QName, children, kind, qname
from shared.formats.xsd.refusals import Code, at
from shared.formats.xsd.schema import Part, XsdSchema
from shared.model import Violation

MOST_WORK: Final = 60_000_000
"""Units of one schema: about half a second of compiling."""

MOST_MEMBERS: Final = 10_000
"""Types that a union leads to, counted along all ways."""


@dataclass(frozen=True, slots=True)
class Size:
    """What the automaton of a particle comes to: positions, those that it may begin and end with, transitions, depth of groups."""

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
    """The first type with which a schema becomes too much work, if there is one."""
    sizes = Sizes()
    work = 0
    for part, node in _nodes(schema, "complexType"):
        try:
            type_ = components.local_type(node, part)
        except Unresolved:
            continue
        work += sizes.of_type(type_) if isinstance(type_, ComplexType) else 0
        if work > MOST_WORK:
            message = (
                "The content models of the schema are too complex to be compiled in bounded time. Use fewer optional elements in one "
                "sequence, and fewer groups inside groups"
            )
            yield at(node, Code.TOO_COMPLEX, message)
            return
    yield from _unions(schema, components)


class Sizes:
    """Counts particles; a group that is named many times is counted once and taken many times."""

    def __init__(self) -> None:
        """Nothing is counted yet."""
        self._known: dict[Particle, Size] = {}

    def of_type(self, type_: ComplexType) -> int:
        """The work of a type's content and of its attributes."""
        content = 0 if type_.particle is None else self.of(type_.particle).work
        return content + len(type_.attributes) ** 2

    def of(self, particle: Particle) -> Size:
        """The size of a particle."""
        if particle not in self._known:
            self._known[particle] = _leaf(particle) if isinstance(particle, Leaf) else self._group(particle)
        return self._known[particle]

    def _group(self, group: Group) -> Size:
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
        return Size(_sum(sizes, "positions"), first, last, transitions, depth + (again or group.least == 0), optional)


def _leaf(leaf: Leaf) -> Size:
    return Size(1, 1, 1, 1, 0, leaf.least == 0)


def _sum(sizes: list[Size], what: str) -> int:
    return sum(getattr(size, what) for size in sizes)


def _joined(sizes: list[Size]) -> tuple[int, int, int]:
    """Beginnings and ends of a sequence, and the transitions between its members."""
    between = ends = firsts = 0
    beginning = True
    for size in sizes:
        between += ends * size.first
        ends = ends + size.last if size.optional else size.last
        firsts += size.first if beginning else 0
        beginning = beginning and size.optional
    return firsts, ends, between


def _nodes(schema: XsdSchema, *kinds: str) -> Iterator[tuple[Part, etree._Element]]:
    for part in schema.parts:
        for node in part.root.iter(*(f"{{{XS}}}{each}" for each in kinds)):
            yield part, node


def _unions(schema: XsdSchema, components: Components) -> Iterator[Violation]:
    counted: dict[SimpleType, int] = {}
    for part, node in _nodes(schema, "simpleType"):
        count = _count(components, node, part, counted)
        if count > MOST_MEMBERS:
            yield at(node, Code.TOO_COMPLEX, f"The union leads to more than {MOST_MEMBERS} types. Let unions name each type once")
            return


def _count(components: Components, node: etree._Element, part: Part, counted: dict[SimpleType, int]) -> int:
    """The types that a union leads to. Types that are named come before it is asked for those that name them, or are counted then."""
    try:
        type_ = components.simple_type(node, part)
    except Unresolved:
        return 1
    if type_ not in counted:
        counted[type_] = 1
        inner = [components.definitions.get("type", name) for name in _members(node, part)]
        total = sum(_count(components, *found, counted) for found in inner if found and kind(found[0]) == "simpleType")
        counted[type_] = max(1, total)
    return counted[type_]


def _members(node: etree._Element, part: Part) -> Iterator[QName]:
    for how in children(node, "union", "restriction", "list"):
        for attribute in ("memberTypes", "base", "itemType"):
            yield from (qname(how, token, part.namespace) for token in (how.get(attribute) or "").split())
