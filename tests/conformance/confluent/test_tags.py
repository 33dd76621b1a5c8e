"""Tags in schemas' texts: new versions with other tags, changes at registration, searches."""

import json

import pytest

from tests.conformance.confluent.api import AB, A, Api, Json, record

TAGGED = record("a", tagged=["ONE", "TWO"])
J = '{"type":"object","properties":{"a":{"type":"string"}}}'
RULE = {"name": "first", "kind": "CONDITION", "mode": "WRITE", "type": "CEL", "disabled": False}
OTHER = {**RULE, "name": "second"}
MIGRATION = {**RULE, "name": "up", "mode": "UPGRADE"}


def tags(path: str, *names: str, kind: str = "sr_field") -> Json:
    return {"schemaEntity": {"entityPath": path, "entityType": kind}, "tags": list(names)}


def of_record(*names: str) -> Json:
    return tags("R", *names, kind="sr_record")


def tag(api: Api, body: Json, subject: str = "s", version: object = "latest") -> Json:
    return api.post(f"/subjects/{subject}/versions/{version}/tags", body).ok()


@pytest.mark.parametrize("numbered", [True, False])
def test_a_version_is_registered_anew_with_other_tags(api: Api, numbered: bool) -> None:
    api.register("s", A).ok()
    done = tag(api, {"tagsToAdd": [of_record("ONE", "TWO")], **({"newVersion": 2} if numbered else {})})
    assert (done["id"], done["version"], done["schema"]) == (2, 2, TAGGED)
    assert done["metadata"]["properties"] == {"confluent:version": "2"}
    found = api.get("/subjects/s/versions/latest").ok()
    assert (found["schema"], found["version"], found["metadata"]) == (TAGGED, 2, done["metadata"])
    tag(api, {"tagsToRemove": [of_record("TWO")], **({"newVersion": 3} if numbered else {})})
    found = api.get("/subjects/s/versions/latest").ok()
    assert (found["version"], found["id"]) == (3, 3)
    assert found["schema"] == record("a", tagged=["ONE"])
    assert found["metadata"]["properties"] == {"confluent:version": "3"}
    assert api.get("/subjects/s/versions/1").ok()["schema"] == A


def test_any_version_may_be_the_one_that_is_changed(api: Api) -> None:
    api.level("NONE")
    api.register("s", A).ok()
    api.register("s", AB).ok()
    done = tag(api, {"tagsToAdd": [tags("R.a", "PII")]}, version=1)
    assert done["version"] == 3
    assert json.loads(done["schema"])["fields"] == [{"name": "a", "type": "string", "confluent:tags": ["PII"]}]


def test_tags_in_json(api: Api) -> None:
    api.register("s", J, schemaType="JSON").ok()
    done = tag(api, {"tagsToAdd": [tags("object.a", "PII"), tags("object", "R", kind="SR_RECORD")]})
    assert done["schemaType"] == "JSON"
    assert done["schema"] == (
        '{"type":"object","properties":{"a":{"type":"string","confluent:tags":["PII"]}},"confluent:tags":["R"]}'
    )


def test_in_another_context(api: Api) -> None:
    api.register(":.ctx:s", A).ok()
    done = tag(api, {"newVersion": 2, "tagsToAdd": [of_record("ONE", "TWO")]}, ":.ctx:s")
    assert (done["id"], done["schema"]) == (2, TAGGED)
    assert api.get("/contexts/.ctx/subjects/s/versions").ok() == [1, 2]


def test_tags_mean_nothing_to_compatibility(api: Api) -> None:
    api.level("FULL_TRANSITIVE")
    api.register("s", A).ok()
    tag(api, {"tagsToAdd": [of_record("ONE")]})
    tag(api, {"tagsToRemove": [of_record("ONE")], "tagsToAdd": [tags("R.a", "PII")]})
    assert api.get("/subjects/s/versions").ok() == [1, 2, 3]


def test_a_version_that_no_longer_fits_is_refused(api: Api) -> None:
    api.level("NONE")
    api.registered("s", A, record("a:int"))
    api.level("BACKWARD")
    path = "/subjects/s/versions/1/tags"
    api.post(path, {"tagsToAdd": [of_record("ONE")]}).refused(409, 409)


WRONG: list[tuple[str, Json, int, int]] = [
    ("/subjects/none/versions/1/tags", {"tagsToAdd": [of_record("T")]}, 404, 40401),
    ("/subjects/s/versions/2/tags", {"tagsToAdd": [of_record("T")]}, 404, 40402),
    ("/subjects/s/versions/x/tags", {"tagsToAdd": [of_record("T")]}, 422, 42202),
    ("/subjects/s/versions/1/tags", {"newVersion": 1, "tagsToAdd": [of_record("T")]}, 422, 42201),
    ("/subjects/s/versions/1/tags", {"newVersion": 2, "tagsToAdd": [tags("does.not.exist", "T")]}, 422, 42201),
    ("/subjects/s/versions/1/tags", {"tagsToRemove": [tags("R.b", "T")]}, 422, 42201),
    ("/subjects/s/versions/1/tags", {"ruleSet": {}, "rulesToMerge": {}}, 422, 42210),
    ("/subjects/s/versions/1/tags", {"rulesToMerge": {"domainRules": [MIGRATION]}}, 422, 42210),
    ("/subjects/s/versions/1/tags", {"ruleSet": {"domainRules": [MIGRATION]}}, 422, 42210),
    ("/subjects/s/versions/1/tags", {"tagsToAdd": [tags("R.a", "T", kind="sr_thing")]}, 400, 400),
    ("/subjects/s/versions/1/tags", {"tagsToAdd": [tags("a." * 2000, "T")]}, 400, 400),
    ("/subjects/s/versions/1/tags", {"tags": []}, 422, 422),
    ("/subjects/s/versions/1/tags", {"newVersion": 2**31 - 1, "rulesToMerge": {}}, 422, 42201),
    ("/subjects/s/versions/1/tags", {"newVersion": 2**31, "rulesToMerge": {}}, 422, 422),
    ("/subjects/s/versions/1/tags", {"tagsToAdd": [tags("R.\0", "\0")]}, 422, 42201),
]


@pytest.mark.parametrize(("path", "body", "status", "code"), WRONG)
def test_what_cannot_be(api: Api, path: str, body: Json, status: int, code: int) -> None:
    api.register("s", A).ok()
    api.post(path, body).refused(status, code)
    assert api.get("/subjects/s/versions").ok() == [1]


def test_odd_words_are_kept(api: Api) -> None:
    api.register("s", A).ok()
    tag(api, {"tagsToAdd": [tags("R.a", "\0", 'a"b', "ü\n")]})
    found = api.get("/subjects/s/versions/2?findTags=*").ok()["schemaTags"]
    assert found == [tags("R.a", "\0", 'a"b', "ü\n")]


def test_the_message_names_the_path(api: Api) -> None:
    api.register("s", A).ok()
    answer = api.post("/subjects/s/versions/1/tags", {"tagsToAdd": [tags("R.b", "T")]})
    answer.refused(422, 42201, "No matching path 'R.b' found in the schema")


def test_a_subject_that_is_read_only(api: Api) -> None:
    api.register("s", A).ok()
    api.mode("READONLY", "s")
    api.post("/subjects/s/versions/1/tags", {"tagsToAdd": [of_record("T")]}).refused(422, 42205)


def test_metadata_takes_the_place_of_what_was_there(api: Api) -> None:
    api.register("s", A, metadata={"properties": {"owner": "billing"}}).ok()
    kept = tag(api, {"tagsToAdd": [of_record("T")]})
    assert kept["metadata"]["properties"] == {"owner": "billing", "confluent:version": "2"}
    other = tag(api, {"metadata": {"properties": {"stage": "b"}}})
    assert other["metadata"]["properties"] == {"stage": "b", "confluent:version": "3"}
    assert other["schema"] == kept["schema"]


def test_rules_are_replaced_or_merged(api: Api) -> None:
    api.register("s", A).ok()
    done = tag(api, {"newVersion": 2, "rulesToMerge": {"domainRules": [RULE]}, "rulesToRemove": ["nobody"]})
    assert done["ruleSet"] == {"domainRules": [RULE]}
    again = {**RULE, "doc": "again"}
    merged = {"domainRules": [OTHER, again], "migrationRules": [MIGRATION]}
    done = tag(api, {"newVersion": 3, "rulesToMerge": merged, "rulesToRemove": ["second"]})
    assert done["ruleSet"] == {"domainRules": [again], "migrationRules": [MIGRATION]}
    assert tag(api, {"tagsToAdd": [of_record("T")]})["ruleSet"] == done["ruleSet"]
    assert tag(api, {"ruleSet": {"domainRules": [OTHER]}})["ruleSet"] == {"domainRules": [OTHER]}
    assert api.get("/subjects/s/versions/latest").ok()["ruleSet"] == {"domainRules": [OTHER]}


def test_what_is_registered_gets_tags_on_the_way(api: Api) -> None:
    done = api.register("s", A, schemaTagsToAdd=[of_record("ONE"), of_record("TWO")]).ok()
    assert (done["schema"], done["version"]) == (TAGGED, 1)
    assert api.get("/subjects/s/versions/1").ok()["metadata"] == {"properties": {"confluent:version": "1"}}
    done = api.register("s", TAGGED, schemaTagsToRemove=[of_record("ONE")], version=2).ok()
    assert done["schema"] == record("a", tagged=["TWO"])
    assert api.register("s", A, schemaTagsToAdd=[]).ok()["id"] == 3


def test_what_cannot_be_tagged_on_the_way(api: Api) -> None:
    api.register("s", A, schemaTagsToAdd=[tags("R.b", "T")]).refused(422, 42201)
    api.register("s", "", schemaTagsToAdd=[of_record("T")]).refused(422, 42201, "Empty schema")
    answer = api.register("s", "{", schemaTagsToAdd=[of_record("T")])
    answer.refused(422, 42201)
    assert "Invalid schema of type AVRO" in answer.message
    assert api.get("/subjects").ok() == []


def test_tags_of_the_newest_version_are_handed_on(api: Api) -> None:
    assert api.register("s", A, propagateSchemaTags=True).ok()["id"] == 1
    tag(api, {"tagsToAdd": [of_record("ONE"), tags("R.a", "PII")]})
    done = api.register("s", AB, propagateSchemaTags=True).ok()
    assert done["version"] == 3
    schema = json.loads(done["schema"])
    assert (schema["confluent:tags"], schema["fields"][0]["confluent:tags"]) == (["ONE"], ["PII"])
    api.register("s", AB).ok()
    assert "confluent:tags" not in api.get("/subjects/s/versions/latest").ok()["schema"]


def test_tags_that_have_no_place_any_more_are_not_lost_silently(api: Api) -> None:
    api.register("s", AB, schemaTagsToAdd=[tags("R.b", "PII")]).ok()
    api.register("s", A, propagateSchemaTags=True).refused(422, 42201, "No matching path 'R.b' found in the schema")


def test_tags_are_found(api: Api) -> None:
    both = [of_record("ONE", "TWO"), tags("R.a", "PII")]
    api.register("s", A, schemaTagsToAdd=both).ok()
    for path in ("/subjects/s/versions/1", "/schemas/ids/1"):
        assert api.get(f"{path}?findTags=*").ok()["schemaTags"] == both
        assert api.get(f"{path}?findTags=TWO").ok()["schemaTags"] == [of_record("ONE", "TWO")]
        assert api.get(f"{path}?findTags=TWO&findTags=PII").ok()["schemaTags"] == both
        for query in ("", "?findTags=NONE"):
            assert "schemaTags" not in api.get(path + query).ok()


def test_formats_that_know_no_tags(api: Api) -> None:
    text = 'syntax = "proto3";\nmessage M {\n  string a = 1;\n}\n'
    api.register("s", text, schemaType="PROTOBUF").ok()
    assert "schemaTags" not in api.get("/subjects/s/versions/1?findTags=*").ok()
    api.post("/subjects/s/versions/1/tags", {"tagsToAdd": [tags("M.a", "T")]}).refused(422, 42201)
    assert tag(api, {"metadata": {"properties": {"owner": "billing"}}})["version"] == 2
