"""Schemas with references: look-up, listing, and forbidden deletions."""

import json

import pytest

from tests.conformance.confluent.api import Api, record
from tests.conformance.confluent.steps import OK, Step, take

S = record("a", name="S")
T = record("s:S", name="T")
TO_S = [{"name": "S", "subject": "s", "version": 1}]
TO_LATEST = [{"name": "S", "subject": "s", "version": -1}]

PUT_S = ("POST", "/subjects/s/versions", {"schema": S}, OK)
PUT_T = ("POST", "/subjects/t/versions", {"schema": T, "references": TO_S}, OK)


def test_a_reference_is_shown_with_the_schema(api: Api) -> None:
    take(api, [PUT_S, PUT_T])
    for path in ("/subjects/t/versions/1", "/schemas/ids/2", "/subjects/t/versions/latest"):
        assert api.get(path).ok()["references"] == TO_S
    assert api.get("/schemas", subjectPrefix="t").ok()[0]["references"] == TO_S
    assert api.post("/subjects/t", {"schema": T, "references": TO_S}).ok()["references"] == TO_S
    assert "references" not in api.get("/subjects/s/versions/1").ok()


def test_the_newest_may_be_referred_to(api: Api) -> None:
    take(api, [PUT_S, ("POST", "/subjects/t/versions", {"schema": T, "references": TO_LATEST}, OK)])
    assert api.get("/subjects/t/versions/1").ok()["references"] == TO_S
    assert api.post("/subjects/t", {"schema": T, "references": TO_LATEST}).ok()["version"] == 1


def test_who_refers_to_a_version(api: Api) -> None:
    take(api, [
        PUT_S, PUT_T,
        ("POST", "/subjects/u/versions", {"schema": record("s:S", name="U"), "references": TO_S}, OK),
        ("GET", "/subjects/s/versions/1/referencedby", [2, 3]),
        ("GET", "/subjects/s/versions/latest/referencedby", [2, 3]),
        ("GET", "/subjects/s/versions/1/referencedby?offset=1", [3]),
        ("GET", "/subjects/s/versions/1/referencedby?limit=1", [2]),
        ("GET", "/subjects/t/versions/1/referencedby", []),
        ("DELETE", "/subjects/t", [1]),
        ("GET", "/subjects/s/versions/1/referencedby", [3]),
        ("GET", "/subjects/s/versions/1/referencedby?deleted=true", [2, 3]),
    ])  # fmt: skip


PROTECTED: dict[str, list[Step]] = {
    "by an active version": [
        PUT_S, PUT_T,
        ("DELETE", "/subjects/s", 42206),
        ("DELETE", "/subjects/s/versions/1", 42206),
        ("DELETE", "/subjects/t", [1]),
        ("DELETE", "/subjects/s/versions/1", 1),
    ],
    "by a deleted version against being deleted for good": [
        PUT_S, PUT_T,
        ("DELETE", "/subjects/t", [1]),
        ("DELETE", "/subjects/s", [1]),
        ("DELETE", "/subjects/s?permanent=true", 42206),
        ("DELETE", "/subjects/s/versions/1?permanent=true", 42206),
        ("DELETE", "/subjects/t?permanent=true", [1]),
        ("DELETE", "/subjects/s?permanent=true", [1]),
    ],
}  # fmt: skip


@pytest.mark.parametrize("history", PROTECTED.values(), ids=PROTECTED.keys())
def test_what_is_referred_to_is_protected(api: Api, history: list[Step]) -> None:
    take(api, history)


@pytest.mark.parametrize(
    "reference",
    [
        {"name": "S", "subject": "nowhere", "version": 1},
        {"name": "S", "subject": "s", "version": 2},
        {"name": "S", "subject": "s"},
        {"name": "S"},
    ],
)
def test_a_reference_to_nothing(api: Api, reference: dict[str, object]) -> None:
    api.registered("s", S)
    api.register("t", T, references=[reference]).refused(422, 42201)
    assert api.get("/subjects").ok() == ["s"]


def test_json_schemas_refer_to_each_other(api: Api) -> None:
    inner = '{"type":"string"}'
    outer = '{"type":"object","properties":{"a":{"$ref":"inner.json"}}}'
    api.registered("inner", inner, schemaType="JSON")
    reference = {"name": "inner.json", "subject": "inner", "version": 1}
    assert api.registered("outer", outer, schemaType="JSON", references=[reference]) == 2
    assert api.get("/subjects/inner/versions/1/referencedby").ok() == [2]
    assert api.get("/schemas/ids/2").ok()["references"] == [reference]


def test_protobuf_files_import_each_other(api: Api) -> None:
    inner = 'syntax = "proto3";\n\nmessage Inner {\n  string a = 1;\n}\n'
    outer = 'syntax = "proto3";\n\nimport "inner.proto";\n\nmessage Outer {\n  Inner a = 1;\n}\n'
    api.registered("inner", inner, schemaType="PROTOBUF")
    reference = {"name": "inner.proto", "subject": "inner", "version": 1}
    assert api.registered("outer", outer, schemaType="PROTOBUF", references=[reference]) == 2
    assert api.get("/schemas/ids/2").ok()["references"] == [reference]


def test_a_schema_with_all_written_out_is_found_by_lookup(api: Api) -> None:
    take(api, [PUT_S, PUT_T])
    whole = json.dumps({"type": "record", "name": "T", "fields": [{"name": "s", "type": json.loads(S)}]})
    assert api.post("/subjects/t", {"schema": whole}).ok()["version"] == 1


def test_the_content_of_a_schema_has_its_references(api: Api) -> None:
    """The same text that refers to another version is another content."""
    api.registered("s", S)
    api.registered("r", S)
    assert api.registered("t", T, references=TO_S) == 2
    assert api.registered("u", T, references=[{"name": "S", "subject": "r", "version": 1}]) == 3
    assert api.registered("v", T, references=TO_S) == 2


def test_references_are_within_the_context(api: Api) -> None:
    api.registered("s", record("other", name="S"))
    api.registered(":.c:s", S)
    api.registered(":.c:t", T, references=TO_S)
    assert api.get("/subjects/:.c:t/versions/1").ok()["references"] == TO_S
    qualified = api.get("/subjects/:.c:t/versions/1", referenceFormat="qualified").ok()["references"]
    assert qualified == [{"name": "S", "subject": ":.c:s", "version": 1}]
    assert api.get("/subjects/:.c:s/versions/1/referencedby").ok() == [2]
    assert api.get("/subjects/s/versions/1/referencedby").ok() == []


def test_a_reference_may_name_another_context(api: Api) -> None:
    api.registered(":.lib:s", S)
    to_library = [{"name": "S", "subject": ":.lib:s", "version": 1}]
    api.registered("t", T, references=to_library)
    assert api.get("/subjects/t/versions/1").ok()["references"] == to_library
    api.delete("/subjects/:.lib:s").refused(422, 42206)


def test_reference_with_a_very_long_name_is_refused(api: Api) -> None:
    api.register("s", S).ok()
    long = [{**TO_S[0], "name": "n" * 10_000}]
    answer = api.post("/subjects/t/versions", {"schema": T, "references": long})
    assert answer.status in {400, 422}
    assert "references" in str(answer.body)
