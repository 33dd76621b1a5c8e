"""Discriminators: required properties with disjoint enumerations on both sides.

Checking them, and required properties, first avoids a comparison of whole objects for every pair of
alternatives.
"""

from sluicegate.shared.formats.json_schema.compatibility.facts import Facts, labels_of, opened
from sluicegate.shared.formats.json_schema.references import Node
from sluicegate.shared.formats.json_schema.values import mapping, names


def apart(schema: Node, facts: Facts) -> bool:
    """Whether no value of which the facts hold can fit the schema, by its discriminators alone."""
    if facts.types != {"object"} or not facts.labels:
        return False
    wanted = labels_of(schema)
    return any(
        wanted[name].isdisjoint(values) for name, found in facts.labels.items() if name in wanted for values in found
    )


def lacks_required(schema: Node, facts: Facts) -> bool:
    """Return whether a schema requires a property that the facts lack, so it cannot accept all.

    False if choices are open, or if a missing property may be skipped (`objects`).
    """
    if facts.choices or "object" not in facts.types:
        return False
    return not _required(schema) <= facts.required


def _required(node: Node) -> frozenset[str]:
    return node.home.remembered("required", node, lambda: _surely_required(node))


def _surely_required(node: Node) -> frozenset[str]:
    """The required properties that the schema declares, and that have no default."""
    found: set[str] = set()
    for atom in opened([node]).atoms:
        declared = mapping(atom.keywords, "properties")
        for name in names(atom.keywords.get("required")):
            schema = declared.get(name)
            if name in declared and not (isinstance(schema, dict) and "default" in schema):
                found.add(name)
    return frozenset(found)
