"""docs/reference/native-api.md has each route with fields, parameters, statuses, examples."""

import re

import pytest

from sluicegate.registry_api.facades.operation import Operation
from tests.docs.native_examples import replay, requests, shown
from tests.docs.pages import REFERENCE
from tests.fakes.registry_service import Service

PAGE = (REFERENCE / "native-api.md").read_text(encoding="utf-8")
SERVED = {
    f"{operation.method} {operation.path}": operation
    for facade in Service().application.facades
    if facade.name == "native"
    for operation in facade.operations
}
EVERYWHERE = {401, 403, 500, 503}
WITH_BODY = {400, 413, 415}

_SECTION = re.compile(r"^## `([A-Z]+ [^`]+)`$", re.MULTILINE)
_SUMMARY = re.compile(r"^\| `([A-Z]+ /[^`]*)` \| [^|]+ \|$", re.MULTILINE)
_STATUS = re.compile(r"^\| (\d{3}) \|", re.MULTILINE)
_GIVEN = re.compile(r"^\| (`[^|]+`) \|", re.MULTILINE)
_NAME = re.compile(r"`([A-Za-z_]+)`")


def sections() -> dict[str, str]:
    parts = _SECTION.split(PAGE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def given(text: str, header: str) -> set[str]:
    """Return the names in the first column of the table with this header."""
    table = text.partition(f"\n| {header} |")[2].partition("\n\n")[0]
    return {name for cell in _GIVEN.findall(table) for name in _NAME.findall(cell)}


def test_each_route_has_a_section() -> None:
    assert set(sections()) == set(SERVED)


def test_summary_names_each_route() -> None:
    assert set(_SUMMARY.findall(PAGE.partition("## `POST")[0])) == set(SERVED)


def test_errors_of_every_route_are_documented() -> None:
    general = PAGE.partition("## Errors")[2].partition("## `POST")[0]
    assert {int(status) for status in _STATUS.findall(general)} == EVERYWHERE | WITH_BODY


@pytest.mark.parametrize("route", SERVED)
def test_route_documents_its_fields_and_parameters(route: str) -> None:
    operation = SERVED[route]
    section = sections()[route]
    assert given(section, "field") == set(operation.body.model_fields if operation.body else ())
    assert given(section, "parameter") == set(operation.query.model_fields if operation.query else ())


@pytest.mark.parametrize("route", SERVED)
def test_route_documents_its_statuses(route: str) -> None:
    operation: Operation = SERVED[route]
    general = EVERYWHERE | (WITH_BODY if operation.body else set())
    documented = {int(status) for status in _STATUS.findall(sections()[route])}
    assert documented | general == set(operation.replies)
    assert documented & (EVERYWHERE | {413, 415}) == set()


def test_examples_answer_as_shown() -> None:
    assert len(shown(PAGE)) == len(list(requests(PAGE))) > 5
    assert replay(PAGE) == shown(PAGE)
