"""Integers out of range on every route: no 500, and no SQL in an answer."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from sluicegate.registry_api.app import Application, compose, open_store
from sluicegate.registry_api.core.examination import EngineExaminer
from sluicegate.registry_api.facades.operation import Operation
from sluicegate.registry_api.server_settings import Pool
from sluicegate.shared.formats.catalog import engine
from tests.contracts.subjects.conftest import record
from tests.fakes.api_client import Answer, ApiClient
from tests.fakes.registry_service import settings

INTEGERS = [
    0,
    -1,
    -2,
    2**30,
    2**31 - 1,
    2**31,
    -(2**31),
    -(2**31) - 1,
    2**32,
    2**63 - 1,
    2**63,
    2**64,
    10**30,
    -(10**30),
]
ONE = record("a")
NUMBERED = {"schema_id", "version", "id"}
"""Parameters of paths that are numbers."""
PATIENT = Pool(timeout=60, statement_timeout=60)
PLACES = {"schema_id": "1", "version": "1", "id": "1", "subject": "s", "guid": "none", "context": ".c", "scope": "s"}
NATIVE: Mapping[str, dict[str, Any]] = {
    "registerSchema": {"name": "n", "schema_type": "avro", "specification": ONE},
    "updateSchema": {"specification": ONE},
    "checkCompatibility": {"schema_id": "1", "new_schema": ONE},
    "checkValidity": {"new_schema": ONE, "format": "avro"},
}


@pytest.fixture(scope="module")
def application(module_database_url: str) -> Iterator[Application]:
    """A registry over Postgres, with a subject."""
    chosen = settings(database_url=SecretStr(module_database_url), hot_cache_bytes=0, pool=PATIENT)
    made = compose(chosen, open_store(chosen), EngineExaminer(engine))
    ApiClient(made).post("/subjects/only/versions", json={"schema": ONE})
    ApiClient(made).post("/subjects/s/versions", json={"schema": ONE})
    yield made
    made.close()


@pytest.fixture
def client(application: Application) -> ApiClient:
    """A client of it."""
    return ApiClient(application)


def operations(application: Application) -> Iterator[Operation]:
    """Every operation of every facade but the one that reloads."""
    for facade in application.facades:
        yield from facade.operations


def integers(model: type[BaseModel]) -> list[str]:
    """The names under which a model takes integers."""
    return [field.alias or name for name, field in model.model_fields.items() if "int" in str(field.annotation)]


def requests(operation: Operation, value: int) -> Iterator[dict[str, Any]]:
    """A request for each integer that an operation takes, with that one out of range."""
    path = {name: PLACES.get(name, "s") for name in operation.parameters}
    body = NATIVE.get(operation.name, {"schema": ONE}) if operation.body is not None else None
    for name in NUMBERED & set(path):
        yield {"path": operation.path.format(**{**path, name: str(value)}), "json": body}
    for name in integers(operation.query) if operation.query is not None else ():
        yield {"path": operation.path.format(**path), "query_string": {name: str(value)}, "json": body}
    for name in integers(operation.body) if operation.body is not None else ():
        yield {
            "path": operation.path.format(**path),
            "data": _written({**(body or {}), name: value}),
            "content_type": "application/json",
        }
    if body is not None:
        for reference in (
            {"name": "r", "subject": "s", "version": value},
            {"name": "r", "schema_id": value, "version": 1},
            {"name": "r", "schema_id": 1, "version": value},
        ):
            yield {
                "path": operation.path.format(**path),
                "data": _written({**body, "references": [reference]}),
                "content_type": "application/json",
            }


def _written(body: dict[str, Any]) -> str:
    """JSON with integers of any size."""
    return json.dumps(body)


def require_intelligible(answer: Answer) -> None:
    """No fault of ours, and no word of the database's."""
    assert answer.status_code < 500, answer.text
    assert "sluicegate." not in answer.text, answer.text
    assert "migrate" not in answer.text, answer.text


@pytest.mark.parametrize("value", INTEGERS)
def test_integers_out_of_range_are_refused(application: Application, client: ApiClient, value: int) -> None:
    sent = 0
    for operation in operations(application):
        for request in requests(operation, value):
            require_intelligible(client.open(**request, method=operation.method))
            sent += 1
    assert sent > 60


@pytest.mark.parametrize("value", [*INTEGERS, "x", "1.5", "", "1e3"])
@pytest.mark.parametrize("rest", ["", "/schema", "/subjects", "/versions"])
def test_id_of_no_schema_is_not_found(client: ApiClient, value: int | str, rest: str) -> None:
    """In Confluent's words, for every number."""
    answer = client.get(f"/schemas/ids/{value}{rest}")
    assert answer.status_code == 404
    if str(value).lstrip("-").isdecimal():
        assert answer.json["error_code"] == 40403


@pytest.mark.parametrize("value", INTEGERS)
def test_version_that_cannot_be_is_named_in_confluents_words(client: ApiClient, value: int) -> None:
    answer = client.get(f"/subjects/only/versions/{value}")
    if value == -1:
        assert answer.json["version"] == 1
    elif 1 < value < 2**31:
        assert answer.json["error_code"] == 40402
    else:
        assert (answer.status_code, answer.json["error_code"]) == (422, 42202)


@pytest.mark.parametrize("field", ["id", "version"])
@pytest.mark.parametrize("mode", ["READWRITE", "IMPORT"])
@pytest.mark.parametrize("value", [each for each in INTEGERS if not -(2**31) <= each < 2**31])
def test_registration_out_of_range_is_422(client: ApiClient, field: str, mode: str, value: int) -> None:
    subject = f"{field}-{mode}".lower()
    client.put(f"/mode/{subject}", json={"mode": mode})
    body = {"schema": ONE, "id": 1, "version": 1} if mode == "IMPORT" else {"schema": ONE}
    answer = client.post(
        f"/subjects/{subject}/versions", data=_written({**body, field: value}), content_type="application/json"
    )
    assert answer.status_code == 422, answer.text
    assert field in answer.json["message"].lower()
