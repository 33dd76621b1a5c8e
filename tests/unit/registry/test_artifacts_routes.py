"""The API of IBM Event Streams and Apicurio Registry 1.x over the same schemas as the other APIs."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet

from sluicegate.registry_api.core.errors import StoreUnavailable
from sluicegate.shared.formats.catalog import engine
from tests.fakes.api_client import Answer
from tests.fakes.registry_service import Service

FORM = "application/x-www-form-urlencoded"
ID = "X-Registry-ArtifactId"
TYPE = "X-Registry-ArtifactType"


def record(*fields: str) -> str:
    return json.dumps(
        {"type": "record", "name": "Citizen", "fields": [{"name": each, "type": "string"} for each in fields]},
        separators=(",", ":"),
    )


ONE, TWO = record("firstName"), record("firstName", "lastName")


@pytest.fixture
def service() -> Service:
    return Service(engine=engine)


def create(service: Service, text: str | bytes = ONE, artifact: str = "my-schema", **headers: str) -> Answer:
    return service.client.post("/artifacts", data=text, headers={ID: artifact, **headers})


def error(answer: Answer) -> tuple[int, str]:
    assert answer.json["error_code"] == answer.status_code
    return answer.status_code, answer.json["message"]


def test_a_created_artifact_is_answered_with_its_metadata(service: Service) -> None:
    answer = create(service)
    created = answer.json.pop("createdOn")
    assert created > 1_500_000_000_000
    assert answer.json == {
        "id": "my-schema",
        "type": "AVRO",
        "version": 1,
        "createdBy": "",
        "createdOn": created,
        "modifiedBy": "",
        "modifiedOn": created,
        "globalId": 1,
    }


@pytest.mark.parametrize("kind", ["*/*", FORM, "application/json", "text/xml", None])
def test_any_content_type_is_taken(service: Service, kind: str | None) -> None:
    answer = service.client.post("/artifacts", data=ONE, headers={ID: "a"}, content_type=kind)
    assert answer.json["id"] == "a"
    rule = '{"type":"COMPATIBILITY","config":"FORWARD"}'
    assert service.client.put("/rules/COMPATIBILITY", data=rule, content_type=kind).json == json.loads(rule)


@pytest.mark.parametrize("name", ["X-Registry-Artifactid", "x-registry-artifactid", "X-REGISTRY-ARTIFACTID"])
def test_header_names_are_read_in_any_case(service: Service, name: str) -> None:
    assert service.client.post("/artifacts", data=ONE, headers={name: "b"}).json["id"] == "b"


@pytest.mark.parametrize(
    "artifact",
    ["a/meta", "a/versions", "x/versions/1", "a/rules/COMPATIBILITY", "a/state", "a/b/test", ".", "..", "a/../b", "/a", "a/", "a//b"],
)  # fmt: skip
def test_an_id_that_no_path_leads_to_is_refused(service: Service, artifact: str) -> None:
    status, message = error(create(service, artifact=artifact))
    assert (status, f"'{artifact}'" in message) == (400, True)
    assert service.client.get("/artifacts").json == []


@pytest.mark.parametrize(
    "artifact", ["a/b", "versions", "meta/x", "a/metadata", "a.b", "...", "%", "a%2Fb", "\u540d", "q?#&;"]
)
def test_an_odd_id_leads_to_its_artifact(service: Service, artifact: str) -> None:
    header = artifact.encode().decode("latin-1")
    assert create(service, artifact=header).json["id"] == artifact
    path = f"/artifacts/{quote(artifact)}"
    assert service.client.get(f"{path}/meta").json["id"] == artifact
    assert service.client.post(f"{path}/versions", data=ONE).json["version"] == 2
    assert service.client.delete(path).status_code == 204


@pytest.mark.parametrize(
    "text",
    ['{"type":["COMPATIBILITY"],"config":1}', '{"type":{"type":"string"}}', '{"type":null}', '{"type":1,"name":"a"}'],
)
def test_a_text_of_an_odd_type_is_refused_as_avro(service: Service, text: str) -> None:
    status, message = error(create(service, text))
    assert (status, "The schema is not valid" in message) == (422, True)


@pytest.mark.parametrize("kind", ["object", "integer", "number"])
def test_a_type_that_avro_does_not_have_is_json_schema(service: Service, kind: str) -> None:
    assert create(service, json.dumps({"type": kind})).json["type"] == "JSON"


def test_an_artifact_without_an_id_gets_one(service: Service) -> None:
    ids = {service.client.post("/artifacts", data=ONE).json["id"] for _ in range(2)}
    assert len(ids) == 2
    assert set(service.client.get("/artifacts").json) == ids


@pytest.mark.parametrize("base", ["", "/api"])
def test_both_mounts_serve_the_same_artifacts(service: Service, base: str) -> None:
    create(service)
    assert service.client.get(f"{base}/artifacts").json == ["my-schema"]
    assert service.client.get(f"{base}/artifacts/my-schema").data.decode() == ONE
    assert service.client.get(f"{base}/ids/1").data.decode() == ONE
    assert error(service.client.get(f"{base}/ids/7"))[0] == 404


def test_all_apis_see_the_same_ids(service: Service) -> None:
    made = create(service).json
    assert service.client.get("/schemas/1").json["schema_id"] == "1"
    assert service.client.get("/subjects/my-schema/versions/1").json["id"] == made["globalId"]
    service.client.post("/subjects/other/versions", json={"schema": TWO})
    service.register(record("x"), name="third", schema_type="avro")
    assert service.client.get("/artifacts").json == ["my-schema", "other", "third"]
    assert service.client.get("/artifacts/other/meta").json["globalId"] == 2
    assert service.client.get("/artifacts/third").data.decode() == record("x")


def test_each_request_for_a_version_adds_one(service: Service) -> None:
    create(service)
    versions = [service.client.post("/artifacts/my-schema/versions", data=ONE).json["version"] for _ in range(2)]
    assert versions == [2, 3]
    assert service.client.get("/artifacts/my-schema/versions").json == [1, 2, 3]


def test_an_update_with_the_latest_content_adds_no_version(service: Service) -> None:
    create(service)
    assert service.client.put("/artifacts/my-schema", data=ONE).json["version"] == 1
    create_two = service.client.put("/artifacts/my-schema", data=record())
    assert create_two.json["version"] == 2
    service.client.put("/rules/COMPATIBILITY", data='{"type":"COMPATIBILITY","config":"NONE"}')
    assert service.client.put("/artifacts/my-schema", data=ONE).json["version"] == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [("FAIL", (409, None)), ("RETURN", (200, 2)), ("UPDATE", (200, 3)), ("return_or_update", (200, 1))],
)
def test_if_exists_chooses_the_treatment_of_a_taken_id(
    service: Service, text: str, expected: tuple[int, int | None]
) -> None:
    service.client.put("/rules/COMPATIBILITY", data='{"type":"COMPATIBILITY","config":"NONE"}')
    create(service, ONE)
    service.client.put("/artifacts/my-schema", data=TWO)
    answer = service.client.post(f"/artifacts?ifExists={text}", data=ONE, headers={ID: "my-schema"})
    assert (answer.status_code, answer.json.get("version")) == expected


def test_an_unknown_treatment_is_refused(service: Service) -> None:
    assert error(service.client.post("/artifacts?ifExists=PERHAPS", data=ONE))[0] == 400


def test_missing_things_are_404_in_the_shape_of_this_api(service: Service) -> None:
    create(service)
    client = service.client
    no_artifact = "No artifact with id 'x' could be found."
    for answer in (
        client.get("/artifacts/x"),
        client.get("/artifacts/x/meta"),
        client.put("/artifacts/x", data=ONE),
        client.delete("/artifacts/x"),
        client.post("/artifacts/x/versions", data=ONE),
        client.get("/artifacts/x/versions"),
        client.get("/artifacts/x/versions/1"),
        client.delete("/artifacts/x/versions/1"),
        client.post("/artifacts/x/meta", data=ONE),
        client.post("/artifacts/x/test", data=ONE),
        client.get("/artifacts/x/rules"),
        client.delete("/artifacts/x/rules"),
        client.post("/artifacts/x/rules", data='{"type":"COMPATIBILITY","config":"NONE"}'),
        client.get("/artifacts/x/rules/COMPATIBILITY"),
        client.put("/artifacts/x/rules/COMPATIBILITY", data='{"type":"COMPATIBILITY","config":"NONE"}'),
        client.delete("/artifacts/x/rules/COMPATIBILITY"),
    ):
        assert (answer.status_code, answer.json) == (404, {"error_code": 404, "message": no_artifact})
    for number in ("9", "0", "latest", "99999999999999999999"):
        assert error(client.get(f"/artifacts/my-schema/versions/{number}"))[0] == 404
    assert error(client.post("/artifacts/my-schema/meta", data=TWO))[0] == 404


def test_deleting_the_last_version_deletes_the_artifact(service: Service) -> None:
    create(service)
    service.client.post("/artifacts/my-schema/versions", data=ONE)
    for number in (1, 2):
        answer = service.client.delete(f"/artifacts/my-schema/versions/{number}")
        assert (answer.status_code, answer.data) == (204, b"")
    assert service.client.get("/artifacts").json == []
    assert error(service.client.get("/artifacts/my-schema"))[0] == 404
    assert error(service.client.delete("/artifacts/my-schema"))[0] == 404
    assert service.client.get("/ids/1").data.decode() == ONE


def test_a_refused_version_is_answered_with_the_incompatibilities(service: Service) -> None:
    create(service)
    service.client.post("/artifacts/my-schema/rules", data='{"type":"COMPATIBILITY","config":"FULL"}')
    for path in ("versions", "test"):
        status, message = error(service.client.post(f"/artifacts/my-schema/{path}", data=TWO))
        assert status == 409
        assert 'needs the field "lastName"' in message
    causes = service.client.post("/artifacts/my-schema/versions", data=TWO).json["causes"]
    assert [set(each) for each in causes] == [{"description", "context"}]
    assert service.client.get("/artifacts/my-schema/versions").json == [1]


def test_a_text_that_may_be_added_passes_the_test_and_is_not_added(service: Service) -> None:
    create(service)
    answer = service.client.put("/artifacts/my-schema/test", data=record())
    assert (answer.status_code, answer.data) == (204, b"")
    assert service.client.get("/artifacts/my-schema/versions").json == [1]


@pytest.mark.parametrize("text", ['{"type":"recor', '{"type":"record","name":"C"}', "\0", '"nothing"'])
def test_an_invalid_schema_is_refused(service: Service, text: str) -> None:
    assert error(create(service, text))[0] == 422


@pytest.mark.parametrize("text", [b"", b"  \n", b"\xff\xfe"])
def test_a_body_that_is_no_text_is_refused(service: Service, text: bytes) -> None:
    assert error(create(service, text))[0] == 400


def test_the_global_rule_is_the_compatibility_of_the_registry(service: Service) -> None:
    client = service.client
    assert client.get("/rules").json == ["COMPATIBILITY", "VALIDITY"]
    assert client.get("/rules/COMPATIBILITY").json == {"type": "COMPATIBILITY", "config": "BACKWARD"}
    assert client.post("/rules", data='{"type":"COMPATIBILITY","config":"NONE"}').status_code == 204
    assert error(client.post("/rules", data='{"type":"COMPATIBILITY","config":"NONE"}'))[0] == 409
    assert client.get("/config").json["compatibilityLevel"] == "NONE"
    client.put("/config", json={"compatibility": "FULL"})
    assert client.get("/rules/COMPATIBILITY").json["config"] == "FULL"
    assert client.delete("/rules").status_code == 204
    assert client.get("/rules/COMPATIBILITY").json["config"] == "BACKWARD"
    assert client.delete("/rules/COMPATIBILITY").status_code == 204


def test_the_rule_of_an_artifact_goes_before_the_global_one(service: Service) -> None:
    create(service)
    client, path = service.client, "/artifacts/my-schema/rules"
    assert client.get(path).json == []
    assert error(client.get(f"{path}/COMPATIBILITY")) == (404, "No rule named 'COMPATIBILITY' was found.")
    rule = '{"type":"COMPATIBILITY","config":"FORWARD"}'
    assert error(client.put(f"{path}/COMPATIBILITY", data=rule))[0] == 404
    answer = client.post(path, data=rule)
    assert (answer.status_code, answer.data) == (204, b"")
    assert error(client.post(path, data=rule))[0] == 409
    assert client.get(path).json == ["COMPATIBILITY"]
    assert client.get("/config/my-schema").json["compatibilityLevel"] == "FORWARD"
    other = '{"type":"COMPATIBILITY","config":"BACKWARD"}'
    assert client.put(f"{path}/COMPATIBILITY", data=other).json == json.loads(other)
    assert client.get(f"{path}/COMPATIBILITY").json == json.loads(other)
    assert client.delete(f"{path}/COMPATIBILITY").status_code == 204
    assert error(client.delete(f"{path}/COMPATIBILITY"))[0] == 404
    assert client.get("/config/my-schema").status_code == 404
    assert client.delete(path).status_code == 204


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "nothing",
        '{"type":"COMPATIBILITY"}',
        '{"config":"NONE"}',
        '{"type":"X","config":"NONE"}',
        '{"type":"COMPATIBILITY","config":"SOME"}',
    ],
)
def test_a_rule_that_cannot_be_read_is_refused(service: Service, body: str) -> None:
    assert error(service.client.put("/rules/COMPATIBILITY", data=body))[0] == 400


def test_an_unknown_rule_type_is_refused_with_the_supported_ones(service: Service) -> None:
    create(service)
    for path in ("/rules/SIZE", "/artifacts/my-schema/rules/SIZE"):
        status, message = error(service.client.get(path))
        assert (status, "COMPATIBILITY" in message) == (400, True)


TEXTS: dict[str, tuple[str, str]] = {
    "AVRO": ("AVRO", ONE),
    "JSON": ("JSON", '{"$schema":"http://json-schema.org/draft-07/schema#","type":"object"}'),
    "PROTOBUF": ("PROTOBUF", '// orders\nsyntax = "proto3"; message Order { string id = 1; }'),
    "XSD": ("XSD", '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a"/></xs:schema>'),
    "CSV": ("CSV", "version 1.2\n@totalColumns 1\na: notEmpty\n"),
    "TABLE": ("TABLE", '{"table": "a", "columns": {"a": "int"}}'),
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("named", [True, False])
def test_each_format_is_taken_by_its_name_and_by_its_text(service: Service, name: str, named: bool) -> None:
    kind, text = TEXTS[name]
    answer = create(service, text, **({TYPE: name.lower()} if named else {}))
    assert (answer.status_code, answer.json["type"]) == (200, kind), answer.data
    read = service.client.get("/artifacts/my-schema")
    assert read.data.decode() == text


def test_an_unknown_type_is_refused_with_the_known_ones(service: Service) -> None:
    status, message = error(create(service, ONE, **{TYPE: "OPENAPI"}))
    assert status == 400
    assert all(each in message for each in ("AVRO", "PROTOBUF_FD", "XSD", "CSV", "TABLE"))


def order_file() -> FileDescriptorProto:
    money = FieldDescriptorProto(
        name="total",
        number=1,
        label=FieldDescriptorProto.LABEL_OPTIONAL,
        type=FieldDescriptorProto.TYPE_MESSAGE,
        type_name=".shop.Money",
    )
    time = FieldDescriptorProto(
        name="at",
        number=2,
        label=FieldDescriptorProto.LABEL_OPTIONAL,
        type=FieldDescriptorProto.TYPE_MESSAGE,
        type_name=".google.protobuf.Timestamp",
    )
    return FileDescriptorProto(
        name="shop/order.proto",
        package="shop",
        syntax="proto3",
        dependency=["shop/money.proto", "google/protobuf/timestamp.proto"],
        message_type=[DescriptorProto(name="Order", field=[money, time])],
    )


def money_file() -> FileDescriptorProto:
    units = FieldDescriptorProto(
        name="units", number=1, label=FieldDescriptorProto.LABEL_OPTIONAL, type=FieldDescriptorProto.TYPE_INT64
    )
    return FileDescriptorProto(
        name="shop/money.proto",
        package="shop",
        syntax="proto3",
        message_type=[DescriptorProto(name="Money", field=[units])],
    )


def as_set(*files: FileDescriptorProto) -> bytes:
    return FileDescriptorSet(file=files).SerializeToString()


def as_schema(file: FileDescriptorProto, *imports: bytes) -> bytes:
    """The message of Apicurio's serializers."""
    parts = [b"\x12" + _length(each) + each for each in imports]
    data = file.SerializeToString()
    return b"".join([b"\x0a", _length(data), data, *parts])


def _length(data: bytes) -> bytes:
    size, found = len(data), b""
    while size > 127:
        found, size = found + bytes([size % 128 + 128]), size // 128
    return found + bytes([size])


DESCRIPTORS = {
    "set": as_set(money_file(), order_file()),
    "schema": as_schema(order_file(), as_schema(money_file())),
}


@pytest.mark.parametrize("name", DESCRIPTORS)
def test_a_descriptor_is_registered_as_text_with_its_imports(service: Service, name: str) -> None:
    answer = create(service, DESCRIPTORS[name], "orders-value", **{TYPE: "PROTOBUF_FD"})
    assert (answer.status_code, answer.json["type"]) == (200, "PROTOBUF"), answer.data
    text = service.client.get("/artifacts/orders-value").data.decode()
    assert 'import "shop/money.proto";' in text
    assert "message Order" in text
    version = service.client.get("/subjects/orders-value/versions/1").json
    assert version["references"] == [{"name": "shop/money.proto", "subject": "shop/money.proto", "version": 1}]
    looked_up = service.client.post("/artifacts/orders-value/meta", data=DESCRIPTORS[name])
    assert looked_up.json["version"] == 1
    again = service.client.put("/artifacts/orders-value", data=DESCRIPTORS[name], headers={TYPE: "PROTOBUF_FD"})
    assert again.json["version"] == 1
    assert service.client.post("/artifacts/orders-value/test", data=DESCRIPTORS[name]).status_code == 204


def test_a_single_file_is_a_descriptor(service: Service) -> None:
    answer = create(service, money_file().SerializeToString(), **{TYPE: "PROTOBUF_FD"})
    assert answer.status_code == 200, answer.data
    assert "message Money" in service.client.get("/artifacts/my-schema").data.decode()


@pytest.mark.parametrize("data", [b"\xff\xff", b"nothing", b"\x0a\x00", as_set(), as_set(FileDescriptorProto())])
def test_a_descriptor_that_cannot_be_read_is_refused(service: Service, data: bytes) -> None:
    assert error(create(service, data, **{TYPE: "PROTOBUF_FD"}))[0] in (400, 422)


def test_a_search_finds_ids_and_descriptions(service: Service) -> None:
    for name in ("orders-value", "Orders-key", "people"):
        create(service, ONE, name)
    service.client.post(
        "/schemas", json={"name": "x", "schema_type": "avro", "specification": TWO, "description": "all ORDERS"}
    )

    def found(query: str) -> tuple[list[Any], int]:
        answer = service.client.get(f"/search/artifacts?{query}").json
        return [each["id"] for each in answer["artifacts"]], answer["count"]

    assert found("search=orders") == (["Orders-key", "orders-value", "x"], 3)
    assert found("search=orders&over=name&order=desc") == (["orders-value", "Orders-key"], 2)
    assert found("search=orders&over=description") == (["x"], 1)
    assert found("search=orders&over=labels") == ([], 0)
    assert found("offset=1&limit=2") == (["orders-value", "people"], 4)
    assert found("limit=0") == ([], 4)


@pytest.mark.parametrize("query", ["limit=501", "offset=-1", "order=up", "over=all", "limit=x"])
def test_a_search_that_cannot_be_read_is_refused(service: Service, query: str) -> None:
    assert error(service.client.get(f"/search/artifacts?{query}"))[0] == 400


def test_an_id_with_slashes_is_one_artifact(service: Service) -> None:
    create(service, ONE, "shop/orders")
    assert service.client.get("/artifacts/shop%2Forders/versions").json == [1]
    assert service.client.get("/artifacts/shop/orders/meta").json["id"] == "shop/orders"


def test_a_name_that_cannot_be_kept_is_refused(service: Service) -> None:
    assert error(create(service, ONE, "x" * 1025))[0] == 400


def test_a_request_that_the_registry_fails_is_answered_with_an_incident(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StoreUnavailable

    monkeypatch.setattr(service.store, "subjects", fail)
    answer = service.client.get("/artifacts", headers={"X-Request-Id": "seen-by-ibm"})
    assert (answer.status_code, answer.json["error_code"], answer.json["incident"]) == (503, 503, "seen-by-ibm")


def put_state(service: Service, state: str, path: str = "/artifacts/my-schema/state") -> Answer:
    return service.client.put(path, data=json.dumps({"state": state}), content_type=FORM)


def test_all_apis_show_a_deprecated_version(service: Service) -> None:
    create(service)
    client = service.client
    paths = (
        "/artifacts/my-schema",
        "/artifacts/my-schema/meta",
        "/artifacts/my-schema/versions/1",
        "/ids/1",
        "/ids/1/meta",
        "/schemas/1/versions/1",
        "/schemas/1/versions/latest",
        "/schemas/1/versions/1/spec",
        "/schemas/ids/1",
        "/schemas/ids/1/schema",
        "/subjects/my-schema/versions/1",
        "/subjects/my-schema/versions/latest/schema",
    )
    tags = {path: client.get(path).headers.get("ETag") for path in paths}
    assert [path for path in paths if "Deprecation" in client.get(path).headers] == []
    assert client.get("/artifacts/my-schema/meta").json["state"] == "ENABLED"
    assert "deprecated" not in client.get("/schemas/1/versions/1").json
    answer = put_state(service, "deprecated")
    assert (answer.status_code, answer.data) == (204, b"")
    for path in paths:
        for _ in range(2):  # from the core, and from the hot cache
            found = client.get(path)
            assert (found.status_code, found.headers.get("Deprecation", "")[:1]) == (200, "@"), path
        if tags[path] is not None:
            assert client.get(path, headers={"If-None-Match": tags[path]}).status_code == 200
    assert client.get("/artifacts/my-schema/meta").json["state"] == "DEPRECATED"
    assert client.get("/schemas/1/versions/1").json["deprecated"] is True
    assert client.get("/schemas/1").json["schemas"][0]["deprecated"] is True
    put_state(service, "ENABLED", "/artifacts/my-schema/versions/1/state")
    assert [path for path in paths if "Deprecation" in client.get(path).headers] == []


def test_answers_of_confluents_api_name_a_deprecated_version(service: Service) -> None:
    create(service)
    client = service.client

    def shown() -> list[bool | None]:
        text = client.get("/artifacts/my-schema").text
        answers = (
            client.get("/subjects/my-schema/versions/1"),
            client.get("/subjects/my-schema/versions/latest"),
            client.get("/confluent/schemas/ids/1"),
            client.get("/apis/ccompat/v7/schemas/ids/1?subject=my-schema"),
            client.post("/subjects/my-schema", json={"schema": text}),
        )
        found = [(each.json.get("deprecated"), "Deprecation" in each.headers) for each in answers]
        assert all(header is bool(member) for member, header in found), found
        return [*(member for member, _ in found), client.get("/confluent/schemas").json[0].get("deprecated")]

    assert shown() == [None] * 6
    put_state(service, "DEPRECATED")
    assert shown() == shown() == [True] * 6  # from the core, and from the hot cache
    put_state(service, "DISABLED")
    put_state(service, "ENABLED")
    assert shown() == [None] * 6


def test_a_disabled_artifact_is_deactivated_and_can_be_enabled(service: Service) -> None:
    create(service)
    put_state(service, "DISABLED")
    assert error(service.client.get("/artifacts/my-schema"))[0] == 404
    assert service.client.get("/schemas/1/versions/1").status_code == 404
    put_state(service, "ENABLED")
    assert service.client.get("/artifacts/my-schema").data.decode() == ONE


@pytest.mark.parametrize("body", ["", "{}", '{"state":"GONE"}', "[]"])
def test_a_state_that_cannot_be_read_is_refused(service: Service, body: str) -> None:
    create(service)
    assert error(service.client.put("/artifacts/my-schema/state", data=body))[0] == 400


def test_a_state_of_nothing_is_404(service: Service) -> None:
    assert error(put_state(service, "ENABLED"))[0] == 404
    create(service)
    assert error(put_state(service, "ENABLED", "/artifacts/my-schema/versions/7/state"))[0] == 404
