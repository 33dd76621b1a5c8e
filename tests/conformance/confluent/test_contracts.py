"""Data contracts: metadata and rule sets are kept, handed on, merged and given back."""

import pytest

from tests.conformance.confluent.api import AB, ABC, A, Api, Json

METADATA = {"tags": {"R.a": ["PII"]}, "properties": {"owner": "billing"}, "sensitive": ["owner"]}
RULE = {
    "name": "nonEmpty",
    "doc": "No empty names",
    "kind": "CONDITION",
    "mode": "WRITE",
    "type": "CEL",
    "tags": ["PII"],
    "params": {"p": "q"},
    "expr": "size(message.a) > 0",
    "onSuccess": "NONE",
    "onFailure": "DLQ",
    "disabled": False,
}
MIGRATION = {"name": "up", "kind": "TRANSFORM", "mode": "UPGRADE", "type": "JSONATA", "expr": "$", "disabled": False}
RULES = {"migrationRules": [MIGRATION], "domainRules": [RULE], "encodingRules": [{**RULE, "name": "encrypt"}]}


def test_metadata_and_rules_are_given_back(api: Api) -> None:
    api.register("s", A, metadata=METADATA, ruleSet=RULES).ok()
    for path in ("/subjects/s/versions/1", "/schemas/ids/1", "/subjects/s/versions/latest"):
        found = api.get(path).ok()
        assert (found["metadata"], found["ruleSet"]) == (METADATA, RULES)
    assert api.get("/schemas", latestOnly=True).ok()[0]["ruleSet"] == RULES
    looked_up = api.post("/subjects/s", {"schema": A, "metadata": METADATA, "ruleSet": RULES}).ok()
    assert looked_up["metadata"] == METADATA


def test_they_are_part_of_what_a_schema_is(api: Api) -> None:
    assert api.register("s", A).ok()["id"] == 1
    assert api.register("t", A, metadata=METADATA).ok()["id"] == 2
    assert api.register("u", A, metadata=METADATA, ruleSet=RULES).ok()["id"] == 3
    assert api.register("v", A, metadata=METADATA).ok()["id"] == 2


def test_a_version_without_any_gets_those_of_the_one_before(api: Api) -> None:
    api.register("s", A, metadata=METADATA, ruleSet=RULES).ok()
    api.register("s", AB).ok()
    found = api.get("/subjects/s/versions/2").ok()
    assert (found["metadata"], found["ruleSet"]) == (METADATA, RULES)


def test_a_version_without_a_text_is_the_one_before_with_other_metadata(api: Api) -> None:
    api.register("s", A).ok()
    api.post("/subjects/s/versions", {"metadata": METADATA}).ok()
    found = api.get("/subjects/s/versions/2").ok()
    assert (found["schema"], found["metadata"]) == (A, METADATA)


def test_what_the_registry_changed_is_told(api: Api) -> None:
    """In profile 7 the answer is only an id if the schema was stored unchanged."""
    api.register("s", A, metadata=METADATA).ok()
    told = api.register("s", AB).ok()
    assert told["metadata"] == METADATA
    assert told["version"] == 2


@pytest.mark.parametrize(
    ("properties", "version"),
    [
        ({"owner": "billing"}, 2),
        ({"stage": "a"}, 1),
        ({"owner": "sales"}, 3),
        ({"owner": "billing", "stage": "b"}, 2),
        ({}, 3),
    ],
)
def test_the_newest_version_with_some_properties(api: Api, properties: dict[str, str], version: int) -> None:
    api.level("NONE")
    api.register("s", A, metadata={"properties": {"owner": "billing", "stage": "a"}}).ok()
    api.register("s", AB, metadata={"properties": {"owner": "billing", "stage": "b"}}).ok()
    api.register("s", ABC, metadata={"properties": {"owner": "sales"}}).ok()
    query = "&".join(f"key={key}&value={value}" for key, value in properties.items())
    assert api.get(f"/subjects/s/metadata?{query}").ok()["version"] == version


WRONG: list[tuple[Json, str]] = [
    ({"domainRules": [{**RULE, "mode": "UPGRADE"}]}, "Domain rules can only be WRITE, READ, WRITEREAD"),
    ({"migrationRules": [RULE]}, "Migration rules can only be UPGRADE, DOWNGRADE, UPDOWN"),
    ({"domainRules": [RULE, RULE]}, "Found rule with duplicate name 'nonEmpty'"),
    ({"domainRules": [{**RULE, "name": ""}]}, "Empty rule name"),
    ({"domainRules": [{**RULE, "name": None}]}, "Missing rule name"),
    ({"domainRules": [{**RULE, "name": "1st"}]}, "Illegal initial character in rule name: 1st"),
    ({"domainRules": [{**RULE, "name": "a b"}]}, "Illegal character in rule name: a b"),
    ({"domainRules": [{**RULE, "type": None}]}, "Missing rule type"),
]


@pytest.mark.parametrize(("rules", "message"), WRONG)
def test_rules_that_cannot_be(api: Api, rules: Json, message: str) -> None:
    api.register("s", A, ruleSet=rules).refused(422, 42210, message)
    api.put("/config/s", {"defaultRuleSet": rules}).refused(422, 42210, message)
    assert api.get("/subjects").ok() == []


def test_a_listing_may_ask_for_a_kind_of_rule(api: Api) -> None:
    api.register("s", A).ok()
    api.register("t", A, ruleSet=RULES).ok()
    assert [each["subject"] for each in api.get("/schemas", ruleType="CEL", subjectPrefix="").ok()] == ["t"]
    assert api.get("/schemas", ruleType="ENCRYPT", subjectPrefix="").ok() == []


def test_a_number_in_the_metadata_is_kept_true(api: Api) -> None:
    """`version: -1` means the next number, and the metadata has that number."""
    api.register("s", A, version=-1).ok()
    assert api.get("/subjects/s/versions/1").ok()["metadata"]["properties"] == {"confluent:version": "1"}
    api.register("s", AB, version=2).ok()
    assert api.get("/subjects/s/versions/2").ok()["metadata"]["properties"] == {"confluent:version": "2"}
    api.register("s", ABC, version=9).refused(422, 42201, "Version is not one more than previous version")
