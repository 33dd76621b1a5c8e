"""Which schemas of an object schema apply to the property with a given name."""

from collections.abc import Iterable
from dataclasses import dataclass

from sluicegate.shared.formats.json_schema.compatibility.enforcement import matches
from sluicegate.shared.formats.json_schema.references import Node, UnresolvedReference
from sluicegate.shared.formats.json_schema.values import mapping


def declared(node: Node) -> Iterable[str]:
    """The names under `properties`."""
    return mapping(node.keywords, "properties").keys()


def patterns(node: Node) -> Iterable[str]:
    """The patterns under `patternProperties`."""
    return mapping(node.keywords, "patternProperties").keys()


def certain(node: Node, name: str) -> list[Node]:
    """The schemas that every value of the property must fit, by this schema alone."""
    found = [node.at("properties", name)] if name in declared(node) else []
    found += [node.at("patternProperties", each) for each in patterns(node) if matches(each, name)]
    if not found:
        found = [node.one("additionalProperties")]
    return [inner for inner in found if inner is not None]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Properties that `unevaluatedProperties` ignores, since other keywords evaluate them."""

    names: frozenset[str]
    patterns: frozenset[str]
    everything: bool

    def has(self, name: str) -> bool:
        """Whether the property is one of them."""
        return self.everything or name in self.names or any(matches(each, name) for each in self.patterns)


ALWAYS = ("allOf",)
PERHAPS = ("allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas", "dependencies")


def evaluated(node: Node, keywords: tuple[str, ...]) -> Evaluated:
    """Return the properties that the schema, and those under keywords and references, evaluate."""
    names: set[str] = set()
    found: set[str] = set()
    everything, seen, pending = False, set[int](), [node]
    while pending:
        inner = pending.pop()
        if inner.key in seen:
            continue
        seen.add(inner.key)
        names.update(declared(inner))
        found.update(patterns(inner))
        everything |= "additionalProperties" in inner.keywords or (
            inner is not node and "unevaluatedProperties" in inner.keywords
        )
        pending.extend(inner.under(*keywords))
        try:
            pending.extend(inner.home.targets(inner))
        except UnresolvedReference:
            everything = True
    return Evaluated(frozenset(names), frozenset(found), everything)


def unevaluated(node: Node, keywords: tuple[str, ...]) -> tuple[Node | None, Evaluated]:
    """Return the schema under `unevaluatedProperties`, and the properties that it ignores."""
    inner = node.one("unevaluatedProperties")
    nothing = Evaluated(frozenset(), frozenset(), everything=True)
    return (inner, evaluated(node, keywords)) if inner is not None else (None, nothing)
