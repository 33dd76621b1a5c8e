"""Detection of the version of XML Schema: 1.1 if a document uses a feature of 1.1."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from lxml import etree

from sluicegate.shared.formats.xsd.names import VERSIONING, XS, kind, qname, text

NEW_NODES: Final = frozenset({
    "assert", "assertion", "alternative", "openContent", "defaultOpenContent", "override", "explicitTimezone",
})  # fmt: skip
NEW_ATTRIBUTES: Final = frozenset({
    "notNamespace", "notQName", "inheritable", "defaultAttributes", "defaultAttributesApply", "xpathDefaultNamespace",
})  # fmt: skip
NEW_TYPES: Final = frozenset({"dateTimeStamp", "yearMonthDuration", "dayTimeDuration", "anyAtomicType", "error"})
TYPE_ATTRIBUTES: Final = ("type", "base", "itemType", "memberTypes")


class XsdVersion(StrEnum):
    """The versions of XML Schema."""

    V1_0 = "1.0"
    V1_1 = "1.1"


def version(roots: Iterable[etree._Element]) -> XsdVersion:
    """The version that documents need together."""
    return (
        XsdVersion.V1_1 if any(_new(node) for root in roots for node in root.iter(etree.Element)) else XsdVersion.V1_0
    )


def _new(node: etree._Element) -> bool:
    name = kind(node)
    if name in NEW_NODES or not NEW_ATTRIBUTES.isdisjoint(node.keys()):
        return True
    if f"{{{VERSIONING}}}minVersion" in node.attrib:
        return str(node.get(f"{{{VERSIONING}}}minVersion")).strip() != "1.0"
    return _new_all(node, name) or _new_type(node) or _own_namespace(node, name)


def _new_all(node: etree._Element, name: str) -> bool:
    """In 1.0 the members of `xs:all` are elements that stand there at most once."""
    parent = node.getparent()
    if parent is None or kind(parent) != "all":
        return False
    return name in ("any", "group") or text(node, "maxOccurs") not in (None, "0", "1")


def _new_type(node: etree._Element) -> bool:
    values = " ".join(node.get(name, "") for name in TYPE_ATTRIBUTES).split()
    return any(qname(node, value).name in NEW_TYPES and qname(node, value).namespace == XS for value in values)


def _own_namespace(node: etree._Element, name: str) -> bool:
    return name in ("element", "attribute") and "targetNamespace" in node.attrib
