"""Every route of every facade for every kind of caller, against the table of operations."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, product
from typing import Any, Final

import pytest

from sluicegate.registry_api.core.access.roles import Role
from sluicegate.registry_api.facades.operation import Need, Operation, Scope
from sluicegate.shared.formats import catalog
from tests.fakes.api_client import Answer
from tests.fakes.teams import Teams

OPEN: Final = {
    "getRoot",
    "postRoot",
    "health",
    "ready",
    "openapi",
    "openapiYaml",
    "metrics",
    "getWelcome",
    "getDocs",
    "getDocsFile",
}
"""Operations that need no credentials."""

HELD: Final[dict[str, Role | None]] = {
    "nothing": None,
    "b": None,
    "ar": Role.READER,
    "everywhere": Role.READER,
    "aw": Role.WRITER,
    "a": Role.MANAGER,
    "root": Role.MANAGER,
}
"""Caller -> its role on the subjects of team `a`."""

ORDER: Final = '{"type":"record","name":"Order","fields":[{"name":"id","type":"long"}]}'
ABSENT_ID: Final = 987654


@dataclass(frozen=True)
class Thing:
    """A subject, and everything that leads to it."""

    name: str
    schema_id: int
    global_id: int
    guid: str


ABSENT: Final = Thing("a-absent", ABSENT_ID, ABSENT_ID, "00000000-0000-0000-0000-000000000000")
_numbers = count(1)


@pytest.fixture(scope="module")
def teams() -> Teams:
    return Teams(engine=catalog.engine, confluent_restart=True)


def routes() -> Iterator[Any]:
    """All routes but those of administration, whose keys and grants `test_administration` has."""
    for facade in (each for each in Teams().service.application.facades if each.name != "admin"):
        for base, operation in product(facade.mounts, facade.operations):
            yield pytest.param(base, operation, id=f"{base}:{operation.name}")


def made(teams: Teams) -> Thing:
    """A new subject of team `a`, with a content of its own and settings of its own."""
    name = f"a{next(_numbers)}"
    text = ORDER.replace('"id"', f'"{name}"')
    metadata = {"metadata": {"properties": {"k": "v"}}}
    for more in ({}, metadata):
        assert teams.put("root", name, text, **more).status_code == 200
    assert teams.ask("root", "PUT", f"/config/{name}", {"compatibility": "NONE"}).status_code == 200
    assert teams.ask("root", "PUT", f"/mode/{name}", {"mode": "READWRITE"}).status_code == 200
    version = teams.get("root", f"/subjects/{name}/versions/1").json
    found = teams.get("root", "/schemas/search?name=" + name).json
    (schema_id,) = [each["schema_id"] for each in found if each["name"] == name]
    return Thing(name, int(schema_id), version["id"], version["guid"])


def ask(teams: Teams, key: str | None, base: str, operation: Operation, thing: Thing) -> Answer:
    path = operation.path
    values = {
        "schema_id": thing.schema_id,
        "version": 1,
        "other": 2,
        "id": thing.global_id,
        "guid": thing.guid,
        "subject": thing.name,
        "artifact": thing.name,
        "context": ".unused",
        "rule": "COMPATIBILITY",
        "namespace": "n",
        "resource": thing.name,
        "file": "page.css",
    }
    path = base + path.format_map(values) + ("?key=k&value=v" if path.endswith("/metadata") else "")
    if operation.body is None:
        return teams.ask(key, operation.method, path)
    text = ORDER if isinstance(operation.example, str) else json.dumps(operation.example)
    for own, other in (
        ('"32"', f'"{thing.schema_id}"'),
        ("address.json", f"{thing.name}-1.json"),
        ("customer.json", f"{thing.name}-2.json"),
        ('\\"id\\"', f'\\"{thing.name}\\"'),
        ("Order.id", f"Order.{thing.name}"),
        ('"id"', f'"{thing.name}"'),
    ):
        text = text.replace(own, other)
    if operation.name == "registerSchema":
        text = json.dumps({**json.loads(text), "name": f"{thing.name}-new"})
    header = {"X-Registry-ArtifactId": f"{thing.name}-new"} if operation.name == "createArtifact" else {}
    return teams.raw(key, operation.method, path, text.encode(), **header)


def is_allowed(need: Need, key: str) -> bool:
    role = HELD[key]
    if need.scope in (Scope.CALLER, Scope.LISTED):
        return True
    if need.scope is Scope.CLUSTER:
        return key == "root"
    return role is not None and role.implies(Role.MANAGER if need.scope is Scope.NAME else need.role)


@pytest.mark.slow
@pytest.mark.parametrize(("base", "operation"), list(routes()))
def test_each_route_answers_each_caller_as_the_table_says(teams: Teams, base: str, operation: Operation) -> None:
    need = operation.need
    if need is None:
        assert operation.name in OPEN
        assert ask(teams, None, base, operation, ABSENT).status_code < 300
        return
    assert {401, 403} <= operation.replies.keys()
    for key in (None, "wrong"):
        refused = ask(teams, key, base, operation, ABSENT)
        assert (refused.status_code, "WWW-Authenticate" in refused.headers) == (401, True)
    thing = made(teams)
    for key in HELD:
        if operation.method != "GET":
            thing = made(teams)
        answer = ask(teams, key, base, operation, thing)
        told = f"{key}: {answer.status_code} {answer.get_data(as_text=True)[:200]}"
        if is_allowed(need, key):
            assert answer.status_code not in {401, 403, 404}, told
            assert answer.status_code < 500, told
        elif need.scope is Scope.CLUSTER or HELD[key] is not None:
            assert answer.status_code == 403, told
            assert "needs the role" in answer.get_data(as_text=True), told
        else:
            assert answer.status_code in {403, 404} or need.role is Role.READER, told
            assert "needs the role" not in answer.get_data(as_text=True), told
            assert_absent(answer, ask(teams, key, base, operation, ABSENT), thing)
        if need.scope is Scope.LISTED and operation.name != "listContexts":
            shown = '"a' if HELD[key] else f'"{thing.name}"'  # it may be on another page
            assert (shown in answer.get_data(as_text=True)) is (HELD[key] is not None), told
        if need.scope is Scope.CLUSTER:
            reset(teams)


def assert_absent(there: Answer, absent: Answer, thing: Thing) -> None:
    """The answer about a subject is the one about a subject that does not exist."""
    text = there.get_data(as_text=True)
    for own, other in (
        (thing.name, ABSENT.name),
        (thing.guid, ABSENT.guid),
        (f"id={thing.schema_id}", f"id={ABSENT_ID}"),
        (f" {thing.global_id} ", f" {ABSENT_ID} "),
        (f"'{thing.global_id}'", f"'{ABSENT_ID}'"),
    ):
        text = text.replace(own, other)
    assert (there.status_code, text) == (absent.status_code, absent.get_data(as_text=True))
    assert {name for name, _ in there.headers} == {name for name, _ in absent.headers}


def reset(teams: Teams) -> None:
    """Remove the settings of all subjects."""
    for path in ("/mode", "/config"):
        assert teams.ask("root", "DELETE", path).status_code == 200


def test_each_operation_has_one_name_and_a_need() -> None:
    facades = Teams().service.application.facades
    needless = {each.name for facade in facades for each in facade.operations if each.need is None}
    assert needless == OPEN


@pytest.mark.parametrize(
    "path",
    [
        "/subjects/%61-absent",
        "/subjects/%2561-absent",
        "/subjects/b1;x",
        "/subjects/b1.",
        "//subjects/b1",
        "/subjects/./b1",
    ],
)
def test_other_spellings_of_a_path_reach_no_other_subject(teams: Teams, path: str) -> None:
    teams.put("root", "b1", ORDER)
    assert teams.get("a", f"{path}/versions").status_code in {400, 404}
