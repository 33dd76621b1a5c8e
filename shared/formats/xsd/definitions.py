"""Top-level definitions of a schema's documents, by kind and name, built on request."""

from typing import Final

from lxml import etree

from sluicegate.shared.formats.xsd.names import QName, children, kind, text
from sluicegate.shared.formats.xsd.schema import LOCATED, SchemaPart, XsdSchema

KINDS: Final = ("element", "attribute", "simpleType", "complexType", "group", "attributeGroup", "notation")

MAX_NESTED_DEFINITIONS: Final = 50
"""Maximum of nested definitions; real schemas have fewer than 15."""

Definition = tuple[etree._Element, SchemaPart]


class UnresolvedDefinition(Exception):
    """A name that nothing defines, or a definition that leads back to itself."""


class ChainTooLong(UnresolvedDefinition):
    """A chain of definitions that is longer than any that people write."""


class Definitions:
    """The definitions of all parts of a schema.

    Names of types are one symbol space, as the specification has it.
    """

    def __init__(self, schema: XsdSchema) -> None:
        """Look through the parts; of two definitions with one name the first counts."""
        self._found: dict[tuple[str, QName], Definition] = {}
        for part in schema.parts:
            for node in _tops(part.root):
                name = QName(part.namespace, text(node, "name") or "")
                self._found.setdefault((_space(kind(node)), name), (node, part))

    def get(self, space: str, name: QName) -> Definition | None:
        """The definition of a name, if there is one."""
        return self._found.get((_space(space), name))

    def need(self, space: str, name: QName) -> Definition:
        """The definition of a name. Raises `UnresolvedDefinition`."""
        found = self.get(space, name)
        if found is None:
            raise UnresolvedDefinition(f"{space} {name.name!r} is not defined")
        return found

    def names(self, space: str) -> list[QName]:
        """The names of a kind, in the order of the documents."""
        wanted = _space(space)
        return [name for kind_, name in self._found if kind_ == wanted]


def _space(kind_: str) -> str:
    return "type" if kind_ in ("simpleType", "complexType") else kind_


def _tops(root: etree._Element) -> list[etree._Element]:
    """Return the top-level nodes, redefinitions first: they replace the originals."""
    redefined = [inner for node in children(root, *LOCATED) for inner in children(node, *KINDS)]
    return [*redefined, *children(root, *KINDS)]
