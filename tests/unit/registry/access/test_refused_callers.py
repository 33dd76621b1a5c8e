"""Every route of every facade for callers whose keys do not count, and administration for callers of every role."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest

from sluicegate.registry_api.access_settings import AuditSettings, Auth
from sluicegate.registry_api.app import StorePorts, compose
from sluicegate.registry_api.auditing import DENIED
from sluicegate.registry_api.core.access.grants import Grant
from sluicegate.registry_api.core.access.resources import CLUSTER, Prefix
from sluicegate.registry_api.core.access.roles import Role
from sluicegate.registry_api.core.examination import EngineExaminer
from sluicegate.registry_api.core.ports import ACCESS_CHANGED
from sluicegate.registry_api.facades.operation import Operation, Scope
from sluicegate.registry_api.store.memory_access import MemoryAccess
from sluicegate.shared.key_text import KeyText, new_key
from tests.fakes.api_client import Answer, ApiClient
from tests.fakes.keys import TESTER, headers, kept
from tests.fakes.registry_service import line_engine, settings
from tests.fakes.registry_store import FakeStore
from tests.fakes.teams import Teams

VALUES: Final = {
    "schema_id": 1,
    "version": 1,
    "other": 2,
    "id": 1,
    "guid": "00000000-0000-0000-0000-000000000000",
    "subject": "a1",
    "artifact": "a1",
    "context": ".unused",
    "rule": "COMPATIBILITY",
    "namespace": "n",
    "resource": "a1",
    "file": "page.css",
}


class Bench:
    """A registry with keys that count, and keys that no longer do."""

    def __init__(self, audit: AuditSettings | None = None) -> None:
        store = FakeStore()
        self.tables = MemoryAccess(announce=lambda: store.tell(ACCESS_CHANGED))
        ports = StorePorts(store, store, store, store.close, access=self.tables)
        chosen = settings(
            auth=Auth(mode="keys", wrong_per_minute=1_000_000), audit=audit or AuditSettings(), confluent_restart=True
        )
        self.application = compose(chosen, ports, EngineExaminer(line_engine))
        self.client = ApiClient(self.application)
        manager = Grant(Role.MANAGER, CLUSTER)
        self.keys = {
            "root": kept(self.tables, manager),
            "everywhere": kept(self.tables, Grant(Role.READER, CLUSTER)),
            "ar": kept(self.tables, Grant(Role.READER, Prefix("a"))),
            "aw": kept(self.tables, Grant(Role.WRITER, Prefix("a"))),
            "a": kept(self.tables, Grant(Role.MANAGER, Prefix("a"))),
            "b": kept(self.tables, Grant(Role.MANAGER, Prefix("b"))),
            "nothing": kept(self.tables),
        }
        revoked, known = kept(self.tables, manager), kept(self.tables, manager)
        other = new_key()
        self.refused: dict[str, Mapping[str, str]] = {
            "no credential": {},
            "unknown": headers(other),
            "wrong checksum": {"X-API-Key": str(known)[:-1] + ("0" if str(known)[-1] != "0" else "1")},
            "id of a manager, another secret": headers(KeyText(known.id, other.secret)),
            "expired": headers(kept(self.tables, manager, expires_at=datetime.now(UTC) - timedelta(hours=1))),
            "revoked": headers(revoked),
            "malformed": {"Authorization": "Basic %%%"},
        }
        assert self.ask("GET", "/subjects", headers(revoked)).status_code == 200  # it was in force, and remembered
        assert self.ask("DELETE", f"/admin/keys/{revoked.id}", headers(self.keys["root"])).status_code == 204

    def ask(self, method: str, path: str, sent: Mapping[str, str], body: Any = None) -> Answer:
        return self.client.open(path, method=method, headers=sent, json=body)


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.application.close()


def operations(*names: str) -> Iterator[Any]:
    """The operations that need a caller, of all facades or of some."""
    for facade in Teams(confluent_restart=True).service.application.facades:
        if names and facade.name not in names:
            continue
        for base, operation in product(facade.mounts, facade.operations):
            if operation.need is not None:
                yield pytest.param(base, operation, id=f"{base}:{operation.name}")


def path_of(base: str, operation: Operation, **more: object) -> str:
    return base + operation.path.format_map({**VALUES, "key_id": "k", "grant_id": 1, **more})


@pytest.mark.parametrize(("base", "operation"), list(operations()))
def test_key_that_does_not_count_opens_no_route(bench: Bench, base: str, operation: Operation) -> None:
    path, body = path_of(base, operation), None if operation.body is None else operation.example
    for name, sent in bench.refused.items():
        answer = bench.ask(operation.method, path, sent, body)
        assert (name, answer.status_code, "WWW-Authenticate" in answer.headers) == (name, 401, True)


def test_answer_does_not_tell_why_a_key_does_not_count(bench: Bench) -> None:
    told = {
        name: bench.ask("GET", "/subjects", sent).get_data(as_text=True)
        for name, sent in bench.refused.items()
        if name not in {"no credential", "malformed"}
    }
    assert len(set(told.values())) == 1, told


@pytest.mark.parametrize(("base", "operation"), list(operations("admin")))
def test_administration_answers_each_caller_as_the_table_says(bench: Bench, base: str, operation: Operation) -> None:
    need = operation.need
    assert need is not None
    for name, key in bench.keys.items():
        owner = kept(bench.tables)
        grant = bench.tables.add_grant(f"key:{owner.id}", Grant(Role.READER, Prefix("a")), TESTER)
        path = path_of(base, operation, key_id=owner.id, grant_id=grant.id)
        if operation.name == "explainAccess":
            path += f"?principal=key:{owner.id}&operation=listSubjects&subject=a1"
        body = operation.example
        if operation.name == "addGrant":
            resource = {"type": "subject", "prefix": "a1"}
            body = {"principal": f"key:{owner.id}", "role": "writer", "resource": resource}
        answer = bench.ask(operation.method, path, headers(key), None if operation.body is None else body)
        told = f"{name}: {answer.status_code} {answer.get_data(as_text=True)[:200]}"
        if name == "root" or (need.scope is Scope.GRANTED and (name == "a" or operation.name == "listGrants")):
            assert answer.status_code < 300, told
        else:
            assert answer.status_code in ({403} if need.scope is Scope.CLUSTER else {403, 404}), told
        if operation.name == "listGrants" and name not in {"root", "a"}:
            assert owner.id not in answer.get_data(as_text=True), told


HIDDEN: Final = (
    ("GET", "/subjects/b1/versions/1"),
    ("GET", "/subjects/b1/versions"),
    ("GET", "/schemas/<id>/versions/1"),
    ("DELETE", "/schemas/<id>/versions/1"),
    ("DELETE", "/subjects/b1"),
    ("GET", "/artifacts/b1"),
    ("GET", "/artifacts/b1/versions"),
)


def test_refusal_that_looks_like_not_found_is_in_the_audit(tmp_path: Path) -> None:
    file, denied_names = tmp_path / "audit", []
    bench = Bench(AuditSettings(lines=file))
    made = bench.ask("POST", "/subjects/b1/versions", headers(bench.keys["b"]), {"schema": "x:int"})
    assert made.status_code == 200
    listed = bench.ask("GET", "/schemas/search?name=b1", headers(bench.keys["b"])).json
    number = listed[0]["schema_id"]
    for method, path in HIDDEN:
        path = path.replace("<id>", str(number))
        for name, denied in (("ar", True), ("b", False)) if method == "GET" else (("ar", True),):
            answer = bench.ask(method, path, headers(bench.keys[name]))
            assert (path, name, answer.status_code == 404) == (path, name, denied)
            denied_names += [name] if denied else []
    for _ in range(2):
        assert bench.ask("GET", "/subjects/a-absent/versions", headers(bench.keys["ar"])).status_code == 404
    rows = [json.loads(line)["audit"] for line in file.read_text().splitlines()]
    refused = [row["principal"] for row in rows if row["outcome"] == DENIED]
    assert refused == [f"key:{bench.keys['ar'].id}"] * len(denied_names)
    bench.application.close()
