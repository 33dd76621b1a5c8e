"""The API of administration."""

from typing import Any

import pytest

from sluicegate.registry_api.access_settings import Auth, GrantSettings, Issuer
from sluicegate.registry_api.app import Application, StorePorts, compose
from sluicegate.registry_api.core.access.grants import Grant
from sluicegate.registry_api.core.access.resources import CLUSTER, Prefix
from sluicegate.registry_api.core.access.roles import Role
from sluicegate.registry_api.core.examination import EngineExaminer
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.store.memory_access import MemoryAccess
from sluicegate.shared.key_text import KeyText, parsed
from tests.fakes.api_client import Answer, ApiClient
from tests.fakes.keys import headers, kept
from tests.fakes.registry_service import line_engine, settings
from tests.fakes.registry_store import FakeStore

ORDERS = {"type": "subject", "prefix": "orders-"}


class Bench:
    """A registry that needs keys, and a manager of the cluster."""

    def __init__(self, auth: Auth | None = None) -> None:
        store, self.tables = FakeStore(), MemoryAccess()
        ports = StorePorts(store, store, store, store.close, access=self.tables)
        chosen = settings(auth=auth or Auth(mode="keys"))
        self.application: Application = compose(chosen, ports, EngineExaminer(line_engine))
        self.client = ApiClient(self.application)
        self.manager = kept(self.tables, Grant(Role.MANAGER, CLUSTER))

    def ask(self, method: str, path: str, key: KeyText | None = None, **rest: Any) -> Answer:
        return self.client.open(path, method=method, headers=headers(key or self.manager), **rest)

    def grant(self, principal: str, role: str, resource: dict[str, str], key: KeyText | None = None) -> Answer:
        body = {"principal": principal, "role": role, "resource": resource}
        return self.ask("POST", "/admin/grants", key, json=body)


@pytest.fixture
def bench() -> Any:
    made = Bench()
    yield made
    made.application.close()


def test_new_key_is_shown_once_and_works(bench: Bench) -> None:
    made = bench.ask("POST", "/admin/keys", json={"name": "orders", "owner": "team-a"})
    assert made.status_code == 201
    assert made.headers["Cache-Control"] == "no-store"
    key = parsed(made.json["key"])
    assert key is not None
    assert key.id == made.json["id"]
    listed = bench.ask("GET", "/admin/keys")
    assert key.secret not in listed.text
    assert key.id in [each["id"] for each in listed.json]
    assert bench.grant(f"key:{key.id}", "reader", {"type": "cluster"}).status_code == 201
    assert bench.ask("GET", "/subjects", key).status_code == 200


def test_revoked_key_is_refused_at_once(bench: Bench) -> None:
    key = kept(bench.tables)
    assert bench.ask("GET", "/subjects", key).status_code == 200
    assert bench.ask("DELETE", f"/admin/keys/{key.id}").status_code == 204
    assert bench.ask("DELETE", f"/admin/keys/{key.id}").status_code == 404


def test_rotated_key_and_its_successor_both_work(bench: Bench) -> None:
    old = kept(bench.tables, Grant(Role.READER, CLUSTER))
    made = bench.ask("POST", f"/admin/keys/{old.id}/rotate", json={})
    new = parsed(made.json["key"])
    assert new is not None
    for key in (old, new):
        assert bench.ask("GET", "/subjects", key).status_code == 200
    ended = bench.ask("POST", f"/admin/keys/{new.id}/rotate", json={"old_expires_at": "2020-01-01T00:00:00Z"})
    assert ended.status_code == 201


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/admin/keys"),
        ("POST", "/admin/keys"),
        ("DELETE", "/admin/keys/x"),
        ("POST", "/admin/keys/x/rotate"),
        ("GET", "/admin/audit"),
        ("GET", "/admin/explain?principal=p&operation=listKeys"),
    ],
)
def test_only_managers_of_the_cluster_administrate(bench: Bench, method: str, path: str) -> None:
    others = kept(bench.tables, Grant(Role.MANAGER, Prefix("orders-")), Grant(Role.WRITER, CLUSTER))
    body = {"name": "x"} if path == "/admin/keys" else {}
    assert bench.ask(method, path, others, json=body).status_code == 403
    assert bench.client.open(path, method=method, json=body).status_code == 401


@pytest.mark.parametrize(
    ("resource", "status"),
    [
        ({"type": "subject", "prefix": "orders-"}, 201),
        ({"type": "subject", "prefix": "orders-eu-"}, 201),
        ({"type": "subject", "name": "orders-1"}, 201),
        ({"type": "subject", "prefix": "orders"}, 403),
        ({"type": "subject", "prefix": ""}, 403),
        ({"type": "subject", "name": "orders"}, 403),
        ({"type": "subject", "name": "orders-1", "context": ".other"}, 403),
        ({"type": "subject", "prefix": "invoices"}, 403),
        ({"type": "subject", "prefix": "invoices-"}, 403),
        ({"type": "cluster"}, 403),
    ],
)
def test_manager_of_a_prefix_grants_inside_it(bench: Bench, resource: dict[str, str], status: int) -> None:
    boss = kept(
        bench.tables,
        Grant(Role.MANAGER, Prefix("orders-")),
        Grant(Role.MANAGER, SubjectName(".", "invoices")),
        Grant(Role.WRITER, CLUSTER),
    )
    assert bench.grant("proxy:bob", "writer", resource, boss).status_code == status


def test_manager_of_a_prefix_sees_and_removes_its_grants_alone(bench: Bench) -> None:
    boss = kept(bench.tables, Grant(Role.MANAGER, Prefix("orders-")))
    inside = bench.grant("proxy:bob", "reader", ORDERS).json["id"]
    outside = bench.grant("proxy:bob", "reader", {"type": "cluster"}).json["id"]
    listed = bench.ask("GET", "/admin/grants?principal=proxy:bob", boss).json
    assert [each["id"] for each in listed] == [inside]
    hidden = bench.ask("DELETE", f"/admin/grants/{outside}", boss)
    missing = bench.ask("DELETE", "/admin/grants/999", boss)
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert hidden.json["message"].replace(str(outside), "") == missing.json["message"].replace("999", "")
    assert bench.ask("DELETE", f"/admin/grants/{inside}", boss).status_code == 204


@pytest.mark.parametrize(
    "principal",
    ["", "bob", "key:", "key:unknown", "oidc:https://a", "oidc:#admin", "oidc:https://a#", "proxy:", "proxy:\n"],
)
def test_grant_needs_a_principal(bench: Bench, principal: str) -> None:
    assert bench.grant(principal, "reader", ORDERS).status_code in (400, 404)


@pytest.mark.parametrize(
    "resource",
    [
        {},
        {"type": "topic"},
        {"type": "subject"},
        {"type": "cluster", "name": "x"},
        {"type": "subject", "name": "x", "prefix": "x"},
        {"type": "subject", "name": "x\u0000"},
    ],
)
def test_grant_needs_a_resource(bench: Bench, resource: dict[str, str]) -> None:
    answer = bench.grant("proxy:bob", "reader", resource)
    assert answer.status_code == 400
    assert answer.json["message"]


def test_each_operation_is_refused_without_its_role(bench: Bench) -> None:
    (facade,) = [each for each in bench.application.facades if each.name == "admin"]
    others = kept(bench.tables, Grant(Role.WRITER, CLUSTER))
    for each in facade.operations:
        path = each.path.format(key_id="x", grant_id="7")
        body = each.example or {}
        assert bench.client.open(path, method=each.method, json=body).status_code == 401, each.name
        assert bench.ask(each.method, path, others, json=body).status_code in (403, 404) or each.name == "listGrants"


def test_explanation_names_the_grant_or_the_missing_role(bench: Bench) -> None:
    key = kept(bench.tables, Grant(Role.WRITER, Prefix("orders-")))
    path = f"/admin/explain?principal=key:{key.id}&operation={operation(bench, 'post', '/subjects/{subject}/versions')}"
    allowed = bench.ask("GET", f"{path}&subject=orders-1").json
    assert allowed["allowed"] is True
    assert "orders-" in allowed["because"][0]
    refused = bench.ask("GET", f"{path}&subject=invoices").json
    assert refused["allowed"] is False
    assert "writer" in refused["because"][0]
    bench.ask("DELETE", f"/admin/keys/{key.id}")
    assert bench.ask("GET", f"{path}&subject=orders-1").json["because"] == ["The key is expired or revoked."]
    assert bench.ask("GET", "/admin/explain?principal=proxy:x&operation=nonsense").status_code == 400


def test_explanation_knows_the_grants_in_the_settings() -> None:
    issuer = Issuer(
        issuer="https://login.example.com",
        audiences=("sluicegate",),
        grants={"orders team": (GrantSettings(role=Role.WRITER, prefix="orders-"),)},
    )
    bench = Bench(Auth(mode="keys", oidc=(issuer,)))
    name = operation(bench, "post", "/subjects/{subject}/versions")
    query = {"principal": "oidc:https://login.example.com#orders team", "operation": name}
    allowed = bench.ask("GET", "/admin/explain", query_string={**query, "subject": "orders-1"}).json
    assert (allowed["allowed"], allowed["because"][0].startswith("settings: writer on")) == (True, True)
    refused = bench.ask("GET", "/admin/explain", query_string={**query, "subject": "invoices"}).json
    assert refused["allowed"] is False
    assert "settings: writer on" in refused["because"][1]
    bench.application.close()


def operation(bench: Bench, method: str, path: str) -> str:
    """The name of an operation."""
    return str(bench.client.get("/openapi.json").json["paths"][path][method]["operationId"])


def test_audit_is_read_in_pages(bench: Bench) -> None:
    for number in range(5):
        bench.ask("POST", "/admin/keys", json={"name": f"key-{number}"})
    query = f"/admin/audit?limit=2&principal=key:{bench.manager.id}"
    entries, page = [], bench.ask("GET", query).json
    while page["next"] is not None:
        entries += page["entries"]
        page = bench.ask("GET", f"{query}&cursor={page['next']}").json
    entries += page["entries"]
    assert [each["change"] for each in entries] == ["key_created"] * 5
    assert {each["operation"] for each in entries} == {"createKey"}
    assert bench.ask("GET", "/admin/audit?cursor=nonsense").status_code == 400
