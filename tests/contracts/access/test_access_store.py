"""Keys, grants and the audit: one suite for both stores."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from sluicegate.registry_api.core.access.grants import Grant
from sluicegate.registry_api.core.access.records import AuditEntry, AuditQuery, NewKey
from sluicegate.registry_api.core.access.resources import CLUSTER, Prefix
from sluicegate.registry_api.core.access.roles import Role
from sluicegate.registry_api.core.model import Caller
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.origin import Origin
from sluicegate.registry_api.store.access import PostgresAccess
from sluicegate.registry_api.store.memory_access import MemoryAccess
from sluicegate.registry_api.store.pool import Database

CALLER = Caller("key:boss", "request-1", Origin("key", "boss", "10.0.0.1", "admin", "create_key"))
ORDERS = SubjectName(".", "orders")
HOUR = datetime(2026, 11, 30, 12, tzinfo=UTC)
Store = MemoryAccess | PostgresAccess


@pytest.fixture(params=["memory", "postgres", "pooled"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """Each store in turn."""
    if request.param == "memory":
        yield MemoryAccess()
        return
    pooler = request.param == "pooled"
    url = request.getfixturevalue("pooled_database_url" if pooler else "database_url")
    with Database(url, pooler=pooler) as database:
        yield PostgresAccess(database)


def new_key(key_id: str = "k1", expires_at: datetime | None = None) -> NewKey:
    return NewKey(key_id, b"\x00digest", "sha256", "name", "owner", expires_at)


def later(hours: int) -> datetime:
    return datetime.now(UTC) + timedelta(hours=hours)


def test_key_is_found_with_its_grants(store: Store) -> None:
    assert store.key("k1") is None
    created_at = store.create_key(new_key(), CALLER)
    grants = [Grant(Role.READER, CLUSTER), Grant(Role.WRITER, ORDERS), Grant(Role.MANAGER, Prefix("a", ".b"))]
    for grant in grants:
        store.add_grant("key:k1", grant, CALLER)
    store.add_grant("key:k2", Grant(Role.MANAGER, CLUSTER), CALLER)
    found = store.key("k1")
    assert found is not None
    key, granted = found
    assert (key.id, key.digest, key.hashing, key.name, key.owner) == ("k1", b"\x00digest", "sha256", "name", "owner")
    assert (key.created_by, key.created_at) == ("key:boss", created_at)
    assert list(granted) == grants
    assert list(store.granted(["key:k1", "key:k3"])) == grants


def test_id_of_a_key_is_given_once(store: Store) -> None:
    assert store.create_key(new_key(), CALLER) is not None
    assert store.create_key(new_key(), CALLER) is None
    assert len(store.keys()) == 1


def test_revoked_key_is_not_valid(store: Store) -> None:
    store.create_key(new_key(), CALLER)
    assert store.revoke_key("k1", CALLER)
    assert not store.revoke_key("k1", CALLER)
    assert not store.revoke_key("k2", CALLER)
    (key,) = store.keys()
    assert not key.valid(later(0))


def test_expiry_ends_a_key(store: Store) -> None:
    end = later(1)
    store.create_key(new_key(expires_at=end), CALLER)
    (key,) = store.keys()
    assert key.valid(end - timedelta(seconds=1))
    assert not key.valid(end)


def test_rotation_leaves_both_keys_valid_until_its_moment(store: Store) -> None:
    store.create_key(new_key(), CALLER)
    store.add_grant("key:k1", Grant(Role.WRITER, ORDERS), CALLER)
    until = later(1)
    made = store.rotate_key("k1", new_key("k2"), until, CALLER)
    assert made is not None
    assert (made.replaces, made.name, made.owner) == ("k1", "name", "owner")
    assert list(store.granted(["key:k2"])) == [Grant(Role.WRITER, ORDERS)]
    old, new = store.keys()
    assert old.valid(until - timedelta(seconds=1))
    assert new.valid(until)
    assert not old.valid(until)


def test_rotation_never_prolongs_a_key(store: Store) -> None:
    end = later(1)
    store.create_key(new_key(expires_at=end), CALLER)
    assert store.rotate_key("k1", new_key("k2"), later(2), CALLER)
    assert store.keys()[0].expires_at == end


def test_revoked_key_is_not_rotated(store: Store) -> None:
    store.create_key(new_key(), CALLER)
    store.revoke_key("k1", CALLER)
    assert store.rotate_key("k1", new_key("k2"), later(1), CALLER) is None
    assert store.rotate_key("k3", new_key("k2"), later(1), CALLER) is None


def test_last_use_never_goes_back(store: Store) -> None:
    store.create_key(new_key(), CALLER)
    store.note_use(["k1", "gone"], HOUR)
    store.note_use(["k1"], HOUR - timedelta(hours=1))
    assert store.keys()[0].last_used_at == HOUR


def test_same_grant_is_kept_once(store: Store) -> None:
    for resource in (CLUSTER, ORDERS, Prefix("orders"), Prefix("")):
        first = store.add_grant("proxy:bob", Grant(Role.READER, resource), CALLER)
        assert store.add_grant("proxy:bob", Grant(Role.READER, resource), CALLER) == first
        assert store.grant(first.id) == first
    assert len(store.grants("proxy:bob")) == len(store.grants()) == 4


def test_removed_grant_is_gone(store: Store) -> None:
    made = store.add_grant("proxy:bob", Grant(Role.READER, ORDERS), CALLER)
    assert store.remove_grant(made.id, CALLER)
    assert not store.remove_grant(made.id, CALLER)
    assert store.grant(made.id) is None
    assert not store.granted(["proxy:bob"])
    assert store.grant(2**70) is None


def test_each_change_has_its_audit_row(store: Store) -> None:
    store.create_key(new_key(), CALLER)
    store.create_key(new_key(), CALLER)
    made = store.add_grant("key:k1", Grant(Role.READER, ORDERS), CALLER)
    store.add_grant("key:k1", Grant(Role.READER, ORDERS), CALLER)
    store.rotate_key("k1", new_key("k2"), later(1), CALLER)
    store.remove_grant(made.id, CALLER)
    store.revoke_key("k1", CALLER)
    rows = store.audit(AuditQuery(100))
    changes = ["key_revoked", "grant_removed", "key_rotated", "grant_added", "key_created"]
    assert [row.change for row in rows] == changes
    assert {row.principal for row in rows} == {"key:boss"}
    assert {(row.credential, row.key_id, row.source, row.operation) for row in rows} == {
        ("key", "boss", "10.0.0.1", "create_key")
    }
    assert [(row.context, row.subject) for row in rows][1] == (".", "orders")


def test_audit_never_has_a_digest(store: Store) -> None:
    store.create_key(new_key(), CALLER)
    assert "digest" not in str(store.audit(AuditQuery(1)))


def test_audit_is_paged_and_filtered(store: Store) -> None:
    at = datetime.now(UTC).replace(microsecond=0)
    store.note([AuditEntry(at, 0, f"p{number % 2}", f"r{number}", "refused", subject="s") for number in range(5)])
    store.note([AuditEntry(at + timedelta(seconds=1), 0, "p0", "r5", "login", count=7)])
    seen, before = [], None
    while rows := store.audit(AuditQuery(2, before=before)):
        seen += [row.request_id for row in rows]
        before = rows[-1].at, rows[-1].id
    assert seen == ["r5", "r4", "r3", "r2", "r1", "r0"]
    assert [row.request_id for row in store.audit(AuditQuery(9, principal="p1"))] == ["r3", "r1"]
    assert [row.count for row in store.audit(AuditQuery(9, outcome="login"))] == [7]
    assert len(store.audit(AuditQuery(9, until=at + timedelta(seconds=1)))) == 5
    assert len(store.audit(AuditQuery(9, since=at + timedelta(seconds=1)))) == 1
    assert len(store.audit(AuditQuery(9, subject="s", context="."))) == 0


def test_retention_drops_what_is_old(store: Store) -> None:
    store.note([AuditEntry(datetime.now(UTC) - timedelta(days=90), 0, "p", "r", "login")])
    store.note([AuditEntry(datetime.now(UTC), 0, "p", "r", "login")])
    store.prepare_audit(timedelta(days=30))
    assert len(store.audit(AuditQuery(9))) == 1
