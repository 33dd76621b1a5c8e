"""The commands of IBM's page "Schema Registry REST API", unchanged, with a real registry and keys.

On the page some options begin with an en dash, which no shell reads: they are typed with a hyphen here.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.secured_registry import CLUSTER, secured

if shutil.which("curl") is None:
    pytest.skip("curl is not installed: the commands of IBM's page are not run", allow_module_level=True)

SCHEMA = (
    '{"type":"record","name":"Citizen","fields":[{"name": "firstName","type":"string"},{"name":"lastName","type":"string"},'
    '{"name":"age","type":"int"},{"name":"phoneNumber","type":"string"}]}'
)
CREATE = f"curl -u token:$APIKEY -H 'Content-Type: application/json' -H 'X-Registry-ArtifactId: my-schema' $URL/artifacts -d '{SCHEMA}'"
LIST = "curl -u token:$APIKEY $URL/artifacts"
WITH_TOKEN = 'curl -H "Authorization: Bearer $APIKEY" $URL/artifacts'
DELETE = "curl -u token:$APIKEY -X DELETE $URL/artifacts/my-schema"
ADD_VERSION = (
    f"curl -u token:$APIKEY -H 'Content-Type: application/json' $URL/artifacts/my-schema/versions -d '{SCHEMA}'"
)
GET = "curl -u token:$APIKEY $URL/artifacts/my-schema"
GET_VERSION = "curl -u token:$APIKEY $URL/artifacts/my-schema/versions/3"
LIST_VERSIONS = "curl -u token:$APIKEY $URL/artifacts/my-schema/versions"
DELETE_VERSION = "curl -u token:$APIKEY -X DELETE $URL/artifacts/my-schema/versions/3"
PUT_GLOBAL_RULE = (
    """curl -u token:$APIKEY -X PUT $URL/rules/COMPATIBILITY -d '{"type":"COMPATIBILITY","config":"BACKWARD"}'"""
)
GET_GLOBAL_RULE = "curl -u token:$APIKEY $URL/rules/COMPATIBILITY"
ADD_RULE = """curl -u token:$APIKEY $URL/artifacts/my-schema/rules -d '{"type":"COMPATIBILITY","config":"FORWARD"}'"""
GET_RULE = "curl -u token:$APIKEY $URL/artifacts/my-schema/rules/COMPATIBILITY"
PUT_RULE = """curl -u token:$APIKEY -X PUT $URL/artifacts/my-schema/rules/COMPATIBILITY -d '{"type":"COMPATIBILITY","config":"BACKWARD"}'"""
DELETE_RULE = "curl -u token:$APIKEY -X DELETE $URL/artifacts/my-schema/rules/COMPATIBILITY"

FIELDS = {"id", "type", "version", "createdBy", "createdOn", "modifiedBy", "modifiedOn", "globalId"}


@dataclass(frozen=True)
class Shell:
    """A shell with the variables of the page."""

    url: str
    key: str

    def run(self, command: str) -> tuple[int, str]:
        """Run a command, and return the status and the body of the answer."""
        environment = {"PATH": os.defpath, "URL": self.url, "APIKEY": self.key}
        done = subprocess.run(
            ["sh", "-c", command.replace("curl ", "curl -sS -w '\\n%{http_code}' ", 1)],
            env=environment, capture_output=True, text=True, check=True, timeout=60,
        )  # fmt: skip
        body, _, status = done.stdout.rpartition("\n")
        return int(status), body

    def json(self, command: str) -> Any:
        """Run a command whose answer has status 200 and a JSON body."""
        status, body = self.run(command)
        assert status == 200, body
        return json.loads(body)


@pytest.fixture
def shell(database_url: str, tmp_path: Path) -> Iterator[Shell]:
    with secured(database_url, tmp_path, SLUICEGATE_REGISTRY_PROFILE="event-streams") as registry:
        yield Shell(registry.url, registry.key(("manager", CLUSTER)))


def test_each_command_of_ibms_page_has_the_answer_of_the_page(shell: Shell) -> None:
    assert shell.json(GET_GLOBAL_RULE) == {"type": "COMPATIBILITY", "config": "NONE"}
    created = shell.json(CREATE)
    assert set(created) == FIELDS
    assert (created["id"], created["type"], created["version"], created["createdBy"]) == ("my-schema", "AVRO", 1, "")
    assert created["createdOn"] == created["modifiedOn"] > 1_579_267_788_258
    assert shell.run(CREATE)[0] == 409
    assert shell.json(LIST) == shell.json(WITH_TOKEN) == ["my-schema"]

    added = [shell.json(ADD_VERSION) for _ in range(2)]
    assert [each["version"] for each in added] == [2, 3]
    assert set(added[0]) == FIELDS
    assert shell.run(GET) == (200, SCHEMA)
    assert shell.run(GET_VERSION) == (200, SCHEMA)
    assert shell.json(LIST_VERSIONS) == [1, 2, 3]
    assert shell.run(DELETE_VERSION) == (204, "")
    assert shell.json(LIST_VERSIONS) == [1, 2]

    assert shell.json(PUT_GLOBAL_RULE) == {"type": "COMPATIBILITY", "config": "BACKWARD"}
    assert shell.json(GET_GLOBAL_RULE) == {"type": "COMPATIBILITY", "config": "BACKWARD"}
    assert shell.run(ADD_RULE) == (204, "")
    assert shell.json(GET_RULE) == {"type": "COMPATIBILITY", "config": "FORWARD"}
    assert shell.json(PUT_RULE) == {"type": "COMPATIBILITY", "config": "BACKWARD"}
    assert shell.run(DELETE_RULE) == (204, "")
    status, body = shell.run(GET_RULE)
    assert (status, json.loads(body)["error_code"]) == (404, 404)

    assert shell.run(DELETE) == (204, "")
    status, body = shell.run(GET)
    assert status == 404
    assert json.loads(body) == {"error_code": 404, "message": "No artifact with id 'my-schema' could be found."}
