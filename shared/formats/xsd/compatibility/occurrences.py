"""Total occurrences of a name in a content model, for findings about refused models."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from sluicegate.shared.formats.xsd.components import Compositor, Leaf, Particle

Range: TypeAlias = tuple[int, int | None]
"""The least and the greatest number; None: no limit."""


def occurrences(particle: Particle | None, matches: Callable[[Leaf], bool]) -> Range:
    """The range of the number of elements that some leaves let in."""
    if particle is None:
        return 0, 0
    if isinstance(particle, Leaf):
        return (particle.least, particle.most) if matches(particle) else (0, 0)
    ranges = [occurrences(member, matches) for member in particle.members]
    inner = _either(ranges) if particle.compositor is Compositor.CHOICE else _sum(ranges)
    return inner[0] * particle.least, _times(inner[1], particle.most)


def _either(ranges: list[Range]) -> Range:
    least = min((each[0] for each in ranges), default=0)
    return least, _greatest(each[1] for each in ranges)


def _sum(ranges: list[Range]) -> Range:
    most = [each[1] for each in ranges]
    return sum(each[0] for each in ranges), None if None in most else sum(each for each in most if each is not None)


def _greatest(limits: Iterable[int | None]) -> int | None:
    known = list(limits)
    return None if None in known else max((each for each in known if each is not None), default=0)


def _times(one: int | None, other: int | None) -> int | None:
    if one == 0 or other == 0:
        return 0
    return None if one is None or other is None else one * other
