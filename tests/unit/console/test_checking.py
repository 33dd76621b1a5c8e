"""`sluicegate schema check compatibility` and `check validity`."""

import json
from pathlib import Path

import pytest

from tests.fakes.native_registry import FINDING, INVALID_WORD, REFUSED_WORD, FakeRegistry
from tests.unit.console.conftest import Run


def test_what_is_compatible(run: Run, registry: FakeRegistry, person: Path) -> None:
    registry.add("{}")
    result = run("check", "compatibility", 1, person)
    assert (result.exit_code, result.output) == (0, "Compatible with schema 1.\n")
    assert json.loads(registry.requests[-1].content) == {
        "schema_id": "1",
        "new_schema": person.read_bytes().decode(),
        "references": [],
    }


def test_what_is_valid(run: Run, registry: FakeRegistry, person: Path) -> None:
    result = run("check", "validity", person, "--mode", "syntax_only")
    assert (result.exit_code, result.output) == (0, "Valid json schema.\n")
    assert json.loads(registry.requests[-1].content)["mode"] == "SYNTAX_ONLY"
    assert json.loads(run("check", "validity", person, "--json").stdout) is True


@pytest.mark.parametrize(
    ("command", "word", "message"),
    [
        ("check compatibility 1", REFUSED_WORD, "Schemas are not compatible"),
        ("check validity", INVALID_WORD, "Schema is not valid"),
    ],
)
def test_findings_are_the_answer(
    run: Run, registry: FakeRegistry, tmp_path: Path, command: str, word: str, message: str
) -> None:
    registry.add("{}")
    file = tmp_path / "next.json"
    file.write_text(word)
    result = run(*command.split(), file)
    lines = result.stdout.splitlines()
    assert (result.exit_code, lines[0], lines[1].split()) == (1, message, ["PATH", "CODE", "MESSAGE"])
    assert " ".join(lines[2].split()) == " ".join(FINDING.values())
    answer = run(*command.split(), file, "--json")
    assert (answer.exit_code, json.loads(answer.stdout)) == (1, {"message": message, "errors": [FINDING]})


def test_a_check_against_nothing(run: Run, person: Path) -> None:
    result = run("check", "compatibility", 9, person)
    assert (result.exit_code, result.stderr) == (1, "Error: Schema with id=9 doesn't exist\n")


def test_checks_send_references(run: Run, registry: FakeRegistry, person: Path) -> None:
    registry.add("{}")
    expected = [{"name": "a=b", "schema_id": "3", "version": "1"}]
    for words in (("compatibility", 1, person), ("validity", person)):
        assert run("check", *words, "--reference", "a=b=3:1").exit_code == 0
        assert json.loads(registry.requests[-1].content)["references"] == expected
