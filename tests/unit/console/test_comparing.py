"""`sluicegate schema diff`."""

import json
from pathlib import Path

import pytest

from shared.formats import catalog
from shared.model import SchemaFormat
from tests.fakes.native_registry import FakeRegistry
from tests.unit.console.conftest import Run

FIRST = '{"type":"object","properties":{"age":{"type":"number"}}}'
SECOND = '{"type":"object","properties":{"age":{"type":"integer"}}}'


@pytest.fixture(autouse=True)
def _two_versions(registry: FakeRegistry) -> None:
    registry.add(FIRST, SECOND)


def test_the_latest_is_compared_with_the_one_before(run: Run) -> None:
    result = run("diff", 1, "--text-only")
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "--- schema 1 version 1",
        "+++ schema 1 version 2",
        "@@ -2,7 +2,7 @@",
        '   "type": "object",',
        '   "properties": {',
        '     "age": {',
        '-      "type": "number"',
        '+      "type": "integer"',
        "     }",
        "   }",
        " }",
    ]


def test_deactivated_versions_are_passed_over_unless_they_are_named(run: Run, registry: FakeRegistry) -> None:
    schema_id = registry.add(FIRST, SECOND, "true")
    registry.deactivate(schema_id, 2)
    assert run("diff", schema_id, "--text-only").output.startswith("--- schema 2 version 1\n+++ schema 2 version 3\n")
    named = run("diff", schema_id, "--text-only", "--from", 2, "--to", 1).output
    assert named.startswith("--- schema 2 version 2\n+++ schema 2 version 1\n")


def test_a_file_is_compared_with_the_latest(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "next.json"
    file.write_text(SECOND.replace(":", ": "))
    assert run("diff", 1, file, "--text-only").output == "No difference in the texts.\n"
    assert run("diff", 1, file, "--text-only", "--from", 1).output.startswith(f"--- schema 1 version 1\n+++ {file}\n")
    piped = run("diff", 1, "-", "--text-only", stdin=FIRST.encode())
    assert piped.output.startswith("--- schema 1 version 2\n+++ standard input\n")


def test_both_directions_are_judged(run: Run) -> None:
    output = run("diff", 1).output
    assert "Backward (the new reads data of the old): not compatible" in output
    assert "Forward (the old reads data of the new): compatible" in output
    assert "/properties/age" in output


def test_json_has_the_diff_and_both_judgements(run: Run) -> None:
    body = json.loads(run("diff", 1, "--json").stdout)
    assert (body["schema_id"], body["from"], body["to"]) == ("1", "schema 1 version 1", "schema 1 version 2")
    assert '+      "type": "integer"' in body["diff"].splitlines()
    assert body["forward"] == {"compatible": True, "errors": []}
    assert body["backward"]["compatible"] is False
    assert set(body["backward"]["errors"][0]) == {"path", "code", "message"}
    assert set(json.loads(run("diff", 1, "--json", "--text-only").stdout)) == {"schema_id", "from", "to", "diff"}


def test_a_text_that_does_not_parse_is_still_compared_as_text(run: Run) -> None:
    result = run("diff", 1, "-", stdin=b"{nonsense")
    assert result.exit_code == 0
    assert "+{nonsense" in result.output
    assert "Compatibility is not known. standard input: " in result.output


@pytest.mark.parametrize("name", [each.value for each in SchemaFormat if each not in catalog.ENGINES])
def test_a_format_without_an_engine_is_still_compared_as_text(run: Run, registry: FakeRegistry, name: str) -> None:
    schema_id = registry.add("a,b\n", "a,b,c\n", schema_type=name)
    result = run("diff", schema_id)
    assert result.exit_code == 0
    assert "+a,b,c" in result.output
    assert f"Compatibility is not known. Format '{name}' is not supported" in result.output


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--to", 1), "Schema 1 has no active version before 1. Name one with --from, or a FILE."),
        (("--from", 9), "Schema 1 has no version 9. It has: 1, 2."),
        (("-", "--to", 1), "FILE and --to both name the new text."),
        (("missing.json",), "missing.json cannot be read"),
    ],
)
def test_what_cannot_be_compared_is_wrong_usage(run: Run, args: tuple[object, ...], said: str) -> None:
    result = run("diff", 1, *args, stdin=b"{}")
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_schema_without_active_versions(run: Run, registry: FakeRegistry) -> None:
    registry.deactivate(1, 1)
    registry.deactivate(1, 2)
    assert "has no active version" in run("diff", 1).stderr
    assert run("diff", 1, "--from", 1, "--to", 2, "--text-only").exit_code == 0


def test_an_unknown_schema_is_refused(run: Run) -> None:
    assert run("diff", 9).exit_code == 1
