"""Names in XML and XML Schema: namespaces, expanded names, and QNames in attributes."""

from functools import cache
from typing import Final, NamedTuple

from lxml import etree

XS = "http://www.w3.org/2001/XMLSchema"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XML = "http://www.w3.org/XML/1998/namespace"
_ANNOTATION: Final = f"{{{XS}}}annotation"
VERSIONING = "http://www.w3.org/2007/XMLSchema-versioning"

EXPRESSIONS: Final = ("xpath", "test", "xpathDefaultNamespace")
VERBATIM: Final = ("value", "default", "fixed", *EXPRESSIONS)
"""Attributes whose outer whitespace may count."""


class QName(NamedTuple):
    """An expanded name. `namespace` is "" for a name in no namespace."""

    namespace: str
    name: str

    def __str__(self) -> str:
        """The local name alone, as messages and paths show it."""
        return self.name


def xs(name: str) -> QName:
    """A name of XML Schema itself, as in `xs:string`."""
    return QName(XS, name)


def kind(node: etree._Element) -> str:
    """Return the local name of a node of XML Schema's namespace, or "".

    For example `element` or `complexType`.
    """
    tag = node.tag
    prefix = f"{{{XS}}}"
    return tag[len(prefix) :] if isinstance(tag, str) and tag.startswith(prefix) else ""


def children(node: etree._Element, *kinds: str) -> list[etree._Element]:
    """The schema nodes directly under a node, of all kinds or of those named.

    Annotations and comments are not among them.
    """
    return [each for each in node.iterchildren(*_tags(kinds)) if each.tag != _ANNOTATION]


@cache
def _tags(kinds: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{{{XS}}}{each}" for each in kinds or "*")


def child(node: etree._Element, *kinds: str) -> etree._Element | None:
    """The first of `children`."""
    return next(iter(children(node, *kinds)), None)


def text(node: etree._Element, attribute: str) -> str | None:
    """Return an attribute's value without outer whitespace, as in schema documents; or None."""
    value = node.get(attribute)
    return None if value is None else value.strip()


def attributes(node: etree._Element) -> list[tuple[str, str]]:
    """The attributes of a node, by their names with namespaces."""
    return [(str(name), str(value)) for name, value in node.attrib.items()]


def flag(node: etree._Element, attribute: str) -> bool:
    """An attribute that is true or false."""
    return text(node, attribute) in ("true", "1")


def qname(node: etree._Element, value: str, default: str = "") -> QName:
    """The expanded name that a QName stands for at a node.

    `default` is the namespace of names without a prefix when none is bound.

    An unbound prefix gives a namespace that nothing is in.
    """
    prefix, colon, local = value.strip().rpartition(":")
    if not colon:
        return QName(node.nsmap.get(None) or default, local)
    if prefix == "xml":
        return QName(XML, local)
    return QName(node.nsmap.get(prefix, f"unbound prefix {prefix}"), local)
