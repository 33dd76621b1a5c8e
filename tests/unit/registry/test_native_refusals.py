"""The native API over HTTP: refusals of contents, searches and paths, and failures."""

import pytest
from structlog.testing import capture_logs

from sluicegate.registry_api.core.model import Version
from sluicegate.shared.model import SchemaId, VersionNumber
from tests.fakes.registry_service import FIELDS, Service
from tests.fakes.registry_store import FakeStore

WISH = {"name": "n", "schema_type": "json", "specification": FIELDS}
HUGE = "9" * 40


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "x" * 257, "name must have at most 256 characters"),
        ("name", "a\0b", "name must not contain a NUL character"),
        ("specification", "\0", "specification must not contain a NUL character"),
        ("publisher_id", "x" * 257, "publisher_id must have at most 256 characters"),
    ],
)
def test_a_field_that_cannot_be_kept(service: Service, field: str, value: str, message: str) -> None:
    answer = service.client.post("/schemas", json={**WISH, field: value})
    assert (answer.status_code, answer.json["message"]) == (400, f"Bad request: {message}")


def test_a_format_without_an_engine(service: Service) -> None:
    answer = service.register(schema_type="protobuf")
    assert answer.status_code == 400
    assert answer.json["message"].startswith("Bad request: unknown format value")
    assert answer.json["errors"][0]["path"] == "schema_type"


@pytest.mark.parametrize(("text", "path"), [("nonsense", "nonsense"), ("a:bad", "a")])
def test_a_schema_that_is_not_valid(service: Service, text: str, path: str) -> None:
    service.register()
    for answer in (service.register(text), service.update(1, text)):
        assert (answer.status_code, answer.json["message"]) == (400, "Schema is not valid")
        assert [error["path"] for error in answer.json["errors"]] == [path]


def test_an_update_that_breaks_readers_names_each_field_and_version(service: Service) -> None:
    service.register("a:int", compatibility_mode="BACKWARD_TRANSITIVE")
    service.update(1, "a:int\nb:int?")
    answer = service.update(1, "a:text\nc:int")
    assert (answer.status_code, answer.json["message"]) == (400, "Schemas are not compatible")
    assert [(error["path"], error["code"]) for error in answer.json["errors"]] == [
        ("a", "field_missing"), ("c", "field_missing"), ("a", "field_missing"), ("c", "field_missing"),
    ]  # fmt: skip
    assert answer.json["errors"][0]["message"] == (
        "Not backward compatible with version 2: a is needed and was not written. Make a optional"
    )
    assert "with version 1: " in answer.json["errors"][2]["message"]


def test_a_text_that_may_not_become_a_version(service: Service) -> None:
    service.register("a:int")
    answer = service.client.post("/check/compatibility", json={"schema_id": "1", "new_schema": "b:int"})
    assert answer.status_code == 409
    assert answer.json == {
        "identification": "",
        "version": "",
        "message": "Schemas are not compatible",
        "errors": [
            {
                "path": "b",
                "code": "field_missing",
                "message": "Not backward compatible with version 1: b is needed and was not written. Make b optional",
            }
        ],
    }


def test_a_text_that_is_not_even_valid_may_not_become_a_version(service: Service) -> None:
    service.register("a:int")
    answer = service.client.post("/check/compatibility", json={"schema_id": "1", "new_schema": "a:bad"})
    assert (answer.status_code, answer.json["message"]) == (409, "Schema is not valid")


@pytest.mark.parametrize("schema_id", ["7", HUGE, "0", 7])
def test_a_check_against_a_schema_that_is_not_there(service: Service, schema_id: str | int) -> None:
    answer = service.client.post("/check/compatibility", json={"schema_id": schema_id, "new_schema": FIELDS})
    assert (answer.status_code, answer.json["message"]) == (404, f"Schema with id={schema_id} doesn't exist")


def test_a_check_against_a_schema_without_a_number(service: Service) -> None:
    answer = service.client.post("/check/compatibility", json={"schema_id": "abc", "new_schema": FIELDS})
    assert (answer.status_code, answer.json["errors"][0]["path"]) == (400, "schema_id")


def test_a_text_that_is_not_valid(service: Service) -> None:
    answer = service.client.post("/check/validity", json={"new_schema": "a:bad", "format": "json", "mode": "FULL"})
    assert answer.status_code == 409
    assert answer.json == {
        "identification": "",
        "version": "",
        "message": "Schema is not valid",
        "errors": [{"path": "a", "code": "bad", "message": "has a bad type"}],
    }


def test_a_check_of_an_unknown_mode(service: Service) -> None:
    answer = service.client.post("/check/validity", json={"new_schema": "a:int", "format": "json", "mode": "HALF"})
    assert (answer.status_code, answer.json["errors"][0]["path"]) == (400, "mode")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("orderBy=attributes", "orderBy"),
        ("sort=up", "sort"),
        ("limit=x", "limit"),
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=1001", "limit"),
        ("limit=1.5", "limit"),
        ("limit=1_0", "limit"),
        ("limit=+1", "limit"),
        ("offset=-1", "offset"),
        ("offset=x", "offset"),
        ("id=schema_name", "id"),
        ("id=1%27", "id"),
        ("version=latest", "version"),
        ("type=yaml", "type"),
        ("name=%00", "name"),
        ("attributes=a,%00", "attributes"),
        ("limit=1&limit=2", "limit"),
    ],
)
def test_a_search_that_makes_no_sense(service: Service, query: str, field: str) -> None:
    answer = service.client.get(f"/schemas/search?{query}")
    assert (answer.status_code, [error["path"] for error in answer.json["errors"]]) == (400, [field])
    assert field in answer.json["message"]


@pytest.mark.parametrize("path", ["/schemas", "/schemas/all"])
@pytest.mark.parametrize("query", ["limit=x", "limit=0", "offset=-1"])
def test_a_listing_that_makes_no_sense(service: Service, path: str, query: str) -> None:
    answer = service.client.get(f"{path}?{query}")
    assert (answer.status_code, answer.json["errors"][0]["path"]) == (400, query.partition("=")[0])


def test_all_of_a_search_that_is_at_fault_is_named_at_once(service: Service) -> None:
    answer = service.client.get("/schemas/search?limit=x&sort=y&orderBy=z&id=a&version=b&type=c&offset=d")
    assert len(answer.json["errors"]) == 7


@pytest.mark.parametrize("path", ["/nothing", "/schemas/1/nothing", "/schemas/1/versions/1/spec/x", "/check"])
def test_a_path_that_is_not_there(service: Service, path: str) -> None:
    answer = service.client.get(path)
    assert answer.status_code == 404
    assert answer.json["message"].startswith("There is nothing at ")
    assert answer.headers["X-Request-Id"]


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PATCH", "/schemas", "GET, HEAD, POST"),
        ("DELETE", "/schemas", "GET, HEAD, POST"),
        ("POST", "/schemas/1", "DELETE, GET, HEAD, PUT"),
        ("POST", "/schemas/1/versions", "GET, HEAD"),
        ("PUT", "/schemas/1/versions/1", "DELETE, GET, HEAD"),
        ("GET", "/check/validity", "POST"),
        ("GET", "/check/compatibility", "POST"),
        ("POST", "/health", "GET, HEAD"),
        ("DELETE", "/schemas/all", "GET, HEAD"),
        ("PUT", "/schemas/search", "GET, HEAD"),
        ("DELETE", "/schemas/1/versions/latest", "GET, HEAD"),
    ],
)
def test_a_method_that_is_not_there(service: Service, method: str, path: str, allow: str) -> None:
    answer = service.client.open(path, method=method)
    assert (answer.status_code, answer.headers["Allow"]) == (405, allow)
    assert answer.json == {"message": f"{method} is not allowed here. Use one of: {allow}"}


EVERYTHING = [
    ("POST", "/schemas", WISH),
    ("PUT", "/schemas/1", {"specification": FIELDS}),
    ("GET", "/schemas", None),
    ("GET", "/schemas/all", None),
    ("GET", "/schemas/search", None),
    ("GET", "/schemas/1", None),
    ("GET", "/schemas/1/versions", None),
    ("GET", "/schemas/1/versions/all", None),
    ("GET", "/schemas/1/versions/latest", None),
    ("GET", "/schemas/1/versions/1", None),
    ("GET", "/schemas/1/versions/1/spec", None),
    ("DELETE", "/schemas/1", None),
    ("DELETE", "/schemas/1/versions/1", None),
    ("POST", "/check/compatibility", {"schema_id": "1", "new_schema": FIELDS}),
    ("GET", "/ready", None),
]


@pytest.mark.parametrize(("method", "path", "body"), EVERYTHING)
def test_a_database_that_does_not_answer(service: Service, method: str, path: str, body: object) -> None:
    service.store.down = True
    answer = service.client.open(path, method=method, json=body)
    assert answer.status_code == 503
    assert answer.json == {"message": "The registry's database does not answer. Try again."}
    assert int(answer.headers["Retry-After"]) > 0


class BrokenStore(FakeStore):
    """Fails with an unexpected error."""

    def version(self, schema_id: SchemaId, number: VersionNumber) -> Version | None:
        raise RuntimeError("password=hunter2")


def test_a_fault_of_ours_says_nothing_and_is_logged_with_the_request_id() -> None:
    service = Service(BrokenStore())
    with capture_logs() as logged:
        answer = service.client.get("/schemas/1/versions/1", headers={"X-Request-Id": "abc"})
    assert (answer.status_code, answer.json) == (500, {"message": "Internal Server Error"})
    assert answer.headers["X-Request-Id"] == "abc"
    failed = [line for line in logged if line["event"] == "request failed"]
    assert [(line["log_level"], line["request_id"], str(line["exc_info"])) for line in failed] == [
        ("error", "abc", "password=hunter2")
    ]


def test_each_request_is_logged_once() -> None:
    service = Service()
    with capture_logs() as logged:
        service.client.get("/schemas/7", headers={"X-Request-Id": "abc"})
    (line,) = logged
    assert line.pop("duration_ms") >= 0
    assert line == {
        "event": "request answered",
        "log_level": "info",
        "request_id": "abc",
        "method": "GET",
        "path": "/schemas/7",
        "status": 404,
    }


def test_log_line_names_the_trace_of_the_caller() -> None:
    service = Service()
    trace = "0af7651916cd43dd8448eb211c80319c"
    for sent, shown in ((f"00-{trace}-b7ad6b7169203331-01", trace), ("00-nonsense", None), (f'{trace}"', None)):
        with capture_logs() as logged:
            service.client.get("/schemas/7", headers={"traceparent": sent})
        assert logged[0].get("trace_id") == shown
