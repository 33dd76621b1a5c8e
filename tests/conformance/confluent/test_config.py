"""Settings: creation, deletion, inheritance, and effect."""

import pytest

from tests.conformance.confluent.api import A_AND_MORE, AB, A, Api, Json, record
from tests.conformance.confluent.steps import OK, Step, take

LEVELS = [
    "NONE", "BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE",
]  # fmt: skip

HISTORIES: dict[str, list[Step]] = {
    "nothing was ever configured": [
        ("GET", "/config", {"compatibilityLevel": "BACKWARD"}),
        ("GET", "/config/s", 40408),
        ("GET", "/config/s?defaultToGlobal=true", {"compatibilityLevel": "BACKWARD"}),
        ("GET", "/config/s?defaultToGlobal=false", 40408),
        ("DELETE", "/config/s", 40401),
    ],
    "for everything": [
        ("PUT", "/config", {"compatibility": "FULL"}, {"compatibility": "FULL"}),
        ("GET", "/config", {"compatibilityLevel": "FULL"}),
        ("GET", "/config/s", 40408),
        ("GET", "/config/s?defaultToGlobal=True", {"compatibilityLevel": "FULL"}),
        ("DELETE", "/config", {"compatibilityLevel": "FULL"}),
        ("GET", "/config", {"compatibilityLevel": "BACKWARD"}),
        ("DELETE", "/config", {"compatibilityLevel": "BACKWARD"}),
    ],
    "for a subject that is not there": [
        ("PUT", "/config/s", {"compatibility": "NONE"}, {"compatibility": "NONE"}),
        ("GET", "/config/s", {"compatibilityLevel": "NONE"}),
        ("GET", "/config", {"compatibilityLevel": "BACKWARD"}),
        ("DELETE", "/config/s", {"compatibilityLevel": "NONE"}),
        ("GET", "/config/s", 40408),
        ("DELETE", "/config/s", 40401),
    ],
    "for a context": [
        ("PUT", "/config/:.c:", {"compatibility": "NONE"}, OK),
        ("GET", "/config/:.c:", {"compatibilityLevel": "NONE"}),
        ("GET", "/config/:.c:s", 40408),
        ("GET", "/config/:.c:s?defaultToGlobal=true", {"compatibilityLevel": "NONE"}),
        ("GET", "/config/s?defaultToGlobal=true", {"compatibilityLevel": "BACKWARD"}),
        ("DELETE", "/config/:.c:", {"compatibilityLevel": "NONE"}),
        ("GET", "/config/:.c:s?defaultToGlobal=true", {"compatibilityLevel": "BACKWARD"}),
    ],
    "over all contexts": [
        ("PUT", "/config/:.__GLOBAL:", {"compatibility": "NONE"}, OK),
        ("GET", "/config/:.c:s?defaultToGlobal=true", {"compatibilityLevel": "NONE"}),
        ("GET", "/config/s?defaultToGlobal=true", {"compatibilityLevel": "NONE"}),
        ("PUT", "/config/:.c:", {"compatibility": "FULL"}, OK),
        ("GET", "/config/:.c:s?defaultToGlobal=true", {"compatibilityLevel": "FULL"}),
    ],
    "that of everything is of the default context": [
        ("PUT", "/config", {"compatibility": "NONE"}, OK),
        ("GET", "/config/:.c:s?defaultToGlobal=true", {"compatibilityLevel": "BACKWARD"}),
    ],
    "a change is partial": [
        ("PUT", "/config/s", {"compatibility": "FULL", "normalize": True}, {"compatibility": "FULL", "normalize": True}),
        ("PUT", "/config/s", {"compatibilityGroup": "major"},
            {"compatibility": "FULL", "normalize": True, "compatibilityGroup": "major"}),
        ("GET", "/config/s", {"compatibilityLevel": "FULL", "normalize": True, "compatibilityGroup": "major"}),
        ("PUT", "/config/s", {"normalize": False}, {"compatibility": "FULL", "normalize": False, "compatibilityGroup": "major"}),
        ("GET", "/config/s", {"compatibilityLevel": "FULL", "normalize": False, "compatibilityGroup": "major"}),
        ("PUT", "/config/s", {"compatibilityGroup": None}, OK),
        ("GET", "/config/s", {"compatibilityLevel": "FULL", "normalize": False}),
    ],
    "in any case": [
        ("PUT", "/config/s", {"compatibility": "full_transitive"}, {"compatibility": "FULL_TRANSITIVE"}),
        ("GET", "/config/s", {"compatibilityLevel": "FULL_TRANSITIVE"}),
    ],
    "a change of nothing answers the settings": [
        ("PUT", "/config/s", {}, {}),
        ("PUT", "/config/s", {"compatibility": "FULL"}, {"compatibility": "FULL"}),
        ("PUT", "/config/s", {}, {"compatibility": "FULL"}),
        ("PUT", "/config/s", {"alias": "t"}, {"compatibility": "FULL", "alias": "t"}),
    ],
    "a refused change changes nothing": [
        ("PUT", "/config", {"compatibility": "FULL"}, OK),
        ("PUT", "/config", {"compatibility": "FULLER"}, 42203),
        ("GET", "/config", {"compatibilityLevel": "FULL"}),
    ],
}  # fmt: skip


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES.keys())
def test_settings(api: Api, history: list[Step]) -> None:
    take(api, history)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("scope", ["", "/s", "/:.c:", "/:.c:s"])
def test_every_level(api: Api, level: str, scope: str) -> None:
    take(api, [
        ("PUT", f"/config{scope}", {"compatibility": level}, {"compatibility": level}),
        ("GET", f"/config{scope}", {"compatibilityLevel": level}),
    ])  # fmt: skip


METADATA = {"tags": {"**.ssn": ["PII"]}, "properties": {"owner": "billing"}, "sensitive": ["owner"]}
RULE = {
    "name": "nonEmpty", "kind": "CONDITION", "mode": "WRITE", "type": "CEL", "expr": "size(message.a) > 0", "disabled": False,
}  # fmt: skip
FIELDS: dict[str, Json] = {
    "alias": "t",
    "aliasForDeks": "d",
    "normalize": True,
    "validateFields": True,
    "validateNewSchemas": False,
    "validateRules": True,
    "compatibilityPolicy": "LENIENT",
    "compatibilityGroup": "application.version",
    "defaultMetadata": METADATA,
    "overrideMetadata": METADATA,
    "defaultRuleSet": {"domainRules": [RULE]},
    "overrideRuleSet": {"migrationRules": [{**RULE, "mode": "UPGRADE", "kind": "TRANSFORM"}]},
}


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_is_kept_and_given_back(api: Api, field: str) -> None:
    value = FIELDS[field]
    assert api.put("/config/s", {field: value}).ok() == {field: value}
    assert api.get("/config/s").ok() == {field: value}
    assert api.delete("/config/s").ok() == {field: value}


class TestWhatSettingsDo:
    def test_alias(self, api: Api) -> None:
        """A request for the alias gets the subject behind it."""
        api.registered("actual", A)
        api.put("/config/alias", {"alias": "actual"}).ok()
        assert api.get("/subjects/alias/versions").ok() == [1]
        assert api.get("/subjects/alias/versions/1").ok()["subject"] == "actual"
        assert api.registered("alias", AB) == 2
        assert api.get("/subjects/actual/versions").ok() == [1, 2]
        assert api.get("/subjects").ok() == ["actual"]
        found = api.get("/schemas", aliases=True, latestOnly=True).ok()
        assert found[0]["aliases"] == ["alias"]
        assert api.post("/subjects/alias", {"schema": A}).ok()["subject"] == "actual"
        assert api.delete("/subjects/alias").ok() == [1, 2]
        api.get("/subjects/actual/versions").refused(404, 40401)

    def test_normalize(self, api: Api) -> None:
        spaced = '{"type": "record", "fields": [{"type": "string", "name": "a"}], "name": "R"}'
        api.put("/config/s", {"normalize": True}).ok()
        assert api.registered("s", spaced) == api.registered("s", A) == 1
        api.put("/config/t", {"normalize": False}).ok()

    def test_compatibility_group(self, api: Api) -> None:
        api.put("/config/s", {"compatibilityGroup": "major"}).ok()
        one, two = ({"properties": {"major": number}} for number in ("1", "2"))
        assert api.register("s", A, metadata=one).status == 200
        assert api.register("s", A_AND_MORE, metadata=one).code == 409
        assert api.register("s", A_AND_MORE, metadata=two).status == 200
        assert api.register("s", AB, metadata=one).status == 200

    def test_lenient_policy(self, api: Api) -> None:
        """An optional property may be added to an open object."""
        one = '{"type":"object","properties":{"a":{"type":"string"}}}'
        two = '{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}}}'
        api.registered("s", one, schemaType="JSON")
        assert api.register("s", two, schemaType="JSON").code == 409
        api.put("/config/s", {"compatibilityPolicy": "LENIENT"}).ok()
        assert api.register("s", two, schemaType="JSON").status == 200

    def test_validate_new_schemas(self, api: Api) -> None:
        wrong_default = '{"type":"record","name":"R","fields":[{"name":"a","type":"int","default":"x"}]}'
        assert api.register("s", wrong_default).code == 42201
        api.put("/config/s", {"validateNewSchemas": False}).ok()
        assert api.register("s", wrong_default).status == 200

    def test_validate_fields(self, api: Api) -> None:
        """Fields that the metadata reserves must not come."""
        api.put("/config/s", {"validateFields": True}).ok()
        reserving = {"properties": {"confluent:reserved": "b"}}
        assert api.register("s", A, metadata=reserving).status == 200
        refused = api.register("s", AB, metadata=reserving)
        refused.refused(409, 409)
        assert "FIELD_CONFLICTS_WITH_RESERVED_FIELD" in refused.message
        assert "{validateFields: 'true', compatibility: 'BACKWARD'}" in refused.message
        gone = api.register("s", record("a", "c=y"), metadata={"properties": {}})
        assert "RESERVED_FIELD_REMOVED" in gone.message
        assert api.register("s", record("a", "c=y"), metadata=reserving).status == 200

    def test_default_and_override_metadata(self, api: Api) -> None:
        api.put(
            "/config/s",
            {
                "defaultMetadata": {"properties": {"a": "default", "b": "default", "c": "default"}},
                "overrideMetadata": {"properties": {"c": "override"}},
            },
        ).ok()
        api.registered("s", A, metadata={"properties": {"b": "own", "c": "own"}})
        found = api.get("/subjects/s/versions/1").ok()
        assert found["metadata"] == {"properties": {"a": "default", "b": "own", "c": "override"}}

    def test_default_and_override_rules(self, api: Api) -> None:
        first, second = {**RULE, "name": "first"}, {**RULE, "name": "second"}
        other = {**RULE, "name": "second", "expr": "true"}
        api.put(
            "/config/s", {"defaultRuleSet": {"domainRules": [first]}, "overrideRuleSet": {"domainRules": [other]}}
        ).ok()
        api.registered("s", A, ruleSet={"domainRules": [second]})
        rules = api.get("/subjects/s/versions/1").ok()["ruleSet"]["domainRules"]
        assert [(rule["name"], rule["expr"]) for rule in rules] == [("first", RULE["expr"]), ("second", "true")]

    def test_a_context_hands_its_settings_down(self, api: Api) -> None:
        api.put("/config/:.c:", {"compatibility": "NONE", "defaultMetadata": {"properties": {"a": "b"}}}).ok()
        api.registered(":.c:s", A, A_AND_MORE)
        assert api.get("/subjects/:.c:s/versions/2").ok()["metadata"] == {"properties": {"a": "b"}}
        api.registered("s", A)
        assert api.register("s", A_AND_MORE).code == 409
