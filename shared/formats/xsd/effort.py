"""Effort of payload checks for a schema.

Each value is checked against each facet of its type, and each element is searched among the
possible ones. For each violation libxml2 counts the elements before it, and an element can have a
violation for each missing attribute: that takes longest.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from sluicegate.shared.formats.effort import ENDLESS, Effort, Linear, Quadratic
from sluicegate.shared.formats.xsd.builder import Components
from sluicegate.shared.formats.xsd.components import ComplexType, SimpleType
from sluicegate.shared.formats.xsd.definitions import ChainTooLong, UnresolvedDefinition
from sluicegate.shared.formats.xsd.identity_constraints import constraints
from sluicegate.shared.formats.xsd.instance_rules import are_needed
from sluicegate.shared.formats.xsd.names import XS
from sluicegate.shared.formats.xsd.patterns import LinearPattern
from sluicegate.shared.formats.xsd.schema import SchemaPart, XsdSchema

_BYTE: Final = 400.0
_ASSESSED: Final = 1_500.0
_CONSTRAINT: Final = 800.0
_VALUE: Final = 20.0
_PATTERN: Final = 250.0
_PARTICLE: Final = 2.0
_ATTRIBUTE: Final = 10.0
_MISTAKE: Final = 2_000.0
_MISTAKE_PAIR: Final = 0.25
"""Nanoseconds, of libxml2: for each byte, and for each of these and byte. `_ASSESSED`: of the rules
that libxml2 does not check.
"""

_PROCESSED: Final = 40_000.0
_PROCESSED_FACTOR: Final = 20.0
_INSTRUCTION: Final = 15.0
"""Nanoseconds, of xmlschema: for each byte; how much slower it is with all else; for each
instruction of a pattern and character.
"""

_MEMORY: Final = 100.0
_MULTIPLE = (UnresolvedDefinition, ChainTooLong, RecursionError, ValueError)


@dataclass(frozen=True, slots=True)
class _Most:
    """Maximum for one value or element of a schema.

    Values of enumerations, patterns, sibling elements, attributes.
    """

    values: int
    patterns: int
    instructions: int
    elements: int
    attributes: int
    required: int

    @property
    def per_byte(self) -> float:
        return _VALUE * self.values + _PARTICLE * self.elements + _ATTRIBUTE * self.attributes


def compiled(schema: XsdSchema) -> Effort:
    """The effort of libxml2 with a schema."""
    try:
        most = _most(schema)
    except _MULTIPLE:
        return ENDLESS
    mistakes = 1 + most.required
    byte = (
        _BYTE
        + (_ASSESSED if are_needed(schema) else 0)
        + _CONSTRAINT * constraints(schema).count
        + most.per_byte
        + _PATTERN * most.patterns
    )
    growth = Quadratic(byte + _MISTAKE * mistakes, _MISTAKE_PAIR * mistakes, _MEMORY * mistakes)
    return Effort(verdict=growth, reasons=growth)


def processed(schema: XsdSchema) -> Effort:
    """The effort of the library xmlschema with a schema."""
    if any(True for _ in _nodes(schema, "assert", "assertion", "alternative")):
        return ENDLESS  # an expression may look at all elements for each of them, and so on
    try:
        most = _most(schema)
    except _MULTIPLE:
        return ENDLESS
    count = constraints(schema).count
    byte = _PROCESSED * (1 + count) + _PROCESSED_FACTOR * most.per_byte + _INSTRUCTION * most.instructions
    growth = Linear(byte * (1 + most.required), _MEMORY * (1 + most.required))
    return Effort(verdict=growth, reasons=growth)


def _most(schema: XsdSchema) -> _Most:
    components = Components(schema)
    simple = [components.simple_type(node, part) for part, node in _parts(schema, "simpleType")]
    types = [components.local_type(node, part) for part, node in _parts(schema, "complexType")]
    complex_types = [each for each in types if isinstance(each, ComplexType)]
    simple += [each.simple for each in complex_types if each.simple is not None]
    return _Most(
        values=max(map(_values, simple), default=0),
        patterns=max((len(_patterns(each)) for each in simple), default=0),
        instructions=max((sum(LinearPattern(p).size for p in _patterns(each)) for each in simple), default=0),
        elements=sum(1 for _ in _nodes(schema, "element")),
        attributes=max((len(each.attributes) for each in complex_types), default=0),
        required=max((sum(use.required for use in each.attributes.values()) for each in complex_types), default=0),
    )


def _values(of: SimpleType) -> int:
    """Of enumerations, each derivation with its own; those of all members of a union."""
    own = len(of.facets.enumeration or ()) + len(of.facets.bounds) + len(of.ancestors)
    return own + (0 if of.item is None else _values(of.item)) + sum(map(_values, of.members))


def _patterns(of: SimpleType) -> list[str]:
    found = [pattern for step in of.facets.patterns for pattern in step]
    for inner in (*of.members, *([] if of.item is None else [of.item])):
        found += _patterns(inner)
    return found


def _parts(schema: XsdSchema, kind: str) -> Iterator[tuple[SchemaPart, etree._Element]]:
    for part in schema.parts:
        for node in part.root.iter(f"{{{XS}}}{kind}"):
            yield part, node


def _nodes(schema: XsdSchema, *kinds: str) -> Iterator[etree._Element]:
    for part in schema.parts:
        yield from part.root.iter(*(f"{{{XS}}}{each}" for each in kinds))
