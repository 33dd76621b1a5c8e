"""The permissions of the request that is being answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from sluicegate.registry_api.core.access.grants import Grants, Readable
from sluicegate.registry_api.core.access.resources import CLUSTER, Cluster, Resource
from sluicegate.registry_api.core.access.roles import Role
from sluicegate.registry_api.core.errors import Forbidden
from sluicegate.registry_api.core.names import DEFAULT_CONTEXT, GLOBAL_CONTEXT, SubjectName
from sluicegate.shared.model import SchemaId


@dataclass(frozen=True, slots=True)
class Authority:
    """The grants of a caller, and the minimum role of its operation."""

    grants: Grants
    needed: Role = Role.READER
    added: set[SchemaId] = field(default_factory=set)
    """Schemas that this request registered, and may withdraw."""
    hidden: set[SubjectName] = field(default_factory=set)
    """The first subject that this request met and may not read. An answer 404 is then a refusal."""

    @property
    def readable(self) -> Readable:
        """The subjects that the caller may read."""
        return self.grants.readable()

    def reads(self, subject: SubjectName) -> bool:
        """Whether the caller may read a subject.

        A context is readable if some subject of it may be.
        """
        if not subject.name:
            return self.enters(subject.context)
        allowed = self.grants.allows(Role.READER, subject)
        if not allowed and not self.hidden:
            self.hidden.add(subject)
        return allowed

    def enters(self, context: str) -> bool:
        """Whether the caller may read the settings of a context.

        Those of the default context, and those for all, hold for every caller.
        """
        return context in (DEFAULT_CONTEXT, GLOBAL_CONTEXT) or self.readable.enters(context)

    def require(self, role: Role, resource: Resource) -> None:
        """Raise `Forbidden` unless the caller has the role.

        The error names the role only to callers that may read the resource.
        """
        if self.grants.allows(role, resource):
            return
        if isinstance(resource, Cluster):
            raise Forbidden(f"This needs the role {role.value} on the cluster.")
        if self.grants.allows(Role.READER, resource):
            raise Forbidden(f"This needs the role {role.value} on the subject {resource.qualified!r}.")
        raise Forbidden

    def require_scope(self, scope: SubjectName) -> None:
        """Raise `Forbidden` unless the caller may change the settings of a scope.

        Those of a context need rights on the cluster.
        """
        self.require(Role.MANAGER, scope if scope.name else CLUSTER)


_CURRENT: ContextVar[Authority] = ContextVar("authority")


@contextmanager
def acting(authority: Authority) -> Iterator[None]:
    """Give the permissions of a request to everything that this thread does for it."""
    token = _CURRENT.set(authority)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def current() -> Authority:
    """Return the permissions of the request.

    Raises `LookupError` outside a request: no permissions are assumed.
    """
    return _CURRENT.get()
