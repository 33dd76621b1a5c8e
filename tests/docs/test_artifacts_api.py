"""docs/reference/artifacts-api.md has each route, and its examples have the answers that the page shows."""

import json
import re
import shlex
from collections.abc import Iterator

import pytest

from sluicegate.shared.formats.catalog import engine
from tests.docs.import_map import ROOT
from tests.docs.pages import rows, section
from tests.fakes.api_client import Answer
from tests.fakes.registry_service import Service

PAGE = "artifacts-api.md"
TEXT = (ROOT / "docs" / "reference" / PAGE).read_text(encoding="utf-8")
TIMES = re.compile(r'"(createdOn|modifiedOn)":\d+')


def operations() -> set[str]:
    facade = next(each for each in Service().application.facades if each.name == "artifacts")
    return {f"{operation.method} {operation.path}" for operation in facade.operations}


def examples() -> Iterator[tuple[str, str]]:
    """Each command of the page with the answer below it; an empty one for no body."""
    for block in re.findall(r"```console\n(.*?)```", TEXT, re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, answer = part.partition("\n")
            yield command, answer.strip()


def run(service: Service, command: str) -> Answer:
    words = iter(shlex.split(command)[1:])
    method, path, data, headers = "", "", None, {}
    for word in words:
        match word:
            case "-u":
                next(words)
            case "-H":
                name, _, value = next(words).partition(": ")
                headers[name] = value
            case "-X":
                method = next(words)
            case "-d":
                data = next(words)
            case _:
                path = word.removeprefix("$URL")
    default = "GET" if data is None else "POST"
    return service.client.open(path, method=method or default, data=data, headers=headers)


def test_each_route_has_a_row() -> None:
    assert set(rows(section(PAGE, "Routes"))) == operations()


def test_each_example_has_the_answer_of_the_page() -> None:
    service = Service(engine=engine)
    found = list(examples())
    assert len(found) > 8
    for command, expected in found:
        answer = run(service, command)
        body = answer.data.decode()
        shown, told = TIMES.sub(r'"\1":0', body), TIMES.sub(r'"\1":0', expected)
        assert shown == told, command
        assert (answer.status_code == 204) == (not expected), command


@pytest.mark.parametrize("row", rows(section(PAGE, "Errors")))
def test_each_status_is_a_reply_of_some_operation(row: str) -> None:
    facade = next(each for each in Service().application.facades if each.name == "artifacts")
    statuses = {status for operation in facade.operations for status in operation.replies}
    assert int(row) in statuses


def test_examples_are_json() -> None:
    for _, expected in examples():
        assert not expected or json.loads(expected) is not None
