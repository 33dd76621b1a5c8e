"""Model groups and wildcards -> particles."""

from collections.abc import Iterator
from typing import Protocol

from lxml import etree

from sluicegate.shared.formats.xsd.components import (
    NOTHING,
    Compositor,
    ElementDeclaration,
    Leaf,
    ModelGroup,
    Particle,
    ProcessContents,
    Wildcard,
)
from sluicegate.shared.formats.xsd.definitions import UnresolvedDefinition
from sluicegate.shared.formats.xsd.names import QName, child, kind, qname, text
from sluicegate.shared.formats.xsd.schema import SchemaPart

COMPOSITORS = ("sequence", "choice", "all")


class ParticleSource(Protocol):
    """Source of the components that particles refer to."""

    def declaration(self, node: etree._Element, part: SchemaPart) -> ElementDeclaration:
        """The element of a node."""
        ...

    def group(self, name: QName) -> ModelGroup:
        """A named model group."""
        ...


def group_of(source: ParticleSource, node: etree._Element, part: SchemaPart) -> ModelGroup:
    """The group under `xs:group name=...`."""
    inner = child(node, *COMPOSITORS)
    found = None if inner is None else particle(source, inner, part)
    return found if isinstance(found, ModelGroup) else NOTHING


def content_of(source: ParticleSource, node: etree._Element, part: SchemaPart) -> Particle | None:
    """Return the content model of a complex type or derivation; None if missing or empty."""
    inner = child(node, "group", *COMPOSITORS)
    if inner is None:
        return None
    found = particle(source, inner, part)
    if found is None or (kind(inner) in ("sequence", "all") and isinstance(found, ModelGroup) and not found.members):
        return None
    return found


def particle(source: ParticleSource, node: etree._Element, part: SchemaPart) -> Particle | None:
    """The particle of a node; None when it stands there no times."""
    least, most = occurrence(node)
    if most == 0:
        return None
    match kind(node):
        case "element":
            return Leaf(least, most, source.declaration(node, part))
        case "any":
            return Leaf(least, most, wildcard(node, part))
        case "group":
            named = source.group(qname(node, text(node, "ref") or "", part.namespace))
            return ModelGroup(least, most, Compositor.SEQUENCE, (named,))
    members = (particle(source, each, part) for each in node if kind(each) in ("element", "any", "group", *COMPOSITORS))
    return ModelGroup(least, most, Compositor(kind(node)), tuple(member for member in members if member is not None))


def leaves(particle: Particle | None) -> Iterator[Leaf]:
    """The elements and wildcards of a content model, each once."""
    pending = [] if particle is None else [particle]
    seen: set[int] = set()
    while pending:
        here = pending.pop()
        if id(here) not in seen:
            seen.add(id(here))
            if isinstance(here, Leaf):
                yield here
            else:
                pending.extend(reversed(here.members))


def occurrence(node: etree._Element) -> tuple[int, int | None]:
    """How often a particle may stand there."""
    most = text(node, "maxOccurs") or "1"
    return _number(text(node, "minOccurs") or "1"), None if most == "unbounded" else _number(most)


def _number(value: str) -> int:
    if value.isascii() and value.isdigit() and len(value) < 20:
        return int(value)
    raise UnresolvedDefinition(f"the occurrence {value[:40]!r} is not a number")


def wildcard(node: etree._Element, part: SchemaPart) -> Wildcard:
    """The wildcard of `xs:any` or `xs:anyAttribute`."""
    process = _process(text(node, "processContents") or "strict")
    value = text(node, "namespace") or "##any"
    match value:
        case "##any":
            return Wildcard(process)
        case "##other":
            return Wildcard(process, frozenset({part.namespace, ""}), negated=True)
    names = {"##targetNamespace": part.namespace, "##local": ""}
    return Wildcard(process, frozenset(names.get(each, each) for each in value.split()))


def _process(value: str) -> ProcessContents:
    try:
        return ProcessContents(value)
    except ValueError as error:
        raise UnresolvedDefinition(f"processContents {value[:40]!r} is not strict, lax or skip") from error
