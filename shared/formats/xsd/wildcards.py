"""Wildcards taken together (part 1, section 3.10.6)."""

from collections.abc import Iterable

from sluicegate.shared.formats.xsd.components import Wildcard


def intersection(wildcards: Iterable[Wildcard]) -> Wildcard | None:
    """Return the intersection of wildcards, processed like the first; None if there are none."""
    found: Wildcard | None = None
    for each in wildcards:
        found = each if found is None else _both(found, each)
    return found


def overlap(one: Wildcard, other: Wildcard) -> bool:
    """Whether some name is allowed by both of two wildcards."""
    both = _both(one, other)
    return both.namespaces is None or both.negated or bool(both.namespaces)


def union(one: Wildcard | None, other: Wildcard | None) -> Wildcard | None:
    """Return the union of two wildcards, processed like the second."""
    if one is None or other is None:
        return one or other
    if one.namespaces is None or other.namespaces is None:
        return Wildcard(other.process)
    if one.negated and other.negated:
        return Wildcard(other.process, one.namespaces & other.namespaces, negated=True)
    if one.negated or other.negated:
        kept, added = (one, other) if one.negated else (other, one)
        assert kept.namespaces is not None
        assert added.namespaces is not None
        return Wildcard(other.process, kept.namespaces - added.namespaces, negated=True)
    return Wildcard(other.process, one.namespaces | other.namespaces)


def _both(one: Wildcard, other: Wildcard) -> Wildcard:
    if one.namespaces is None:
        return Wildcard(one.process, other.namespaces, negated=other.negated)
    if other.namespaces is None:
        return one
    if one.negated and other.negated:
        return Wildcard(one.process, one.namespaces | other.namespaces, negated=True)
    if one.negated or other.negated:
        kept, left_out = (other, one) if one.negated else (one, other)
        assert kept.namespaces is not None
        assert left_out.namespaces is not None
        return Wildcard(one.process, kept.namespaces - left_out.namespaces)
    return Wildcard(one.process, one.namespaces & other.namespaces)
