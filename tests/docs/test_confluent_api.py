"""docs/reference/confluent-api.md names the routes and parameters that are served, and no other."""

import re
from collections.abc import Iterator

import pytest

from sluicegate.registry_api.facades.operation import Operation
from tests.docs.pages import rows, section
from tests.fakes.registry_service import Service

PAGE = "confluent-api.md"
STATES = {"supported", "answers empty"}


def operations() -> Iterator[Operation]:
    for facade in Service().application.facades:
        if facade.name == "confluent":
            yield from facade.operations


SERVED = {f"{operation.method} {operation.path}": operation for operation in operations()}


def parameters(operation: Operation) -> set[str]:
    fields = operation.query.model_fields.items() if operation.query else ()
    return {field.alias or name for name, field in fields}


def test_each_route_has_a_row() -> None:
    assert set(rows(section(PAGE, "Routes"))) == set(SERVED)


@pytest.mark.parametrize("route", SERVED)
def test_each_parameter_of_a_route_is_named(route: str) -> None:
    state, effective, without, _ = rows(section(PAGE, "Routes"))[route]
    assert state in STATES
    named = [*re.findall(r"`(\w+)`", effective), *re.findall(r"`(\w+)`", without)]
    assert set(named) == parameters(SERVED[route])
    assert len(named) == len(set(named))


def test_what_is_said_to_answer_empty_does() -> None:
    client = Service().client
    for route, (state, *_) in rows(section(PAGE, "Routes")).items():
        if state == "answers empty":
            path = re.sub(r"{\w+}", "x", route.removeprefix("GET "))
            assert client.get(path).json == []


@pytest.mark.parametrize("route", rows(section(PAGE, "Not now")))
def test_what_is_said_not_to_be_there_is_not(route: str) -> None:
    method, _, path = route.partition(" ")
    assert route not in SERVED
    client = Service().client
    for prefix in ("", "/confluent"):
        answer = client.open(prefix + re.sub(r"{\w+}", "1", path), method=method, json={} if method != "GET" else None)
        assert answer.status_code in {404, 405}, answer.data
        assert set(answer.json) == {"error_code", "message"}


def test_each_reason_is_given() -> None:
    assert all(reason for (reason,) in rows(section(PAGE, "Not now")).values())
