"""Maximum matching in a bipartite graph (Kuhn's augmenting paths)."""

from collections.abc import Sequence


def maximum_matching(edges: Sequence[Sequence[int]]) -> dict[int, int]:
    """Return the largest set of pairs (left, right) without repetition.

    `edges[left]` lists its possible rights.
    """
    taken: dict[int, int] = {}
    for left in range(len(edges)):
        _place(edges, left, taken, set())
    return {left: right for right, left in taken.items()}


def _place(edges: Sequence[Sequence[int]], left: int, taken: dict[int, int], tried: set[int]) -> bool:
    """Find a place for one, moving others when they have another one."""
    for right in edges[left]:
        if right not in tried:
            tried.add(right)
            if right not in taken or _place(edges, taken[right], taken, tried):
                taken[right] = left
                return True
    return False
