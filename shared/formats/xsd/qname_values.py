"""Where the value of an enumeration, a default or a fixed value may be a QName: its meaning depends on the namespaces in scope."""

from typing import Final

from lxml import etree

from sluicegate.shared.formats.xsd.names import XS, QName, children, kind, qname, text

_QNAMES: Final = frozenset({"QName", "NOTATION"})
_TYPE_ATTRIBUTES: Final = ("type", "base", "itemType", "memberTypes")
_INNER: Final = ("simpleType", "complexType", "simpleContent", "restriction", "extension", "list", "union")


def may_be_qname(node: etree._Element, root: etree._Element) -> bool:
    """Whether the type of a node's value is, or may be, derived from `xs:QName` or `xs:NOTATION`; yes for types of other documents."""
    start = node.getparent() if kind(node) == "enumeration" else node
    waiting = [] if start is None else [start]
    seen: set[etree._Element] = set()
    while waiting:
        here = waiting.pop()
        if here in seen:
            continue
        seen.add(here)
        waiting += children(here, *_INNER)
        for name in _named(here, root):
            if name.namespace == XS:
                if name.name in _QNAMES:
                    return True
                continue
            found = [each for each in children(root, "simpleType", "complexType") if text(each, "name") == name.name]
            if not found:
                return True
            waiting += found
    return False


def _named(node: etree._Element, root: etree._Element) -> list[QName]:
    target = text(root, "targetNamespace") or ""
    values = " ".join(node.get(each, "") for each in _TYPE_ATTRIBUTES).split()
    return [qname(node, value, target) for value in values]


def expanded(literal: str | None, node: etree._Element, primitive: str) -> str | None:
    """A literal with its namespace in place of its prefix, where its type is one of names."""
    if literal is None or primitive not in _QNAMES:
        return literal
    name = qname(node, literal)
    return f"{{{name.namespace}}}{name.name}"
