"""Items: the first ones by their place, and all further ones.

Open, closed and partially open as objects are.
"""

from collections.abc import Iterator

from sluicegate.shared.formats.json_schema.compatibility.facts import Facts
from sluicegate.shared.formats.json_schema.compatibility.findings import Code, finding, shown
from sluicegate.shared.formats.json_schema.compatibility.frame import Frame
from sluicegate.shared.formats.json_schema.compatibility.items import at, counts, first, rest
from sluicegate.shared.formats.json_schema.compatibility.leniency import is_partial_item
from sluicegate.shared.formats.json_schema.compatibility.sizes import ITEMS, bounds, least, most
from sluicegate.shared.formats.json_schema.references import Node
from sluicegate.shared.model import Finding

_IN_PLACE = (
    "$dynamicRef",
    "$recursiveRef",
    "$ref",
    "allOf",
    "anyOf",
    "contains",
    "dependentSchemas",
    "if",
    "not",
    "oneOf",
)


def arrays(frame: Frame, reader: Node, facts: Facts) -> Iterator[Finding]:
    """Every array that the writer may use must be one that the reader takes."""
    if "array" not in facts.types:
        return
    longest = most(facts, ITEMS)
    places = max((len(first(node)) for node in (reader, *facts.atoms)), default=0)
    for place in range(places):
        if longest is None or place < longest:
            yield from _item(frame, reader, facts, place)
    if longest is None or places < longest:
        yield from _further(frame, reader, facts)
    yield from bounds(reader, ITEMS, least(facts, ITEMS), longest)
    yield from _unique(reader, facts)
    yield from _contains(frame, reader, facts)


def _known(reader: Node, facts: Facts, place: int) -> Facts:
    """Return the facts about the item at a place; beyond the first ones, about any further item."""
    alone = "additionalItems" in reader.keywords and reader.keywords.keys().isdisjoint(("items", "unevaluatedItems"))
    schemas = [schema for atom in facts.atoms for schema in at(atom, place, alone=alone)]
    for atom in facts.atoms:
        inner = atom.one("unevaluatedItems")
        if (
            inner is not None
            and place >= len(first(atom))
            and not rest(atom, alone=False)
            and not _looks_elsewhere(atom)
        ):
            schemas.append(inner)
    return Facts.of(schemas, partial=is_partial_item(facts))


def _looks_elsewhere(atom: Node) -> bool:
    return any(keyword in atom.keywords for keyword in _IN_PLACE)


def _wanted(reader: Node, place: int) -> list[Node]:
    found = at(reader, place, alone=True)
    inner = reader.one("unevaluatedItems")
    if inner is not None and place >= len(first(reader)) and not rest(reader, alone=False):
        found.append(inner)
    return found


def _item(frame: Frame, reader: Node, facts: Facts, place: int) -> Iterator[Finding]:
    known, wanted = _known(reader, facts, place), _wanted(reader, place)
    if known.never or not wanted:
        return
    mine = place < len(first(reader))
    theirs = any(place < len(first(atom)) for atom in facts.atoms)
    if mine and theirs:
        for schema in wanted:
            frame.need(schema, known)
    elif not all(frame.prove(schema, known) for schema in wanted):
        yield _added(wanted[0], known, place) if mine else _removed(reader, wanted, place)


def _added(schema: Node, known: Facts, place: int) -> Finding:
    change = f"The reader describes item {place} as {shown(schema.schema)}, the writer allows "
    if not known.atoms:
        return finding(Code.ITEM_ADDED_TO_OPEN_CONTENT_MODEL, schema.path, f"{change}anything there")
    code = Code.ITEM_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL
    return finding(code, schema.path, f"{change}{shown(known.atoms[0].schema)}")


def _removed(reader: Node, wanted: list[Node], place: int) -> Finding:
    change = f"The writer may have an item {place}, which the reader does not describe; there the reader accepts "
    if any(schema.schema is False for schema in wanted):
        return finding(Code.ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL, reader.path, f"{change}nothing")
    code = Code.ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL
    return finding(code, wanted[0].path, f"{change}only {shown(wanted[0].schema)}")


_PAST_ALL = 1 << 30


def _further(frame: Frame, reader: Node, facts: Facts) -> Iterator[Finding]:
    known = _known(reader, facts, _PAST_ALL)
    if known.never:
        return
    for schema in _wanted(reader, _PAST_ALL):
        if known.atoms and schema.schema is not False:
            frame.need(schema, known)
        elif not frame.prove(schema, known):
            closed = schema.schema is False
            accepts = "no further items" if closed else f"only {shown(schema.schema)} as further items"
            allows = shown(known.atoms[0].schema) if known.atoms else "anything"
            code = Code.ADDITIONAL_ITEMS_REMOVED if closed else Code.ADDITIONAL_ITEMS_NARROWED
            yield finding(code, schema.path, f"The reader accepts {accepts}, the writer {allows}")


def _unique(reader: Node, facts: Facts) -> Iterator[Finding]:
    if reader.keywords.get("uniqueItems") is not True:
        return
    short = most(facts, ITEMS)
    if not any(atom.keywords.get("uniqueItems") is True for atom in facts.atoms) and not (
        short is not None and short <= 1
    ):
        change = "The reader wants all items to differ, the writer does not"
        yield finding(Code.UNIQUE_ITEMS_ADDED, f"{reader.path}/uniqueItems", change)


def _contains(frame: Frame, reader: Node, facts: Facts) -> Iterator[Finding]:
    wanted = reader.one("contains")
    if wanted is None:
        return
    low, high = counts(reader)
    enough = low == 0 or any(_at_least(frame, wanted, low, atom) for atom in facts.atoms)
    few = high is None or any(_at_most(wanted, high, atom, frame) for atom in facts.atoms)
    if not enough or not few:
        change = f"The reader wants {_count(low, high)} items like {shown(wanted.schema)}, the writer does not say so"
        yield finding(Code.CONTAINS_ADDED_OR_NARROWED, wanted.path, change)


def _count(low: int | float, high: int | float | None) -> str:
    return f"at least {low}" if high is None else f"{low} to {high}"


def _at_least(frame: Frame, wanted: Node, low: int | float, atom: Node) -> bool:
    given = atom.one("contains")
    return given is not None and counts(atom)[0] >= low and frame.prove(wanted, Facts.of([given], partial=True))


def _at_most(wanted: Node, high: int | float, atom: Node, frame: Frame) -> bool:
    given, most_given = atom.one("contains"), counts(atom)[1]
    return (
        given is not None
        and most_given is not None
        and most_given <= high
        and frame.prove(given, Facts.of([wanted], partial=True))
    )
