"""`xs:complexType` -> `ComplexType` with all that it inherits (part 1, section 3.4.2)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

from lxml import etree

from sluicegate.shared.formats.xsd.components import (
    ANY_TYPE,
    AttributeUse,
    ComplexType,
    Compositor,
    ElementDeclaration,
    ModelGroup,
    Particle,
    SimpleType,
    Type,
    Wildcard,
)
from sluicegate.shared.formats.xsd.definitions import (
    MAX_NESTED_DEFINITIONS,
    ChainTooLong,
    Definitions,
    UnresolvedDefinition,
)
from sluicegate.shared.formats.xsd.elements import ways
from sluicegate.shared.formats.xsd.names import QName, child, children, flag, kind, qname, text
from sluicegate.shared.formats.xsd.particles import content_of, wildcard
from sluicegate.shared.formats.xsd.schema import SchemaPart
from sluicegate.shared.formats.xsd.simple_types import UNNAMED, restricted
from sluicegate.shared.formats.xsd.wildcards import intersection, union


class TypeSource(Protocol):
    """Source of the components that complex types refer to."""

    definitions: Definitions

    def type(self, name: QName) -> Type:
        """A type by its name."""
        ...

    def simple_type(self, node: etree._Element, part: SchemaPart, name: QName | None = None) -> SimpleType:
        """The simple type that a node defines."""
        ...

    def attribute_use(self, node: etree._Element, part: SchemaPart) -> AttributeUse:
        """The attribute of a node."""
        ...

    def declaration(self, node: etree._Element, part: SchemaPart) -> ElementDeclaration:
        """The element of a node."""
        ...

    def group(self, name: QName) -> ModelGroup:
        """A named model group."""
        ...


class ComplexTypes:
    """Builds complex types."""

    def __init__(self, source: TypeSource) -> None:
        """`source` resolves names."""
        self._source = source

    def build(self, node: etree._Element, part: SchemaPart, name: QName | None) -> ComplexType:
        """The type of a node. Raises `UnresolvedDefinition`."""
        inner = child(node, "simpleContent", "complexContent")
        how = None if inner is None else child(inner, "restriction", "extension")
        if inner is None or how is None:
            return self._direct(node, part, name)
        base = self._source.type(qname(how, text(how, "base") or "", part.namespace))
        own = self._direct(how, part, name)
        ancestors = (name or UNNAMED, *base.ancestors)
        if len(ancestors) > MAX_NESTED_DEFINITIONS:
            raise ChainTooLong(f"a chain of more than {MAX_NESTED_DEFINITIONS} types")
        above = base if isinstance(base, ComplexType) else None
        steps = above.ways if above else ("restriction",) * (len(base.ancestors) - 1)
        block = ways(node, "block", part)
        derived = replace(
            own, ancestors=ancestors, ways=(kind(how), *steps), abstract=flag(node, "abstract"), block=block
        )
        if kind(inner) == "simpleContent":
            derived = replace(derived, simple=self._simple(how, part, base), mixed=False, particle=None)
        elif above is None:
            raise UnresolvedDefinition("complexContent with a simple type as its base")
        else:
            mixed = flag(inner, "mixed") if "mixed" in inner.attrib else flag(node, "mixed")
            derived = replace(derived, mixed=mixed)
        return derived if above is None else _inherited(derived, above, how)

    def _direct(self, node: etree._Element, part: SchemaPart, name: QName | None) -> ComplexType:
        """Build the content of a complex type, or of its derivation."""
        uses, wild = self._attributes(node, part, set())
        return ComplexType(
            name=name,
            ancestors=(name or UNNAMED, ANY_TYPE),
            ways=("restriction",),
            abstract=flag(node, "abstract"),
            block=ways(node, "block", part),
            mixed=flag(node, "mixed"),
            particle=content_of(self._source, node, part),
            simple=None,
            attributes={use.name: use for use in uses},
            wildcard=wild,
        )

    def _simple(self, how: etree._Element, part: SchemaPart, base: Type) -> SimpleType:
        """The type of simple content."""
        if isinstance(base, SimpleType):
            return base
        own = child(how, "simpleType")
        start = base.simple if own is None else self._source.simple_type(own, part)
        if start is None:
            raise UnresolvedDefinition("simpleContent with a base that has none")
        return restricted(start, how, None) if kind(how) == "restriction" else start

    def _attributes(
        self, node: etree._Element, part: SchemaPart, seen: set[QName]
    ) -> tuple[list[AttributeUse], Wildcard | None]:
        """Return the attributes under a node, with each attribute group once.

        Several wildcards intersect.
        """
        uses: list[AttributeUse] = []
        wildcards = [wildcard(each, part) for each in children(node, "anyAttribute")]
        written = [each for each in children(node, "attribute") if text(each, "use") != "prohibited"]
        uses.extend(self._source.attribute_use(each, part) for each in written)
        for name, group, home in self._attribute_groups(node, part):
            if name not in seen:
                seen.add(name)
                more, wild = self._attributes(group, home, seen)
                uses += more
                wildcards += [wild] if wild else []
        return uses, intersection(wildcards)

    def _attribute_groups(
        self, node: etree._Element, part: SchemaPart
    ) -> Iterator[tuple[QName, etree._Element, SchemaPart]]:
        for each in children(node, "attributeGroup"):
            name = qname(each, text(each, "ref") or "", part.namespace)
            yield name, *self._source.definitions.need("attributeGroup", name)


def _inherited(own: ComplexType, base: ComplexType, how: etree._Element) -> ComplexType:
    """Return a type with the parts of its base."""
    prohibited = {text(each, "name") for each in children(how, "attribute") if text(each, "use") == "prohibited"}
    prohibited |= {
        (text(each, "ref") or "").rpartition(":")[2]
        for each in children(how, "attribute")
        if text(each, "use") == "prohibited" and "ref" in each.attrib
    }
    attributes = {
        name: use for name, use in base.attributes.items() if name.name not in prohibited or kind(how) == "extension"
    } | dict(own.attributes)
    if kind(how) == "restriction":
        return replace(own, attributes=attributes)
    wild = union(base.wildcard, own.wildcard)
    if own.simple is not None:
        return replace(own, attributes=attributes, wildcard=wild)
    particle = _both(base.particle, own.particle)
    mixed = base.mixed if own.particle is None else own.mixed
    return replace(own, attributes=attributes, wildcard=wild, particle=particle, mixed=mixed, simple=base.simple)


def _both(base: Particle | None, own: Particle | None) -> Particle | None:
    """Return the content of an extension: the base's, then its own.

    Two `all` groups become one (version 1.1).
    """
    if base is None or own is None:
        return base or own
    if (
        isinstance(base, ModelGroup)
        and isinstance(own, ModelGroup)
        and base.compositor is own.compositor is Compositor.ALL
    ):
        return ModelGroup(min(base.least, own.least), 1, Compositor.ALL, (*base.members, *own.members))
    return ModelGroup(1, 1, Compositor.SEQUENCE, (base, own))
