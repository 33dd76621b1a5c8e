"""Sample values at the edges of schemas.

Bounds, lengths, enumerated values, and short arrays and objects of these.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from sluicegate.shared.formats.json_schema.canonical import canonical_value
from sluicegate.shared.formats.json_schema.compatibility.items import at, first
from sluicegate.shared.formats.json_schema.keywords import IN_PLACE
from sluicegate.shared.formats.json_schema.references import Node, UnresolvedReference
from sluicegate.shared.formats.json_schema.values import listing, mapping, names, number

SAMPLES_LIMIT: Final = 300
"""Values for one pair of schemas."""

_PLACES_LIMIT: Final = 60
"""Schemas of one value that are looked at for their edges."""

_INNER_LIMIT: Final = 12
"""Values for one item or property."""

_SIZE_LIMIT: Final = 6
"""Items of an array."""

_LENGTH_LIMIT: Final = 1_000
_DEPTH: Final = 2

_SCALARS: Final[tuple[object, ...]] = (None, True, False, 0, 1, 1.0, 0.5, "", "a")
_BOUNDS: Final = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_LENGTHS: Final = ("minLength", "maxLength")
_SIZES: Final = ("minItems", "maxItems", "minContains", "maxContains")
_IN_PLACE: Final = ("allOf", *sorted(IN_PLACE - {"allOf"}))


@dataclass(frozen=True, slots=True)
class Sampling:
    """`objects`: whether objects with properties are made."""

    objects: bool = True

    def of(self, nodes: Iterable[Node]) -> Iterator[object]:
        """Return values, each once; at most `SAMPLES_LIMIT`."""
        return islice(self._values(nodes, _DEPTH), SAMPLES_LIMIT)

    def _values(self, nodes: Iterable[Node], depth: int) -> Iterator[object]:
        places = _places(nodes)
        seen: set[tuple[str, type]] = set()
        for value in self._made(places, depth):
            key = (canonical_value(value), type(value))
            if key not in seen:
                seen.add(key)
                yield value

    def _made(self, places: Sequence[Node], depth: int) -> Iterator[object]:
        for place in places:
            yield from _edges(place)
        yield from _SCALARS
        if depth and any(_speaks_of(place, _ARRAYS) for place in places):
            yield from self._arrays(places, depth - 1)
        else:
            yield []
        if depth and self.objects and any(_speaks_of(place, _OBJECTS) for place in places):
            yield from self._objects(places, depth - 1)
        else:
            yield {}

    def _arrays(self, places: Sequence[Node], depth: int) -> Iterator[object]:
        tuples = max((len(first(place)) for place in places), default=0)
        edges = _edges_of(places, _SIZES)
        sizes = sorted({0, 1, 2, tuples, *edges, *(edge + 1 for edge in edges)} & set(range(_SIZE_LIMIT + 1)))
        contained = [each for place in places for each in place.under("contains")]
        columns = []
        for index in range(sizes[-1]):
            schemas = [each for place in places for each in at(place, index, alone=False)] + contained
            columns.append(list(islice(self._values(schemas, depth), _INNER_LIMIT)))
        for size in sizes:
            for turn in range(_INNER_LIMIT if size else 1):
                yield [column[turn % len(column)] for column in columns[:size]]
                yield [column[(turn + index) % len(column)] for index, column in enumerate(columns[:size])]

    def _objects(self, places: Sequence[Node], depth: int) -> Iterator[object]:
        required = dict.fromkeys(name for place in places for name in names(place.keywords.get("required")))
        declared = dict.fromkeys(
            (*required, *(name for place in places for name in mapping(place.keywords, "properties")))
        )
        columns = {name: self._property(places, name, depth) for name in islice(declared, _PLACES_LIMIT)}
        yield {}
        for turn in range(_INNER_LIMIT):
            yield {name: columns[name][turn % len(columns[name])] for name in required if name in columns}
            yield {name: column[turn % len(column)] for name, column in columns.items()}
        for name, column in columns.items():
            yield from ({name: value} for value in column)
        others = list(islice(self._values(_rest(places), depth), _INNER_LIMIT))
        for size in range(1, 1 + max((int(each) for each in _edges_of(places, _COUNTS)), default=1)):
            for value in others:
                yield dict.fromkeys(islice((*columns, *_NAMES), size), value)

    def _property(self, places: Sequence[Node], name: str, depth: int) -> list[object]:
        schemas = [found for place in places if (found := place.at("properties", name)) is not None]
        return list(islice(self._values(schemas, depth), _INNER_LIMIT))


_ARRAYS: Final = ("items", "prefixItems", "additionalItems", "contains", *_SIZES)
_COUNTS: Final = ("minProperties", "maxProperties")
_REST: Final = ("additionalProperties", "unevaluatedProperties", "patternProperties")
_OBJECTS: Final = ("properties", "required", "propertyNames", *_COUNTS, *_REST)
_NAMES: Final = ("a", "b", "c", "d")


def _edges_of(places: Sequence[Node], keywords: Sequence[str]) -> set[int]:
    found = (number(place.keywords, each) for place in places for each in keywords)
    return {int(size) for size in found if size is not None and size <= _SIZE_LIMIT}


def _rest(places: Sequence[Node]) -> list[Node]:
    """The schemas of properties that have no schema by their names."""
    return [each for place in places for each in place.under(*_REST)]


def _speaks_of(node: Node, keywords: Sequence[str]) -> bool:
    return any(keyword in node.keywords for keyword in keywords)


def _places(nodes: Iterable[Node]) -> list[Node]:
    """The schemas, and those that they lead to for the same value."""
    found: dict[int, Node] = {}
    pending = list(nodes)
    for node in pending:
        if len(found) == _PLACES_LIMIT:
            break
        if isinstance(node.schema, dict) and node.key not in found:
            found[node.key] = node
            pending.extend(node.under(*_IN_PLACE))
            try:
                pending.extend(node.home.targets(node))
            except UnresolvedReference:
                continue
    return list(found.values())


def _edges(node: Node) -> Iterator[object]:
    keywords = node.keywords
    for value in (*listing(keywords, "enum"), *([keywords["const"]] if "const" in keywords else ())):
        yield from _spellings(value)
    for keyword in _BOUNDS:
        bound = number(keywords, keyword)
        if bound is not None:
            yield from (each for value in (bound, bound - 1, bound + 1) for each in _spellings(value))
    for keyword in _LENGTHS:
        length = number(keywords, keyword)
        if length is not None and length <= _LENGTH_LIMIT:
            yield "a" * int(length)


def _spellings(value: object) -> Iterator[object]:
    """A whole number with and without a fraction: in draft 4 these differ."""
    yield value
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > _EXACT:
        return
    if isinstance(value, int):
        yield float(value)
    elif value.is_integer():
        yield int(value)


_EXACT: Final = 2**53
