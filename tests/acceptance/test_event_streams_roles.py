"""The roles of IBM's "Schema Registry REST API" page, with real keys: each of its operations, for each pair of roles.

The page demands a role on the cluster and one on the schema. A reader of the cluster in IBM's sense is here each caller with a
key; a role that is granted on the cluster here holds on every schema (decision 0190).
"""

from dataclasses import dataclass
from itertools import count, product
from pathlib import Path
from typing import Final

import pytest

from tests.fixtures.secured_registry import CLUSTER, SecuredRegistry, prefix, secured, subject

TEXT: Final = '{"type":"record","name":"Citizen","fields":[{"name":"firstName","type":"string"}]}'
RULE: Final = '{"type":"COMPATIBILITY","config":"FORWARD"}'
ID: Final = "X-Registry-ArtifactId"
ROLES: Final = ("", "reader", "writer", "manager")
NONE, READER, WRITER, MANAGER = range(4)


@dataclass(frozen=True)
class Row:
    """An operation of the page, and the roles that the page demands."""

    name: str
    method: str
    path: str
    cluster: int
    schema: int
    body: str | None = None
    done: int = 200


PAGE: Final = (
    Row("create a schema", "POST", "/artifacts", READER, MANAGER, TEXT),
    Row("list schemas", "GET", "/artifacts", READER, NONE),
    Row("delete a schema", "DELETE", "/artifacts/{id}", READER, MANAGER, done=204),
    Row("create a version", "POST", "/artifacts/{id}/versions", READER, WRITER, TEXT),
    Row("get the latest version", "GET", "/artifacts/{id}", READER, READER),
    Row("get a version", "GET", "/artifacts/{id}/versions/2", READER, READER),
    Row("list versions", "GET", "/artifacts/{id}/versions", READER, READER),
    Row("delete a version", "DELETE", "/artifacts/{id}/versions/2", READER, MANAGER, done=204),
    Row("update a global rule", "PUT", "/rules/COMPATIBILITY", MANAGER, NONE, RULE),
    Row("get a global rule", "GET", "/rules/COMPATIBILITY", READER, NONE),
    Row("create a rule", "POST", "/artifacts/{id}/rules", READER, MANAGER, RULE, done=204),
    Row("get a rule", "GET", "/artifacts/{id}/rules/COMPATIBILITY", READER, READER),
    Row("update a rule", "PUT", "/artifacts/{id}/rules/COMPATIBILITY", READER, MANAGER, RULE),
    Row("delete a rule", "DELETE", "/artifacts/{id}/rules/COMPATIBILITY", READER, MANAGER, done=204),
)
_numbers = count(1)


def test_each_operation_of_the_page_needs_the_role_of_the_page(database_url: str, tmp_path: Path) -> None:
    with secured(database_url, tmp_path, SLUICEGATE_REGISTRY_PROFILE="event-streams") as registry:
        for cluster, schema in product(range(4), range(4)):
            grants = [(ROLES[cluster], CLUSTER), (ROLES[schema], prefix("s-"))]
            key = registry.key(*(grant for grant in grants if grant[0]))
            for row in PAGE:
                assert_as_on_the_page(registry, key, row, cluster, max(cluster, schema))


def assert_as_on_the_page(registry: SecuredRegistry, key: str, row: Row, cluster: int, schema: int) -> None:
    """Ask about a new artifact. `schema` is the role that holds on it."""
    artifact = made(registry, rule="rule" in row.name and row.name != "create a rule")
    named = f"{artifact}-new" if row.method == "POST" and row.path == "/artifacts" else artifact
    answer = registry.ask(key, row.method, row.path.format(id=artifact), row.body, **{ID: named})
    told = f"{row.name} as {ROLES[cluster]} of the cluster, {ROLES[schema]} of the schema: {answer.text}"
    needs_cluster = row.cluster if row.cluster > READER else NONE
    if cluster >= needs_cluster and schema >= row.schema:
        assert answer.status_code == row.done, told
    elif schema >= READER or needs_cluster:
        assert (answer.status_code, answer.json()["error_code"]) == (403, 403), told
        assert "needs the role" in answer.json()["message"], told
    else:
        assert answer.status_code in {403, 404}, told
        assert answer.json()["error_code"] == answer.status_code, told
        assert ROLES[row.schema] not in answer.json()["message"].replace(artifact, ""), told
    if row.name == "list schemas":
        assert (artifact in answer.json()) is (schema >= READER), told
    there = registry.ask(registry.root, "GET", f"/artifacts/{artifact}/versions")
    if answer.status_code >= 400:  # nothing was changed
        assert (there.status_code, there.text) == (200, "[1,2]"), told


def made(registry: SecuredRegistry, *, rule: bool) -> str:
    """A new artifact with two versions, and perhaps a rule."""
    artifact = f"s-{next(_numbers)}"
    steps = [("/artifacts", TEXT, 200), (f"/artifacts/{artifact}/versions", TEXT, 200)]
    steps += [(f"/artifacts/{artifact}/rules", RULE, 204)] if rule else []
    for path, body, status in steps:
        answer = registry.ask(registry.root, "POST", path, body, **{ID: artifact})
        assert answer.status_code == status, answer.text
    return artifact


@pytest.mark.parametrize(("setting", "statuses"), [("manager", [403, 403, 200, 403]), ("writer", [403, 200, 200, 403])])
def test_the_role_that_creates_is_that_of_the_page_or_ibms_present_one(
    database_url: str, tmp_path: Path, setting: str, statuses: list[int]
) -> None:
    with secured(database_url, tmp_path, SLUICEGATE_REGISTRY_AUTH__CREATE_ROLE=setting) as registry:
        callers = {role: registry.key((role, subject(f"orders-{role}"))) for role in ROLES[1:]}
        answers = [
            registry.ask(key, "POST", "/artifacts", TEXT, **{ID: f"orders-{role}"}) for role, key in callers.items()
        ]
        answers.append(registry.ask(callers["manager"], "POST", "/artifacts", TEXT, **{ID: "invoices"}))
        assert [each.status_code for each in answers] == statuses, [each.text for each in answers]
        unnamed = registry.ask(callers["manager"], "POST", "/artifacts", TEXT)
        assert unnamed.status_code == 403, "a generated name is no name of the grant"


def test_unknown_callers_are_asked_for_credentials(database_url: str, tmp_path: Path) -> None:
    with secured(database_url, tmp_path) as registry:
        other = registry.root[:-1] + ("0" if registry.root[-1] != "0" else "1")
        for row, key in product(PAGE, (other, "", "token")):
            answer = registry.ask(key, row.method, row.path.format(id="s-1"), row.body)
            assert (answer.status_code, answer.json()["error_code"]) == (401, 401), row
            assert answer.headers["WWW-Authenticate"].startswith("Basic"), row
