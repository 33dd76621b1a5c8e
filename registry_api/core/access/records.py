"""Keys, grants and the audit, as they are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sluicegate.registry_api.core.access.grants import Grant

KEY: Final = "key:"
OIDC: Final = "oidc:"
PROXY: Final = "proxy:"
"""The beginnings of principals' names."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key to be kept. `digest` is of its secret; `hashing` names the way."""

    id: str
    digest: bytes
    hashing: str
    name: str = ""
    owner: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A kept key."""

    id: str
    digest: bytes
    hashing: str
    name: str
    owner: str | None
    created_by: str
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None
    """To the hour."""
    replaces: str | None = None
    """The key that was rotated."""

    def valid(self, now: datetime) -> bool:
        """Whether the key is neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, slots=True)
class KeptGrant:
    """A grant of a principal: `key:<id>`, `oidc:<issuer>#<claim value>` or `proxy:<name>`."""

    id: int
    principal: str
    grant: Grant
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One row of the audit. `change` None: a refusal or a login. `context` None: the cluster."""

    at: datetime
    id: int
    principal: str
    request_id: str
    outcome: str
    credential: str | None = None
    key_id: str | None = None
    source: str | None = None
    api: str | None = None
    operation: str | None = None
    change: str | None = None
    context: str | None = None
    subject: str | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """The rows to read, newest first. `before`: only those that are older than this place."""

    limit: int
    principal: str | None = None
    context: str | None = None
    subject: str | None = None
    operation: str | None = None
    outcome: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: tuple[datetime, int] | None = None
