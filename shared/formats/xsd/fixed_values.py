"""Fixed values that a schema gives twice must be one value, however they are spelt. libxml2 does not look.

- A reference to an attribute has the fixed value of its declaration (part 1, section 3.5.6, au-props-correct.2).
- Attributes and elements of a restricted type have the fixed values of its base (section 3.4.6,
  derivation-ok-restriction.2.1.3; section 3.9.6, rcase-NameAndTypeOK.4).
"""

from collections.abc import Iterator, Mapping

from lxml import etree

from sluicegate.shared.formats.xsd.builder import Components
from sluicegate.shared.formats.xsd.components import AttributeUse, ComplexType, ElementDeclaration, Particle
from sluicegate.shared.formats.xsd.definitions import UnresolvedDefinition
from sluicegate.shared.formats.xsd.equal_values import equal, value_of
from sluicegate.shared.formats.xsd.names import XS, QName, child, qname, text
from sluicegate.shared.formats.xsd.particles import leaves
from sluicegate.shared.formats.xsd.refusals import XsdSchemaCode, at, cut
from sluicegate.shared.formats.xsd.schema import SchemaPart, XsdSchema
from sluicegate.shared.model import Violation


def contradicting(schema: XsdSchema) -> Iterator[Violation]:
    """Yield a violation for each place at which another fixed value must stand."""
    if not any("fixed" in node.attrib for part in schema.parts for node in part.root.iter(f"{{{XS}}}*")):
        return
    components = Components(schema)
    for part in schema.parts:
        for node in part.root.iter(f"{{{XS}}}attribute", f"{{{XS}}}complexType"):
            try:
                wrong = next(_found(components, node, part), None)
            except UnresolvedDefinition:
                continue
            if wrong is not None:
                message = (
                    f"The fixed value {cut(wrong, 60)!r} of the declaration or the base type must be repeated here"
                )
                yield at(node, XsdSchemaCode.SCHEMA_INVALID, message)


def _found(components: Components, node: etree._Element, part: SchemaPart) -> Iterator[str]:
    """Yield the values that a node contradicts."""
    ref = text(node, "ref")
    if ref is not None:
        if "fixed" in node.attrib:
            target = components.attribute(qname(node, ref, part.namespace))
            if target is not None:
                yield from _attribute(target, components.attribute_use(node, part))
        return
    type_, base = components.local_type(node, part) if node.tag == f"{{{XS}}}complexType" else None, None
    content = child(node, "complexContent", "simpleContent")
    restriction = None if content is None else child(content, "restriction")
    if restriction is not None and "base" in restriction.attrib:
        base = components.type(qname(restriction, restriction.get("base", ""), part.namespace))
    if isinstance(type_, ComplexType) and isinstance(base, ComplexType):
        for name, use in base.attributes.items():
            if name in type_.attributes:
                yield from _attribute(use, type_.attributes[name])
        yield from _elements(components, _declarations(base.particle), _declarations(type_.particle))


def _attribute(base: AttributeUse, use: AttributeUse) -> Iterator[str]:
    if base.fixed is not None and (
        use.fixed is None or value_of(base.type, base.fixed) != value_of(base.type, use.fixed)
    ):
        yield base.fixed


Declarations = Mapping[QName, tuple[ElementDeclaration, ...]]


def _declarations(particle: Particle | None) -> Declarations:
    found: dict[QName, tuple[ElementDeclaration, ...]] = {}
    for leaf in leaves(particle):
        if isinstance(leaf.term, ElementDeclaration):
            found[leaf.term.name] = (*found.get(leaf.term.name, ()), leaf.term)
    return found


def _elements(components: Components, base: Declarations, own: Declarations) -> Iterator[str]:
    for name, declarations in own.items():
        known = [each for each in base.get(name, ()) if each.fixed is not None]
        if known and len(known) == len(base[name]):
            for each in declarations:
                if not any(_agree(components, other, each) for other in known):
                    yield known[0].fixed or ""


def _agree(components: Components, one: ElementDeclaration, other: ElementDeclaration) -> bool:
    if one.fixed is None or other.fixed is None:
        return False
    type_ = components.type_of(one)
    simple = type_.simple if isinstance(type_, ComplexType) else type_
    if simple is None:
        return one.fixed == other.fixed
    return equal(simple, (one.fixed, one.node), (other.fixed, other.node))
