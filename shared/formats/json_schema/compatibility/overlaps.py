"""Alternatives of `oneOf` that are shown to take a value which another one takes too.

One alternative is known to take all that the writer may use. So another one overlaps with it when it takes any value of the writer's:
when all its values are the writer's, or when one of a few sample values is. Objects and arrays are no samples.
"""

from collections.abc import Iterator

from sluicegate.shared.formats.json_schema.canonical import canonical_value
from sluicegate.shared.formats.json_schema.compatibility.facts import Facts, enumerated, opened, types_of
from sluicegate.shared.formats.json_schema.compatibility.frame import Frame
from sluicegate.shared.formats.json_schema.references import Node
from sluicegate.shared.formats.json_schema.values import JsonObject, number

ALTERNATIVES_LIMIT = 30
"""Alternatives of one `oneOf` that are looked at so closely: each is looked at for each of the writer's."""

ENUM_LIMIT = 20
"""Values of an enumeration that are tried."""

_SCALARS: tuple[object, ...] = (None, True, False, 0, 1, 0.5, "", "a")
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_LENGTHS = ("minLength", "maxLength")
_LENGTH_LIMIT = 1_000


def is_inside(frame: Frame, branch: Node, facts: Facts) -> bool:
    """Whether all values that an alternative takes are the writer's."""
    known = Facts.of([branch], partial=True)
    if known.never or not known.atoms or not known.types <= facts.types:
        return False
    return _fits(frame, facts, known)


def shares_sample(frame: Frame, branch: Node, facts: Facts) -> bool:
    """Whether an alternative takes one of the sample values that the writer may use."""
    possible = facts.types & Facts.of([branch]).types
    for value in _samples(branch, facts):
        if types_of(value) <= possible:
            known = Facts.of([_node(value, branch)])
            if frame.prove(branch, known) and _fits(frame, facts, known):
                return True
    return False


def _fits(frame: Frame, facts: Facts, known: Facts) -> bool:
    """Whether all values that are known fit the writer."""
    return all(frame.prove(atom, known) for atom in facts.atoms) and all(
        _misses(frame, negative, known) for negative in facts.excluded
    )


def _misses(frame: Frame, schema: Node, known: Facts) -> bool:
    """Whether no value that is known fits a schema, by types and enumerations."""
    found = Facts.of([schema])
    if found.never or known.types.isdisjoint(found.types):
        return True
    return known.values is not None and len(known.values) == 1 and _refuses(frame, schema, known)


def _refuses(frame: Frame, schema: Node, known: Facts) -> bool:
    """Whether a single value is refused for a plain reason: a bound, a length or an enumeration of each of the schemas."""
    atoms = opened([schema]).atoms
    return any(atom.keywords.keys() <= _PLAIN and not frame.prove(atom, known) for atom in atoms)


_PLAIN = frozenset({"type", "enum", "const", "minLength", "maxLength", *_BOUNDS})
"""Keywords for which a single value that is not proved to fit does not fit."""


def _samples(branch: Node, facts: Facts) -> Iterator[object]:
    """Values at the edges of what both sides name, each once."""
    seen: set[str] = set()
    atoms = (*opened([branch]).atoms, *facts.atoms)
    for value in (each for atom in atoms for each in _edges(atom)):
        text = canonical_value(value)
        if text not in seen:
            seen.add(text)
            yield value
    yield from (value for value in _SCALARS if canonical_value(value) not in seen)


def _edges(atom: Node) -> Iterator[object]:
    yield from (value for value in (enumerated(atom) or ())[:ENUM_LIMIT] if not isinstance(value, dict | list))
    for keyword in _BOUNDS:
        bound = number(atom.keywords, keyword)
        if bound is not None:
            yield from (bound, bound - 1, bound + 1)
    for keyword in _LENGTHS:
        length = number(atom.keywords, keyword)
        if length is not None and length <= _LENGTH_LIMIT:
            yield "a" * int(length)


def _node(value: object, beside: Node) -> Node:
    """A schema of one value. It is kept with the schema that it stands beside: a node is known by the identity of its schema."""
    schema: JsonObject = beside.home.remembered(f"sample {canonical_value(value)}", beside, lambda: {"enum": [value]})
    return Node(schema, beside.resolver, beside.path, beside.home, beside.draft)
