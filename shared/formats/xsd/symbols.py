"""Names that a leaf of a content model accepts in one schema.

Its own, those of its substitution group, or those of a wildcard.
"""

from collections.abc import Iterator

from sluicegate.shared.formats.xsd.builder import Components
from sluicegate.shared.formats.xsd.components import ComplexType, ElementDeclaration, Leaf, ProcessContents, Wildcard
from sluicegate.shared.formats.xsd.names import QName

ANY_NAME = "*"
"""The local name that represents all unmentioned names of a namespace; no element can have it."""

ELSEWHERE = "\0elsewhere"
"""The namespace that represents all unmentioned ones."""


class Symbols:
    """The names of one side."""

    def __init__(self, components: Components) -> None:
        """Take the components of the side."""
        self.components = components
        self._elements: dict[QName, dict[QName, ElementDeclaration]] = {}

    def elements(self, declaration: ElementDeclaration) -> dict[QName, ElementDeclaration]:
        """The elements that may stand where one is declared, by name; abstract ones may not."""
        if not declaration.is_global:
            return {declaration.name: declaration}
        if declaration.name not in self._elements:
            members = (self.components.element(name) for name in self.components.members(declaration.name))
            found = [declaration, *(each for each in members if self._substitutes(each, declaration))]
            self._elements[declaration.name] = {each.name: each for each in found if not each.abstract}
        return self._elements[declaration.name]

    def matches(self, leaf: Leaf, symbol: QName) -> bool:
        """Whether a leaf lets an element of a name in."""
        if isinstance(leaf.term, Wildcard):
            return leaf.term.allows(symbol.namespace)
        return symbol in self.elements(leaf.term)

    def of(self, leaf: Leaf, mentioned: set[QName]) -> Iterator[QName]:
        """The symbols of a leaf.

        A wildcard that demands declarations has those of its side, any other those that are
        mentioned and some that stand for the rest.
        """
        if isinstance(leaf.term, ElementDeclaration):
            yield from self.elements(leaf.term)
            return
        wildcard = leaf.term
        own = set(self.components.definitions.names("element"))
        names = (
            own if wildcard.process is ProcessContents.STRICT else own | mentioned | _others(wildcard, own | mentioned)
        )
        yield from sorted(
            name for name in names if wildcard.allows(name.namespace) and not self._is_abstract(name, own)
        )

    def _is_abstract(self, name: QName, own: set[QName]) -> bool:
        return name in own and self.components.element(name).abstract

    def _substitutes(self, member: ElementDeclaration, head: ElementDeclaration) -> bool:
        """Return whether an element may replace a head (part 1, section 3.3.6)."""
        if "substitution" in head.block:
            return False
        head_type, type_ = self.components.type_of(head), self.components.type_of(member)
        blocked = head.block | (head_type.block if isinstance(head_type, ComplexType) else frozenset())
        return not blocked & set(derivation(type_, head_type))


def derivation(type_: object, above: object) -> tuple[str, ...]:
    """How a type derives from another, step by step; simple types restrict."""
    if type_ is above:
        return ()
    if not isinstance(type_, ComplexType):
        return ("restriction",)
    name = getattr(above, "name", None)
    steps = type_.ancestors.index(name) if name in type_.ancestors else len(type_.ways)
    return type_.ways[:steps]


def _others(wildcard: Wildcard, names: set[QName]) -> set[QName]:
    """For each namespace that is mentioned, a name that is not."""
    namespaces = {name.namespace for name in names} | {"", ELSEWHERE} | (wildcard.namespaces or set())
    return {QName(namespace, ANY_NAME) for namespace in namespaces}
