"""Values of enumerations, defaults and fixed values that may be QNames.

Their meaning depends on the namespaces in scope.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Final, NamedTuple

from lxml import etree

from sluicegate.shared.formats.xsd.components import SimpleType, Variety
from sluicegate.shared.formats.xsd.names import XML, XS, QName, children, kind, qname, text

_QNAMES: Final = frozenset({"QName", "NOTATION"})
_SPACES: Final[Mapping[str, str]] = MappingProxyType(
    {"simpleType": "type", "complexType": "type", "attribute": "attribute", "element": "element"}
)
_GIVERS: Final[Mapping[str, str]] = MappingProxyType({
    **dict.fromkeys(("type", "base", "itemType", "memberTypes"), "type"),
    "ref": "attribute",
    "substitutionGroup": "element",
})  # fmt: skip
"""Attributes that name the source of a node's type, and the kinds of their targets."""

_INNER: Final = ("simpleType", "complexType", "simpleContent", "restriction", "extension", "list", "union")


class _Key(NamedTuple):
    """The kind and the name of a definition."""

    space: str
    name: QName


class QNameValues:
    """The values of one schema document that may be QNames."""

    def __init__(self, root: etree._Element) -> None:
        """Take the root of the document, which is not changed any more."""
        self._root = root
        self._target = text(root, "targetNamespace") or ""

    def may_be(self, node: etree._Element) -> bool:
        """Return whether the type of a node's value may derive from `xs:QName` or `xs:NOTATION`.

        Yes if a type, an attribute or the head of a substitution group is in another document.
        """
        start = node.getparent() if kind(node) == "enumeration" else node
        if start is None:
            return False
        return any(key not in self._defined or key in self._names for key in self._sources(start))

    @cached_property
    def _defined(self) -> dict[_Key, etree._Element]:
        tops = children(self._root, *_SPACES)
        return {_Key(_SPACES[kind(each)], QName(self._target, text(each, "name") or "")): each for each in tops}

    @cached_property
    def _names(self) -> set[_Key]:
        """The definitions that lead to a name type or to another document."""
        users: dict[_Key, list[_Key]] = defaultdict(list)
        for key, node in self._defined.items():
            for source in self._sources(node):
                users[source].append(key)
        waiting = [source for source in users if source not in self._defined]
        found: set[_Key] = set()
        while waiting:
            key = waiting.pop()
            if key not in found:
                found.add(key)
                waiting += users.get(key, [])
        return found

    def _sources(self, node: etree._Element) -> Iterator[_Key]:
        """Yield the sources of a node's type, without built-in types that are no names."""
        waiting = [node]
        while waiting:
            here = waiting.pop()
            waiting += children(here, *_INNER)
            for attribute, space in _GIVERS.items():
                if attribute in here.attrib and (attribute != "substitutionGroup" or _has_no_type(here)):
                    names = [qname(here, value, self._target) for value in here.get(attribute, "").split()]
                    yield from (_Key(space, name) for name in names if _counts(name))


def _has_no_type(node: etree._Element) -> bool:
    return "type" not in node.attrib and not children(node, "simpleType", "complexType")


def _counts(name: QName) -> bool:
    return name.namespace not in (XS, XML) or (name.namespace == XS and name.name in _QNAMES)


def expanded(literal: str, node: etree._Element, type_: SimpleType) -> str:
    """A literal with namespaces in place of prefixes, where its type is one of names, or a list of them.

    In a union, a name may be another value too: both then stand there.
    """
    match type_.variety:
        case Variety.LIST if type_.item is not None:
            item = type_.item
            return " ".join(expanded(each, node, item) for each in literal.split())
        case Variety.UNION:
            names = ":" in literal and any(each.primitive in _QNAMES for each in type_.members)
            return f"{literal} {_expanded(literal, node)}" if names else literal
    return _expanded(literal, node) if type_.primitive in _QNAMES else literal


def _expanded(literal: str, node: etree._Element) -> str:
    name = qname(node, literal)
    return f"{{{name.namespace}}}{name.name}"
