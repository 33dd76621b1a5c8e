"""Every route with existing resources: the status, and the whole body."""

import re
from urllib.parse import quote

import pytest

from tests.conformance.confluent.api import AB, ABC, V1, A, Api, Json, record

JSON_SCHEMA = '{"type":"object","properties":{"a":{"type":"string"}}}'
PROTO = 'syntax = "proto3";\n\nmessage M {\n  string a = 1;\n}\n'
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def without_guid(api: Api, body: Json) -> Json:
    """Return a body whose guid is as in the profile."""
    guid = body.pop("guid", None)
    assert (guid is not None) == (api.profile == 8)
    assert guid is None or GUID.fullmatch(guid)
    return body


def typed(api: Api, kind: str = "AVRO") -> dict[str, str]:
    """The type as the profile shows it."""
    return {} if api.profile == 7 and kind == "AVRO" else {"schemaType": kind}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_root_says_that_it_is_there(api: Api, method: str) -> None:
    answer = api.ask(method, "/")
    assert (answer.status, answer.body, answer.media) == (200, {}, V1)


def test_types(api: Api) -> None:
    assert sorted(api.get("/schemas/types").ok()) == ["AVRO", "JSON", "PROTOBUF"]


@pytest.mark.parametrize(("kind", "text"), [("AVRO", A), ("JSON", JSON_SCHEMA), ("PROTOBUF", PROTO)])
def test_a_registration_says_where_the_schema_stands(api: Api, kind: str, text: str) -> None:
    answer = api.register("s", text, schemaType=kind).ok()
    if api.profile == 7:
        assert answer == {"id": 1}
    else:
        assert without_guid(api, answer) == {"id": 1, "version": 1, "schemaType": kind, "schema": text}


def test_avro_is_what_no_type_means(api: Api) -> None:
    assert api.register("s", A, schemaType=None).ok()["id"] == api.register("t", A, schemaType="AVRO").ok()["id"] == 1


def test_what_is_registered_again_is_found(api: Api) -> None:
    assert api.registered("s", A) == api.registered("s", A) == 1
    assert api.get("/subjects/s/versions").ok() == [1]


def test_the_same_content_has_one_id_in_all_subjects_of_a_context(api: Api) -> None:
    assert api.registered("s", A, AB) == 2
    assert api.registered("t", AB) == 2
    assert api.registered(":.c:s", AB) == 1


@pytest.mark.parametrize(("kind", "text"), [("AVRO", A), ("JSON", JSON_SCHEMA), ("PROTOBUF", PROTO)])
def test_a_version(api: Api, kind: str, text: str) -> None:
    api.registered("s", text, schemaType=kind)
    for version in ("1", "latest", "Latest", "-1", " 1 "):
        answer = api.get(f"/subjects/s/versions/{quote(version)}").ok()
        assert without_guid(api, answer) == {"subject": "s", "version": 1, "id": 1, "schema": text, **typed(api, kind)}
        assert api.get(f"/subjects/s/versions/{quote(version)}/schema").text == text


@pytest.mark.parametrize(("kind", "text"), [("AVRO", A), ("JSON", JSON_SCHEMA), ("PROTOBUF", PROTO)])
def test_a_schema_by_its_id(api: Api, kind: str, text: str) -> None:
    api.registered("s", text, schemaType=kind)
    answer = api.get("/schemas/ids/1").ok()
    assert without_guid(api, answer) == {"schema": text, **typed(api, kind)}
    raw = api.get("/schemas/ids/1/schema")
    assert (raw.text, raw.media) == (text, V1)


def test_a_schema_by_its_id_in_a_subject(api: Api) -> None:
    api.registered("s", A, AB)
    answer = api.get("/schemas/ids/2", subject="s").ok()
    assert without_guid(api, answer) == {"schema": AB, **typed(api), "subject": "s", "version": 2}


def test_the_largest_id_comes_by_wish(api: Api) -> None:
    api.registered("s", A, AB, ABC)
    assert api.get("/schemas/ids/1", fetchMaxId=True).ok()["maxId"] == 3
    assert "maxId" not in api.get("/schemas/ids/1").ok()


def test_where_an_id_is_used(api: Api) -> None:
    api.registered("s", A, AB)
    api.registered("t", AB)
    assert api.get("/schemas/ids/2/subjects").ok() == ["s", "t"]
    assert api.get("/schemas/ids/2/versions").ok() == [
        {"subject": "s", "version": 2},
        {"subject": "t", "version": 1},
    ]
    assert api.get("/schemas/ids/1/subjects").ok() == ["s"]
    api.delete("/subjects/t").ok()
    assert api.get("/schemas/ids/2/subjects").ok() == ["s"]
    assert api.get("/schemas/ids/2/subjects", deleted=True).ok() == ["s", "t"]
    assert api.get("/schemas/ids/2/versions").ok() == [{"subject": "s", "version": 2}]
    assert len(api.get("/schemas/ids/2/versions", deleted=True).ok()) == 2


def test_guids(api: Api) -> None:
    api.registered("s", A)
    api.registered(":.c:s", AB, record("a", "b=x", "d=z"))
    api.registered(":.c:t", A)
    if api.profile == 7:
        return
    guid = api.get("/schemas/ids/1").ok()["guid"]
    assert api.get(f"/schemas/guids/{guid}").ok() == {"guid": guid, "schema": A, "schemaType": "AVRO"}
    assert api.get(f"/schemas/guids/{guid}/ids").ok() == [{"context": ".", "id": 1}, {"context": ".c", "id": 3}]


def test_subjects_are_listed_by_name(api: Api) -> None:
    for subject in ("b", "a", ":.c:z", "c"):
        api.registered(subject)
    assert api.get("/subjects").ok() == sorted(["a", "b", "c", ":.c:z"])
    assert api.get("/subjects", subjectPrefix="").ok() == ["a", "b", "c"]
    assert api.get("/subjects", subjectPrefix="b").ok() == ["b"]
    assert api.get("/subjects", subjectPrefix=":.c:").ok() == [":.c:z"]
    assert api.get("/subjects", subjectPrefix=":*:z").ok() == [":.c:z"]


def test_a_lookup_finds_the_version(api: Api) -> None:
    api.registered("s", A, AB)
    answer = api.post("/subjects/s", {"schema": AB}).ok()
    assert without_guid(api, answer) == {"subject": "s", "version": 2, "id": 2, "schema": AB, **typed(api)}


def test_schemas_are_listed_by_subject_and_version(api: Api) -> None:
    api.registered("t", A)
    api.registered("s", A, AB)
    found = api.get("/schemas", subjectPrefix="", headers={"Accept": V1}).ok()
    assert [(each["subject"], each["version"], each["id"]) for each in found] == [("s", 1, 1), ("s", 2, 2), ("t", 1, 1)]
    first = without_guid(api, found[0])
    assert isinstance(first.pop("ts"), int)
    assert first == {"subject": "s", "version": 1, "id": 1, "schema": A, "deleted": False, **typed(api)}


def test_only_the_latest_of_each_subject_is_listed_by_wish(api: Api) -> None:
    api.registered("s", A, AB)
    api.registered("t", A)
    found = api.get("/schemas", latestOnly=True).ok()
    assert [(each["subject"], each["version"]) for each in found] == [("s", 2), ("t", 1)]


def test_deleted_schemas_are_listed_by_wish(api: Api) -> None:
    api.registered("s", A, AB)
    api.delete("/subjects/s/versions/1").ok()
    assert [each["version"] for each in api.get("/schemas", subjectPrefix="s").ok()] == [2]
    found = api.get("/schemas", deleted=True).ok()
    assert [(each["version"], each["deleted"]) for each in found] == [(1, True), (2, False)]


def test_contexts(api: Api) -> None:
    assert api.get("/contexts").ok() == ["."]
    api.registered(":.c:s")
    api.registered(":.b:s")
    assert api.get("/contexts").ok() == [".", ".b", ".c"]
    assert api.get("/contexts", contextPrefix=".c").ok() == [".c"]
    assert api.get("/contexts", offset=1, limit=1).ok() == [".b"]


def test_what_the_registry_says_of_itself(api: Api) -> None:
    cluster = api.get("/v1/metadata/id").ok()
    assert cluster["id"] == ""
    assert set(cluster["scope"]["clusters"]) == {"kafka-cluster", "schema-registry-cluster"}
    assert set(api.get("/v1/metadata/version").ok()) == {"version", "commitId"}
    assert api.get("/v1/metadata/deployment").ok() == {"attributes": []}


@pytest.mark.parametrize(
    "path", ["/associations/subjects/s", "/associations/resources/id", "/associations/resources/-/orders"]
)
def test_there_are_no_associations(api: Api, path: str) -> None:
    """Serializers of this year ask first, and name subjects after the topic when the list is empty."""
    assert api.get(path, resourceType="topic", associationType="value", offset=0, limit=-1).ok() == []


def test_subjects_may_have_any_name(api: Api) -> None:
    for subject in ("a b", "a/b", "a/b/c", "ä", "a%b", "a:b", "a.b-c_d", "versions-of", "{x}", "a?b", "a#b"):
        quoted = quote(subject, safe="")
        assert api.registered(subject) == 1
        assert api.get(f"/subjects/{quoted}/versions").ok() == [1]
        assert api.get(f"/subjects/{quoted}/versions/latest").ok()["subject"] == subject
        api.put(f"/config/{quoted}", {"compatibility": "NONE"}).ok()
        assert api.get(f"/config/{quoted}").ok() == {"compatibilityLevel": "NONE"}
        api.put(f"/mode/{quoted}", {"mode": "READONLY"}).ok()
        assert api.get(f"/mode/{quoted}").ok() == {"mode": "READONLY"}
    assert len(api.get("/subjects").ok()) == 11


def test_a_slash_at_the_end_means_nothing(api: Api) -> None:
    api.registered("s")
    assert api.get("/subjects/").ok() == ["s"]
    assert api.get("/subjects/s/versions/").ok() == [1]
    assert sorted(api.get("/schemas/types/").ok()) == ["AVRO", "JSON", "PROTOBUF"]
    assert api.post("/subjects/s/", {"schema": A}).ok()["version"] == 1


def test_an_answer_carries_the_id_of_its_request(api: Api) -> None:
    assert api.get("/subjects", headers={"X-Request-Id": "mine"}).headers["X-Request-Id"] == "mine"
