"""Refusals of the operations that no other registry has are problem details (RFC 9457)."""

from typing import Any

import pytest

from sluicegate.registry_api.facades.problem import PROBLEM_JSON, ProblemBody
from tests.fakes.api_client import Answer
from tests.fakes.registry_service import Service
from tests.fakes.teams import Teams

OWN = [
    ("GET", "/admin/explain", None, 400),
    ("GET", "/admin/nothing", None, 404),
    ("POST", "/admin/keys", {"nothing": 1}, 400),
    ("PUT", "/admin/keys", {}, 405),
    ("POST", "/schemas/bundle", {"schema_type": "json"}, 400),
    ("GET", "/schemas/7/versions/1/diff/2", None, 404),
    ("GET", "/schemas/x/versions/1/diff/2", None, 422),
]
FOREIGN = [
    ("GET", "/schemas/7", {"message"}),
    ("GET", "/schemas/7/versions/1", {"message"}),
    ("GET", "/subjects/none/versions", {"error_code", "message"}),
    ("GET", "/subjects/none/versions/1/diff/2", {"error_code", "message"}),
    ("GET", "/artifacts/none", {"error_code", "message"}),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), OWN)
def test_refusal_of_our_own_operation_is_a_problem(method: str, path: str, body: Any, status: int) -> None:
    answer = Teams().ask("root", method, path, body)
    assert (answer.status_code, answer.content_type) == (status, PROBLEM_JSON), answer.text
    problem = ProblemBody.model_validate(answer.json)
    assert (problem.type, problem.status, problem.title) == (
        "about:blank",
        status,
        answer.status.partition(" ")[2].title(),
    )
    assert problem.detail == problem.message
    assert problem.detail


@pytest.mark.parametrize("path", ["/admin/keys", "/schemas/1/versions/1/diff/2"])
@pytest.mark.parametrize("key", [None, "wrong"])
def test_refused_callers_get_problems_there_too(path: str, key: str | None) -> None:
    answer = Teams().ask(key, "GET", path)
    assert (answer.status_code, answer.content_type) == (401, PROBLEM_JSON)


@pytest.mark.parametrize(("method", "path", "members"), FOREIGN)
def test_refusals_of_other_registries_apis_keep_their_shape(method: str, path: str, members: set[str]) -> None:
    answer: Answer = Service().client.open(path, method=method)
    assert answer.status_code == 404
    assert "problem" not in answer.content_type
    assert members <= answer.json.keys() <= members | {"errors"}


def test_document_shows_problems_where_they_are(service: Service) -> None:
    document = service.client.get("/openapi.json").json
    shown = {
        operation["operationId"]
        for item in document["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict)
        for reply in operation.get("responses", {}).values()
        if PROBLEM_JSON in reply.get("content", {})
    }
    admin = {
        operation["operationId"]
        for path, item in document["paths"].items() if path.startswith("/admin")
        for operation in item.values()
    }  # fmt: skip
    assert shown == admin | {"registerBundle", "getDifferences"}
