"""Headers of each answer: those for browsers, and the warning about credentials that protect nothing."""

import base64
from pathlib import Path

import pytest

from sluicegate.registry_api.access_settings import Auth
from sluicegate.registry_api.callers.encryption import ONLY_TLS
from sluicegate.registry_api.callers.open_registry import NOTICE
from sluicegate.registry_api.security_headers import SECURITY_HEADERS
from sluicegate.registry_api.server_settings import Tls
from sluicegate.shared.formats.catalog import engine
from tests.fakes.registry_service import Service, settings
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


def kept(service: Service, path: str, peer: str = "127.0.0.1", **headers: str) -> list[str]:
    """The values of the header that keeps browsers on TLS."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = service.client.get(path, headers=sent, environ_overrides={"REMOTE_ADDR": peer})
    return answer.headers.getlist(ONLY_TLS[0])


@pytest.mark.parametrize("path", PATHS)
def test_registry_that_ends_tls_keeps_browsers_on_it(path: str) -> None:
    tls = Tls.model_construct(cert=Path("cert.pem"), key=Path("key.pem"), client_ca=None)
    service = Service(settings=settings(tls=tls))
    service.register()
    for _ in range(2):  # the second one from the hot cache
        assert kept(service, path) == [ONLY_TLS[1]]


@pytest.mark.parametrize("path", PATHS)
def test_only_a_trusted_proxy_says_that_a_request_came_over_tls(path: str) -> None:
    service = Service(settings=settings(auth=Auth.model_validate({"trusted_proxies": ["10.0.0.0/8"]})))
    service.register()
    for _ in range(2):
        assert kept(service, path, "10.1.2.3", X_Forwarded_Proto="https") == [ONLY_TLS[1]]
        assert kept(service, path, "10.1.2.3", X_Forwarded_Proto="http, HTTPS ") == [ONLY_TLS[1]]
        assert kept(service, path, "10.1.2.3", X_Forwarded_Proto="https, http") == []
        assert kept(service, path, "10.1.2.3") == []
        assert kept(service, path, "192.0.2.1", X_Forwarded_Proto="https") == []


def bearing(levels: int) -> bytes:
    """A body of so many levels, with a member that every API's models leave alone or name."""
    return b'{"x":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


@pytest.mark.parametrize("path", ["/schemas", "/subjects/s/versions", "/config", "/admin/grants", "/artifacts/s/rules"])
def test_body_may_have_as_many_levels_as_the_setting_says(path: str) -> None:
    method = "PUT" if path == "/config" else "POST"
    for limit, levels, told in ((64, 64, False), (64, 65, True), (20, 21, True), (20, 20, False)):
        service = Service(settings=settings(body_depth=limit))
        answer = service.client.open(path, method=method, data=bearing(levels), content_type="application/json")
        assert 400 <= answer.status_code < 500
        sentence = f"nests more than {limit} levels of objects and lists"
        assert (sentence in answer.get_data(as_text=True)) is told, answer.get_data(as_text=True)


def test_schema_in_a_text_and_a_schema_as_the_body_have_the_limits_of_their_format() -> None:
    service = Service(settings=settings(body_depth=16), engine=engine)
    deep = '{"items":' * 40 + "{}" + "}" * 40
    body = {"schemaType": "JSON", "schema": deep}
    assert service.client.post("/subjects/s/versions", json=body).status_code == 200
    created = service.client.post("/artifacts", data=deep, headers={"X-Registry-ArtifactType": "JSON"})
    assert created.status_code == 200, created.get_data(as_text=True)


@pytest.mark.slow
@pytest.mark.parametrize("opening", ["[", '{"a":', '{"schema":['])
@pytest.mark.parametrize("path", ["/schemas", "/subjects/s/versions", "/artifacts", "/config", "/admin/grants"])
def test_deep_body_is_a_mistake_of_the_caller(path: str, opening: str) -> None:
    service = Service()
    method = "PUT" if path == "/config" else "POST"
    answer = service.client.open(path, method=method, data=opening * 100_000, content_type="application/json")
    assert 400 <= answer.status_code < 500, answer.get_data(as_text=True)[:200]
