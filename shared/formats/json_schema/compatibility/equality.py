"""Whether two schemas say the same: annotations and the order of sets aside, references followed."""

from sluicegate.shared.formats.json_schema.canonical import canonical_value
from sluicegate.shared.formats.json_schema.keywords import ANNOTATIONS, REFERENCES, subschemas, under
from sluicegate.shared.formats.json_schema.references import Node, Unresolved
from sluicegate.shared.formats.json_schema.values import names

PAIR_LIMIT = 20_000
"""Pairs looked at in one comparison; past it nothing is found to be alike any more, which is the careful answer."""

_DIFFERING = frozenset({
    "format", "contentEncoding", "contentMediaType", "exclusiveMinimum", "exclusiveMaximum", "unevaluatedItems",
    "$recursiveRef", "$dynamicRef",
})  # fmt: skip
"""Keywords whose meaning is not the same in all drafts that know them; `integer` in `type` is another case."""

_SETS = frozenset({"required", "type", "enum"})


class Equality:
    """Compares nodes and remembers what it found."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._known: dict[tuple[int, int], bool] = {}
        self._left = PAIR_LIMIT

    def same(self, one: Node, other: Node) -> bool:
        """Whether two schemas are alike in everything that decides about values. May say no where a proof would say yes."""
        key = (one.key, other.key)
        if key not in self._known:
            self._known[key] = self._walk(one, other)
        return self._known[key]

    def _walk(self, one: Node, other: Node) -> bool:
        """Alike as long as no pair on the way is found to differ; a pair met again is taken to be alike."""
        seen: set[tuple[int, int]] = set()
        pending = [(one, other)]
        while pending:
            left, right = pending.pop()
            key = (left.key, right.key)
            if key in seen or self._known.get(key):
                continue
            seen.add(key)
            self._left -= 1
            if self._left < 0 or self._known.get(key) is False or not _alike(left, right):
                return False
            try:
                pending.extend(_pairs(left, right))
            except Unresolved:
                return False
        return True


def _alike(left: Node, right: Node) -> bool:
    """Whether two schemas have the same keywords with the same values, the schemas inside them aside."""
    if isinstance(left.schema, bool) or isinstance(right.schema, bool):
        return left.schema is right.schema
    keywords = left.keywords.keys() - ANNOTATIONS
    if keywords != right.keywords.keys() - ANNOTATIONS or left.home.dynamic(left) or right.home.dynamic(right):
        return False
    if left.draft is not right.draft and not all(_has_one_meaning(left, right, keyword) for keyword in keywords):
        return False
    return all(_same_value(left, right, keyword) for keyword in keywords)


def _has_one_meaning(left: Node, right: Node, keyword: str) -> bool:
    if keyword == "type" and left.draft.whole_doubles_are_integers is not right.draft.whole_doubles_are_integers:
        return "integer" not in (left.keywords["type"], *names(left.keywords["type"]))
    return keyword not in _DIFFERING


def _same_value(left: Node, right: Node, keyword: str) -> bool:
    if keyword in REFERENCES:
        return True
    mine, theirs = left.keywords[keyword], right.keywords[keyword]
    if [tail for tail, _ in sorted(under(left.keywords, keyword), key=_tail)] != [
        tail for tail, _ in sorted(under(right.keywords, keyword), key=_tail)
    ]:
        return False
    if keyword in _SETS:
        mine, theirs = _as_set(mine), _as_set(theirs)
    return _bare(mine, left, keyword) == _bare(theirs, right, keyword)


def _tail(entry: tuple[str, object]) -> str:
    return entry[0]


def _as_set(value: object) -> object:
    return sorted(canonical_value(item) for item in value) if isinstance(value, list) else value


def _bare(value: object, node: Node, keyword: str) -> str:
    """The value without the schemas in it, which are compared by themselves."""
    inner = {id(schema) for _, schema in under(node.keywords, keyword)}
    if id(value) in inner and inner:
        return ""
    if isinstance(value, dict):
        return canonical_value({name: sorted(names(item)) for name, item in value.items() if id(item) not in inner})
    if isinstance(value, list) and inner:
        return ""
    return canonical_value(value)


def _pairs(left: Node, right: Node) -> list[tuple[Node, Node]]:
    theirs = dict(subschemas(right.keywords))
    pairs = [
        (left.home.child(left, tail, schema), right.home.child(right, tail, theirs[tail]))
        for tail, schema in subschemas(left.keywords)
        if tail in theirs and tail.split("/")[1] not in ANNOTATIONS
    ]
    return pairs + list(zip(left.home.targets(left), right.home.targets(right), strict=False))
