"""`sluicegate schema` against the real application, with the engines and the store in memory."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result
from structlog.testing import capture_logs

from sluicegate.registry_api.app import StorePorts, compose
from sluicegate.registry_api.core.examination import EngineExaminer
from sluicegate.registry_api.store.memory import MemoryFeed, MemoryStore
from sluicegate.shared.console.command import Surroundings
from sluicegate.shared.console.schema import schema
from sluicegate.shared.formats import catalog
from sluicegate.shared.wire import SchemaBody
from tests.fakes.clock import FakeClock
from tests.fakes.registry_service import settings

Run = Callable[..., Result]

OLD = '{"type": "object", "properties": {"age": {"type": "number"}, "näme": {"type": "string"}}}\r\n'
NEW = '{"type": "object", "properties": {"näme": {"type": "string"}, "age": {"type": "integer"}}}'
RECORD = '{"type": "record", "name": "Order", "fields": [{"name": "total", "type": "int"}]}'


@pytest.fixture
def run() -> Iterator[Run]:
    """Run a command against an empty registry."""
    store = MemoryStore()
    application = compose(
        settings(),
        StorePorts(store, store, MemoryFeed(store), lambda: None),
        EngineExaminer(catalog.engine),
    )
    around = Surroundings(httpx.WSGITransport(application), FakeClock())

    def run(*args: object, stdin: str = "") -> Result:
        words = [str(arg) for arg in args]
        return CliRunner().invoke(schema, words, input=stdin.encode(), obj=around, catch_exceptions=False)

    with capture_logs():  # the registry's log lines are not the command's output
        yield run
    application.close()


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with schemas."""
    (tmp_path / "person.json").write_bytes(OLD.encode())
    (tmp_path / "narrower.json").write_bytes(NEW.encode())
    (tmp_path / "order.avsc").write_text(RECORD)
    (tmp_path / "bad.json").write_text('{"type": "objekt"}')
    (tmp_path / "broken.json").write_text('{"type": ')
    return tmp_path


def test_a_schema_goes_in_and_comes_out_byte_for_byte(run: Run, files: Path) -> None:
    assert run("register", files / "person.json").output == "Registered: schema 1, version 1\n"
    assert run("register", files / "person.json").output == "Already registered: schema 1 (person), version 1\n"
    assert run("get", 1, "--spec").stdout_bytes == OLD.encode()
    body = SchemaBody.model_validate_json(run("get", 1, "--json").stdout)
    assert (body.name, body.schema_type, body.schemas[0].attributes) == ("person", "json", "age,näme")


def test_register_prints_warnings(run: Run, files: Path) -> None:
    (files / "mine.json").write_text('{"$schema": "https://example.com/mine"}')
    assert run("register", files / "mine.json").output == (
        "Registered: schema 1, version 1\n"
        "Warning: The draft 'https://example.com/mine' is not known. The schema is read as draft 7 (at /$schema)\n"
    )
    shown = json.loads(run("register", files / "mine.json", "--json").stdout)
    assert [each["code"] for each in shown["warnings"]] == ["$schema"]


def test_a_narrower_version_is_refused_and_the_findings_say_why(run: Run, files: Path) -> None:
    run("register", files / "person.json")
    for command in (("update", 1), ("check", "compatibility", 1)):
        result = run(*command, files / "narrower.json")
        assert result.exit_code == 1
        assert "Schemas are not compatible" in result.output
        assert "/properties/age" in result.output
        assert "version 1" in result.output
    report = json.loads(run("check", "compatibility", 1, files / "narrower.json", "--json").stdout)
    assert set(report["errors"][0]) == {"path", "code", "message"}


def test_with_compatibility_none_it_is_accepted_and_the_difference_is_shown(run: Run, files: Path) -> None:
    run("register", files / "person.json", "--compatibility", "none")
    assert run("check", "compatibility", 1, files / "narrower.json").output == "Compatible with schema 1.\n"
    assert run("update", 1, files / "narrower.json").output == "Registered: schema 1, version 2\n"
    output = run("diff", 1).output
    assert '+      "type": "integer"' in output
    assert "Backward (the new reads data of the old): not compatible" in output
    assert "Forward (the old reads data of the new): compatible" in output


@pytest.mark.parametrize("file", ["bad.json", "broken.json"])
def test_a_schema_that_is_not_valid_is_refused(run: Run, files: Path, file: str) -> None:
    for command in (("register",), ("check", "validity")):
        result = run(*command, files / file)
        assert result.exit_code == 1
        assert "Schema is not valid" in result.output
        assert "MESSAGE" in result.output
    assert run("check", "validity", files / file, "--mode", "none").exit_code == 0


def test_a_format_without_an_engine_is_refused(run: Run, files: Path) -> None:
    result = run("register", files / "person.json", "--format", "table")
    assert result.exit_code == 1
    assert "table" in result.stderr


def test_listing_and_searching(run: Run, files: Path) -> None:
    run("register", files / "person.json", "--publisher", "town", "--description", "people")
    run("register", files / "order.avsc")
    assert [row.split()[1] for row in run("list").output.splitlines()[1:]] == ["person", "order"]
    assert [row.split()[1] for row in run("search", "--type", "avro").output.splitlines()[1:]] == ["order"]
    found = json.loads(run("search", "--attributes", "age", "--order-by", "name", "--sort", "desc", "--json").stdout)
    assert [schema["name"] for schema in found] == ["person"]
    page = run("list", "--limit", 1)
    assert page.stderr == "There are more: --offset 1\n"
    assert run("list", "--limit", 1, "--offset", 1).stderr == ""


def test_what_is_deleted_is_gone_and_still_listed_with_all(run: Run, files: Path) -> None:
    run("register", files / "order.avsc")
    assert run("delete", 1, "--yes").output == "schema with id=1 successfully deleted\n"
    assert run("list").output == "No schemas.\n"
    assert "(deactivated: 1)" in run("list", "--all").output
    assert run("get", 1).exit_code == 1
    assert run("delete", 1, "--yes").exit_code == 1
    again = run("diff", 1, "-", "--from", 1, stdin=RECORD)
    assert (again.exit_code, again.output.splitlines()[0]) == (0, "No difference in the texts.")


def test_limits_of_the_registry_reach_the_person(run: Run, files: Path) -> None:
    result = run("list", "--offset", 2**63)
    assert result.exit_code == 1
    assert "offset" in result.stderr


def test_references_hold_what_they_refer_to(run: Run, files: Path) -> None:
    (files / "team.json").write_text('{"type": "array", "items": {"$ref": "person.json"}}')
    run("register", files / "person.json")
    assert run("check", "validity", files / "team.json").exit_code == 1
    assert run("check", "validity", files / "team.json", "--reference", "person.json=1:1").exit_code == 0
    assert run("register", files / "team.json", "--reference", "person.json=1:1").exit_code == 0
    refused = run("delete", 1, "--yes")
    assert refused.exit_code == 1
    assert "Schema 2 version 1 refers to version 1 as 'person.json'. Deactivate it first" in refused.stderr
    assert run("delete", 2, "--yes").exit_code == 0
    assert run("delete", 1, "--yes").exit_code == 0
