"""Classes of equal schemas, for all schemas of one comparison at once.

Two schemas are equal when their own keywords are, annotations and the order of sets left out, and
when the schemas at the same places inside them and behind their references are equal. For schemas
that refer to themselves this is a bisimulation, computed by partition refinement: all schemas with
the same keywords start in one class; a class is split when its members lead to different classes.
Only the smaller parts of a split class are looked at again, so the cost is linear in the size of
the schemas times a logarithm (Hopcroft 1971; Valmari 2010), however many pairs are compared later.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import count

from sluicegate.shared.formats.json_schema.canonical import canonical_value
from sluicegate.shared.formats.json_schema.compatibility.enforcement import meaning
from sluicegate.shared.formats.json_schema.keywords import ANNOTATIONS, REFERENCES, under
from sluicegate.shared.formats.json_schema.references import Node, UnresolvedReference
from sluicegate.shared.formats.json_schema.values import names

_DIFFERING = frozenset({
    "exclusiveMinimum", "exclusiveMaximum", "unevaluatedItems", "$recursiveRef", "$dynamicRef",
})  # fmt: skip
"""Keywords whose meaning is not the same in all drafts that know them; `integer` in `type`, and
formats, are other cases.
"""

_SETS = frozenset({"required", "type", "enum"})

Label = tuple[object, ...]


class Equality:
    """The classes of the schemas that can be reached from some roots.

    Built when the first schema is asked for.
    """

    def __init__(self, roots: Iterable[Node]) -> None:
        """Take the schemas that will be compared."""
        self._roots = tuple(roots)
        self._classes: dict[int, int] | None = None
        self._leaves: dict[Label, int] = {}
        self._fresh = count()
        self._kept: list[Node] = []

    def same(self, one: Node, other: Node) -> bool:
        """Return whether two schemas accept the same values because they say the same."""
        return one.key == other.key or self.class_of(one) == self.class_of(other)

    def class_of(self, node: Node) -> int:
        """Return a number that equal schemas share."""
        if self._classes is None:
            self._classes = self._partition()
        found = self._classes.get(node.key)
        return self._added(node, self._classes) if found is None else found

    def _added(self, node: Node, classes: dict[int, int]) -> int:
        """Classify a schema that the comparison created.

        Only one without inner schemas can be equal to another.
        """
        label, inner = _looked_at(node)
        found = next(self._fresh) if inner or label is None else self._leaves.setdefault(label, next(self._fresh))
        self._kept.append(node)  # its identity must not be given to another object
        classes[node.key] = found
        return found

    def _partition(self) -> dict[int, int]:
        keys, labels, inner = _graph(self._roots)
        numbers: dict[object, int] = {}
        colors = [
            next(self._fresh) if label is None else numbers.setdefault(label, next(self._fresh)) for label in labels
        ]
        _refine(colors, inner, self._fresh)
        self._leaves = {
            label: color
            for label, color, below in zip(labels, colors, inner, strict=True)
            if label is not None and not below
        }
        return dict(zip(keys, colors, strict=True))


def _graph(roots: Iterable[Node]) -> tuple[list[int], list[Label | None], list[list[int]]]:
    """Return the reachable schemas: their keys, own contents, and targets."""
    places: dict[int, int] = {}
    pending: list[Node] = []
    labels: list[Label | None] = []
    inner: list[list[int]] = []

    def place(node: Node) -> int:
        if node.key not in places:
            places[node.key] = len(places)
            pending.append(node)
        return places[node.key]

    for root in roots:
        place(root)
    for node in pending:  # grows meanwhile
        label, below = _looked_at(node)
        labels.append(label)
        inner.append([place(each) for each in below])
    return list(places), labels, inner


def _refine(colors: list[int], inner: list[list[int]], fresh: Iterator[int]) -> None:
    """Split the classes until members of one class lead to the same classes."""
    above: list[list[int]] = [[] for _ in inner]
    for here, below in enumerate(inner):
        for each in below:
            above[each].append(here)
    members: dict[int, set[int]] = defaultdict(set)
    for here, color in enumerate(colors):
        members[color].add(here)
    changed = {here for here, below in enumerate(inner) if below}
    while changed:
        split = list(_split(changed, colors, inner, members))
        changed = set()
        for part in split:
            color = next(fresh)
            members[colors[next(iter(part))]] -= part
            members[color] = part
            for here in part:
                colors[here] = color
                changed.update(above[here])


def _split(
    changed: set[int], colors: list[int], inner: list[list[int]], members: dict[int, set[int]]
) -> Iterator[set[int]]:
    """Yield the parts of classes that become new classes; the largest part keeps its number."""
    touched: dict[int, dict[tuple[int, ...], set[int]]] = defaultdict(lambda: defaultdict(set))
    for here in changed:
        if len(members[colors[here]]) > 1:
            touched[colors[here]][tuple(colors[each] for each in inner[here])].add(here)
    for color, parts in touched.items():
        rest = len(members[color]) - sum(map(len, parts.values()))
        if rest:  # the others lead where they led before, all to the same classes
            other = next(here for here in members[color] if here not in changed)
            signature = tuple(colors[each] for each in inner[other])
            others = members[color].difference(*parts.values()) if rest <= len(members[color]) // 2 else None
            yield from _smaller(parts, signature, rest, others)
        else:
            yield from _smaller(parts, (), 0, None)


def _smaller(
    parts: dict[tuple[int, ...], set[int]], signature: tuple[int, ...], rest: int, others: set[int] | None
) -> Iterator[set[int]]:
    """Yield all parts but the largest.

    `others`, `rest` in number, lead to `signature`; None where they are the largest.
    """
    sizes = {each: len(part) for each, part in parts.items()}
    if rest:
        sizes[signature] = sizes.get(signature, 0) + rest
    largest = max(sizes, key=sizes.__getitem__)
    for each, part in parts.items():
        if each != largest:
            yield part | others if each == signature and rest and others is not None else part
    if rest and signature not in parts and signature != largest and others is not None:
        yield others


def _looked_at(node: Node) -> tuple[Label | None, list[Node]]:
    """Return a schema's own content, and its inner schemas. None: it equals no other one."""
    if isinstance(node.schema, bool):
        return (node.schema,), []
    if node.home.dynamic(node):
        return None, []
    label: list[object] = []
    inner: list[Node] = []
    for keyword in sorted(node.keywords.keys() - ANNOTATIONS):
        found = sorted(under(node.keywords, keyword), key=_tail)
        inner += [node.home.child(node, tail, schema) for tail, schema in found]
        label += [keyword, _meaning(node, keyword), _value(node, keyword, [schema for _, schema in found])]
        label += [tail for tail, _ in found]
    try:
        return tuple(label), [*inner, *node.home.targets(node)]
    except UnresolvedReference:
        return None, inner


def _tail(entry: tuple[str, object]) -> str:
    return entry[0]


def _meaning(node: Node, keyword: str) -> object:
    """Return the part of a keyword's meaning that the draft adds."""
    if keyword == "type":
        stated = node.keywords["type"]
        return "integer" in (stated, *names(stated)) and node.draft.whole_doubles_are_integers
    return node.draft.version if keyword in _DIFFERING else meaning(node, keyword)


def _value(node: Node, keyword: str, inner: Sequence[object]) -> str:
    """The text of a keyword's value without the schemas in it, which are compared by themselves."""
    value = node.keywords[keyword]
    if keyword in REFERENCES:
        return ""
    if inner:
        held = {id(schema) for schema in inner}
        if not isinstance(value, dict) or id(value) in held:
            return ""
        rest = {name: sorted(names(item)) for name, item in value.items() if id(item) not in held}
        return canonical_value(rest) if rest else ""
    if keyword in _SETS and isinstance(value, list):
        return ",".join(sorted(canonical_value(item) for item in value))
    return canonical_value(value)
