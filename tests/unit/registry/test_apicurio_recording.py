"""The recorded requests and messages of Apicurio's serializers 1.3.2, without Java.

`tests/acceptance/clients/test_apicurio.py` makes the recording with the real client.
"""

import json
from typing import Any

import pytest

from sluicegate.shared.formats.catalog import engine
from tests.docs.import_map import ROOT
from tests.fakes.registry_service import Service

RECORDING: dict[str, list[dict[str, Any]]] = json.loads(
    (ROOT / "tests" / "acceptance" / "clients" / "apicurio_recording.json").read_text(encoding="utf-8")
)
PEOPLE = '{"$schema":"http://json-schema.org/draft-07/schema#","type":"object","properties":{"id":{"type":"integer"}}}'


@pytest.mark.parametrize("prefix", ["", "/api"])
def test_the_recorded_requests_have_the_recorded_statuses(prefix: str) -> None:
    client = Service(engine=engine).client
    named = {"X-Registry-ArtifactId": "people-value", "X-Registry-ArtifactType": "JSON"}
    assert client.post(f"{prefix}/artifacts", data=PEOPLE, headers=named).json["globalId"] == 1
    seen = []
    for each in RECORDING["requests"]:
        headers = {name: value for name, value in each["headers"].items() if name != "Content-Type"}
        answer = client.open(
            prefix + each["path"],
            method=each["method"],
            data=each["body"] or None,
            headers=headers,
            content_type=each["headers"].get("Content-Type"),
        )
        assert answer.status_code == each["status"], (each["method"], each["path"], answer.data)
        if answer.status_code == 404:
            assert set(answer.json) == {"error_code", "message"}
        seen.append((each["method"], each["path"].partition("?")[0]))
        if each["path"].endswith("orders-value/meta") and answer.status_code == 200:
            assert (answer.json["version"], answer.json["globalId"]) == (1, 2)
    assert {("GET", "/ids/2"), ("PUT", "/artifacts/orders-value"), ("POST", "/artifacts")} <= set(seen)


def test_the_recorded_requests_are_of_all_strategies() -> None:
    methods = [(each["method"], "meta" in each["path"]) for each in RECORDING["requests"]]
    assert methods.count(("POST", True)) == 2
    assert ("PUT", False) in methods
    assert ("POST", False) in methods
