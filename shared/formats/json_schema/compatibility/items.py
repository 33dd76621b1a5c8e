"""Keywords of items: the first ones by place, further ones, and the number like `contains`."""

from sluicegate.shared.formats.json_schema.references import Node
from sluicegate.shared.formats.json_schema.values import listing, number


def first(node: Node) -> list[Node]:
    """The schemas of the first items."""
    keyword = "prefixItems" if "prefixItems" in node.keywords else "items"
    found = [node.at(keyword, index) for index in range(len(listing(node.keywords, keyword)))]
    return [inner for inner in found if inner is not None]


def rest(node: Node, *, alone: bool) -> list[Node]:
    """The schemas of the further items.

    `additionalItems` means nothing without `items`; with `alone` it is looked at there too, as
    registries do.
    """
    items = node.one("items")
    if items is None and (alone or "items" in node.keywords):
        items = node.one("additionalItems")
    return [] if items is None else [items]


def at(node: Node, place: int, *, alone: bool) -> list[Node]:
    """The schemas of the item at a place."""
    places = first(node)
    return [places[place]] if place < len(places) else rest(node, alone=alone)


def schemasat(node: Node, place: int) -> list[Node]:
    """Return the schemas of the item at a place, as libraries look at it."""
    return at(node, place, alone=False)


def counts(node: Node) -> tuple[int | float, int | float | None]:
    """Return `minContains` and `maxContains`; drafts before 2019-09 do not know them."""
    if not node.draft.siblings_of_ref:
        return 1, None
    low = number(node.keywords, "minContains")
    return 1 if low is None else low, number(node.keywords, "maxContains")
