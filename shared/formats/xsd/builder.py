"""Definitions -> components, on demand and each once."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TypeVar

from lxml import etree

from sluicegate.shared.formats.xsd.builtins import builtin, is_builtin
from sluicegate.shared.formats.xsd.complex_types import ComplexTypes
from sluicegate.shared.formats.xsd.components import (
    ANY,
    ANY_TYPE,
    AttributeUse,
    ElementDeclaration,
    ModelGroup,
    SimpleType,
    Type,
)
from sluicegate.shared.formats.xsd.definitions import (
    MAX_NESTED_DEFINITIONS,
    ChainTooLong,
    Definitions,
    UnresolvedDefinition,
)
from sluicegate.shared.formats.xsd.elements import declared, is_qualified
from sluicegate.shared.formats.xsd.names import QName, child, children, kind, qname, text
from sluicegate.shared.formats.xsd.particles import group_of
from sluicegate.shared.formats.xsd.qname_values import expanded
from sluicegate.shared.formats.xsd.schema import SchemaPart, XsdSchema
from sluicegate.shared.formats.xsd.simple_types import list_of, restricted, union_of

_T = TypeVar("_T")


class Components:
    """The components of a schema.

    Methods raise `UnresolvedDefinition` for names that nothing defines; not for use by several threads at
    once.
    """

    def __init__(self, schema: XsdSchema) -> None:
        """Nothing is built yet."""
        self.definitions = Definitions(schema)
        self._built: dict[object, object] = {}
        self._open: set[object] = set()
        self._complex = ComplexTypes(self)

    def roots(self) -> Iterator[ElementDeclaration]:
        """The elements that a document may begin with."""
        for name in self.definitions.names("element"):
            declaration = self.element(name)
            if not declaration.abstract:
                yield declaration

    def element(self, name: QName) -> ElementDeclaration:
        """A global element."""
        node, part = self.definitions.need("element", name)
        return self.declaration(node, part)

    def global_element(self, name: QName) -> ElementDeclaration | None:
        """A global element, if there is one of that name."""
        return self.element(name) if self.definitions.get("element", name) else None

    def members(self, head: QName) -> tuple[QName, ...]:
        """Return the elements that name a head, or one of its members, in `substitutionGroup`.

        Blocked ones are included.
        """
        return self._once(("members", head), lambda: tuple(self._members(head)))

    def _members(self, head: QName) -> Iterator[QName]:
        for name in self._by_head.get(head, ()):
            yield name
            yield from self.members(name)

    @cached_property
    def _by_head(self) -> dict[QName, list[QName]]:
        found: dict[QName, list[QName]] = {}
        for name in self.definitions.names("element"):
            for head in self.element(name).heads:
                found.setdefault(head, []).append(name)
        return found

    def declaration(self, node: etree._Element, part: SchemaPart) -> ElementDeclaration:
        """The element that a node declares, or the global one that it refers to."""
        ref = text(node, "ref")
        if ref is not None and node.getparent() is not part.root:
            return self.element(qname(node, ref, part.namespace))
        return self._once(("element", node, part), lambda: declared(node, part))

    def type_of(self, declaration: ElementDeclaration) -> Type:
        """Return the type of an element: its own, that of its substitution head, or `xs:anyType`."""
        if declaration.type_name is not None:
            return self.type(declaration.type_name)
        own = child(declaration.node, "simpleType", "complexType")
        if own is not None:
            return self.local_type(own, declaration.part)
        if declaration.heads:
            head = declaration.heads[0]
            return self._guarded(("head", declaration.name), lambda: self.type_of(self.element(head)))
        return ANY

    def type(self, name: QName) -> Type:
        """A type by its name."""
        if name == ANY_TYPE:
            return ANY
        if is_builtin(name):
            return builtin(name.name)
        node, part = self.definitions.need("type", name)
        return self.local_type(node, part, name)

    def simple(self, name: QName) -> SimpleType:
        """A simple type by its name."""
        found = self.type(name)
        if isinstance(found, SimpleType):
            return found
        raise UnresolvedDefinition(f"{name.name!r} is not a simple type")

    def local_type(self, node: etree._Element, part: SchemaPart, name: QName | None = None) -> Type:
        """The type that a node defines."""
        if kind(node) == "simpleType":
            return self.simple_type(node, part, name)
        return self._once(("type", node, part), lambda: self._complex.build(node, part, name))

    def simple_type(self, node: etree._Element, part: SchemaPart, name: QName | None = None) -> SimpleType:
        """The simple type that a node defines."""
        return self._once(("type", node, part), lambda: self._simple(node, part, name))

    def group(self, name: QName) -> ModelGroup:
        """A named model group."""
        node, part = self.definitions.need("group", name)
        return self._once(("group", node, part), lambda: group_of(self, node, part))

    def attribute(self, name: QName) -> AttributeUse | None:
        """A global attribute, as an optional use, if there is one of that name."""
        found = self.definitions.get("attribute", name)
        return None if found is None else self.attribute_use(*found)

    def attribute_use(self, node: etree._Element, part: SchemaPart) -> AttributeUse:
        """The attribute that a node stands for."""
        ref = text(node, "ref")
        if ref is None:
            return self._once(("attribute", node, part), lambda: self._attribute(node, part))
        target = self.attribute(qname(node, ref, part.namespace))
        if target is None:
            raise UnresolvedDefinition(f"attribute {ref!r} is not defined")
        own = (_value(node, each, target.type) for each in ("default", "fixed"))
        default, fixed = (
            mine if mine is not None else theirs
            for mine, theirs in zip(own, (target.default, target.fixed), strict=True)
        )
        holder = node if "fixed" in node.attrib else target.node
        return AttributeUse(target.name, target.type, text(node, "use") == "required", default, fixed, holder)

    def _attribute(self, node: etree._Element, part: SchemaPart) -> AttributeUse:
        top = node.getparent() is part.root
        namespace = part.namespace if top or is_qualified(node, part) else ""
        own, named = child(node, "simpleType"), text(node, "type")
        if own is not None:
            type_ = self.simple_type(own, part)
        else:
            type_ = self.simple(qname(node, named, part.namespace)) if named else builtin("anySimpleType")
        required = text(node, "use") == "required" and not top
        default, fixed = (_value(node, each, type_) for each in ("default", "fixed"))
        return AttributeUse(QName(namespace, text(node, "name") or ""), type_, required, default, fixed, node)

    def _simple(self, node: etree._Element, part: SchemaPart, name: QName | None) -> SimpleType:
        how = child(node, "restriction", "list", "union")
        if how is None:
            raise UnresolvedDefinition("a simpleType without restriction, list or union")
        inner = [self.simple_type(each, part) for each in children(how, "simpleType")]
        match kind(how):
            case "restriction":
                return restricted(inner[0] if inner else self._named(how, "base", part)[0], how, name)
            case "list":
                return list_of(inner[0] if inner else self._named(how, "itemType", part)[0], name)
        members = self._named(how, "memberTypes", part) if "memberTypes" in how.attrib else []
        return union_of([*members, *inner], name)

    def _named(self, node: etree._Element, attribute: str, part: SchemaPart) -> list[SimpleType]:
        names = (node.get(attribute) or "").split()
        if not names:
            raise UnresolvedDefinition(f"a type without {attribute}")
        return [self.simple(qname(node, name, part.namespace)) for name in names]

    def _once(self, key: object, build: Callable[[], _T]) -> _T:
        if key not in self._built:
            self._built[key] = self._guarded(key, build)
        return self._built[key]  # type: ignore[return-value]  # a key begins with the kind of what is built for it

    def _guarded(self, key: object, build: Callable[[], _T]) -> _T:
        if key in self._open:
            raise UnresolvedDefinition("a definition that leads back to itself")
        if len(self._open) > MAX_NESTED_DEFINITIONS:
            raise ChainTooLong(f"a chain of more than {MAX_NESTED_DEFINITIONS} definitions")
        self._open.add(key)
        try:
            return build()
        finally:
            self._open.discard(key)


def _value(node: etree._Element, attribute: str, type_: SimpleType) -> str | None:
    literal = node.get(attribute)
    return None if literal is None else expanded(literal, node, type_)
