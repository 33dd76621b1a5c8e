"""`sluicegate schema diff`."""

import json
from pathlib import Path

import pytest

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


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--to", 1), "Schema 1 has no active version before 1. Name one with --from, or a FILE."),
        (("--from", 9), "Schema 1 has no version 9. It has: 1, 2."),
        (("-", "--to", 1), "FILE and --to both name the new text."),
        (("missing.json",), "missing.json does not exist"),
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


USER = '{"type":"object","properties":{"who":{"$ref":"person.json"}}}'


def refers(version: int) -> list[dict[str, str]]:
    return [{"name": "person.json", "schema_id": "1", "version": str(version)}]


def directions(run: Run, *args: object) -> tuple[bool, bool]:
    """Whether backward, and forward, compatible."""
    result = run("diff", *args, "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    return told["backward"]["compatible"], told["forward"]["compatible"]


def test_versions_are_compared_with_what_they_refer_to(run: Run, registry: FakeRegistry) -> None:
    """The text is the same, the references differ. Deactivated versions are compared, too."""
    schema_id = registry.add(USER, references=refers(1))
    registry.add_version(schema_id, USER, refers(2))
    registry.deactivate(1, 1)
    result = run("diff", schema_id)
    assert "No difference in the texts." in result.output
    assert directions(run, schema_id) == (False, True)
    assert directions(run, schema_id, "--from", 2, "--to", 1) == (True, False)


def test_a_file_refers_to_what_the_old_version_refers_to_unless_told_otherwise(
    run: Run, registry: FakeRegistry, tmp_path: Path
) -> None:
    schema_id = registry.add(USER, references=refers(1))
    (tmp_path / "user.json").write_text(USER)
    assert directions(run, schema_id, tmp_path / "user.json") == (True, True)
    assert directions(run, schema_id, tmp_path / "user.json", "--reference", "person.json=1:2") == (False, True)


def test_references_of_references_are_read_each_schema_once(run: Run, registry: FakeRegistry) -> None:
    middle = registry.add('{"$ref":"person.json"}', references=refers(1))
    registry.add_version(middle, '{"$ref":"person.json"}', refers(2))
    first, second = ([{"name": "middle.json", "schema_id": str(middle), "version": n}] for n in "12")
    schema_id = registry.add('{"$ref":"middle.json"}', references=first)
    registry.add_version(schema_id, '{"$ref":"middle.json"}', second)
    assert directions(run, schema_id) == (False, True)
    assert [request.url.path for request in registry.requests] == [
        f"/schemas/{number}/versions/all" for number in (schema_id, middle, 1)
    ]


def test_references_are_not_read_for_the_texts_alone(run: Run, registry: FakeRegistry) -> None:
    schema_id = registry.add(USER, USER + " ", references=refers(1))
    run("diff", schema_id, "--text-only")
    assert len(registry.requests) == 1


def test_a_reference_without_a_file_is_wrong_usage(run: Run) -> None:
    result = run("diff", 1, "--reference", "x=1:1")
    assert result.exit_code == 2
    assert "--reference sets the references of FILE" in result.stderr


@pytest.mark.parametrize("reference", [{"schema_id": "1", "version": "9"}, {"schema_id": "2", "version": "1"}])
def test_references_that_lead_nowhere_or_in_a_circle_are_no_answer(
    run: Run, registry: FakeRegistry, reference: dict[str, str]
) -> None:
    """A correct registry never answers so; the peer is broken."""
    schema_id = registry.add("{}", "true", references=[{"name": "x", **reference}])
    result = run("diff", schema_id)
    assert result.exit_code == 3
    assert result.stderr.startswith("Error: The registry ")
