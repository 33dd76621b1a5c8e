"""A bound on the checks of one value, for schemas that double themselves or never end.

`allOf` of two references to a schema that is again an `allOf` of two references needs 2^n checks of
one value, in every library, and no library can be interrupted. So the checks are counted before the
schema is accepted. A schema that refers to itself for the same value is endless, and JSON Schema
forbids it (2020-12 core, section 9.4.1).
"""

from dataclasses import dataclass

from sluicegate.shared.formats.json_schema.keywords import IN_PLACE, LEADING
from sluicegate.shared.formats.json_schema.references import Node, ReferenceIndex, UnresolvedReference

LOOKS_LIMIT = 65_536
"""Schemas applied to one value, counted along all ways; about a millisecond of work."""


@dataclass(frozen=True, slots=True)
class Looks:
    """The largest number of schemas for one value, with its place; or the place of an endless one."""

    count: int
    path: str
    endless: str | None


def looks(references: ReferenceIndex) -> Looks:
    """Count the schemas that check one value, and keep the maximum."""
    counted: dict[int, int] = {}
    worst = Looks(0, "", None)
    if references.is_simple:
        return worst
    for node in references.everything:
        if LEADING.isdisjoint(node.keywords):
            continue  # one look, and nothing further
        endless = _count(node, counted)
        if endless is not None:
            return Looks(0, node.path, endless)
        if counted[node.key] > worst.count:
            worst = Looks(counted[node.key], node.path, None)
    return worst


def _count(start: Node, counted: dict[int, int]) -> str | None:
    """Count depth first without recursion; return the path of an endless schema, if there is one."""
    stack = [(start, _in_place(start))]
    entered: set[int] = set()
    while stack:
        node, inner = stack[-1]
        if node.key in counted:
            stack.pop()
        elif node.key in entered:
            stack.pop()
            entered.discard(node.key)
            counted[node.key] = 1 + sum(counted[child.key] for child in inner)
        else:
            entered.add(node.key)
            back = next((child for child in inner if child.key in entered), None)
            if back is not None:
                return back.path
            stack.extend((child, _in_place(child)) for child in inner if child.key not in counted)
    return None


def _in_place(node: Node) -> list[Node]:
    """Return the schemas that check the same value as the node."""
    if LEADING.isdisjoint(node.keywords):
        return []
    found = list(node.under(*sorted(IN_PLACE & node.keywords.keys())))
    try:
        found.extend(node.home.targets(node))
    except UnresolvedReference:
        return []
    return [each for each in found if isinstance(each.schema, dict)]
