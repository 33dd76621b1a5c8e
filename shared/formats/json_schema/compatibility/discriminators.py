"""Properties that tell alternatives apart: required ones whose values are enumerated on both sides, with none in common.

Looking at them first spares a comparison of whole objects for every pair of alternatives.
"""

from functools import partial

from shared.formats.json_schema.canonical import canonical_value
from shared.formats.json_schema.compatibility.facts import Facts, enumerated, opened
from shared.formats.json_schema.references import Node
from shared.formats.json_schema.values import mapping

Labels = dict[str, frozenset[str]]


def apart(schema: Node, facts: Facts) -> bool:
    """Whether no value of which the facts hold can fit the schema, by its discriminators alone."""
    if facts.types != {"object"} or not facts.required:
        return False
    wanted = schema.home.remembered("labels", schema, partial(_labels, schema))
    return any(
        wanted[name].isdisjoint(values)
        for atom in facts.atoms
        for name, values in (atom.home.remembered("labels", atom, partial(_labels, atom)) if wanted else {}).items()
        if name in wanted and name in facts.required
    )


def _labels(node: Node) -> Labels:
    found: Labels = {}
    for atom in opened([node]).atoms:
        for name in mapping(atom.keywords, "properties"):
            inner = atom.at("properties", name)
            values = None if inner is None else enumerated(inner)
            if values is not None:
                found[name] = frozenset(map(canonical_value, values))
    return found
