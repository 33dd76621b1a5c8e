"""A parsed XML schema: its document and the referenced ones. The result of `parse`; immutable."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeVar, cast

from lxml import etree

from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from sluicegate.shared.formats.xsd.document import read
from sluicegate.shared.formats.xsd.names import VERBATIM, XML, XS, attributes, children, text
from sluicegate.shared.formats.xsd.refusals import XsdSchemaCode, at
from sluicegate.shared.formats.xsd.xml_namespace import XML_SCHEMA
from sluicegate.shared.model import Violation

T = TypeVar("T")

MAX_REFERENCES: Final = 1000
"""Referenced schemas of one schema, those of the referenced ones included."""

LOCATED: Final = ("include", "import", "redefine", "override")
"""The schema nodes that name other documents."""


@dataclass(frozen=True, slots=True)
class SchemaPart:
    """A document in its role in a schema.

    One without a target namespace has that of the including document.
    """

    root: etree._Element
    namespace: str


@dataclass(frozen=True, eq=False)
class XsdSchema:
    """A schema document, and its referenced documents by their names in `schemaLocation`."""

    root: etree._Element
    named: Mapping[str, etree._Element]

    @cached_property
    def parts(self) -> tuple[SchemaPart, ...]:
        """Return the document and all included, imported, redefined or overridden ones.

        Each is returned once for each namespace.
        """
        found = [SchemaPart(self.root, text(self.root, "targetNamespace") or "")]
        seen = {(id(self.root), found[0].namespace)}
        for part in found:
            for target in self._targets(part):
                if (id(target.root), target.namespace) not in seen:
                    seen.add((id(target.root), target.namespace))
                    found.append(target)
        return tuple(found)

    def remembered(self, what: str, make: Callable[[], T]) -> T:
        """Return a value that follows from the schema alone, computed once."""
        if what not in self._remembered:
            self._remembered[what] = make()
        return cast("T", self._remembered[what])

    @cached_property
    def _remembered(self) -> dict[str, object]:
        return {}

    @cached_property
    def unresolved(self) -> tuple[Violation, ...]:
        """The locations that lead to none of the references."""
        return tuple(_unresolved(node) for part in self.parts for node in located(part.root) if self._lost(node))

    def location(self, node: etree._Element) -> str | None:
        """The name of the reference that a node of `LOCATED` leads to, if there is one."""
        for name in (text(node, "schemaLocation"), text(node, "namespace")):
            if name is not None and name in self.named:
                return name
        return None

    def _targets(self, part: SchemaPart) -> Iterator[SchemaPart]:
        for node in located(part.root):
            name = self.location(node)
            if name is not None:
                root = self.named[name]
                inherited = "" if node.tag.endswith("}import") else part.namespace
                yield SchemaPart(root, text(root, "targetNamespace") or inherited)

    def _lost(self, node: etree._Element) -> bool:
        return node.get("schemaLocation") is not None and self.location(node) is None

    def documents(self, *changes: Callable[[etree._Element], None]) -> dict[str, bytes]:
        """Return the document under "", and the referenced ones under unfetchable addresses.

        Locations are these addresses, so a library that follows them requests nothing else.
        `changes` are made to copies.
        """
        roots = {id(root): root for root in self.named.values()}
        places = {key: f"sluicegate:{index}" for index, key in enumerate(roots)}
        addresses = {name: places[id(root)] for name, root in self.named.items()}
        documents = {"": self._addressed(self.root, addresses, changes)}
        for key, root in roots.items():
            documents[places[key]] = self._addressed(root, addresses, changes)
        return documents

    def _addressed(
        self, root: etree._Element, addresses: Mapping[str, str], changes: Iterable[Callable[[etree._Element], None]]
    ) -> bytes:
        copy = deepcopy(root)
        _trim(copy)
        for change in changes:
            change(copy)
        for original, node in zip(located(root), located(copy), strict=True):
            name = self.location(original)
            if name is not None:
                node.set("schemaLocation", addresses[name])
        return etree.tostring(copy)


def _trim(root: etree._Element) -> None:
    """Collapse whitespace in attributes, as their types demand; libxml2 keeps it in names.

    Values of the schema's own types stay, and expressions.
    """
    for node in root.iter(f"{{{XS}}}*"):
        for name, value in attributes(node):
            collapsed = " ".join(value.split())
            if value != collapsed and name not in VERBATIM:
                node.set(name, collapsed)


def located(root: etree._Element) -> list[etree._Element]:
    """The nodes of a document that name others."""
    return children(root, *LOCATED)


def _unresolved(node: etree._Element) -> Violation:
    location = text(node, "schemaLocation") or ""
    return at(
        node, XsdSchemaCode.LOCATION,
        f"The location {location[:200]!r} is none of the schema's references, and nothing is fetched from elsewhere. Register the "
        "document and refer to it by this name, or put its content here",
    )  # fmt: skip


def parse(source: SchemaSource) -> XsdSchema:
    """Parse a source with all that it refers to.

    A document that is referred to by several names is read once: its definitions count once.
    Raises `SchemaSyntaxError`, naming the reference when one of them is at fault.
    """
    root = read(source.text)
    roots: dict[str, etree._Element] = {source.text: root}
    named: dict[str, etree._Element] = {}
    pending = list(source.references)
    while pending and len(named) < MAX_REFERENCES:
        reference = pending.pop(0)
        if reference.name not in named:
            if reference.source.text not in roots:
                roots[reference.source.text] = _reference(reference)
            named[reference.name] = roots[reference.source.text]
            pending.extend(reference.source.references)
    named.setdefault(XML, read(XML_SCHEMA))
    return XsdSchema(root, named)


def _reference(reference: NamedSource) -> etree._Element:
    try:
        return read(reference.source.text)
    except SchemaSyntaxError as error:
        raise SchemaSyntaxError(
            f"In the referenced schema {reference.name!r}: {error.message}", error.violations
        ) from error
