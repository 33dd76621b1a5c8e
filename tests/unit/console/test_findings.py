"""Results for build systems: SARIF, JUnit, Markdown."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sluicegate.shared.console.findings import CheckedItem, CheckFlaw, rendered
from tests.fakes.native_registry import FINDING, REFUSED_WORD, FakeRegistry
from tests.unit.console.conftest import Run

ITEMS = (
    CheckedItem("a.json", file="a.json"),
    CheckedItem("b.json", (CheckFlaw("minimum", "-1 | <b>", "/age"), CheckFlaw("type", "x\x00", "")), "b.json"),
    CheckedItem("+ people: register version 1", note="planned"),
)


def test_sarif_has_a_result_for_each_flaw_and_note() -> None:
    (found,) = json.loads(rendered("sarif", "validate", ITEMS))["runs"]
    assert [(each["ruleId"], each["level"]) for each in found["results"]] == [
        ("minimum", "error"),
        ("type", "error"),
        ("planned", "note"),
    ]
    place = found["results"][0]["locations"][0]
    assert place["physicalLocation"] == {"artifactLocation": {"uri": "b.json"}}
    assert place["logicalLocations"] == [{"fullyQualifiedName": "/age"}]
    assert [each["id"] for each in found["tool"]["driver"]["rules"]] == ["minimum", "planned", "type"]


def test_junit_has_a_case_for_each_checked_thing() -> None:
    suite = ElementTree.fromstring(rendered("junit", "validate", ITEMS))
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    failures = {case.get("name"): case.find("failure") for case in suite}
    assert failures["a.json"] is None
    failure = failures["b.json"]
    assert failure is not None
    assert (failure.get("type"), failure.get("message")) == ("minimum", "-1 | <b>")
    assert "\\x00" in (failure.text or "")


def test_markdown_is_a_table_without_foreign_markup() -> None:
    lines = rendered("markdown", "validate", ITEMS).splitlines()
    assert lines[0] == "**sluicegate validate**: 2 of 3 passed"
    assert "| b.json | /age | minimum | -1 \\| &lt;b> |" in lines
    assert "| + people: register version 1 |  | planned |  |" in lines


@pytest.mark.parametrize("command", ["check compatibility 1", "check validity"])
def test_checks_are_shown_in_the_form_that_is_asked_for(
    run: Run, registry: FakeRegistry, tmp_path: Path, command: str
) -> None:
    registry.add("{}")
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text("{}")
    bad.write_text(REFUSED_WORD if "compatibility" in command else "INVALID")
    passed = run(*command.split(), good, "--output", "junit")
    assert passed.exit_code == 0
    assert 'failures="0"' in passed.stdout
    if "compatibility" in command:
        failed = run(*command.split(), bad, "--output", "sarif")
        (result,) = json.loads(failed.stdout)["runs"][0]["results"]
        assert (failed.exit_code, result["ruleId"]) == (1, FINDING["code"])
    assert json.loads(run(*command.split(), good, "--output", "json").stdout) is True
