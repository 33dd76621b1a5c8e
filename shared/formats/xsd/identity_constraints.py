"""How much work the identity constraints of a schema are (`xs:key`, `xs:unique`, `xs:keyref`).

A library holds each constraint against each element inside the one that has it, and where such
elements lie inside each other, again for each of them. libxml2's tables then grow with the product,
in time and in memory.
"""

from dataclasses import dataclass
from typing import Final

from lxml import etree

from sluicegate.shared.formats.xsd.names import XS, children
from sluicegate.shared.formats.xsd.schema import XsdSchema

MAX_NESTED: Final = 200_000
"""Elements of a payload, counted once for each constrained element around them but the first: about
a second.
"""

_BRANCHES: Final = 40
"""Alternatives of a selector that cost as much as another constraint."""


@dataclass(frozen=True, slots=True)
class Constraints:
    """The number of constraints, and the local names of the elements that have some."""

    count: int
    elements: frozenset[str]

    def too_nested(self, root: etree._Element) -> bool:
        """Whether a payload has constrained elements inside each other, with too much in them."""
        depth = extra = 0
        for event, node in etree.iterwalk(root, events=("start", "end")):
            if isinstance(node.tag, str) and node.tag.rpartition("}")[2] in self.elements:
                depth += 1 if event == "start" else -1
            if event == "start" and depth > 1:
                extra += depth - 1
                if extra > MAX_NESTED:
                    return True
        return False


def constraints(schema: XsdSchema) -> Constraints:
    """The constraints of a schema."""
    count = 0
    names = set()
    for part in schema.parts:
        for node in part.root.iter(f"{{{XS}}}element"):
            found = children(node, "key", "unique", "keyref")
            if found:
                names.add(node.get("name", ""))
                count += sum(1 + _branches(each) // _BRANCHES for each in found)
    return Constraints(count, frozenset(names))


def _branches(node: etree._Element) -> int:
    return sum(each.get("xpath", "").count("|") for each in children(node, "selector", "field"))
