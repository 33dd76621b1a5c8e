"""Keys, grants and the audit in Postgres.

The statements are in `sql/queries/access.sql`, their functions in `sql/functions`.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, Final

from sluicegate.registry_api.core.access.grants import Grant
from sluicegate.registry_api.core.access.records import ApiKey, AuditEntry, AuditQuery, KeptGrant, NewKey
from sluicegate.registry_api.core.access.resources import CLUSTER, Cluster, GrantedResource, Prefix
from sluicegate.registry_api.core.access.roles import Role
from sluicegate.registry_api.core.model import Caller
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.store.parameters import LARGEST_ID, of_caller
from sluicegate.registry_api.store.pool import Database
from sluicegate.registry_api.store.queries import statements
from sluicegate.registry_api.store.rows import Row

_QUERIES = statements("access")
_KEY_COLUMNS: Final = len(fields(ApiKey))


class PostgresAccess:
    """`AccessStore` and `AuditTrail` on Postgres. Thread-safe."""

    def __init__(self, database: Database) -> None:
        """Take the database, which the caller closes."""
        self._database = database

    def key(self, key_id: str) -> tuple[ApiKey, Sequence[Grant]] | None:
        """See `AccessStore`."""
        rows = self._rows("key", id=key_id)
        return (ApiKey(*rows[0][:_KEY_COLUMNS]), [_to_grant(*each) for each in rows[0][-1]]) if rows else None

    def granted(self, principals: Collection[str]) -> Sequence[Grant]:
        """See `AccessStore`."""
        return [_to_grant(*row) for row in self._rows("granted", principals=sorted(principals))]

    def keys(self) -> Sequence[ApiKey]:
        """See `AccessStore`."""
        return [ApiKey(*row) for row in self._rows("keys")]

    def create_key(self, new: NewKey, caller: Caller) -> datetime | None:
        """See `AccessStore`."""
        ((created_at,),) = self._rows("create_key", **_of_key(new), **of_caller(caller))
        return None if created_at is None else _time(created_at)

    def rotate_key(self, old: str, new: NewKey, until: datetime, caller: Caller) -> ApiKey | None:
        """See `AccessStore`."""
        ((created_at,),) = self._rows("rotate_key", old=old, until=until, **_of_key(new), **of_caller(caller))
        found = None if created_at is None else self.key(new.id)
        return found and found[0]

    def revoke_key(self, key_id: str, caller: Caller) -> bool:
        """See `AccessStore`."""
        ((done,),) = self._rows("revoke_key", id=key_id, **of_caller(caller))
        return bool(done)

    def note_use(self, key_ids: Collection[str], hour: datetime) -> None:
        """See `AccessStore`."""
        self._rows("note_use", ids=sorted(key_ids), hour=hour)

    def grants(self, principal: str | None = None) -> Sequence[KeptGrant]:
        """See `AccessStore`."""
        return [_to_kept(row) for row in self._rows("grants", principal=principal)]

    def add_grant(self, principal: str, grant: Grant, caller: Caller) -> KeptGrant:
        """See `AccessStore`."""
        context, subject, prefix = _of_resource(grant.on)
        (row,) = self._rows(
            "add_grant",
            principal=principal,
            role=grant.role.value,
            context=context,
            subject=subject,
            prefix=prefix,
            **of_caller(caller),
        )
        return _to_kept(row)

    def grant(self, grant_id: int) -> KeptGrant | None:
        """See `AccessStore`."""
        rows = self._rows("grant", id=grant_id) if 0 < grant_id <= LARGEST_ID else []
        return _to_kept(rows[0]) if rows else None

    def remove_grant(self, grant_id: int, caller: Caller) -> bool:
        """See `AccessStore`."""
        ((done,),) = self._rows("remove_grant", id=grant_id, **of_caller(caller))
        return bool(done)

    def audit(self, query: AuditQuery) -> Sequence[AuditEntry]:
        """See `AuditTrail`."""
        before_at, before_id = query.before or (None, None)
        rows = self._rows(
            "audit",
            limit=query.limit,
            principal=query.principal,
            context=query.context,
            subject=query.subject,
            operation=query.operation,
            outcome=query.outcome,
            since=query.since,
            until=query.until,
            before_at=before_at,
            before_id=before_id,
        )
        return [AuditEntry(*row) for row in rows]

    def note(self, entries: Sequence[AuditEntry]) -> None:
        """See `AuditTrail`."""
        self._rows("note_audit", rows=json.dumps([_of_entry(entry) for entry in entries]))

    def prepare_audit(self, retention: timedelta) -> int:
        """See `AuditTrail`."""
        ((dropped,),) = self._rows("prepare_audit", retention=retention)
        return int(dropped)

    def _rows(self, statement: str, **parameters: Any) -> Sequence[Row]:
        return self._database.rows(_QUERIES[statement], parameters)


def _of_key(new: NewKey) -> dict[str, Any]:
    return {
        "id": new.id,
        "digest": new.digest,
        "hashing": new.hashing,
        "name": new.name,
        "owner": new.owner,
        "expires_at": new.expires_at,
    }


def _of_resource(resource: GrantedResource) -> tuple[str | None, str | None, bool]:
    match resource:
        case Cluster():
            return None, None, False
        case Prefix(text, context):
            return context, text, True
        case SubjectName():
            return resource.context, resource.name, False


def _to_grant(role: str, context: str | None, subject: str | None, prefix: bool) -> Grant:
    if context is None or subject is None:
        return Grant(Role(role), CLUSTER)
    return Grant(Role(role), Prefix(subject, context) if prefix else SubjectName(context, subject))


def _to_kept(row: Row) -> KeptGrant:
    grant_id, principal, role, context, subject, prefix, created_by, created_at = row
    return KeptGrant(grant_id, principal, _to_grant(role, context, subject, prefix), created_by, created_at)


def _of_entry(entry: AuditEntry) -> dict[str, Any]:
    return {
        "at": entry.at.isoformat(),
        "principal": entry.principal,
        "credential": entry.credential,
        "key_id": entry.key_id,
        "source": entry.source,
        "api": entry.api,
        "operation": entry.operation,
        "context": entry.context,
        "subject": entry.subject,
        "request_id": entry.request_id,
        "outcome": entry.outcome,
        "count": entry.count,
    }


def _time(found: Any) -> datetime:
    assert isinstance(found, datetime)
    return found
