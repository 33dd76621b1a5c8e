"""Schemas by name or id, and listings that are read to their end."""

import json
from pathlib import Path

import pytest
from click import BadParameter

from sluicegate.shared.console.selection import Selection, selection
from tests.fakes.native_registry import FakeRegistry
from tests.unit.console.conftest import Run


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("person", Selection("person")),
        ("3", Selection("3")),
        ("person:2", Selection("person", 2)),  # type: ignore[arg-type]  # a plain number is a version's
        ("3:LATEST", Selection("3", "latest")),
        (":.ctx:orders", Selection(":.ctx:orders")),
        (":.ctx:orders:7", Selection(":.ctx:orders", 7)),  # type: ignore[arg-type]  # as above
        ("a:0", Selection("a:0")),
        (":5", Selection(":5")),
    ],
)
def test_selection_names_a_schema_and_a_version(text: str, expected: Selection) -> None:
    assert selection(text) == expected


@pytest.mark.parametrize("text", ["", "  ", "0", "-1"])
def test_selection_without_a_schema_is_refused(text: str) -> None:
    with pytest.raises(BadParameter):
        selection(text)


def test_every_command_takes_a_name(run: Run, registry: FakeRegistry, person: Path) -> None:
    registry.add("{}", '{"type": "object"}', name="order")
    wanted = registry.add("{}", '{"type": "object"}', name="person")
    registry.add("{}", name="personal")
    assert f"Schema         {wanted}" in run("get", "person").output
    assert run("get", "person:1", "--spec").output == "{}"
    assert "+  " in run("diff", "person", "1..2", "--text-only").output
    assert run("diff", "person", "1..", "--text-only").output == run("diff", wanted, "1..2", "--text-only").output
    assert run("check", "compatibility", "person", person).output == f"Compatible with schema {wanted}.\n"
    assert run("update", "person", person).output == f"Registered: schema {wanted}, version 3\n"
    assert run("delete", "person", "--yes").exit_code == 0
    assert [each for each in registry.schemas.values() if all(v["version_deactivated"] for v in each["schemas"])] == [
        registry.schemas[wanted]
    ]


def test_name_that_several_schemas_have_needs_an_id(run: Run, registry: FakeRegistry) -> None:
    registry.add("{}", name="order")
    registry.add('{"type": "object"}', name="order")
    result = run("get", "order")
    assert result.exit_code == 2
    assert "Several schemas are named 'order'. Give the id of one: 1 (publisher none), 2 (" in result.stderr


def test_unknown_name_gets_similar_names(run: Run, registry: FakeRegistry) -> None:
    registry.add("{}", name="order-lines")
    assert "Did you mean order-lines?" in run("get", "order").stderr
    assert "`sluicegate schema list` shows all names" in run("get", "bill").stderr


def test_span_and_options_exclude_each_other(run: Run, registry: FakeRegistry) -> None:
    registry.add("{}", '{"type": "object"}')
    result = run("diff", 1, "1..2", "--from", "1")
    assert (result.exit_code, "names both versions already" in result.stderr) == (2, True)


def test_register_says_under_which_name_the_content_is_stored(run: Run, registry: FakeRegistry, person: Path) -> None:
    registry.add(person.read_bytes().decode(), name="people")
    result = run("register", person)
    assert (result.exit_code, result.stdout) == (3, "Already registered: schema 1 (people), version 1\n")
    assert "stored as 'people' (schema 1), not as 'person'" in result.stderr
    accepted = run("register", person, "--accept-existing", "--json")
    assert accepted.exit_code == 0
    assert json.loads(accepted.stdout)["name"] == "people"
    assert run("register", person, "--name", "people").exit_code == 0


def test_register_tells_modes_that_stay(run: Run, registry: FakeRegistry, person: Path) -> None:
    registry.add(person.read_bytes().decode(), name="person")
    result = run("register", person, "--compatibility", "full", "--validity", "full")
    assert result.exit_code == 0
    assert result.stderr == "Note: the compatibility mode of schema 1 stays BACKWARD, not FULL.\n"


def test_list_reads_every_page(run: Run, registry: FakeRegistry) -> None:
    for number in range(2345):
        registry.add("{}", name=f"s{number}")
    assert len(json.loads(run("list", "--json").stdout)) == 2345
    assert len(registry.requests) == 3


def test_listing_that_was_cut_says_so(run: Run, registry: FakeRegistry) -> None:
    for number in range(5):
        registry.add("{}", name=f"s{number}")
    result = run("list", "--limit", "2", "--offset", "1", "--json")
    found = json.loads(result.stdout)
    assert ([each["name"] for each in found["schemas"]], found["next"]) == (["s1", "s2"], 3)
    assert "There are more: --offset 3" in result.stderr
    assert isinstance(json.loads(run("list", "--limit", "5", "--json").stdout), list)
