"""Properties that tell alternatives apart: required ones whose values are enumerated on both sides, with none in common.

Looking at them, and at required properties, first spares a comparison of whole objects for every pair of alternatives.
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
    """Whether a schema requires a property that the facts do not, so that it cannot be shown to take all objects.

    Nothing is said where choices are open, or where a missing property may be passed over (`objects`).
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
