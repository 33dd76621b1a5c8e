"""The resources that roles are granted on: the cluster, a subject, the subjects with a prefix.

A subject is a `SubjectName`. A native schema is the subject of its name in the default context.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

from sluicegate.registry_api.core.names import DEFAULT_CONTEXT, SubjectName


@dataclass(frozen=True, slots=True)
class Cluster:
    """The whole registry. A role on it holds on every subject."""


CLUSTER: Final = Cluster()


@dataclass(frozen=True, slots=True, order=True)
class Prefix:
    """The subjects of a context whose names have this prefix; all of them with an empty one."""

    text: str
    context: str = DEFAULT_CONTEXT

    def covers(self, subject: SubjectName) -> bool:
        """Whether a subject is one of them."""
        return subject.context == self.context and subject.name.startswith(self.text)


Resource: TypeAlias = Cluster | SubjectName
"""A resource that an operation uses."""

GrantedResource: TypeAlias = Cluster | SubjectName | Prefix
"""A resource that a role is granted on."""
