"""Discriminators: required properties with disjoint enumerations on both sides.

Checking them, and required properties, first avoids a comparison of whole objects for every pair of
alternatives.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

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


def misses_alternative(schema: Node, facts: Facts) -> bool:
    """Whether a schema cannot take all values, since it takes none of one alternative of the writer.

    One of the first two alternatives is another than the schema's own.
    """
    return any(apart(schema, case) for case in facts.first_cases)


class Labelled:
    """Alternatives by the values of the discriminator that most of them have.

    Without it, each alternative of the writer would be held against each of the reader.
    """

    def __init__(self, nodes: Sequence[Node]) -> None:
        """Take the alternatives in their order."""
        self._nodes = nodes
        names_found = Counter(name for node in nodes for name in labels_of(node))
        self._name = max(names_found, key=names_found.__getitem__, default=None)
        self._by_value: dict[str, list[int]] = defaultdict(list)
        self._others: list[int] = []
        for index, node in enumerate(nodes if self._name is not None else ()):
            values = labels_of(node).get(self._name or "")
            if values is None:
                self._others.append(index)
            for value in values or ():
                self._by_value[value].append(index)

    def near(self, facts: Facts) -> Sequence[Node]:
        """Return the alternatives that the discriminator does not keep apart from the facts."""
        if self._name is None or facts.types != {"object"} or self._name not in facts.labels:
            return self._nodes
        found = {index for value in facts.labels[self._name][0] for index in self._by_value.get(value, ())}
        return [self._nodes[index] for index in sorted(found.union(self._others))]


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
