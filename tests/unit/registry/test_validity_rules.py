"""The rule VALIDITY: one setting of the core, which each API obeys, for each format."""

import json

import pytest

from sluicegate.shared.formats.catalog import engine
from tests.fakes.api_client import Answer
from tests.fakes.registry_service import Service

XSD = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{}</xs:schema>'
TEXTS: dict[str, tuple[str, str, str]] = {
    "AVRO": ('"string"', '{"type":"record","name":"A","fields":[{"name":"x","type":"int","default":"a"}]}', '{"type":'),
    "JSON": ('{"type":"object"}', '{"type":"nonsense"}', '{"type":'),
    "PROTOBUF": ('syntax = "proto3"; message A { }', "// nothing\n", "message A {"),
    "XML": (XSD.format('<xs:element name="a"/>'), XSD.format('<xs:element name="a" type="Money"/>'), "<xs:schema"),
    "CSV": (
        "version 1.2\n@totalColumns 1\na: notEmpty\n",
        "version 1.2\n@totalColumns 2\na: notEmpty\n",
        "version 1.2\n@no",
    ),
    "TABLE": ('{"table":"a","columns":{"a":"int"}}', '{"table":"a","columns":{"a":"STRING"}}', '{"table":'),
}
"""For each format: a valid text, one that only parses, and one that does not."""
ACCEPTED = {"FULL": 1, "SYNTAX_ONLY": 2, "NONE": 3}
"""How many of the three each mode accepts."""
MODES_OF_ALL = '{"type":"COMPATIBILITY","config":"NONE"}'


@pytest.fixture
def service() -> Service:
    made = Service(engine=engine)
    made.client.put("/rules/COMPATIBILITY", data=MODES_OF_ALL)
    return made


def rule(mode: str) -> str:
    return json.dumps({"type": "VALIDITY", "config": mode})


def set_rule(service: Service, mode: str) -> None:
    assert service.client.put("/rules/VALIDITY", data=rule(mode)).status_code == 200


def by_artifact(service: Service, kind: str, text: str, number: int) -> Answer:
    named = {"XML": "XSD"}.get(kind, kind)
    headers = {"X-Registry-ArtifactId": f"a{number}", "X-Registry-ArtifactType": named}
    return service.client.post("/artifacts", data=text, headers=headers)


def by_subject(service: Service, kind: str, text: str, number: int) -> Answer:
    return service.client.post(f"/subjects/s{number}/versions", json={"schemaType": kind, "schema": text})


def by_number(service: Service, kind: str, text: str, number: int) -> Answer:
    body = {"name": f"n{number}", "schema_type": kind.lower(), "specification": text}
    return service.client.post("/schemas", json=body)


@pytest.mark.parametrize("mode", ACCEPTED)
@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("register", [by_artifact, by_subject, by_number])
def test_a_mode_accepts_the_same_texts_through_each_api(
    service: Service, register: object, kind: str, mode: str
) -> None:
    assert callable(register)
    set_rule(service, mode)
    statuses = [register(service, kind, text, number).status_code for number, text in enumerate(TEXTS[kind])]
    accepted = ACCEPTED[mode]
    assert all(status in {200, 201} for status in statuses[:accepted]), statuses
    assert all(status in {400, 422} for status in statuses[accepted:]), statuses


def test_both_rules_of_all_artifacts_are_listed_and_have_their_defaults(service: Service) -> None:
    client = service.client
    assert client.get("/rules").json == ["COMPATIBILITY", "VALIDITY"]
    assert client.get("/rules/VALIDITY").json == json.loads(rule("FULL"))
    assert client.post("/rules", data=rule("NONE")).status_code == 204
    assert client.post("/rules", data=rule("FULL")).status_code == 409
    assert client.get("/rules/validity").json == json.loads(rule("NONE"))
    assert client.get("/rules/COMPATIBILITY").json == json.loads(MODES_OF_ALL)
    assert client.delete("/rules/VALIDITY").status_code == 204
    assert client.get("/rules/VALIDITY").json == json.loads(rule("FULL"))
    assert client.get("/rules/COMPATIBILITY").json == json.loads(MODES_OF_ALL)


def test_the_rule_of_an_artifact_goes_before_the_one_of_all(service: Service) -> None:
    valid, parses, _ = TEXTS["AVRO"]
    client, path = service.client, "/artifacts/a0/rules"
    by_artifact(service, "AVRO", valid, 0)
    assert client.get(f"{path}/VALIDITY").status_code == 404
    assert client.put(f"{path}/VALIDITY", data=rule("NONE")).status_code == 404
    assert client.post(path, data=rule("SYNTAX_ONLY")).status_code == 204
    assert client.get(path).json == ["VALIDITY"]
    assert client.get(f"{path}/VALIDITY").json == json.loads(rule("SYNTAX_ONLY"))
    assert client.post("/artifacts/a0/versions", data=parses).status_code == 200
    assert client.put(f"{path}/VALIDITY", data=rule("FULL")).json == json.loads(rule("FULL"))
    assert client.post("/artifacts/a0/versions", data=parses.replace('"x"', '"y"')).status_code == 422
    assert client.post(path, data=MODES_OF_ALL).status_code == 204
    assert client.get(path).json == ["COMPATIBILITY", "VALIDITY"]
    assert client.delete(path).status_code == 204
    assert client.get(path).json == []


def test_confluents_configuration_does_not_show_it_and_keeps_it(service: Service) -> None:
    by_artifact(service, "AVRO", TEXTS["AVRO"][0], 0)
    client, path = service.client, "/artifacts/a0/rules"
    client.post(path, data=rule("NONE"))
    assert client.get("/config/a0").status_code == 404
    assert [each["scope"] for each in client.get("/settings").json] == [""]
    client.put("/config/a0", json={"normalize": True})
    assert client.get("/config/a0").json == {"normalize": True}
    client.delete("/config/a0")
    assert client.get(f"{path}/VALIDITY").json == json.loads(rule("NONE"))


def test_the_native_mode_of_a_schema_is_its_rule(service: Service) -> None:
    client = service.client
    body = {"name": "n", "schema_type": "avro", "specification": TEXTS["AVRO"][0], "validity_mode": "syntax-only"}
    number = client.post("/schemas", json=body).json["identification"]
    assert client.get("/artifacts/n/rules/VALIDITY").json == json.loads(rule("SYNTAX_ONLY"))
    client.put("/artifacts/n/rules/VALIDITY", data=rule("NONE"))
    assert client.get(f"/schemas/{number}").json["validity_mode"] == "NONE"
    client.delete("/artifacts/n/rules")
    assert client.get(f"/schemas/{number}").json["validity_mode"] == "FULL"
    set_rule(service, "SYNTAX_ONLY")
    assert client.get(f"/schemas/{number}").json["validity_mode"] == "SYNTAX_ONLY"
    checked = client.post("/check/validity", json={"new_schema": TEXTS["AVRO"][1], "format": "avro"})
    assert checked.status_code == 200


def test_a_text_that_does_not_parse_is_found_and_compared(service: Service) -> None:
    set_rule(service, "NONE")
    client, broken = service.client, TEXTS["AVRO"][2]
    assert by_subject(service, "AVRO", broken, 0).json["id"] == 1
    assert by_subject(service, "AVRO", broken, 0).json["id"] == 1
    assert client.post("/subjects/s0", json={"schema": broken}).json["version"] == 1
    assert client.get("/artifacts/s0").data.decode() == broken
    checked = client.post("/compatibility/subjects/s0/versions/latest", json={"schema": '"string"'})
    assert checked.json == {"is_compatible": True}
    client.put("/config", json={"compatibility": "BACKWARD"})
    checked = client.post("/compatibility/subjects/s0/versions/latest?verbose=true", json={"schema": '"string"'})
    assert checked.json["is_compatible"] is False
    assert by_subject(service, "AVRO", '"string"', 0).status_code == 409


@pytest.mark.parametrize(
    "body", ['{"type":"VALIDITY","config":"BACKWARD"}', '{"type":"COMPATIBILITY","config":"SYNTAX_ONLY"}']
)
def test_the_setting_of_another_rule_is_refused_with_its_own_settings(service: Service, body: str) -> None:
    kind = json.loads(body)["type"]
    answer = service.client.put(f"/rules/{kind}", data=body)
    assert answer.status_code == 400
    assert "NONE" in answer.json["message"]
    assert service.client.get("/rules/VALIDITY").json["config"] == "FULL"


@pytest.mark.parametrize("setting", ["X", None, ["NONE"], 1])
@pytest.mark.parametrize(("kind", "last"), [("VALIDITY", "SYNTAX_ONLY, FULL"), ("COMPATIBILITY", "FULL_TRANSITIVE")])
def test_an_unknown_setting_is_refused_with_those_of_its_rule(
    service: Service, kind: str, last: str, setting: object
) -> None:
    answer = service.client.put(f"/rules/{kind}", data=json.dumps({"type": kind, "config": setting}))
    assert answer.status_code == 400
    assert answer.json["message"].endswith(last)
    assert "enum" not in answer.json["message"]


@pytest.mark.parametrize("scope", [":.:", ":.", ":.q:", ":.__GLOBAL:"])
def test_a_scope_is_no_artifact_with_rules(service: Service, scope: str) -> None:
    client, path = service.client, f"/artifacts/{scope}/rules"
    for artifact in ("a", ":.q:a"):
        client.post("/artifacts", data=TEXTS["AVRO"][0], headers={"X-Registry-ArtifactId": artifact})
    before = client.get("/settings?subjectPrefix=:*:").json
    answers = [
        client.post(path, data=rule("NONE")),
        client.put(f"{path}/VALIDITY", data=rule("NONE")),
        client.delete(f"{path}/COMPATIBILITY"),
        client.delete(path),
    ]
    assert [each.status_code for each in answers] == [404] * 4
    assert client.get("/settings?subjectPrefix=:*:").json == before
    assert client.get("/rules/VALIDITY").json == json.loads(rule("FULL"))


def test_removing_no_rules_needs_a_writable_artifact(service: Service) -> None:
    by_artifact(service, "AVRO", TEXTS["AVRO"][0], 0)
    assert service.client.delete("/artifacts/a0/rules").status_code == 204
    service.client.put("/mode/a0", json={"mode": "READONLY"})
    assert service.client.delete("/artifacts/a0/rules").status_code == 422


def test_a_protobuf_text_of_comments_is_kept_as_it_was_sent(service: Service) -> None:
    set_rule(service, "NONE")
    assert by_artifact(service, "PROTOBUF", "// nothing\n", 0).status_code == 200
    assert service.client.get("/artifacts/a0").data.decode() == "// nothing\n"
