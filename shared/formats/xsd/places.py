"""Where in a payload something is: the way to an element, by local names."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias

from lxml import etree

from sluicegate.shared.formats.xsd.names import XS

Names: TypeAlias = Callable[[], frozenset[str]]
"""Returns the local names of the elements and attributes that a schema declares."""

_STEP: Final = re.compile(r"(?:([^:\[]*):)?([^\[]+)(?:\[(\d+)\])?")


def element_path(node: etree._Element) -> str:
    """`/order/item[2]/price`: with the number among those of its name where there are several."""
    return "".join(f"/{step}" for step in reversed(list(_steps(node))))


def found(root: etree._Element, path: str) -> etree._Element:
    """Return the element of a libxml2 path, or its nearest ancestor.

    Such paths have prefixes, or `*` for a name in a default namespace. XPath cannot resolve them: a
    prefix may have several meanings in one document.
    """
    node = root
    for step in path.split("/")[2:]:
        matched = _STEP.fullmatch(step)
        below = None if matched is None else _child(node, matched)
        if below is None:
            break
        node = below
    return node


def _child(node: etree._Element, step: re.Match[str]) -> etree._Element | None:
    prefix, name, number = step[1], step[2], int(step[3] or 1)
    elements = [child for child in node if isinstance(child.tag, str)]
    if name != "*":
        elements = [child for child in elements if child.prefix == prefix and etree.QName(child).localname == name]
    return elements[number - 1] if number <= len(elements) else None


def _steps(node: etree._Element) -> Iterator[str]:
    here: etree._Element | None = node
    while here is not None:
        name = etree.QName(here).localname
        before = sum(1 for _ in here.itersiblings(here.tag, preceding=True))
        several = before or next(here.itersiblings(here.tag), None) is not None
        yield f"{name}[{before + 1}]" if several else name
        here = here.getparent()


def declared_names(documents: Iterable[etree._Element]) -> frozenset[str]:
    """Return the local names of all elements and attributes that schema documents declare."""
    declarations = [node for root in documents for node in root.iter(f"{{{XS}}}element", f"{{{XS}}}attribute")]
    return frozenset(node.get("name", "") for node in declarations) - {""}
