"""Registries whose statements go through PgBouncer in transaction mode."""

import json

import httpx
import pytest

from sluicegate.registry_api.store.feed import PostgresFeed
from tests.fixtures.pgbouncer import PgBouncer
from tests.fixtures.programs import run, until
from tests.fixtures.registry_process import Serve

pytestmark = pytest.mark.acceptance


def test_registries_behind_a_pooler_hear_of_each_others_changes(
    pgbouncer: PgBouncer, pooled_empty_database_url: str, empty_database_url: str, serve: Serve
) -> None:
    direct = {"SLUICEGATE_REGISTRY_DATABASE_DIRECT_URL": empty_database_url}
    migrated = run(("registry", "migrate"), {"DATABASE_URL": pooled_empty_database_url, **direct})
    assert migrated.returncode == 0, migrated.stderr
    one, other = (serve(pooled_empty_database_url, **direct) for _ in range(2))
    one.program.ready()
    other.program.ready()
    body = {"name": "orders", "schema_type": "json", "specification": json.dumps({"type": "object"})}
    made = httpx.post(f"{one.url}/schemas", json=body).raise_for_status().json()
    path = f"/schemas/{made['identification']}/versions/1"
    for _ in range(20):  # more reads than sessions; the last ones are in the hot cache
        assert httpx.get(f"{other.url}{path}").status_code == 200
    assert httpx.delete(f"{one.url}{path}").status_code == 200
    until(lambda: httpx.get(f"{other.url}{path}").status_code == 404, "the other registry has heard of it", seconds=10)


def test_pooler_without_direct_address_is_told_and_never_live(
    pgbouncer: PgBouncer, pooled_empty_database_url: str, empty_database_url: str, serve: Serve
) -> None:
    migrated = run(("registry", "migrate"), {"DATABASE_URL": empty_database_url})
    assert migrated.returncode == 0, migrated.stderr
    server = serve(pooled_empty_database_url)
    until(lambda: "set database_direct_url" in server.program.log, "the log has the line about the pooler", seconds=30)
    told = [line for line in server.program.log.splitlines() if "set database_direct_url" in line]
    assert len(told) == 1
    assert "Traceback" not in server.program.log


@pytest.mark.parametrize("pooled", [True, False])
def test_feed_is_live_only_where_notifications_arrive(
    pgbouncer: PgBouncer, pooled_empty_database_url: str, empty_database_url: str, *, pooled: bool
) -> None:
    events = list[str]()
    feed = PostgresFeed(pooled_empty_database_url if pooled else empty_database_url)
    feed.subscribe(lambda _: None, lambda: events.append("gap"), lambda: events.append("live"))
    try:
        expected = ["gap", "gap"] if pooled else ["gap", "live"]
        until(lambda: len(events) > 1, "the feed knows whether it hears", seconds=20)
    finally:
        feed.close()
    assert events[:2] == expected


@pytest.mark.parametrize("command", ["serve", "migrate"])
def test_malformed_direct_address_is_one_line(command: str, database_url: str) -> None:
    wrong = {"SLUICEGATE_REGISTRY_DATABASE_DIRECT_URL": "postgresql://u:p%zz@host/n"}
    done = run(("registry", command), {"DATABASE_URL": database_url, **wrong})
    assert done.returncode != 0
    assert "database_direct_url: not an address of PostgreSQL" in done.stderr
    assert "p%zz" not in done.stderr
    assert "Traceback" not in done.stderr


def test_malformed_address_is_one_line() -> None:
    done = run(("registry", "serve"), {"DATABASE_URL": "postgresql://u:p%zz@host/n"})
    assert done.returncode != 0
    assert "database_url: not an address of PostgreSQL" in done.stderr
    assert "Traceback" not in done.stderr
