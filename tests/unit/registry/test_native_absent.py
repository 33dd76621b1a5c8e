"""The native API over HTTP: schemas and versions that do not exist."""

from typing import Any

import pytest

from tests.fakes.registry_service import FIELDS, Service

HUGE = "9" * 40

MISSING = [
    ("PUT", "/schemas/{id}", "Schema with id={id} doesn't exist"),
    ("DELETE", "/schemas/{id}", "Schema with id={id} doesn't exist"),
    ("GET", "/schemas/{id}", "Schema with id={id} is not registered"),
    ("GET", "/schemas/{id}/versions", "Schema with id={id} is not registered"),
    ("GET", "/schemas/{id}/versions/all", "Schema with id={id} is not registered"),
    ("GET", "/schemas/{id}/versions/latest", "Schema with id={id} is not registered"),
]


def send(service: Service, method: str, path: str, **fields: Any) -> Any:
    body = {"specification": FIELDS, **fields} if method in {"PUT", "POST"} else None
    return service.client.open(path, method=method, json=body)


@pytest.mark.parametrize("schema_id", ["7", "abc", "0", "-1", "1.0", HUGE, "1'--", "%00", "²", "1 or 1=1"])
@pytest.mark.parametrize(("method", "path", "message"), MISSING)
def test_a_schema_that_is_not_there(service: Service, method: str, path: str, message: str, schema_id: str) -> None:
    service.register()
    answer = send(service, method, path.format(id=schema_id))
    shown = "\0" if schema_id == "%00" else schema_id
    assert (answer.status_code, answer.json) == (404, {"message": message.format(id=shown)})


@pytest.mark.parametrize(("method", "path", "message"), [row for row in MISSING if not row[1].endswith("/all")])
def test_a_schema_that_was_deleted(service: Service, method: str, path: str, message: str) -> None:
    service.register()
    service.client.delete("/schemas/1")
    answer = send(service, method, path.format(id=1))
    assert (answer.status_code, answer.json) == (404, {"message": message.format(id=1)})


VERSION_PATHS = [
    ("GET", "/schemas/{}/versions/{}", "is not registered"),
    ("GET", "/schemas/{}/versions/{}/spec", "is not registered"),
    ("DELETE", "/schemas/{}/versions/{}", "doesn't exist"),
]


@pytest.mark.parametrize("address", [("1", "2"), ("2", "1"), ("1", "0"), ("1", "-1"), (HUGE, "1"), ("1", HUGE)])
@pytest.mark.parametrize(("method", "path", "absent"), VERSION_PATHS)
def test_a_version_that_is_not_there(
    service: Service, method: str, path: str, absent: str, address: tuple[str, str]
) -> None:
    service.register()
    answer = send(service, method, path.format(*address))
    message = f"Schema with id={address[0]} and version={address[1]} {absent}"
    assert (answer.status_code, answer.json) == (404, {"message": message})


@pytest.mark.parametrize("address", [("abc", "1"), ("1", "abc"), ("1", "1;drop table x"), ("1", "1.0"), ("1", "٣")])
@pytest.mark.parametrize(("method", "path", "absent"), VERSION_PATHS)
def test_a_version_that_is_not_a_number(
    service: Service, method: str, path: str, absent: str, address: tuple[str, str]
) -> None:
    service.register()
    answer = send(service, method, path.format(*address))
    message = f"Id={address[0]} and/or version={address[1]} are not of supported data types"
    assert (answer.status_code, answer.json) == (422, {"message": message})


@pytest.mark.parametrize(("method", "path", "absent"), VERSION_PATHS)
def test_a_version_that_was_deleted(service: Service, method: str, path: str, absent: str) -> None:
    service.register()
    service.client.delete("/schemas/1/versions/1")
    assert send(service, method, path.format(1, 1)).status_code == 404
