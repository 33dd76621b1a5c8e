"""Differences of two versions over HTTP."""

import json
from typing import Any

import pytest

from sluicegate.shared.formats import catalog
from tests.fakes.registry_service import Service

MODES = (
    "NONE", "BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE",
)  # fmt: skip


def avro(*fields: dict[str, Any]) -> str:
    return json.dumps({"type": "record", "name": "Order", "fields": list(fields)})


ID = {"name": "id", "type": "long"}
NOTE = {"name": "note", "type": "string"}
OPTIONAL = {"name": "note", "type": "string", "default": ""}


def registered(*texts: str) -> Service:
    service = Service(engine=catalog.engine)
    service.client.put("/config/orders", json={"compatibility": "NONE"})
    for text in texts:
        answer = service.client.post("/subjects/orders/versions", json={"schema": text})
        assert answer.status_code == 200, answer.text
    return service


@pytest.mark.parametrize(
    ("added", "refused"),
    [
        (OPTIONAL, set()),
        (NOTE, {"BACKWARD", "BACKWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE"}),
    ],
)
def test_each_mode_has_a_verdict(added: dict[str, Any], refused: set[str]) -> None:
    service = registered(avro(ID), avro(ID, added))
    found = service.client.get("/schemas/1/versions/1/diff/2").json
    assert (found["schema_id"], found["old_version"], found["new_version"]) == ("1", "1", "2")
    assert (found["added"], found["removed"]) == (["note"], [])
    assert found["verdicts"] == {mode: mode not in refused for mode in MODES}
    assert {each["direction"] for each in found["changes"]} == ({"backward"} if refused else set())


def test_subject_has_the_same_answer_under_its_name() -> None:
    service = registered(avro(ID, NOTE), avro(ID))
    found = service.client.get("/subjects/orders/versions/1/diff/latest").json
    assert (found["subject"], found["old_version"], found["new_version"]) == ("orders", 1, 2)
    assert found["removed"] == ["note"]
    assert found["verdicts"]["BACKWARD"]
    assert not found["verdicts"]["FORWARD"]
    (change,) = found["changes"]
    assert change["direction"] == "forward"
    assert change["message"]


def test_version_compared_with_itself_has_no_differences() -> None:
    found = registered(avro(ID)).client.get("/schemas/1/versions/1/diff/1").json
    assert (found["changes"], all(found["verdicts"].values())) == ([], True)


def test_changed_format_breaks_both_directions() -> None:
    service = registered(avro(ID))
    service.client.post("/subjects/orders/versions", json={"schema": '{"type":"object"}', "schemaType": "JSON"})
    found = service.client.get("/subjects/orders/versions/1/diff/2").json
    assert {each["code"] for each in found["changes"]} == {"FORMAT_CHANGED"}
    assert [mode for mode, fine in found["verdicts"].items() if fine] == ["NONE"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/schemas/1/versions/1/diff/9", 404),
        ("/schemas/9/versions/1/diff/1", 404),
        ("/schemas/1/versions/1/diff/x", 422),
        ("/subjects/orders/versions/1/diff/9", 404),
        ("/subjects/absent/versions/1/diff/1", 404),
        ("/subjects/orders/versions/1/diff/x", 422),
    ],
)
def test_absent_versions_are_refused(path: str, status: int) -> None:
    assert registered(avro(ID)).client.get(path).status_code == status
