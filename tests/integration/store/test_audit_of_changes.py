"""Each change has its audit row, in the same transaction."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from sluicegate.registry_api.core.model import Caller, Content, NewSchema, VersionState
from sluicegate.registry_api.core.names import DEFAULT_CONTEXT, SubjectName
from sluicegate.registry_api.core.origin import Origin
from sluicegate.registry_api.core.scopes import Config, ScopeSettings
from sluicegate.registry_api.store.pool import Database
from sluicegate.registry_api.store.postgres import PostgresStore
from sluicegate.shared.model import CompatibilityMode, SchemaFormat, VersionNumber
from tests.fakes.registrations import add, create

CALLER = Caller("alice", "request-1", Origin("key", "k1", "10.0.0.1", "native", "register_schema"))
ORDERS = SubjectName(DEFAULT_CONTEXT, "orders")


@pytest.fixture
def store(database_url: str) -> Iterator[PostgresStore]:
    """A store on an empty database."""
    with Database(database_url) as database:
        yield PostgresStore(database)


def audit(database_url: str) -> list[dict[str, Any]]:
    """All rows, oldest first."""
    with psycopg.connect(database_url, row_factory=dict_row) as connection:
        return connection.execute("select * from sluicegate.audit order by id").fetchall()


def content(text: str) -> Content:
    """A content of its own identity."""
    return Content(SchemaFormat.JSON, text, f"hash of {text}", ())


def test_registration_is_audited_with_its_origin(store: PostgresStore, database_url: str) -> None:
    done = create(store, NewSchema("orders"), content("{}"), CALLER)
    (row,) = audit(database_url)
    assert (row["principal"], row["credential"], row["key_id"], row["source"]) == ("alice", "key", "k1", "10.0.0.1")
    assert (row["api"], row["operation"], row["request_id"]) == ("native", "register_schema", "request-1")
    assert (row["change"], row["outcome"]) == ("schema_created", "done")
    assert (row["context"], row["subject"]) == (".", "orders")
    assert row["before"] is None
    assert row["after"] == {"schema_id": done.schema_id, "version": 1, "id": 1}


def test_settings_are_audited_before_and_after(store: PostgresStore, database_url: str) -> None:
    create(store, NewSchema("orders"), content("{}"), CALLER)
    for mode in (CompatibilityMode.FULL, CompatibilityMode.NONE):
        store.put_settings(ORDERS, lambda *_, mode=mode: ScopeSettings(Config(compatibility=mode)), CALLER)
    rows = audit(database_url)[1:]
    assert [row["after"]["config"]["compatibility"] for row in rows] == ["FULL", "NONE"]
    assert rows[0]["before"] is None
    assert rows[1]["before"] == {"config": {"compatibility": "FULL"}}


def test_permanent_deletion_names_the_subject_that_is_gone(store: PostgresStore, database_url: str) -> None:
    done = create(store, NewSchema("orders"), content("{}"), CALLER)
    add(store, done.schema_id, content("[]"), CALLER)
    store.delete(ORDERS, lambda *_: [VersionNumber(1), VersionNumber(2)], CALLER, permanent=True)
    rows = audit(database_url)[-2:]
    assert [(row["change"], row["subject"]) for row in rows] == [("version_deleted", "orders")] * 2
    assert [row["before"]["version"] for row in rows] == [1, 2]
    assert [row["after"] for row in rows] == [None, None]


def test_change_that_is_rolled_back_leaves_no_row(store: PostgresStore, database_url: str) -> None:
    create(store, NewSchema("orders"), content("{}"), CALLER)
    before = audit(database_url)
    with psycopg.connect(database_url) as connection:
        connection.execute("select sluicegate.put_setting('.', 'orders', null, 'READONLY', null, null, 'bob', 'r')")
        assert len(connection.execute("select * from sluicegate.audit").fetchall()) == len(before) + 1
        connection.rollback()
    assert audit(database_url) == before


def test_origin_ends_with_its_transaction(store: PostgresStore, database_url: str) -> None:
    create(store, NewSchema("orders"), content("{}"), CALLER)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("select sluicegate.on_behalf('r', '{\"key\": \"k1\"}')")
        connection.execute("select sluicegate.put_setting('.', 'orders', null, 'READONLY', null, null, 'bob', 'r')")
    assert audit(database_url)[-1]["key_id"] is None


def test_months_are_prepared_and_old_ones_dropped(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "insert into sluicegate.audit (at, principal, request_id, outcome) values ('2020-03-05', 'a', 'r', 'done')"
        )
        connection.execute("select sluicegate.prepare_audit_month('2020-03-01')")
        (count,) = connection.execute("select count(*) from sluicegate.audit_202003").fetchone() or (0,)
        assert count == 1, "the row has moved to its month"
        (dropped,) = connection.execute("select sluicegate.prepare_audit('1 year')").fetchone() or (0,)
        assert dropped == 1
        assert connection.execute("select from sluicegate.audit").fetchall() == []


def test_refused_changes_touch_no_row(store: PostgresStore, database_url: str) -> None:
    done = create(store, NewSchema("orders"), content("{}"), CALLER)
    schema_id = done.schema_id
    assert schema_id is not None
    assert store.delete_version(schema_id, VersionNumber(1), CALLER)
    store.put_state(ORDERS, lambda *_: [VersionNumber(1)], VersionState.DISABLED, CALLER)
    assert not store.delete_version(schema_id, VersionNumber(1), CALLER)
    assert not store.delete_schema(schema_id, CALLER)
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(
            "select from sluicegate.schema s where s.xmin::text not in (select a.xmin::text from sluicegate.audit a)"
        ).fetchall()
    assert rows == []
