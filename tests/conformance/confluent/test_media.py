"""Media types of requests and answers."""

import json

import pytest

from tests.conformance.confluent.api import V1, A, Api

VENDOR = "application/vnd.schemaregistry+json"
JSON = "application/json"

TAKEN = [
    (None, V1),
    ("*/*", V1),
    ("application/*", V1),
    (V1, V1),
    (VENDOR, VENDOR),
    (JSON, JSON),
    (f"{V1}, {VENDOR}, {JSON}", V1),
    (f"{JSON}, {V1}", V1),
    (f"{VENDOR}; q=0.9, {JSON}; q=0.5", VENDOR),
    (f"{JSON}, */*; q=0.1", JSON),
    (f"{V1}; q=0.1, {JSON}", JSON),
    (f"text/html, {JSON}", JSON),
    (f"{V1}; charset=utf-8", V1),
    ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", V1),
    ("*", V1),
    ("*; q=.2", V1),
    (f"{JSON};q=.9,{VENDOR};q=.95", VENDOR),
    (f"{JSON};q=5", JSON),
    (f"{JSON};q=high", JSON),
    (JSON.upper(), JSON),
    ('application/json;profile="a";q=.4', JSON),
    (", ,", V1),
]


@pytest.mark.parametrize(("accept", "media"), TAKEN)
@pytest.mark.parametrize("path", ["/config", "/subjects", "/subjects/s/versions/1", "/subjects/s/versions/1/schema"])
def test_the_answer_has_the_form_that_the_caller_likes_best(
    api: Api, accept: str | None, media: str, path: str
) -> None:
    api.registered("s", A)
    answer = api.get(path, headers={"Accept": accept} if accept else {})
    assert (answer.status, answer.media) == (200, media)


@pytest.mark.parametrize(
    "accept", ["text/html", "application/xml", "image/*", f"{V1}; q=0", "application/vnd.schemaregistry.v2+json"]
)
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/subjects"), ("DELETE", "/subjects/s"), ("GET", "/schemas/types")]
)
def test_a_caller_who_takes_nothing_that_there_is(api: Api, accept: str, method: str, path: str) -> None:
    api.ask(method, path, headers={"Accept": accept}).refused(406, 406, "HTTP 406 Not Acceptable")


@pytest.mark.parametrize("accept", ["text/html", JSON, None])
def test_a_refusal_always_has_the_same_form(api: Api, accept: str | None) -> None:
    if accept != "text/html":
        answer = api.get("/subjects/s/versions", headers={"Accept": accept} if accept else {})
        answer.refused(404, 40401, "Subject 's' not found.")


@pytest.mark.parametrize(
    "sent", [None, V1, VENDOR, JSON, "application/octet-stream", f"{JSON}; charset=utf-8", V1.upper()]
)
def test_a_body_may_be_sent_as_any_of_these(api: Api, sent: str | None) -> None:
    data = json.dumps({"schema": A}).encode()
    assert api.ask("POST", "/subjects/s/versions", data=data, content_type=sent).ok()["id"] == 1


@pytest.mark.parametrize(
    "sent", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "application/avro"]
)
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/subjects/s/versions"), ("POST", "/subjects/s"), ("PUT", "/config"), ("PUT", "/mode/s")],
)
def test_a_body_of_another_form_is_not_read(api: Api, sent: str, method: str, path: str) -> None:
    answer = api.ask(method, path, data=b"{}", content_type=sent)
    answer.refused(415, 415, "HTTP 415 Unsupported Media Type")


def test_the_listing_of_schemas_at_the_root_is_for_those_who_mean_it(api: Api) -> None:
    api.registered("s", A)
    native = api.client.get("/schemas").json
    assert "schema_id" in native[0]
    assert "schema_id" not in api.get("/schemas", headers={"Accept": V1}).ok()[0]
    assert "schema_id" not in api.client.get("/confluent/schemas").json[0]
    assert "schema_id" not in api.client.get("/schemas?latestOnly=false").json[0]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_body_may_be_in_any_encoding_of_unicode(api: Api, encoding: str) -> None:
    """RFC 4627, section 3, as Jackson reads it."""
    data = json.dumps({"schema": A}).encode(encoding)
    assert api.ask("POST", "/subjects/s/versions", data=data).ok()["id"] == 1


def test_a_body_that_is_no_text_is_refused(api: Api) -> None:
    api.ask("POST", "/subjects/s/versions", data=b"\x00\xd8\x00\xd8").refused(400, 400)
    api.ask("POST", "/subjects/s/versions", data=b'{"schema": "\xff"}').refused(400, 400)


def test_options_name_the_methods(api: Api) -> None:
    answer = api.ask("OPTIONS", "/subjects/s/versions")
    assert (answer.status, answer.headers["Allow"]) == (200, "GET, HEAD, OPTIONS, POST")
    api.ask("OPTIONS", "/associations/nothing").refused(404, 404)


def test_a_path_of_no_api_is_refused_with_a_code(api: Api) -> None:
    answer = api.client.get("/nowhere")
    assert (answer.status_code, answer.json["error_code"]) == (404, 404)
