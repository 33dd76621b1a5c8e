"""The property paths of a schema, for searches: `customer`, `customer/address/city`.

Special characters of a path or a list of paths are escaped: `~` is `~0` and `/` is `~1` (RFC 6901);
`%`, `,` and control characters are percent-coded (`%25`, `%2C`, `%00`).
"""

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from sluicegate.shared.formats.json_schema.keywords import REFERENCES
from sluicegate.shared.formats.json_schema.references import Node, ReferenceIndex, UnresolvedReference
from sluicegate.shared.formats.json_schema.values import mapping, schema_of
from sluicegate.shared.formats.json_tree import segment

DEPTH_LIMIT = 10
COUNT_LIMIT = 5_000
"""Paths of one schema; those nearest to the root are kept. Schemas that refer to themselves could
have any number.
"""

WORK_LIMIT = 20_000
"""Schemas opened, those met again on another path included."""

_SAME_INSTANCE = ("allOf", "anyOf", "oneOf", "then", "else")
_ITEMS = ("items", "prefixItems", "additionalItems")
_LEADING_ON = frozenset({"properties", *_SAME_INSTANCE, *_ITEMS, *REFERENCES})
"""Keywords that lead to more paths."""


def attributes(references: ReferenceIndex) -> tuple[str, ...]:
    """Every property path, the inner ones too, sorted and without duplicates.

    A schema inside itself is not entered again.
    """
    found: set[str] = set()
    for path in _paths(_Place(references.root, (), frozenset())):
        found.add("/".join(path))
        if len(found) == COUNT_LIMIT:
            break
    return tuple(sorted(found))


_Path: TypeAlias = tuple[str, ...]


class _Place(NamedTuple):
    """A schema, the path that leads to it, and the schemas that it lies in."""

    node: Node
    path: _Path
    above: frozenset[int]


def _paths(root: _Place) -> Iterator[_Path]:
    """Every path under the root, the short ones first."""
    pending = deque([root])
    opened: set[tuple[int, _Path]] = set()
    work = iter(range(WORK_LIMIT))
    while pending:
        for path, place in _properties(pending.popleft(), opened, work):
            yield path
            if place is not None and len(path) < DEPTH_LIMIT:
                pending.append(place)


def _properties(
    place: _Place, opened: set[tuple[int, _Path]], work: Iterator[int]
) -> Iterator[tuple[_Path, _Place | None]]:
    """Yield the properties of a value, with a place if they may have properties themselves.

    A schema on one path is opened once, for all alternatives and references. Ends without remaining
    work.
    """
    pending = deque([place])
    while pending:
        here = pending.popleft()
        node = here.node
        if node.key in here.above or (node.key, here.path) in opened or not node.keywords:
            continue
        if next(work, None) is None:
            return
        opened.add((node.key, here.path))
        above = here.above | {node.key}
        pending.extend(_Place(same, here.path, above) for same in _same(node))
        for name, schema in mapping(node.keywords, "properties").items():
            if name and schema_of(schema) is not None:
                path = (*here.path, segment(name))
                child = node.at("properties", name) if _leads_on(schema) else None
                yield path, None if child is None else _Place(child, path, above)


def _leads_on(schema: object) -> bool:
    """Most schemas of properties do not, and need not be looked at as nodes."""
    return isinstance(schema, dict) and not _LEADING_ON.isdisjoint(schema)


def _same(node: Node) -> Iterator[Node]:
    """The schemas that describe the same value, or the items of it."""
    yield from node.under(*_SAME_INSTANCE, *_ITEMS)
    try:
        yield from (target for target in node.home.targets(node) if node.home.is_own(target))
    except UnresolvedReference:
        return
