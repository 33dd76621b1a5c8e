"""Assumptions of LENIENT: data has no properties that the writer's schema does not name.

Facts about a value come from the schemas that certainly apply to it. Alternatives, conditions and
dependencies may name more properties, and then nothing is assumed; nor if the facts are incomplete
(`Facts.partial`). A schema names a property by describing it, by requiring it, or by a value of
`enum` or `const`.
"""

from collections.abc import Iterable, Iterator

from sluicegate.shared.formats.json_schema.compatibility.discriminators import apart
from sluicegate.shared.formats.json_schema.compatibility.enforcement import matches
from sluicegate.shared.formats.json_schema.compatibility.facts import Facts, enumerated, opened
from sluicegate.shared.formats.json_schema.references import Node, UnresolvedReference
from sluicegate.shared.formats.json_schema.values import mapping, names

_ALTERNATIVES = ("anyOf", "oneOf", "if", "then", "else", "dependentSchemas", "dependencies")
_OBJECTS = ("properties", "patternProperties", "additionalProperties", "unevaluatedProperties")
_ARRAYS = ("items", "prefixItems", "additionalItems", "unevaluatedItems", "contains")
_REST = ("additionalProperties", "unevaluatedProperties")
_DEPENDENCIES = ("dependencies", "dependentRequired", "dependentSchemas")


def may_miss(facts: Facts, name: str) -> bool:
    """Whether data may be assumed to lack a property that the facts do not declare."""
    if facts.partial or name in facts.required or any(_names(atom, name) for atom in facts.atoms):
        return False
    perhaps = _reachable(facts, (*_untaken(facts), *_elsewhere(facts)))
    return not any(_names(node, name) or _describes_rest(node) for node in perhaps)


def is_partial_property(facts: Facts, name: str) -> bool:
    """Whether the writer may say more about the value of a property than the facts' own schemas do."""
    if facts.partial or any(_holds(atom, name) for atom in facts.atoms):
        return True
    return any(_describes(node, name) or _describes_rest(node) for node in _elsewhere(facts))


def is_partial_rest(facts: Facts) -> bool:
    """Return whether the writer may know more about unnamed properties than the facts."""
    several = sum(len(mapping(atom.keywords, "patternProperties")) for atom in facts.atoms) > 1
    return (
        facts.partial
        or several
        or any(_has_values(node, dict) for node in (*facts.atoms, *_elsewhere(facts)))
        or any(each in node.keywords for node in _elsewhere(facts) for each in _OBJECTS)
    )


def is_partial_item(facts: Facts) -> bool:
    """Whether the writer may say more about an item than the facts' own schemas do."""
    return (
        facts.partial
        or any("contains" in atom.keywords for atom in facts.atoms)
        or any(_has_values(node, list) for node in (*facts.atoms, *_elsewhere(facts)))
        or any(each in node.keywords for node in _elsewhere(facts) for each in _ARRAYS)
    )


def _names(node: Node, name: str) -> bool:
    return _describes(node, name) or _requires(node, name)


def _describes(node: Node, name: str) -> bool:
    return (
        name in mapping(node.keywords, "properties")
        or any(matches(pattern, name) for pattern in mapping(node.keywords, "patternProperties"))
        or _holds(node, name)
    )


def _describes_rest(node: Node) -> bool:
    return any(node.keywords.get(keyword) not in (None, True, False) for keyword in _REST)


def _requires(node: Node, name: str) -> bool:
    """Whether a schema says when a property must or may be there, and nothing about its value."""
    dependencies = [mapping(node.keywords, keyword) for keyword in _DEPENDENCIES]
    return (
        name in names(node.keywords.get("required"))
        or any(name in found or any(name in names(value) for value in found.values()) for found in dependencies)
        or name in _listed_names(node)
    )


def _listed_names(node: Node) -> Iterator[object]:
    schema = node.one("propertyNames")
    for atom in () if schema is None else opened([schema]).atoms:
        yield from enumerated(atom) or ()


def _holds(node: Node, name: str) -> bool:
    return any(isinstance(value, dict) and name in value for value in enumerated(node) or ())


def _has_values(node: Node, kind: type) -> bool:
    return any(isinstance(value, kind) and value for value in enumerated(node) or ())


def _elsewhere(facts: Facts) -> Iterator[Node]:
    """Yield the schemas that may apply to the same value, without those that certainly do."""
    return _reachable(facts, (inner for atom in facts.atoms for inner in _alternatives(facts, atom)))


def _untaken(facts: Facts) -> Iterator[Node]:
    """Yield the schemas that do not apply, whose properties may have any other value.

    Alternatives excluded by a discriminator do not apply for any other property.
    """
    yield from (other for rivals in facts.rivals for other in rivals.others if not apart(other, facts))
    yield from (condition for atom in facts.atoms for condition in atom.under("if"))


def _reachable(facts: Facts, roots: Iterable[Node]) -> Iterator[Node]:
    """Yield schemas, and their inner ones for the same value, without those that certainly apply."""
    seen = {atom.key for atom in facts.atoms}
    pending = list(roots)
    while pending:
        node = pending.pop()
        if node.key in seen or not node.keywords:
            continue
        seen.add(node.key)
        yield node
        pending.extend(node.under("allOf", *_ALTERNATIVES))
        try:
            pending.extend(node.home.targets(node))
        except UnresolvedReference:
            continue


def _alternatives(facts: Facts, atom: Node) -> Iterator[Node]:
    """Yield the alternatives: of `oneOf` and `if` only the taken branch; of `anyOf` all."""
    taken = {keyword for key, keyword in facts.split if key == atom.key}
    for keyword in _ALTERNATIVES:
        choice = "if" if keyword in ("then", "else") else keyword
        if choice == "anyOf" or choice not in taken:
            yield from atom.under(keyword)
