"""The real server with keys, and the commands that administer it: the flow of `docs/how-to/secure-it.md`."""

import json
import re
from pathlib import Path

import httpx
import psycopg
import pytest

from sluicegate.shared.key_text import new_key
from tests.fixtures.programs import run
from tests.fixtures.registry_process import Serve

KEY = re.compile(r"sg_([0-9A-Za-z]{12})_[0-9A-Za-z]{43}_[0-9a-f]{8}")


def test_first_key_gives_a_team_its_prefix(serve: Serve, database_url: str, tmp_path: Path) -> None:
    first = tmp_path / "admin.key"
    first.write_text(run(["keys", "generate"], {}).stdout)
    registry = serve(
        database_url,
        SLUICEGATE_REGISTRY_AUTH__MODE="keys",
        SLUICEGATE_REGISTRY_AUTH__BOOTSTRAP_KEY_FILE=str(first),
        SLUICEGATE_REGISTRY_HOST="0.0.0.0",
    )
    registry.up()
    around = {"SLUICEGATE_REGISTRY": registry.url, "SLUICEGATE_API_KEY_FILE": str(first)}
    assert httpx.get(f"{registry.url}/subjects").status_code == 401
    made = run(["keys", "create", "orders service", "--owner", "team-a"], around)
    found = KEY.fullmatch(made.stdout.strip())
    assert found, made.stdout + made.stderr
    key, key_id = found[0], found[1]
    granted = run(["grants", "add", f"key:{key_id}", "manager", "--prefix", "orders-"], around)
    assert granted.returncode == 0, granted.stderr

    def put(subject: str) -> int:
        url = f"{registry.url.replace('://', f'://token:{key}@')}/confluent/subjects/{subject}/versions"
        return httpx.post(url, json={"schema": '{"type": "string"}'}).status_code

    assert (put("orders-1"), put("invoices-1")) == (200, 403)
    rows = json.loads(run(["audit", "--principal", f"key:{key_id}", "--json"], around).stdout)["entries"]
    (change,) = [row for row in rows if row["change"] == "schema_created"]
    assert (change["subject"], change["key_id"], change["source"]) == ("orders-1", key_id, "127.0.0.1")
    assert run(["keys", "revoke", key_id], around).returncode == 0
    assert put("orders-1") == 401
    assert KEY.search(registry.program.log) is None, "no key is in the log"


@pytest.mark.parametrize("name", ["X-API-Key", "Authorization", "X-Forwarded-User"])
def test_two_credentials_of_one_kind_are_refused(serve: Serve, database_url: str, tmp_path: Path, name: str) -> None:
    """Two readers of a request could count different ones, so none counts, hot or cold."""
    first = tmp_path / "admin.key"
    first.write_text(str(new_key()))
    registry = serve(
        database_url,
        SLUICEGATE_REGISTRY_AUTH__MODE="keys",
        SLUICEGATE_REGISTRY_AUTH__BOOTSTRAP_KEY_FILE=str(first),
        SLUICEGATE_REGISTRY_AUTH__PROXY_HEADER="X-Forwarded-User",
        SLUICEGATE_REGISTRY_AUTH__TRUSTED_PROXIES='["127.0.0.0/8"]',
    )
    registry.up()
    key = {"X-API-Key": first.read_text()}
    body = {"name": "person", "schema_type": "json", "specification": "{}"}
    made = httpx.post(f"{registry.url}/schemas", json=body, headers=key)
    assert made.status_code == 201, made.text
    path = f"{registry.url}/schemas/{made.json()['identification']}/versions/1"
    for _ in range(2):
        assert httpx.get(path, headers=key).status_code == 200
    value = f"Bearer {first.read_text()}" if name == "Authorization" else first.read_text()
    for twice in ([(name, value), (name, "other")], [(name, value), (name, value)]):
        answer = httpx.get(path, headers=[*(key.items() if name == "X-Forwarded-User" else ()), *twice])
        assert (answer.status_code, "send each header with credentials once" in answer.text) == (400, True)


def test_database_has_no_key(database_url: str) -> None:
    around = {"SLUICEGATE_REGISTRY_DATABASE_URL": database_url}
    key = run(["registry", "bootstrap-admin"], around).stdout.strip().splitlines()[-1]
    assert KEY.fullmatch(key)
    secret = key.split("_")[2]
    with psycopg.connect(database_url) as connection:
        for table in ("api_key", "access_grant", "audit", "event"):
            rows = connection.execute(f"select t::text from sluicegate.{table} t").fetchall()
            assert secret not in str(rows)


def test_open_registry_refuses_to_be_reached(database_url: str) -> None:
    around = {"SLUICEGATE_REGISTRY_DATABASE_URL": database_url, "SLUICEGATE_REGISTRY_HOST": "0.0.0.0"}
    done = run(["registry", "serve", "--port", "0"], around)
    assert done.returncode != 0
    assert "auth.mode" in done.stderr
    assert "Traceback" not in done.stderr
