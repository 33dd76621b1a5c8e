"""`sluicegate schema get`, `list` and `search`."""

import json

import pytest
from click.testing import CliRunner

from sluicegate.shared.console.command import Surroundings
from sluicegate.shared.console.schema import schema
from sluicegate.shared.wire import SchemaBody, VersionBody
from tests.fakes.native_registry import FakeRegistry
from tests.unit.console.conftest import Run

TEXT = '{"type": "object",\r\n\t"title": "é \U0001f600"}\n\n'


def test_get_spec_is_byte_for_byte(run: Run, registry: FakeRegistry) -> None:
    registry.add("{}", TEXT)
    assert run("get", 1, "--spec").stdout_bytes == TEXT.encode()
    assert run("get", 1, "--spec", "--version", 1).stdout_bytes == b"{}"


def test_get_shows_the_schema_and_its_versions(run: Run, registry: FakeRegistry) -> None:
    registry.add("{}", TEXT, description="people\nof ours")
    output = run("get", 1).output
    assert [row for row in output.splitlines() if "2026-03-04 05:06:07 UTC" in row][1].split()[0] == "2"
    assert "people of ours" in output
    assert "BACKWARD" in output


def test_get_version_shows_its_text(run: Run, registry: FakeRegistry) -> None:
    registry.add("{}", TEXT)
    output = run("get", 1, "--version", "latest").output
    assert '{"type": "object",\n' in output
    assert "age, name" in output


def test_get_json_is_the_apis_own(run: Run, registry: FakeRegistry) -> None:
    registry.add("{}", TEXT)
    body = SchemaBody.model_validate_json(run("get", 1, "--json").stdout)
    assert [version.version for version in body.schemas] == ["1", "2"]
    version = VersionBody.model_validate_json(run("get", 1, "--version", "2", "--json").stdout)
    assert version.text == TEXT
    assert json.loads(run("get", 1, "--version", "2", "--json").stdout)["created_at"] == "2026-03-04T05:06:07.500000Z"


@pytest.mark.parametrize("args", [("get", 9), ("get", 9, "--spec"), ("get", 9, "--version", 1)])
def test_what_is_not_there_is_said(run: Run, args: tuple[object, ...]) -> None:
    result = run(*args)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: Schema with id=9")
    assert result.stdout == ""


@pytest.mark.parametrize("version", ["0", "-1", "x", "1.0", "9" * 30, ""])
def test_a_version_that_is_no_number_is_wrong_usage(run: Run, version: str) -> None:
    result = run("get", 1, "--version", version)
    assert result.exit_code == 2
    assert "neither a version number nor 'latest'" in result.stderr


def test_list_shows_a_row_for_each_schema_with_an_active_version(run: Run, registry: FakeRegistry) -> None:
    registry.add("{}", name="person")
    registry.add("{}", name="gone")
    registry.add("{}", '{"a": 1}', name="order")
    registry.deactivate(2, 1)
    rows = run("list").output.splitlines()[1:]
    assert [row.split()[:2] for row in rows if row.strip()] == [["1", "person"], ["3", "order"]]
    assert "(deactivated: 1)" in run("list", "--all").output


def test_list_on_a_pipe_keeps_each_row_on_one_line(run: Run, registry: FakeRegistry) -> None:
    registry.add("{}", name="n" * 200, description="d " * 300)
    lines = run("list").output.splitlines()
    assert len(lines) == 2
    assert "n" * 200 in lines[1]


def test_list_of_nothing(run: Run) -> None:
    assert run("list").output == "No schemas.\n"
    assert json.loads(run("list", "--json").stdout) == []


def test_list_says_when_there_are_more(run: Run, registry: FakeRegistry) -> None:
    for _ in range(5):
        registry.add("{}")
    result = run("list", "--limit", 2, "--offset", 1)
    assert result.stderr == "There are more: --offset 3\n"
    assert "There are more" not in run("list", "--limit", 2, "--offset", 3).stderr
    assert len(json.loads(run("list", "--limit", 2, "--json").stdout)) == 2


def test_search_sends_each_condition_under_the_apis_name(run: Run, registry: FakeRegistry) -> None:
    options = (
        "--id 1 --version 2 --type JSON --name per --attributes a/b,c --order-by name --sort desc --limit 5 --offset 6"
    )
    assert run("search", *options.split()).exit_code == 0
    assert dict(registry.requests[-1].url.params) == {
        "id": "1",
        "version": "2",
        "type": "json",
        "name": "per",
        "attributes": "a/b,c",
        "orderBy": "name",
        "sort": "desc",
        "limit": "5",
        "offset": "6",
    }


def test_search_without_conditions_sends_none(run: Run, registry: FakeRegistry) -> None:
    registry.add("{}")
    assert "person" in run("search").output
    assert str(registry.requests[-1].url) == "http://127.0.0.1:8080/schemas/search?limit=1000&offset=0"


def test_texts_cannot_steer_the_terminal(run: Run, registry: FakeRegistry) -> None:
    """The author of a schema chooses its name; escape sequences and markup are shown, not executed."""
    registry.add('{"a": "\x1b[31m"}', name="a\x1b]0;title\x07[bold]b")
    output = run("list").output + run("get", 1).output + run("get", 1, "--version", 1).output
    assert "\x1b" not in output
    assert "a\\x1b]0;title\\x07[bold]b" in output


def test_output_that_cannot_show_a_character_escapes_it(registry: FakeRegistry) -> None:
    registry.add("{}", name="snow☃")
    result = CliRunner(charset="ascii").invoke(
        schema, ["list"], obj=Surroundings(registry.transport()), catch_exceptions=False
    )
    assert "snow\\u2603" in result.output
