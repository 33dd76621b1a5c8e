"""Headers of each answer: those for browsers, and the warning about credentials that protect nothing."""

import base64

import pytest

from sluicegate.registry_api.callers.open_registry import NOTICE
from sluicegate.registry_api.security_headers import SECURITY_HEADERS
from tests.fakes.registry_service import Service
from tests.fakes.teams import Teams

PATHS = ("/health", "/openapi.json", "/schemas", "/subjects", "/nothing", "/schemas/1/versions/1", "/artifacts/x")


@pytest.mark.parametrize("path", PATHS)
def test_each_answer_has_the_headers_for_browsers(path: str) -> None:
    service = Service()
    service.register()
    for _ in range(2):  # the second one from the hot cache
        answer = service.client.get(path)
        assert {name: answer.headers[name] for name in SECURITY_HEADERS} == dict(SECURITY_HEADERS)


def test_unchanged_answer_has_them_too() -> None:
    service = Service()
    service.register()
    etag = service.client.get("/schemas/1/versions/1").headers["ETag"]
    answer = service.client.get("/schemas/1/versions/1", headers={"If-None-Match": etag})
    assert answer.status_code == 304
    assert SECURITY_HEADERS.keys() <= {name for name, _ in answer.headers}


@pytest.mark.parametrize(
    "sent",
    [
        {"X-API-Key": "any"},
        {"Authorization": "Bearer any"},
        {"Authorization": f"Basic {base64.b64encode(b'token:any').decode()}"},
    ],
)
@pytest.mark.parametrize("path", PATHS)
def test_open_registry_warns_each_caller_that_sends_credentials(path: str, sent: dict[str, str]) -> None:
    service = Service()
    service.register()
    for _ in range(3):
        assert service.client.get(path, headers=sent).headers.getlist("Warning") == [NOTICE[1]]
        assert "Warning" not in service.client.get(path).headers


def test_registry_with_access_control_does_not_warn() -> None:
    teams = Teams()
    assert "Warning" not in teams.get("root", "/schemas").headers


@pytest.mark.slow
@pytest.mark.parametrize("opening", ["[", '{"a":', '{"schema":['])
@pytest.mark.parametrize("path", ["/schemas", "/subjects/s/versions", "/artifacts", "/config", "/admin/grants"])
def test_deep_body_is_a_mistake_of_the_caller(path: str, opening: str) -> None:
    service = Service()
    method = "PUT" if path == "/config" else "POST"
    answer = service.client.open(path, method=method, data=opening * 100_000, content_type="application/json")
    assert 400 <= answer.status_code < 500, answer.get_data(as_text=True)[:200]
