"""The component model of XML Schema, as far as the engine uses it (1.0 part 1, section 2.2).

Values only; `reader` creates them from documents. Element declarations name their types, so
recursive schemas are finite.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

from lxml import etree

from sluicegate.shared.formats.xsd.names import QName, xs
from sluicegate.shared.formats.xsd.schema import SchemaPart

ANY_TYPE: Final = xs("anyType")
ANY_SIMPLE_TYPE: Final = xs("anySimpleType")


class Variety(StrEnum):
    """The kinds of simple types."""

    ATOMIC = "atomic"
    LIST = "list"
    UNION = "union"


@dataclass(frozen=True, slots=True)
class Facets:
    """Restrictions of a simple type over all steps of its derivation: all of them apply.

    `bounds` are pairs of an operator (`>=`, `>`, `<=`, `<`) and a literal. Of each of the
    `patterns` one alternative must match.
    """

    min_length: int = 0
    max_length: int | None = None
    bounds: tuple[tuple[str, str], ...] = ()
    total_digits: int | None = None
    fraction_digits: int | None = None
    patterns: tuple[frozenset[str], ...] = ()
    enumeration: frozenset[str] | None = None


NO_FACETS: Final = Facets()


@dataclass(frozen=True, slots=True, eq=False)
class SimpleType:
    """A simple type. `ancestors` are the names of the types that it derives from, its own first.

    `builtin` is the nearest type of XML Schema's own, `primitive` the one under that.
    """

    name: QName | None
    ancestors: tuple[QName, ...]
    variety: Variety
    builtin: str
    primitive: str
    white_space: str
    facets: Facets = NO_FACETS
    item: "SimpleType | None" = None
    members: "tuple[SimpleType, ...]" = ()


class ProcessContents(StrEnum):
    """Requirement of a wildcard on its elements."""

    STRICT = "strict"
    LAX = "lax"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Wildcard:
    """`xs:any` or `xs:anyAttribute`. `namespaces` None: any. `negated`: any but these."""

    process: ProcessContents
    namespaces: frozenset[str] | None = None
    negated: bool = False

    def allows(self, namespace: str) -> bool:
        """Whether names of a namespace may stand there."""
        return self.namespaces is None or (namespace in self.namespaces) is not self.negated


@dataclass(frozen=True, slots=True, eq=False)
class Constraint:
    """`xs:key`, `xs:unique` or `xs:keyref`, as a text that is the same for every prefix."""

    kind: str
    name: QName
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class ElementDeclaration:
    """An element. Its type is `type_name`, or the one written under `node`."""

    name: QName
    node: etree._Element
    part: SchemaPart
    type_name: QName | None
    is_global: bool
    nillable: bool
    abstract: bool
    default: str | None
    fixed: str | None
    block: frozenset[str]
    heads: tuple[QName, ...]
    constraints: tuple[Constraint, ...]


@dataclass(frozen=True, slots=True)
class AttributeUse:
    """An attribute of a complex type. The prefixes of the fixed value are those of `node`."""

    name: QName
    type: SimpleType
    required: bool
    default: str | None
    fixed: str | None
    node: etree._Element = field(compare=False)


class Compositor(StrEnum):
    """How the members of a group stand together."""

    SEQUENCE = "sequence"
    CHOICE = "choice"
    ALL = "all"


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """An element or a wildcard in a content model. `most` None: unbounded."""

    least: int
    most: int | None
    term: ElementDeclaration | Wildcard


@dataclass(frozen=True, slots=True, eq=False)
class ModelGroup:
    """A sequence, a choice or an `all`."""

    least: int
    most: int | None
    compositor: Compositor
    members: "tuple[Particle, ...]"


Particle: TypeAlias = Leaf | ModelGroup

NOTHING: Final = ModelGroup(1, 1, Compositor.SEQUENCE, ())
"""The content model of no elements."""


@dataclass(frozen=True, slots=True, eq=False)
class ComplexType:
    """A complex type with all that it inherits. `simple` is set exactly when the content is simple.

    `particle` None: there is not even whitespace in the content, unless it is mixed. `ways` are how
    each step to the next of the `ancestors` derives (`extension` or `restriction`).
    """

    name: QName | None
    ancestors: tuple[QName, ...]
    ways: tuple[str, ...]
    abstract: bool
    block: frozenset[str]
    mixed: bool
    particle: Particle | None
    simple: SimpleType | None
    attributes: Mapping[QName, AttributeUse] = field(default_factory=dict)
    wildcard: Wildcard | None = None


Type: TypeAlias = SimpleType | ComplexType

_ANYTHING = Wildcard(ProcessContents.LAX)

ANY: Final = ComplexType(
    ANY_TYPE, (ANY_TYPE,), (), abstract=False, block=frozenset(), mixed=True,
    particle=ModelGroup(1, 1, Compositor.SEQUENCE, (Leaf(0, None, _ANYTHING),)), simple=None, wildcard=_ANYTHING,
)  # fmt: skip
"""`xs:anyType`."""
