"""Properties that tell alternatives apart: required ones whose values are enumerated on both sides, with none in common.

Looking at them first spares a comparison of whole objects for every pair of alternatives.
"""

from sluicegate.shared.formats.json_schema.compatibility.facts import Facts, labels_of
from sluicegate.shared.formats.json_schema.references import Node


def apart(schema: Node, facts: Facts) -> bool:
    """Whether no value of which the facts hold can fit the schema, by its discriminators alone."""
    if facts.types != {"object"} or not facts.labels:
        return False
    wanted = labels_of(schema)
    return any(
        wanted[name].isdisjoint(values) for name, found in facts.labels.items() if name in wanted for values in found
    )
