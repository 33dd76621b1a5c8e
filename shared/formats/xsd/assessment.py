"""Declaration and type of each element of a valid document.

XML Schema 1.0 part 1, section 3.3.4; libxml2 does not expose them. Invariant: elements of one name
have one type in a content model (Element Declarations Consistent, checked at registration), so the
name of an element and the type of its parent are enough.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from sluicegate.shared.formats.xsd.builder import Components
from sluicegate.shared.formats.xsd.components import (
    ANY,
    ComplexType,
    ElementDeclaration,
    Particle,
    ProcessContents,
    SimpleType,
    Type,
    Wildcard,
)
from sluicegate.shared.formats.xsd.definitions import UnresolvedDefinition
from sluicegate.shared.formats.xsd.names import XSI, QName, qname
from sluicegate.shared.formats.xsd.particles import leaves
from sluicegate.shared.formats.xsd.symbols import Symbols

_TYPE: Final = f"{{{XSI}}}type"


@dataclass(frozen=True, slots=True)
class Assessed:
    """An element, its type, and its possible declarations, which differ in fixed values only."""

    node: etree._Element
    type: Type
    declarations: tuple[ElementDeclaration, ...] = ()

    @property
    def simple(self) -> SimpleType | None:
        """The type of the element's text; None when its content is not simple."""
        return self.type if isinstance(self.type, SimpleType) else self.type.simple


@dataclass(frozen=True, slots=True)
class _Content:
    """Content of a complex type: declarations by name, and wildcards."""

    declarations: dict[QName, tuple[ElementDeclaration, ...]]
    wildcards: tuple[Wildcard, ...]


class Assessment:
    """Assesses documents of one schema. Caches its parts; for one thread at a time."""

    def __init__(self, components: Components) -> None:
        """Nothing is built yet."""
        self._components = components
        self._symbols = Symbols(components)
        self._contents: dict[ComplexType, _Content] = {}

    def elements(self, root: etree._Element) -> Iterator[Assessed]:
        """Yield the known elements of a document in their order.

        Elements that a wildcard skips are left out.
        """
        declaration = self._components.global_element(_name(root))
        waiting = [self._assessed(root, () if declaration is None else (declaration,))]
        while waiting:
            here = waiting.pop()
            yield here
            if isinstance(here.type, ComplexType):
                waiting += reversed(self._children(here.node, here.type))

    def _children(self, node: etree._Element, type_: ComplexType) -> list[Assessed]:
        found = []
        for child in node:
            if isinstance(child.tag, str):
                declarations = self._declared(type_, _name(child))
                if declarations is not None:
                    found.append(self._assessed(child, declarations))
        return found

    def _assessed(self, node: etree._Element, declarations: tuple[ElementDeclaration, ...]) -> Assessed:
        named = node.get(_TYPE)
        if named is not None:
            try:
                return Assessed(node, self._components.type(qname(node, named)), declarations)
            except UnresolvedDefinition:
                pass
        type_ = self._components.type_of(declarations[0]) if declarations else ANY
        return Assessed(node, type_, declarations)

    def _declared(self, type_: ComplexType, name: QName) -> tuple[ElementDeclaration, ...] | None:
        """The declarations of a child; none where a wildcard lets it in undeclared.

        None: it is skipped.
        """
        content = self._content(type_)
        found = content.declarations.get(name)
        if found is not None:
            return found
        allowing = [each.process for each in content.wildcards if each.allows(name.namespace)]
        if not allowing or all(each is ProcessContents.SKIP for each in allowing):
            return None
        declaration = self._components.global_element(name)
        return () if declaration is None else (declaration,)

    def _content(self, type_: ComplexType) -> _Content:
        if type_ not in self._contents:
            self._contents[type_] = self._built(type_.particle)
        return self._contents[type_]

    def _built(self, particle: Particle | None) -> _Content:
        terms = [leaf.term for leaf in leaves(particle)]
        found: dict[QName, tuple[ElementDeclaration, ...]] = {}
        for term in terms:
            if isinstance(term, ElementDeclaration):
                for name, declaration in self._symbols.elements(term).items():
                    found[name] = (*found.get(name, ()), declaration)
        return _Content(found, tuple(term for term in terms if isinstance(term, Wildcard)))


def _name(node: etree._Element) -> QName:
    found = etree.QName(node)
    return QName(found.namespace or "", found.localname)
