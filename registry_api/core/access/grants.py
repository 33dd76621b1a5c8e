"""The grants of one principal, indexed for the checks of every request."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sluicegate.registry_api.core.access.resources import CLUSTER, Cluster, GrantedResource, Prefix, Resource
from sluicegate.registry_api.core.access.roles import IMPLIED, Role
from sluicegate.registry_api.core.names import SubjectName

_NONE: Final[frozenset[Role]] = frozenset()


@dataclass(frozen=True, slots=True)
class Grant:
    """A role on a resource."""

    role: Role
    on: GrantedResource


@dataclass(frozen=True, slots=True)
class Readable:
    """The subjects that a caller may read, as stores filter by them.

    `everything`: the others are empty and do not count.
    """

    everything: bool = False
    names: frozenset[SubjectName] = frozenset()
    prefixes: frozenset[Prefix] = frozenset()

    def has(self, subject: SubjectName) -> bool:
        """Whether a subject is one of them."""
        return self.everything or subject in self.names or any(each.covers(subject) for each in self.prefixes)

    def enters(self, context: str) -> bool:
        """Whether some name of a context may be that of a readable subject."""
        return (
            self.everything
            or any(name.context == context for name in self.names)
            or any(each.context == context for each in self.prefixes)
        )


EVERYTHING: Final = Readable(everything=True)


class Grants:
    """All grants of one principal. Immutable, and thread-safe.

    A check costs one look-up for the cluster, one for the name, and one for each length of a prefix
    in the context.
    """

    __slots__ = ("_cluster", "_lengths", "_names", "_prefixes", "_readable")

    def __init__(self, grants: Iterable[Grant] = ()) -> None:
        """Index some grants."""
        cluster: set[Role] = set()
        names: defaultdict[SubjectName, set[Role]] = defaultdict(set)
        prefixes: defaultdict[tuple[str, str], set[Role]] = defaultdict(set)
        for grant in grants:
            match grant.on:
                case Cluster():
                    cluster |= IMPLIED[grant.role]
                case Prefix(text, context):
                    prefixes[context, text] |= IMPLIED[grant.role]
                case SubjectName():
                    names[grant.on] |= IMPLIED[grant.role]
        self._cluster = frozenset(cluster)
        self._names: Mapping[SubjectName, frozenset[Role]] = {key: frozenset(roles) for key, roles in names.items()}
        self._prefixes: Mapping[tuple[str, str], frozenset[Role]] = {
            key: frozenset(roles) for key, roles in prefixes.items()
        }
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for context, text in prefixes:
            lengths[context].add(len(text))
        self._lengths: Mapping[str, tuple[int, ...]] = {key: tuple(sorted(each)) for key, each in lengths.items()}
        self._readable = self._read()

    def allows(self, role: Role, resource: Resource) -> bool:
        """Whether the role, or one that implies it, is granted on the resource.

        The cluster's roles hold everywhere.
        """
        if role in self._cluster:
            return True
        if isinstance(resource, Cluster):
            return False
        if role in self._names.get(resource, _NONE):
            return True
        context, name = resource.context, resource.name
        return any(
            role in self._prefixes.get((context, name[:length]), _NONE) for length in self._lengths.get(context, ())
        )

    def covers(self, role: Role, prefix: Prefix) -> bool:
        """Whether the role is granted on all subjects with a prefix: on the cluster, or on a prefix of that prefix."""
        return role in self._cluster or any(
            role in self._prefixes.get((prefix.context, prefix.text[:length]), _NONE)
            for length in self._lengths.get(prefix.context, ())
            if length <= len(prefix.text)
        )

    def readable(self) -> Readable:
        """The subjects with the role of a reader."""
        return self._readable

    def _read(self) -> Readable:
        if Role.READER in self._cluster:
            return EVERYTHING
        return Readable(
            names=frozenset(name for name, roles in self._names.items() if Role.READER in roles),
            prefixes=frozenset(
                Prefix(text, context) for (context, text), roles in self._prefixes.items() if Role.READER in roles
            ),
        )


NOTHING_GRANTED: Final = Grants()
ALL_GRANTED: Final = Grants([Grant(Role.MANAGER, CLUSTER), Grant(Role.REPORTER, CLUSTER)])
