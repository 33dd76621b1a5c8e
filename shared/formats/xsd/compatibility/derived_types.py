"""Complex types that documents may name in xsi:type instead of the declared one.

Part 1, section 3.4.6.
"""

from collections.abc import Iterator

from sluicegate.shared.formats.xsd.builder import Components
from sluicegate.shared.formats.xsd.components import ComplexType, ElementDeclaration, Type
from sluicegate.shared.formats.xsd.names import QName
from sluicegate.shared.formats.xsd.symbols import derivation


class DerivedTypes:
    """The derived types of one side."""

    def __init__(self, components: Components) -> None:
        """Take the components of the side."""
        self._components = components
        self._by_ancestor: dict[QName, list[ComplexType]] | None = None

    def of(self, declared: Type, element: ElementDeclaration) -> Iterator[tuple[QName, ComplexType]]:
        """Yield the further types that an element of a type may name."""
        if not isinstance(declared, ComplexType) or declared.name is None:
            return
        for type_ in self._all().get(declared.name, ()):
            if type_.name is not None and _allowed(type_, declared, element):
                yield type_.name, type_

    def named(self, name: QName, declared: Type, element: ElementDeclaration) -> ComplexType | None:
        """The type of a name, if an element of some type may name it."""
        return next((type_ for found, type_ in self.of(declared, element) if found == name), None)

    def _all(self) -> dict[QName, list[ComplexType]]:
        if self._by_ancestor is None:
            self._by_ancestor = {}
            for name in self._components.definitions.names("type"):
                type_ = self._components.type(name)
                if isinstance(type_, ComplexType) and not type_.abstract:
                    for ancestor in type_.ancestors[1:]:
                        self._by_ancestor.setdefault(ancestor, []).append(type_)
        return self._by_ancestor


def _allowed(type_: ComplexType, declared: ComplexType, element: ElementDeclaration) -> bool:
    return not (element.block | declared.block) & set(derivation(type_, declared))
