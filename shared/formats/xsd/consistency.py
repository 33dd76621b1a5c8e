"""Two rules of content models that libxml2 does not check fully (1.0 part 1, section 3.8.6).

- Element Declarations Consistent: elements of one name have one type. - Unique Particle
  Attribution: the name of an element determines its particle, without looking ahead.

The second is decided on the automaton of a model with the fewest repetitions that show every
conflict: two required copies and two optional ones. Every place in a group with two references is a
particle of its own.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from lxml import etree

from sluicegate.shared.formats.xsd.automata import START, GlushkovAutomaton, NotWritten
from sluicegate.shared.formats.xsd.builder import Components
from sluicegate.shared.formats.xsd.components import (
    ComplexType,
    Compositor,
    ElementDeclaration,
    Leaf,
    ModelGroup,
    Particle,
    Type,
    Wildcard,
)
from sluicegate.shared.formats.xsd.definitions import UnresolvedDefinition
from sluicegate.shared.formats.xsd.names import XS, QName, kind, text
from sluicegate.shared.formats.xsd.particles import leaves
from sluicegate.shared.formats.xsd.refusals import XsdSchemaCode, at
from sluicegate.shared.formats.xsd.schema import SchemaPart, XsdSchema
from sluicegate.shared.formats.xsd.symbols import Symbols
from sluicegate.shared.formats.xsd.wildcards import overlap
from sluicegate.shared.model import Violation

MAX_PARTICLES: Final = 2_000
"""Particles of one model, counted along all references to groups. Larger models are left to
libxml2's own check.
"""

MAX_TRANSITIONS: Final = 200_000
"""Transitions of all models of a schema that are looked at: about a second."""

_COPIES: Final = 2


def inconsistent(schema: XsdSchema) -> Iterator[Violation]:
    """The content models that break one of the rules, with the first conflict of each."""
    rules = _Rules(Components(schema))
    for part in schema.parts:
        for node in part.root.iter(f"{{{XS}}}complexType", f"{{{XS}}}group"):
            if kind(node) == "complexType" or node.getparent() is part.root:
                conflict = rules.conflict(node, part)
                if conflict is not None:
                    yield at(node, XsdSchemaCode.SCHEMA_INVALID, conflict)


class _Rules:
    """The rules, for the components of one schema."""

    def __init__(self, components: Components) -> None:
        self._components = components
        self._symbols = Symbols(components)
        self._transitions = 0

    def conflict(self, node: etree._Element, part: SchemaPart) -> str | None:
        """Return the first conflict in the model of a type or group.

        None also for unresolvable parts.
        """
        try:
            particle = self._particle(node, part)
            return None if particle is None else self._inconsistent(particle) or self._ambiguous(particle)
        except (UnresolvedDefinition, NotWritten):
            return None

    def _particle(self, node: etree._Element, part: SchemaPart) -> Particle | None:
        if kind(node) == "group":
            return self._components.group(QName(part.namespace, text(node, "name") or ""))
        type_ = self._components.local_type(node, part)
        return type_.particle if isinstance(type_, ComplexType) else None

    def _inconsistent(self, particle: Particle) -> str | None:
        types: dict[QName, Type] = {}
        for leaf in leaves(particle):
            if isinstance(leaf.term, ElementDeclaration):
                for name, declaration in self._symbols.elements(leaf.term).items():
                    type_ = self._components.type_of(declaration)
                    if types.setdefault(name, type_) is not type_:
                        return f"The content model has elements {name.name!r} of different types. Give all of them one named type"
        return None

    def _ambiguous(self, particle: Particle) -> str | None:
        automaton = GlushkovAutomaton(_Reduced().of(particle))
        for state in (START, *range(automaton.count)):
            moves = [leaf for leaf, _ in automaton.moves(state)]
            self._transitions += len(moves)
            if self._transitions > MAX_TRANSITIONS:
                raise NotWritten
            found = self._shared(dict.fromkeys(moves))
            if found is not None:
                return (
                    f"The content model is ambiguous: {found} may belong to more than one particle. Make the model such that the name of "
                    "an element tells its particle"
                )
        return None

    def _shared(self, found: dict[Leaf, None]) -> str | None:
        """Return the common name of two possible next leaves."""
        seen: set[QName] = set()
        wildcards = [leaf.term for leaf in found if isinstance(leaf.term, Wildcard)]
        for leaf in found:
            if isinstance(leaf.term, ElementDeclaration):
                for name in self._symbols.elements(leaf.term):
                    if name in seen or any(each.allows(name.namespace) for each in wildcards):
                        return f"an element {name.name!r}"
                    seen.add(name)
        return "an element of a wildcard" if any(overlap(*pair) for pair in combinations(wildcards, 2)) else None


class _Reduced:
    """Copies a model with the fewest repetitions that show every conflict.

    Each place has its own leaf.
    """

    def __init__(self) -> None:
        self._count = 0

    def of(self, particle: Particle) -> Particle:
        """The reduced model. Raises `NotWritten` for one that is too large."""
        self._count += 1
        if self._count > MAX_PARTICLES:
            raise NotWritten
        least = min(particle.least, _COPIES)
        most = None if particle.most is None else min(particle.most - particle.least, _COPIES) + least
        if isinstance(particle, Leaf):
            return Leaf(least, most, particle.term)
        members = tuple(self.of(member) for member in particle.members)
        if particle.compositor is Compositor.ALL:
            return ModelGroup(0, None, Compositor.CHOICE, members)  # every order
        return ModelGroup(least, most, particle.compositor, members)
