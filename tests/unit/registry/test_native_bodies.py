"""The native API over HTTP: refusals of request bodies."""

import pytest

from tests.fakes.registry_service import Service, settings

BODIED = [("POST", "/schemas"), ("PUT", "/schemas/1"), ("POST", "/check/compatibility"), ("POST", "/check/validity")]
REQUIRED = {
    "/schemas": ["name", "schema_type", "specification"],
    "/schemas/1": ["specification"],
    "/check/compatibility": ["schema_id", "new_schema"],
    "/check/validity": ["new_schema", "format"],
}


@pytest.mark.parametrize(("method", "path"), BODIED)
class TestBodies:
    """Refusals of unreadable bodies, for every route with a body."""

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (b"", "The body is empty. Send a JSON object"),
            (b"{", "The body is not valid JSON: "),
            (b"\xff{}", "The body is not valid JSON: "),
            (b'{"name": NaN}', "The body is not valid JSON: "),
            (b'{"name": "\\ud800"}', "The body is not valid JSON: "),
            (b"[" * 100_000, "The body nests more than 64 levels of objects and lists. "),
            (b"[]", "The body is not a JSON object"),
            (b"null", "The body is not a JSON object"),
            (b'"text"', "The body is not a JSON object"),
        ],
    )
    def test_that_are_not_json_objects(
        self, service: Service, method: str, path: str, data: bytes, message: str
    ) -> None:
        answer = service.client.open(path, method=method, data=data, content_type="application/json")
        assert answer.status_code == 400
        assert answer.json["message"].startswith(f"Bad request: {message}")
        assert answer.json["errors"][0]["code"] == "malformed"

    def test_that_lack_fields(self, service: Service, method: str, path: str) -> None:
        answer = service.client.open(path, method=method, json={})
        assert answer.status_code == 400
        wanted = [{"path": name, "code": "missing", "message": f"{name} is missing"} for name in REQUIRED[path]]
        assert answer.json["errors"] == wanted
        assert all(f"{name} is missing" in answer.json["message"] for name in REQUIRED[path])

    @pytest.mark.parametrize("wrong", [5, None, [], {}, True])
    def test_that_have_fields_of_other_types(self, service: Service, method: str, path: str, wrong: object) -> None:
        service.register()
        fields = [name for name in REQUIRED[path] if not (name == "schema_id" and wrong == 5)]
        answer = service.client.open(path, method=method, json=dict.fromkeys(REQUIRED[path], wrong))
        assert answer.status_code == 400
        assert [error["path"] for error in answer.json["errors"]] == fields

    @pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data", "json"])
    def test_that_are_not_declared_as_json(self, service: Service, method: str, path: str, kind: str) -> None:
        answer = service.client.open(path, method=method, data=b"{}", content_type=kind)
        assert answer.status_code == 415
        assert answer.json["message"].endswith("Send the body as JSON, with 'Content-Type: application/json'")

    def test_that_are_too_large(self, method: str, path: str) -> None:
        service = Service(settings=settings(body_limit=1024))
        answer = service.client.open(path, method=method, data=b"x" * 1025, content_type="application/json")
        assert (answer.status_code, answer.json) == (
            413,
            {"message": "The body is larger than the limit of 1024 bytes"},
        )

    def test_that_are_too_large_and_do_not_say_so(self, method: str, path: str) -> None:
        """A chunked body has no length; the server says that the input ends by itself."""
        service = Service(settings=settings(body_limit=1024))
        answer = service.client.open(
            path,
            method=method,
            data=b"x" * 2000,
            content_type="application/json",
            environ_overrides={"CONTENT_LENGTH": "", "wsgi.input_terminated": True},
        )
        assert answer.status_code == 413


def test_every_field_at_fault_is_named_at_once(service: Service) -> None:
    wish = {
        "name": "",
        "schema_type": "yaml",
        "compatibility_mode": "SIDEWAYS",
        "validity_mode": "MAYBE",
        "description": 5,
    }
    answer = service.client.post("/schemas", json=wish)
    assert answer.status_code == 400
    assert {error["path"]: error["code"] for error in answer.json["errors"]} == {
        "name": "string_too_short",
        "schema_type": "enum",
        "specification": "missing",
        "description": "string_type",
        "compatibility_mode": "enum",
        "validity_mode": "enum",
    }
    assert "unknown format value" in answer.json["message"]
    assert "unknown compatibility_mode value" in answer.json["message"]
    assert "unknown validity_mode value" in answer.json["message"]
