"""The administration of keys, grants and the audit: its rules, for every API and command."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from sluicegate.registry_api.core.access.grants import Grant, Grants
from sluicegate.registry_api.core.access.ports import AccessTables
from sluicegate.registry_api.core.access.principals import Principal
from sluicegate.registry_api.core.access.records import KEY, ApiKey, AuditEntry, AuditQuery, KeptGrant, NewKey
from sluicegate.registry_api.core.access.resources import Cluster, GrantedResource, Prefix, Resource
from sluicegate.registry_api.core.access.roles import Role
from sluicegate.registry_api.core.errors import Forbidden, RegistryError
from sluicegate.registry_api.core.model import Caller
from sluicegate.shared.clock import Clock
from sluicegate.shared.key_text import Hashing, KeyText, new_key

OVERLAP: Final = timedelta(days=1)
"""The time for which a rotated key stays valid where the request does not say."""


class NotFound(RegistryError):
    """There is no such key or grant."""


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key with its text, which is shown once."""

    text: KeyText
    key: ApiKey


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision with its reasons."""

    allowed: bool
    because: Sequence[str]


class Administration:
    """Changes keys and grants.

    The caller of the methods about keys and the audit is a manager of the cluster. Thread-safe.
    """

    def __init__(
        self,
        tables: AccessTables,
        hashing: Hashing,
        clock: Clock,
        configured: Mapping[str, Sequence[Grant]] = MappingProxyType({}),
    ) -> None:
        """Take the tables, and the grants of principals in the settings."""
        self._configured = configured
        self._tables = tables
        self._hashing = hashing
        self._clock = clock

    def create_key(self, name: str, owner: str | None, expires_at: datetime | None, caller: Caller) -> IssuedKey:
        """Make a key."""
        while True:
            text = new_key()
            new = self._new(text, name, owner, expires_at)
            created_at = self._tables.create_key(new, caller)
            if created_at is not None:
                break
        key = ApiKey(new.id, new.digest, new.hashing, name, owner, caller.actor, created_at, expires_at)
        return IssuedKey(text, key)

    def rotate_key(self, key_id: str, until: datetime | None, expires_at: datetime | None, caller: Caller) -> IssuedKey:
        """Make a key in the place of another one, which stays valid until a moment.

        Raises `NotFound`.
        """
        text = new_key()
        ends = self._clock.now() + OVERLAP if until is None else until
        made = self._tables.rotate_key(key_id, self._new(text, "", None, expires_at), ends, caller)
        if made is None:
            raise NotFound(f"There is no valid key {key_id[:60]!r}.")
        return IssuedKey(text, made)

    def revoke_key(self, key_id: str, caller: Caller) -> None:
        """Revoke a key. Raises `NotFound`."""
        if not self._tables.revoke_key(key_id, caller):
            raise NotFound(f"There is no key {key_id[:60]!r} that could be revoked.")

    def list_keys(self) -> Sequence[ApiKey]:
        """Return every key."""
        return self._tables.keys()

    def add_grant(self, principal: str, grant: Grant, by: Principal, caller: Caller) -> KeptGrant:
        """Give a role.

        Raises `Forbidden` where the caller is no manager of the resource, `NotFound` for a key that
        is not there.
        """
        if not manages(by.grants, grant.on):
            raise Forbidden("To grant a role on a resource, a caller needs the role manager on all of it.")
        if principal.startswith(KEY) and self._tables.key(principal.removeprefix(KEY)) is None:
            raise NotFound(f"There is no key {principal.removeprefix(KEY)[:60]!r}.")
        return self._tables.add_grant(principal, grant, caller)

    def remove_grant(self, grant_id: int, by: Principal, caller: Caller) -> None:
        """Take a role away. Raises `NotFound`, also where the caller is no manager of the resource."""
        found = self._tables.grant(grant_id)
        if found is None or not manages(by.grants, found.grant.on) or not self._tables.remove_grant(grant_id, caller):
            raise NotFound(f"There is no grant {grant_id}.")

    def grants(self, principal: str | None, by: Principal) -> Sequence[KeptGrant]:
        """Return the grants on the resources that the caller manages."""
        return [each for each in self._tables.grants(principal) if manages(by.grants, each.grant.on)]

    def explain(self, principal: str, role: Role, resource: Resource) -> Explanation:
        """Return whether a principal has a role on a resource, and the reasons."""
        if principal.startswith(KEY):
            found = self._tables.key(principal.removeprefix(KEY))
            if found is None:
                return Explanation(False, ["There is no such key."])
            if not found[0].valid(self._clock.now()):
                return Explanation(False, ["The key is expired or revoked."])
        given = [(f"grant {each.id}", each.grant) for each in self._tables.grants(principal)]
        given += [("settings", grant) for grant in self._configured.get(principal, ())]
        reasons = [_reason(place, grant) for place, grant in given if Grants([grant]).allows(role, resource)]
        if reasons:
            return Explanation(True, reasons)
        needed = f"This needs the role {role} on {described(resource)}."
        return Explanation(False, [needed, *(_reason(place, grant) for place, grant in given)])

    def audit(self, query: AuditQuery) -> Sequence[AuditEntry]:
        """Return rows of the audit, newest first."""
        return self._tables.audit(query)

    def _new(self, text: KeyText, name: str, owner: str | None, expires_at: datetime | None) -> NewKey:
        return NewKey(text.id, self._hashing.digest(text.secret), self._hashing.kind, name, owner, expires_at)


def _reason(place: str, grant: Grant) -> str:
    return f"{place}: {grant.role} on {described(grant.on)}"


def manages(grants: Grants, resource: GrantedResource) -> bool:
    """Whether a caller with these grants is a manager of a whole resource."""
    if isinstance(resource, Prefix):
        return grants.covers(Role.MANAGER, resource)
    return grants.allows(Role.MANAGER, resource)


def described(resource: GrantedResource) -> str:
    """Return a resource in words."""
    match resource:
        case Cluster():
            return "the cluster"
        case Prefix(text, context):
            return f"all subjects of the context {context!r} with the prefix {text!r}"
        case _:
            return f"the subject {resource.qualified!r}"
