"""Identification by a table of keys, for tests."""

from collections.abc import Mapping

from sluicegate.registry_api.core.access.grants import Grant, Grants
from sluicegate.registry_api.core.access.identity import Header
from sluicegate.registry_api.core.access.principals import CredentialKind, Principal
from sluicegate.registry_api.core.access.resources import CLUSTER, Prefix
from sluicegate.registry_api.core.access.roles import Role
from sluicegate.registry_api.core.errors import Unauthenticated


class StaticAccess:
    """Key -> grants. The key is sent as `X-API-Key`. `recalls` False: the hot path has to ask."""

    def __init__(self, grants: Mapping[str, Grants], *, recalls: bool = True) -> None:
        self.grants = dict(grants)
        self._recalls = recalls

    def identify(self, header: Header, source: str) -> Principal:
        key = header("x-api-key")
        if key is None or key not in self.grants:
            raise Unauthenticated
        return Principal(f"key:{key}", CredentialKind.KEY, self.grants[key], key)

    def recall(self, header: Header, source: str) -> Principal | None:
        if not self._recalls:
            return None
        try:
            return self.identify(header, source)
        except Unauthenticated:
            return None


def cluster(role: Role) -> Grants:
    return Grants([Grant(role, CLUSTER)])


def prefixes(role: Role, *texts: str) -> Grants:
    return Grants(Grant(role, Prefix(text)) for text in texts)
