"""References over HTTP: requests, answers, and every refusal."""

import base64
from typing import Any

import pytest

from sluicegate.shared.model import SchemaFormat
from tests.fakes.registry_service import Service
from tests.fakes.schema_engine import CompilingLineEngine

COMMON = {"name": "common", "schema_id": "1", "version": "1"}
HUGE = "9" * 5000


@pytest.fixture
def service() -> Service:
    """A registry with one schema."""
    found = Service()
    found.register("a:int")
    return found


def refer(service: Service, references: Any, text: str = "b:int\n+common", **fields: Any) -> Any:
    return service.register(text, references=references, **fields)


def everywhere(service: Service, references: Any) -> list[Any]:
    """The answers of all four operations that take references."""
    return [
        refer(service, references),
        service.client.put("/schemas/1", json={"specification": "a:int", "references": references}),
        service.client.post(
            "/check/compatibility", json={"schema_id": "1", "new_schema": "a:int", "references": references}
        ),
        service.client.post(
            "/check/validity", json={"new_schema": "a:int", "format": "json", "references": references}
        ),
    ]


def test_references_come_back_in_every_answer_that_shows_the_version(service: Service) -> None:
    answer = refer(service, [{"name": "x", "schema_id": 1, "version": 1}, COMMON])
    assert answer.status_code == 201
    expected = [COMMON, {"name": "x", "schema_id": "1", "version": "1"}]
    for path in ("/schemas/2/versions/1", "/schemas/2/versions/latest"):
        assert service.client.get(path).json["references"] == expected
    for path in ("/schemas/2", "/schemas/2/versions", "/schemas/2/versions/all"):
        assert service.client.get(path).json["schemas"][0]["references"] == expected
    for path in ("/schemas", "/schemas/all", "/schemas/search"):
        assert [each["schemas"][0]["references"] for each in service.client.get(path).json] == [[], expected]


@pytest.mark.parametrize("none", [None, []])
def test_no_references_may_be_said_in_several_ways(service: Service, none: Any) -> None:
    assert refer(service, none, "b:int").status_code == 201
    assert service.client.get("/schemas/2/versions/1").json["references"] == []


def test_a_check_reads_what_the_text_refers_to(service: Service) -> None:
    refer(service, [COMMON])
    validity = {"new_schema": "+common", "format": "json"}
    assert service.client.post("/check/validity", json=validity).status_code == 409
    assert service.client.post("/check/validity", json={**validity, "references": [COMMON]}).json is True
    compatibility = {"schema_id": "2", "new_schema": "+common"}
    assert service.client.post("/check/compatibility", json=compatibility).status_code == 409
    assert service.client.post("/check/compatibility", json={**compatibility, "references": [COMMON]}).json is True


@pytest.mark.parametrize(
    ("references", "path", "words"),
    [
        ("common", "references", "must be a list"),
        ({"name": "common"}, "references", "must be a list"),
        (["common"], "references.0", "must be an object"),
        ([COMMON, {}], "references.1.name", "is missing"),
        ([{**COMMON, "name": ""}], "references.0.name", "must not be empty"),
        ([{**COMMON, "name": 1}], "references.0.name", "must be a string"),
        ([{**COMMON, "name": "a\0"}], "references.0.name", "must not contain a NUL character"),
        ([{**COMMON, "name": "x" * 513}], "references.0.name", "must have at most 512 characters"),
        ([{**COMMON, "schema_id": "one"}], "references.0.schema_id", "must be a number, not 'one'"),
        ([{**COMMON, "schema_id": -1}], "references.0.schema_id", "must be a number, not '-1'"),
        ([{**COMMON, "version": "latest"}], "references.0.version", "must be a number, not 'latest'"),
        ([{**COMMON, "version": "1\n"}], "references.0.version", "must be a number"),
        ([{**COMMON, "version": True}], "references.0.version", "must be a string"),
        ([{**COMMON, "version": "2"}], "references.0.version", "Schema 1 version 2 is not registered"),
        ([{**COMMON, "version": "0"}], "references.0.version", "Schema 1 version 0 is not registered"),
        ([{**COMMON, "schema_id": "7"}], "references.0.version", "Schema 7 version 1 is not registered"),
        ([{**COMMON, "schema_id": HUGE}], "references.0.version", "is not registered"),
        ([{**COMMON, "version": HUGE}], "references.0.version", "is not registered"),
        ([{**COMMON, "name": f"{n}"} for n in range(101)], "references", "must have at most 100 entries"),
    ],
)  # fmt: skip
def test_references_that_cannot_be_are_refused_by_every_operation(
    service: Service, references: Any, path: str, words: str
) -> None:
    for answer in everywhere(service, references):
        assert answer.status_code == 400
        assert answer.json["message"].startswith("Bad request: ")
        assert path in [each["path"] for each in answer.json["errors"]]
        assert words in answer.json["message"]


def test_a_name_that_is_given_twice_is_refused(service: Service) -> None:
    answer = refer(service, [COMMON, COMMON])
    assert answer.status_code == 400
    assert answer.json["errors"] == [
        {
            "path": "references.1.name",
            "code": "repeated",
            "message": "The name 'common' is given to two references",
        }
    ]


def test_a_deactivated_version_cannot_be_referred_to(service: Service) -> None:
    service.update(1, "a:int\nb:int?")
    service.client.delete("/schemas/1/versions/1")
    answer = refer(service, [COMMON])
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (400, "deactivated")


def test_a_schema_of_another_format_cannot_be_referred_to(service: Service) -> None:
    answer = refer(service, [COMMON], schema_type="avro")
    assert (answer.status_code, answer.json["errors"][0]["path"]) == (400, "references.0.schema_id")
    assert "Schema 1 version 1 is json" in answer.json["message"]


def test_a_cycle_is_refused(service: Service) -> None:
    refer(service, [COMMON])
    body = {
        "specification": "a:int\n+x",
        "references": [{"name": "x", "schema_id": "2", "version": "1"}],
    }
    answer = service.client.put("/schemas/1", json=body)
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (400, "circular")
    assert (
        answer.json["message"]
        == "Bad request: Schema 2 version 1 leads back to schema 1, and no schema may depend on itself"
    )


def test_a_reference_that_is_deleted_at_the_same_moment_is_refused(service: Service) -> None:
    service.store.before_write = lambda: service.store.deactivate_elsewhere(1, 1)
    answer = refer(service, [COMMON])
    assert answer.status_code == 400
    assert answer.json == {
        "message": "Bad request: Schema 1 version 1 is not active, so it cannot be referred to",
        "errors": [
            {
                "path": "references",
                "code": "deactivated",
                "message": "Schema 1 version 1 is not active, so it cannot be referred to",
            }
        ],
    }


@pytest.mark.parametrize("path", ["/schemas/1", "/schemas/1/versions/1"])
def test_what_is_referred_to_is_not_deleted_and_every_referrer_is_named(service: Service, path: str) -> None:
    refer(service, [COMMON])
    answer = service.client.delete(path)
    assert answer.status_code == 409
    assert answer.json == {
        "message": "Active versions refer to it",
        "errors": [
            {
                "path": "/schemas/2/versions/1",
                "code": "referenced",
                "message": "Schema 2 version 1 refers to version 1 as 'common'. Deactivate it first",
            }
        ],
    }
    assert service.client.get("/schemas/1/versions/1").status_code == 200
    assert service.client.delete("/schemas/2").status_code == 200
    assert service.client.delete(path).status_code == 200


def test_an_artifact_is_in_answers_about_one_version_only() -> None:
    engine = CompilingLineEngine(SchemaFormat.JSON)
    service = Service(engine=lambda _: engine)
    service.register("a:int")
    expected = base64.b64encode(b"compiled:a:int").decode()
    assert service.client.get("/schemas/1/versions/1").json["artifact"] == expected
    assert service.client.get("/schemas/1/versions/latest").json["artifact"] == expected
    assert "artifact" not in service.client.get("/schemas/1").json["schemas"][0]
    assert "artifact" not in service.client.get("/schemas").json[0]["schemas"][0]
