"""Effort of payload checks for a schema.

Many schemas may check a value, and each may check the inner values again. `looks` bounds that for
one value; the effort by depth is computed here: the most work for one value with so many levels, in
any context. A list of strings costs the same on each level; a tree whose nodes are one of ten kinds
may cost ten times as much on each level, which never ends at a depth of a hundred, and yet is a
usual schema. The payload decides.

The numbers are nanoseconds of jsonschema-rs for one value; two bytes may be one value.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from sluicegate.shared.formats.effort import ENDLESS, MEMORY, Effort
from sluicegate.shared.formats.json_schema.keywords import IN_PLACE
from sluicegate.shared.formats.json_schema.patterns import work
from sluicegate.shared.formats.json_schema.references import Node, ReferenceIndex, UnresolvedReference
from sluicegate.shared.formats.json_schema.values import listing, mapping, text, values

VALUE: Final = 400.0
"""Of a value without any schema: it is read, and made a value of the library's."""

_LOOK: Final = 150.0
_DEPENDENCY: Final = 25.0
_SCALAR: Final = 5.0
_CONSTANT: Final = 250.0
_MULTIPLE: Final = 500.0
_FORMAT: Final = 300.0
_HASH: Final = 500.0
_ERROR: Final = 6_000.0
_MISSING: Final = 15_000.0
"""Of a schema; a name on which another one depends; a value of `enum` or `const`, and one of more
than one part; `multipleOf`; `format`; each value under `uniqueItems`, for each of those around it;
a violation; a violation of `required`.
"""

_MARKING: Final = 3
"""How often `unevaluatedProperties` and `unevaluatedItems` have the schemas beside them look."""

MAX_DEPTH: Final = 255
"""Levels of a payload that the library reads."""

_MAX_EDGES: Final = 100_000
_MAX_STEPS: Final = 300_000

_DEPENDENT: Final = ("dependencies", "dependentRequired", "dependentSchemas")
_OBJECTS: Final = ("additionalProperties", "unevaluatedProperties")
_ITEMS: Final = ("items", "additionalItems", "unevaluatedItems")

Edges: TypeAlias = "Counter[int]"
"""Schemas that check a value, by number, with their counts."""


class _TooMuch(Exception):
    """The schema is too large, or too dynamic, for this."""


@dataclass(frozen=True, slots=True)
class Levels:
    """Maximum of nanoseconds for the payload and for each inner value, by depth. See `Growth`.

    `settled`: deeper values take no more than that.
    """

    outermost: float
    most: tuple[float, ...]
    settled: bool
    memory: float

    def bytes_within(self, seconds: float) -> int:
        """A payload of so many bytes has half as many values at most, and half as many levels."""
        left = seconds * 1e9 - self.outermost
        if left < 0:
            return -1
        for depth, nanoseconds in enumerate(self.most, 1):
            size = 2 * left / nanoseconds
            if size <= 2 * depth:
                return int(max(size, 2 * depth - 2))
        if not self.settled:
            return 2 * len(self.most)
        return int(min(2 * left / self.most[-1], MEMORY / self.memory))


def effort(references: ReferenceIndex, *, factor: float = 1.0) -> Effort:
    """Return the effort for a schema without violations; `factor` is the slowness of a library."""
    try:
        graph = _Graph(references)
        return Effort(
            verdict=_levels(graph, graph.work, factor, 80.0), reasons=_levels(graph, graph.words, factor, 400.0)
        )
    except (_TooMuch, UnresolvedReference, RecursionError):
        return ENDLESS


def _levels(graph: "_Graph", costs: list[float], factor: float, memory: float) -> Levels:
    """Compute levels until they end, repeat, or exceed every limit."""
    own = [factor * each for each in costs]
    at = [sum(own[schema] * times for schema, times in closure.items()) for closure in graph.closures]
    outermost = VALUE + at[0]
    most = [VALUE + factor * sum(graph.texts[schema] * times for schema, times in graph.closures[0].items())]
    steps = 0
    while len(most) <= MAX_DEPTH and steps < _MAX_STEPS and most[-1] < 1e12:
        steps += graph.edges + len(at)
        sums = [sum(at[schema] * times for schema, times in way.items()) for way in graph.distinct]
        inner = [max((sums[way] for way in ways), default=0.0) for ways in graph.ways]
        if inner == at or not any(inner):
            return Levels(outermost, tuple(most), True, memory)
        at = inner
        most.append(max(most[-1], VALUE + at[0]))
    return Levels(outermost, tuple(most), len(most) > MAX_DEPTH, memory)


class _Graph:
    """Schemas that check a value together, and those for its inner values; the root is number 0.

    `ways` has, for each schema and those for the same value, the alternatives for one inner value:
    one for each known name of a property, one for all other names, and one each for list items.
    They are numbers of `distinct`: large schemas repeat a few of them thousands of times.
    """

    def __init__(self, references: ReferenceIndex) -> None:
        self._references = references
        self._numbers: dict[int, int] = {}
        self._nodes: list[Node | None] = []
        self.work: list[float] = []
        self.words: list[float] = []
        self.texts: list[float] = []
        self.closures: list[Edges] = []
        self.ways: list[set[int]] = []
        self.distinct: list[Edges] = []
        self._distinct: dict[frozenset[tuple[int, int]], int] = {}
        self.edges = 0
        self._closed: dict[int, Edges] = {}
        self._insides: dict[int, _Inside] = {}
        self._number(references.root)
        self._deep = self._add(None, _HASH, 0.0, 0.0)
        number = 0
        while number < len(self._nodes):
            self._complete(number)
            number += 1

    def _number(self, node: Node) -> int:
        if node.key not in self._numbers:
            self._numbers[node.key] = self._add(node, _work(node), _words(node), _texts(node))
        return self._numbers[node.key]

    def _add(self, node: Node | None, work: float, words: float, texts: float) -> int:
        self._nodes.append(node)
        self.work.append(work + texts)
        self.words.append(work + texts + words)
        self.texts.append(texts)
        return len(self._nodes) - 1

    def _complete(self, number: int) -> None:
        node = self._nodes[number]
        if node is None:
            deep = Counter([self._deep])
            closure, ways = deep, [deep]
        else:
            closure = self._closure(node)
            ways = list(self._ways(closure))
        numbers = {self._distinct_number(each) for each in ways}
        self.edges += len(closure) + len(numbers)
        if self.edges > _MAX_EDGES:
            raise _TooMuch
        self.closures.append(closure)
        self.ways.append(numbers)

    def _distinct_number(self, way: Edges) -> int:
        key = frozenset(way.items())
        if key not in self._distinct:
            self._distinct[key] = len(self.distinct)
            self.distinct.append(way)
            self.edges += len(way)
        return self._distinct[key]

    def _closure(self, node: Node) -> Edges:
        """All that looks at the same value, the schema itself included.

        Schemas that lead back to themselves are refused before.
        """
        if node.key not in self._closed:
            found: Edges = Counter([self._number(node)])
            if node.keywords.get("uniqueItems") is True:
                found[self._deep] += 1
            times = (
                _MARKING if any(each in node.keywords for each in ("unevaluatedProperties", "unevaluatedItems")) else 1
            )
            for inner in self._in_place(node):
                for schema, often in self._closure(inner).items():
                    found[schema] += often * times
            self._closed[node.key] = found
        return self._closed[node.key]

    def _in_place(self, node: Node) -> Iterator[Node]:
        if self._references.dynamic(node):
            raise _TooMuch
        yield from node.under(*sorted(IN_PLACE & node.keywords.keys()))
        for target in node.home.targets(node):
            if isinstance(target.schema, dict) and not self._references.is_own(target):
                raise _TooMuch
            yield target

    def _ways(self, closure: Edges) -> Iterator[Edges]:
        found = [(self._inside(node), times) for schema, times in closure.items() if (node := self._nodes[schema])]
        deep = closure.get(self._deep, 0)
        names = {name for inside, _ in found for name in inside.properties}
        places = max((len(inside.places) for inside, _ in found), default=0)
        for name in (*names, None):
            yield self._together([(inside.of_property(name), times) for inside, times in found], deep)
        for place in range(places + 1):
            yield self._together([(inside.of_item(place), times) for inside, times in found], deep)

    def _together(self, looking: list[tuple[list[int], int]], deep: int) -> Edges:
        found: Edges = Counter()
        for schemas, times in looking:
            for schema in schemas:
                found[schema] += times
        if deep:
            found[self._deep] += deep
        return found

    def _inside(self, node: Node) -> "_Inside":
        known = self._insides.get(node.key)
        if known is None:
            held = node.keywords
            several = "items" if isinstance(held.get("items"), list) else "prefixItems"
            items = [each for each in _ITEMS if each != several]
            known = self._insides[node.key] = _Inside(
                {
                    name: self._number(each)
                    for name in mapping(held, "properties")
                    if (each := node.at("properties", name))
                },
                self._all(node, *_OBJECTS),
                self._all(node, "patternProperties", "propertyNames"),
                self._all(node, several),
                self._all(node, *items),
                self._all(node, "contains"),
            )
        return known

    def _all(self, node: Node, *keywords: str) -> list[int]:
        return [self._number(each) for each in node.under(*keywords)]


@dataclass(frozen=True, slots=True)
class _Inside:
    """The schemas that a schema applies to inner values."""

    properties: dict[str, int]
    others: list[int]
    names: list[int]
    places: list[int]
    items: list[int]
    contained: list[int]

    def of_property(self, name: str | None) -> list[int]:
        """Return the schemas of a property or its name; `None` is a property without a known name."""
        own = None if name is None else self.properties.get(name)
        return [*self.others, *self.names] if own is None else [own, *self.names]

    def of_item(self, place: int) -> list[int]:
        """Return the schemas of a list item."""
        own = [self.places[place]] if place < len(self.places) else self.items
        return [*own, *self.contained]


def _work(node: Node) -> float:
    """Return the work of one check of one value, without inner values."""
    held = node.keywords
    found = _LOOK + _DEPENDENCY * sum(len(mapping(held, each)) for each in _DEPENDENT)
    for constant in (*listing(held, "enum"), held.get("const")):
        found += _CONSTANT * sum(1 for _ in values(constant)) if isinstance(constant, list | dict) else _SCALAR
    return found


def _texts(node: Node) -> float:
    """Of two characters of a text, of a number, or of names."""
    held = node.keywords
    found = (_MULTIPLE if "multipleOf" in held else 0.0) + (_FORMAT if "format" in held else 0.0)
    pattern = text(held, "pattern")
    found += 0.0 if pattern is None else work(pattern)
    return found + sum(work(each) for each in mapping(held, "patternProperties"))


def _words(node: Node) -> float:
    """Of all violations of one schema by one value."""
    held = node.keywords
    named = [*mapping(held, "dependentRequired").values(), *mapping(held, "dependencies").values()]
    missing = len(listing(held, "required")) + sum(len(each) for each in named if isinstance(each, list))
    return (
        _ERROR * (1 + sum(keyword in held for keyword in ("type", "enum", "pattern", "anyOf", "oneOf")))
        + _MISSING * missing
    )
