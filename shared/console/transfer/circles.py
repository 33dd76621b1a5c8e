"""Versions that refer to each other in circles, which the registry takes as one bundle.

References of registered versions never form a circle. A registry keeps a document of a circle with
references to those that it wrote before, and a document outside with references to all that it
reaches (decision 0106). So the references of such versions are compared by the places that they
reach.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sluicegate.shared.console.transfer.model import MovedVersion, Place, context_of


@dataclass(frozen=True, slots=True)
class Circles:
    """The places that each version reaches along its references."""

    reached: Mapping[Place, frozenset[Place]]

    @classmethod
    def of(cls, versions: Mapping[Place, MovedVersion]) -> "Circles":
        """Follow the references of some versions."""
        needs = {place: [need for need in version.needs if need in versions] for place, version in versions.items()}
        return cls({place: _reached(place, needs) for place in versions})

    def touches(self, place: Place) -> bool:
        """Return whether a version is in a circle, or reaches one."""
        reached = self.reached.get(place, frozenset())
        return any(each in self.reached[each] for each in (place, *reached) if each in self.reached)

    def same_needs(self, wanted: MovedVersion, there: MovedVersion) -> bool:
        """Return whether a registered version refers to the versions that it should."""
        if not self.touches(wanted.place):
            return sorted(wanted.needs) == sorted(there.needs)
        return set(there.needs) <= self.reached[wanted.place] | set(wanted.needs)

    def bundles(self, missing: Iterable[MovedVersion]) -> list[tuple[MovedVersion, ...]]:
        """Return the sets of missing versions that must be registered at once, and can be."""
        by_place = {version.place: version for version in missing}
        groups: list[set[Place]] = []
        for place in by_place:
            if self.touches(place):
                group = {place, *self.reached[place]}
                apart = [each for each in groups if each.isdisjoint(group)]
                groups = [*apart, group.union(*(each for each in groups if not each.isdisjoint(group)))]
        found = (tuple(by_place[place] for place in sorted(group) if place in by_place) for group in groups)
        return [versions for versions, group in zip(found, groups, strict=True) if _fits(versions, group)]


def _reached(start: Place, needs: Mapping[Place, list[Place]]) -> frozenset[Place]:
    found: set[Place] = set()
    pending = list(needs[start])
    while pending:
        place = pending.pop()
        if place not in found:
            found.add(place)
            pending.extend(needs[place])
    return frozenset(found)


def _fits(versions: tuple[MovedVersion, ...], group: set[Place]) -> bool:
    """Return whether the request for bundles can carry all versions of a group.

    It makes new schemas of one format in the default context, with new ids.
    """
    return (
        len(versions) == len(group)
        and len({version.kind for version in versions}) == 1
        and all(_is_plain(version) and set(version.needs) <= group for version in versions)
    )


def _is_plain(version: MovedVersion) -> bool:
    return (
        version.global_id is None
        and version.place.number == 1
        and not (version.metadata or version.rules or version.deleted)
        and not context_of(version.place.subject)
    )
