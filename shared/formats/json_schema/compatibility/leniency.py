"""What the policy LENIENT may assume: that data holds no properties that the writer's schema does not name.

The facts about a value come from the schemas that certainly apply to it. Alternatives that were not taken yet, conditions and
dependencies may name more properties, and then nothing may be assumed; nor where the facts are not all that the writer says
(`Facts.partial`).
"""

from collections.abc import Iterator

from sluicegate.shared.formats.json_schema.compatibility.facts import Facts
from sluicegate.shared.formats.json_schema.compatibility.strings import matches
from sluicegate.shared.formats.json_schema.references import Node, Unresolved
from sluicegate.shared.formats.json_schema.values import mapping

_ALTERNATIVES = ("anyOf", "oneOf", "if", "then", "else", "dependentSchemas", "dependencies")
_OBJECTS = ("properties", "patternProperties", "additionalProperties", "unevaluatedProperties")
_ARRAYS = ("items", "prefixItems", "additionalItems", "unevaluatedItems", "contains")
_REST = ("additionalProperties", "unevaluatedProperties")


def may_miss(facts: Facts, name: str) -> bool:
    """Whether data may be assumed to lack a property that the facts do not name."""
    return not facts.partial and name not in facts.required and not _is_named_elsewhere(facts, name)


def is_partial_property(facts: Facts, name: str) -> bool:
    """Whether the writer may say more about the value of a property than the facts' own schemas do."""
    return facts.partial or _is_named_elsewhere(facts, name)


def is_partial_rest(facts: Facts) -> bool:
    """Whether the writer may say more about properties that it does not name than the facts' own schemas do."""
    several = sum(len(mapping(atom.keywords, "patternProperties")) for atom in facts.atoms) > 1
    return facts.partial or several or any(each in node.keywords for node in _elsewhere(facts) for each in _OBJECTS)


def is_partial_item(facts: Facts) -> bool:
    """Whether the writer may say more about an item than the facts' own schemas do."""
    contained = any("contains" in atom.keywords for atom in facts.atoms)
    return facts.partial or contained or any(each in node.keywords for node in _elsewhere(facts) for each in _ARRAYS)


def _is_named_elsewhere(facts: Facts, name: str) -> bool:
    return any(_names(node, name) for node in _elsewhere(facts))


def _names(node: Node, name: str) -> bool:
    return (
        name in mapping(node.keywords, "properties")
        or any(matches(pattern, name) for pattern in mapping(node.keywords, "patternProperties"))
        or any(node.keywords.get(keyword) not in (None, True, False) for keyword in _REST)
    )


def _elsewhere(facts: Facts) -> Iterator[Node]:
    """The schemas that may apply to the same value besides those that certainly do."""
    seen = {atom.key for atom in facts.atoms}
    pending = [inner for atom in facts.atoms for inner in _alternatives(facts, atom)]
    while pending:
        node = pending.pop()
        if node.key in seen or not node.keywords:
            continue
        seen.add(node.key)
        yield node
        pending.extend(node.under("allOf", *_ALTERNATIVES))
        try:
            pending.extend(node.home.targets(node))
        except Unresolved:
            continue


def _alternatives(facts: Facts, atom: Node) -> Iterator[Node]:
    """Of `oneOf` and `if`, the branch that was taken is the only one; of `anyOf`, others may hold too."""
    taken = {keyword for key, keyword in facts.split if key == atom.key}
    for keyword in _ALTERNATIVES:
        choice = "if" if keyword in ("then", "else") else keyword
        if choice == "anyOf" or choice not in taken:
            yield from atom.under(keyword)
