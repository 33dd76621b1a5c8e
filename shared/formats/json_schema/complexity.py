"""How often one value may be looked at: a bound on schemas that double themselves.

`allOf` of two references to a schema that is again an `allOf` of two references needs 2^n looks at one value, in every library, and
nothing can stop a library in the middle of them. So the looks are counted before the schema is accepted.
"""

from shared.formats.json_schema.keywords import IN_PLACE, under
from shared.formats.json_schema.references import Node, References, Unresolved

LOOKS_LIMIT = 65_536
"""Schemas applied to one value, counted along all ways; about a millisecond of work."""


def looks(references: References) -> tuple[int, str]:
    """The largest number of schemas that are applied to one value, and the path of the schema where that happens."""
    counted: dict[int, int] = {}
    worst = (0, "")
    for node in references.everything():
        worst = max(worst, (_count(references, node, counted), node.path), key=lambda found: found[0])
    return worst


def _count(references: References, start: Node, counted: dict[int, int]) -> int:
    """Depth first without recursion. A way back to a schema that is still open ends there, as it does in an evaluation."""
    stack = [(start, _in_place(references, start))] if start.key not in counted else []
    while stack:
        node, inner = stack[-1]
        if node.key not in counted:
            counted[node.key] = 0
            stack.extend((child, _in_place(references, child)) for child in inner if child.key not in counted)
            continue
        stack.pop()
        counted[node.key] = 1 + sum(counted.get(child.key, 0) for child in inner)
    return counted[start.key]


def _in_place(references: References, node: Node) -> list[Node]:
    found = [
        references.child(node, tail, schema) for keyword in IN_PLACE & node.keywords.keys()
        for tail, schema in under(node.keywords, keyword) if isinstance(schema, dict)
    ]  # fmt: skip
    try:
        found.extend(target for target in references.targets(node) if isinstance(target.schema, dict))
    except Unresolved:
        return found
    return found
