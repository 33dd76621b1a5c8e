"""Features that make schemas incomparable by their components."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from sluicegate.shared.formats.xsd.compatibility.findings import XsdChange, finding
from sluicegate.shared.formats.xsd.names import VERSIONING, XS, kind
from sluicegate.shared.formats.xsd.refusals import place
from sluicegate.shared.formats.xsd.rules import violations
from sluicegate.shared.formats.xsd.schema import XsdSchema
from sluicegate.shared.model import Finding

_CHANGE_MEANING: Final = frozenset({"alternative", "openContent", "defaultOpenContent", "override", "redefine"})
"""Nodes that change the meaning of a type."""

_RESTRICT: Final = frozenset({"assert", "assertion", "explicitTimezone"})
"""Nodes that only forbid: those of a writer may be ignored."""

_ATTRIBUTES: Final = frozenset({"defaultAttributes", "xpathDefaultNamespace", "targetNamespace"})
_RESTRICTING_ATTRIBUTES: Final = frozenset({"notQName", "notNamespace"})


def not_comparable(reader: XsdSchema, writer: XsdSchema) -> Iterator[Finding]:
    """Why nothing can be said about two schemas; nothing when something can."""
    for side, schema in (("reader", reader), ("writer", writer)):
        wrong = violations(schema)
        if wrong:
            change = (
                f"The {side}'s schema is not valid ({wrong[0].message}), so nothing can be said about compatibility"
            )
            yield finding(XsdChange.SCHEMA_NOT_COMPARABLE, "", change)
    yield from _features("reader", reader, _CHANGE_MEANING | _RESTRICT, _ATTRIBUTES | _RESTRICTING_ATTRIBUTES)
    yield from _features("writer", writer, _CHANGE_MEANING, _ATTRIBUTES)


def _features(side: str, schema: XsdSchema, nodes: frozenset[str], attributes: frozenset[str]) -> Iterator[Finding]:
    for part in schema.parts:
        for node in part.root.iter(f"{{{XS}}}*"):
            found = _feature(node, nodes, attributes)
            if found:
                where = place(node) or "its top"
                change = f"The {side}'s schema uses {found} at {where}, which is only compared as a whole"
                yield finding(XsdChange.FEATURE_NOT_COMPARABLE, "", change)
                return


def _feature(node: etree._Element, nodes: frozenset[str], attributes: frozenset[str]) -> str | None:
    name = kind(node)
    if name in nodes:
        return f"xs:{name}"
    used = attributes & set(map(str, node.keys())) - ({"targetNamespace"} if name == "schema" else set())
    if used:
        return f"the attribute {min(used)}"
    versioned = [each for each in map(str, node.keys()) if each.startswith(f"{{{VERSIONING}}}")]
    return "conditional inclusion (vc:...)" if versioned and name != "schema" else None
