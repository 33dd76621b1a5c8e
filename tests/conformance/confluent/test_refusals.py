"""Every refusal: its status, its code, and its message, letter by letter."""

import re
from collections.abc import Callable
from itertools import product

import pytest
from pydantic import BaseModel

from sluicegate.registry_api.facades.confluent.wire import requests
from tests.conformance.confluent.api import A_AND_MORE, AB, V1, A, Api, record

VERSION = (
    "The specified version '{}' is not a valid version id. "
    'Allowed values are between [1, 2^31-1] and the string "latest"'
)
LEVELS = (
    "Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive, "
    "forward_transitive, and full_transitive"
)
POLICIES = "Invalid compatibility policy. Valid values are strict, lenient, and logical"
MODES = "Invalid mode. Valid values are READWRITE, READONLY, and IMPORT."
NOT_FIRST = "was not deleted first before being permanently deleted"
BEFORE = "was soft deleted.Set permanent=true to delete permanently"
SCHEMA = {"schema": A}
TEXT = {"schema": "not a schema"}

NOTHING_THERE = [
    ("GET", "/subjects/s/versions", None, 40401, "Subject 's' not found."),
    ("GET", "/subjects/s/versions?deleted=true", None, 40401, "Subject 's' not found."),
    ("GET", "/subjects/s/versions?deletedOnly=true", None, 40401, "Subject 's' not found."),
    ("GET", "/subjects/s/versions/1", None, 40401, "Subject 's' not found."),
    ("GET", "/subjects/s/versions/latest", None, 40401, "Subject 's' not found."),
    ("GET", "/subjects/s/versions/-1/schema", None, 40401, "Subject 's' not found."),
    ("GET", "/subjects/s/versions/1/referencedby", None, 40401, "Subject 's' not found."),
    ("GET", "/subjects/s/metadata?key=k&value=v", None, 40401, "Subject 's' not found."),
    ("GET", "/subjects/:.c:s/versions", None, 40401, "Subject ':.c:s' not found."),
    ("POST", "/subjects/s", SCHEMA, 40401, "Subject 's' not found."),
    ("DELETE", "/subjects/s", None, 40401, "Subject 's' not found."),
    ("DELETE", "/subjects/s?permanent=true", None, 40401, "Subject 's' not found."),
    ("DELETE", "/subjects/s/versions/1", None, 40401, "Subject 's' not found."),
    ("DELETE", "/subjects/s/versions/latest", None, 40401, "Subject 's' not found."),
    ("DELETE", "/subjects/s/versions/1?permanent=true", None, 40401, "Subject 's' not found."),
    ("DELETE", "/config/s", None, 40401, "Subject 's' not found."),
    ("DELETE", "/mode/s", None, 40401, "Subject 's' not found."),
    ("POST", "/compatibility/subjects/s/versions/1", SCHEMA, 40402, "Version 1 not found."),
    ("GET", "/schemas/ids/1", None, 40403, "Schema 1 not found"),
    ("GET", "/schemas/ids/2147483648", None, 40403, "Schema 2147483648 not found"),
    ("GET", "/schemas/ids/-1", None, 40403, "Schema -1 not found"),
    ("GET", "/schemas/ids/1/schema", None, 40403, "Schema 1 not found"),
    ("GET", "/schemas/ids/1?subject=s", None, 40403, "Schema 1 not found"),
    ("GET", "/schemas/ids/1/subjects", None, 40403, "Schema not found"),
    ("GET", "/schemas/ids/1/versions", None, 40403, "Schema not found"),
    ("GET", "/schemas/guids/no-guid", None, 40403, "Schema no-guid not found"),
    ("GET", "/schemas/guids/no-guid/ids", None, 40403, "Schema no-guid not found"),
    ("GET", "/config/s", None, 40408, "Subject 's' does not have subject-level compatibility configured"),
    ("GET", "/mode/s", None, 40409, "Subject 's' does not have subject-level mode configured"),
]


@pytest.mark.parametrize(("method", "path", "body", "code", "message"), NOTHING_THERE)
def test_on_an_empty_registry(
    api: Api, method: str, path: str, body: dict[str, object] | None, code: int, message: str
) -> None:
    api.ask(method, path, body).refused(404, code, message)


ONE_SUBJECT = [
    ("GET", "/subjects/s/versions/2", None, 404, 40402, "Version 2 not found."),
    ("GET", "/subjects/s/versions/2147483647", None, 404, 40402, "Version 2147483647 not found."),
    ("GET", "/subjects/s/versions/2/schema", None, 404, 40402, "Version 2 not found."),
    ("GET", "/subjects/s/versions/2/referencedby", None, 404, 40402, "Version 2 not found."),
    ("DELETE", "/subjects/s/versions/2", None, 404, 40402, "Version 2 not found."),
    ("DELETE", "/subjects/s/versions/2?permanent=true", None, 404, 40402, "Version 2 not found."),
    ("POST", "/compatibility/subjects/s/versions/2", SCHEMA, 404, 40402, "Version 2 not found."),
    ("POST", "/subjects/s", {"schema": AB}, 404, 40403, "Schema not found"),
    ("POST", "/subjects/s", {"schema": ""}, 404, 40403, "Schema not found"),
    ("POST", "/subjects/s", {}, 404, 40403, "Schema not found"),
    ("GET", "/subjects/s/metadata?key=k&value=v", None, 404, 40403, "Schema not found"),
    ("DELETE", "/subjects/s?permanent=true", None, 404, 40405, f"Subject 's' {NOT_FIRST}"),
    ("DELETE", "/subjects/s/versions/1?permanent=true", None, 404, 40407, f"Subject 's' Version 1 {NOT_FIRST}"),
    ("GET", "/subjects/s/versions/0", None, 422, 42202, VERSION.format("0")),
    ("GET", "/subjects/s/versions/-2", None, 422, 42202, VERSION.format("-2")),
    ("GET", "/subjects/s/versions/2147483648", None, 422, 42202, VERSION.format("2147483648")),
    ("GET", "/subjects/s/versions/first", None, 422, 42202, VERSION.format("first")),
    ("GET", "/subjects/s/versions/1.0/schema", None, 422, 42202, VERSION.format("1.0")),
    ("GET", "/subjects/s/versions/x/referencedby", None, 422, 42202, VERSION.format("x")),
    ("DELETE", "/subjects/s/versions/0", None, 422, 42202, VERSION.format("0")),
    ("POST", "/compatibility/subjects/s/versions/0", SCHEMA, 422, 42202, VERSION.format("0")),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "status", "code", "message"), ONE_SUBJECT)
def test_where_one_subject_has_one_version(
    api: Api, method: str, path: str, body: dict[str, object] | None, status: int, code: int, message: str
) -> None:
    api.registered("s", A)
    api.ask(method, path, body).refused(status, code, message)


ANYWAY = [
    ("PUT", "/config", {"compatibility": "SIDEWAYS"}, 42203, LEVELS),
    ("PUT", "/config/s", {"compatibility": "SIDEWAYS"}, 42203, LEVELS),
    ("PUT", "/config", {"compatibilityPolicy": "LOOSE"}, 42203, POLICIES),
    ("PUT", "/mode", {"mode": "SOMETIMES"}, 42204, MODES),
    ("PUT", "/mode/s", {"mode": "SOMETIMES"}, 42204, MODES),
    ("POST", "/subjects/s/versions", {"schema": A, "id": 7}, 42205, None),
    ("POST", "/subjects/__GLOBAL/versions", SCHEMA, 42208, "The specified subject '__GLOBAL' is not a valid."),
    ("POST", "/subjects/__EMPTY/versions", SCHEMA, 42208, "The specified subject '__EMPTY' is not a valid."),
    ("POST", "/subjects/a%01b/versions", SCHEMA, 42208, "The specified subject 'a\x01b' is not a valid."),
    ("POST", f"/subjects/{'s' * 1025}/versions", SCHEMA, 42208, f"The specified subject '{'s' * 256}...' is not a valid."),
    ("PUT", f"/config/:.{'c' * 1024}:s", {"compatibility": "NONE"}, 42208, f"The specified subject ':.{'c' * 254}...' is not a valid."),
    ("PUT", "/config/__EMPTY", {"compatibility": "NONE"}, 42208, "The specified subject '__EMPTY' is not a valid."),
    ("PUT", "/mode/a%1Fb", {"mode": "READONLY"}, 42208, "The specified subject 'a\x1fb' is not a valid."),
    ("POST", "/subjects/s/versions", {}, 42201, "Empty schema"),
    ("POST", "/subjects/s/versions", {"schema": ""}, 42201, "Empty schema"),
    ("POST", "/subjects/s/versions", {"schema": "  "}, 42201, "Empty schema"),
    ("POST", "/subjects/s/versions", {"schema": A, "schemaType": "THRIFT"}, 42201, "Invalid schema type THRIFT"),
    ("POST", "/subjects/s", {"schema": A, "schemaType": "THRIFT"}, 42201, "Invalid schema type THRIFT"),
    ("POST", "/compatibility/subjects/s/versions", {"schema": A, "schemaType": "THRIFT"}, 42201, "Invalid schema type THRIFT"),
    ("POST", "/subjects/s/versions", {"schema": A, "schemaType": "avro"}, 42201, "Invalid schema type avro"),
    ("POST", "/subjects/s", {"schema": A, "schemaType": "Json"}, 42201, "Invalid schema type Json"),
    ("POST", "/compatibility/subjects/s/versions", {}, 42201, "Empty schema"),
    ("POST", "/subjects/s/versions", {"schema": A, "version": 3}, 42201, "Version is not one more than previous version"),
    ("PUT", "/config/s", {"compatibility": "NONE", "colour": "red"}, 422, "Unrecognized field: colour"),
    ("PUT", "/mode", {"mode": "READONLY", "colour": "red"}, 422, "Unrecognized field: colour"),
    ("POST", "/subjects/s", {"schema": A, "colour": "red"}, 422, "Unrecognized field: colour"),
    ("POST", "/subjects/s/versions", {"schema": A, "metadata": {"colour": "red"}}, 422, "Unrecognized field: colour"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "code", "message"), ANYWAY)
def test_what_can_never_be_done(
    api: Api, method: str, path: str, body: dict[str, object], code: int, message: str | None
) -> None:
    api.ask(method, path, body).refused(422, code, message)
    assert api.get("/subjects").ok() == []


REQUESTS = [
    ("POST", "/subjects/s/versions", requests.SchemaRequest),
    ("POST", "/subjects/s/versions/1/tags", requests.TagsRequest),
    ("PUT", "/config/s", requests.ConfigRequest),
    ("PUT", "/mode/s", requests.ModeRequest),
]
ODD_VALUES = [7, -1, 2**31, 2**70, 1.5, True, "x", [], ["x"], [[]], [None], {}, {"x": 1}, {"x": {"x": []}}]


@pytest.mark.parametrize(("method", "path", "model"), REQUESTS)
def test_a_refusal_of_a_field_names_no_type_of_python(api: Api, method: str, path: str, model: type[BaseModel]) -> None:
    for name, value in product((field.alias for field in model.model_fields.values()), ODD_VALUES):
        answer = api.ask(method, path, {name: value})
        assert answer.status < 500, answer.text
        assert not re.search("Input should|tuple|mapping|instance|pydantic", answer.text), (name, value, answer.text)


FLAGS = [
    ("/subjects/s/versions", {"schema": A, "version": True}, "version must be an integer"),
    ("/subjects/s/versions", {"schema": A, "id": False}, "id must be an integer"),
    ("/subjects/s/versions", {"references": [{"name": "n", "subject": "s", "version": True}]}, "references.0.version must be an integer"),
    ("/subjects/s/versions/1/tags", {"newVersion": True}, "newVersion must be an integer"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body", "message"), FLAGS)
def test_true_is_no_number(api: Api, path: str, body: dict[str, object], message: str) -> None:
    api.registered("s", A)
    api.post(path, body).refused(400, 400, message)


def test_body_that_is_not_utf8_is_refused_in_plain_words(api: Api) -> None:
    for body in (b'{"schema": "\xff"}', b"\xff\xfe{\x00", '{"schema": "\ud800"}'.encode("utf-16-le", "surrogatepass")):
        answer = api.ask("POST", "/subjects/s/versions", data=body)
        answer.refused(400, 400)
        assert "str" not in answer.message.replace("string", "")
        assert "codec" not in answer.message


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("AVRO", "not a schema"),
        ("AVRO", '{"type": "record"}'),
        ("AVRO", record("a:nowhere")),
        ("AVRO", '{"type":"record","name":"R","fields":[{"name":"a","type":"int","default":"x"}]}'),
        ("JSON", "{"),
        ("JSON", '{"type": "nothing"}'),
        ("PROTOBUF", "message {"),
        ("PROTOBUF", 'syntax = "proto3"; message M { Nowhere a = 1; }'),
    ],
)
def test_a_schema_that_is_not_valid(api: Api, kind: str, text: str) -> None:
    answer = api.register("s", text, schemaType=kind)
    answer.refused(422, 42201)
    assert answer.message.startswith(f"Invalid schema of type {kind}, details: ")
    assert len(answer.message) > len(f"Invalid schema of type {kind}, details: ") + 5
    assert "\n" not in answer.message


@pytest.mark.parametrize(
    "path", ["/subjects/s", "/compatibility/subjects/s/versions", "/compatibility/subjects/s/versions/1"]
)
def test_a_schema_that_is_not_valid_cannot_be_compared_either(api: Api, path: str) -> None:
    api.registered("s", A)
    answer = api.post(path, TEXT)
    answer.refused(422, 42201)
    assert answer.message.startswith("Invalid schema of type AVRO, details: ")


def test_a_schema_that_does_not_fit(api: Api) -> None:
    api.registered("s", A)
    answer = api.register("s", A_AND_MORE)
    answer.refused(409, 409)
    assert answer.message == (
        'Schema being registered is incompatible with an earlier schema for subject "s", details: '
        "[{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', description:'The field 'b' at path '/fields/1' in the new schema "
        "has no default value and is missing in the old schema', additionalInfo:'b'}, {oldSchemaVersion: 1}, "
        f"{{oldSchema: '{A}'}}, {{validateFields: 'false', compatibility: 'BACKWARD'}}]"
    )


def deleted_subject(api: Api) -> None:
    api.registered("s", A)
    api.delete("/subjects/s").ok()


def deleted_version(api: Api) -> None:
    api.registered("s", A, AB)
    api.delete("/subjects/s/versions/1").ok()


def read_only(api: Api) -> None:
    api.registered("s", A)
    api.mode("READONLY", "s")


def referenced(api: Api) -> None:
    api.registered("s", record("a", name="S"))
    reference = {"name": "S", "subject": "s", "version": 1}
    api.registered("t", record("s:S", name="T"), references=[reference])


REFERENCED = "One or more references exist to the schema {magic=1,keytype=SCHEMA,subject=s,version=1}."
READ_ONLY = "Subject s in context  is in read-only mode"

AFTERWARDS: list[tuple[Callable[[Api], None], str, str, int, int, str]] = [
    (deleted_subject, "DELETE", "/subjects/s", 404, 40404, f"Subject 's' {BEFORE}"),
    (deleted_version, "DELETE", "/subjects/s/versions/1", 404, 40406, f"Subject 's' Version 1 {BEFORE}"),
    (read_only, "DELETE", "/subjects/s", 422, 42205, READ_ONLY),
    (read_only, "DELETE", "/subjects/s/versions/1", 422, 42205, READ_ONLY),
    (referenced, "DELETE", "/subjects/s", 422, 42206, REFERENCED),
    (referenced, "DELETE", "/subjects/s/versions/1", 422, 42206, REFERENCED),
]  # fmt: skip


@pytest.mark.parametrize(("before", "method", "path", "status", "code", "message"), AFTERWARDS)
def test_after_something_happened(
    api: Api, before: Callable[[Api], None], method: str, path: str, status: int, code: int, message: str
) -> None:
    before(api)
    api.ask(method, path).refused(status, code, message)


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("GET", "/nowhere", 404, "HTTP 404 Not Found"),
        ("GET", "/subjects/s", 405, "HTTP 405 Method Not Allowed"),
        ("PUT", "/subjects", 405, "HTTP 405 Method Not Allowed"),
        ("PATCH", "/config", 405, "HTTP 405 Method Not Allowed"),
        ("DELETE", "/subjects/s/versions", 405, "HTTP 405 Method Not Allowed"),
        ("GET", "/schemas/ids/abc", 404, "HTTP 404 Not Found"),
        ("GET", "/schemas/ids", 404, "HTTP 404 Not Found"),
        ("GET", "/subjects?offset=x", 404, "HTTP 404 Not Found"),
        ("GET", "/schemas/types/x", 404, "HTTP 404 Not Found"),
        ("GET", "/dek-registry/v1/keks", 404, "HTTP 404 Not Found"),
        ("GET", "/exporters", 404, "HTTP 404 Not Found"),
    ],
)
def test_what_is_no_address(api: Api, method: str, path: str, status: int, message: str) -> None:
    if not api.prefix and path == "/nowhere":
        return  # there, the first API answers
    api.ask(method, path).refused(status, status, message)


@pytest.mark.parametrize(
    ("data", "status"), [(b"{", 400), (b"[]", 400), (b'"x"', 400), (b"", 422), (b"null", 422), (b'{"schema": 1}', 400)]
)
def test_a_body_that_cannot_be_read(api: Api, data: bytes, status: int) -> None:
    answer = api.ask("POST", "/subjects/s/versions", data=data)
    answer.refused(status, status)
    assert answer.message


def test_a_body_that_is_too_long(api: Api) -> None:
    data = b" " * (10 * 1024 * 1024 + 1)
    api.ask("POST", "/subjects/s/versions", data=data).refused(413, 413, "HTTP 413 Request Entity Too Large")


def test_what_the_server_does_not_know_is_left_out_for_clients_that_say_so(api: Api) -> None:
    body = {"schema": A, "colour": "red", "metadata": {"properties": {"a": "b"}, "shape": "round"}}
    headers = {"Confluent-Accept-Unknown-Properties": "true"}
    assert api.post("/subjects/s/versions", body, headers=headers).ok()["id"] == 1
    assert api.get("/subjects/s/versions/1").ok()["metadata"] == {"properties": {"a": "b"}}


def test_a_restart_must_be_allowed(api: Api) -> None:
    api.post("/restart").refused(404, 40401)


def test_a_refusal_is_two_fields_and_no_more(api: Api) -> None:
    answer = api.get("/subjects/s/versions")
    assert set(answer.body) == {"error_code", "message"}
    assert answer.media == V1
