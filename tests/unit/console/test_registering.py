"""`sluicegate schema register`, `update` and `delete`."""

import json
from io import BytesIO
from pathlib import Path

import pytest

from tests.fakes.native_registry import INVALID_WORD, REFUSED_WORD, FakeRegistry
from tests.unit.console.conftest import Run


class Terminal(BytesIO):
    """Standard input with a person at it."""

    def isatty(self) -> bool:
        """Always."""
        return True


def sent(registry: FakeRegistry) -> dict[str, object]:
    """The body of the last request."""
    body = json.loads(registry.requests[-1].content)
    assert isinstance(body, dict)
    return body


def test_register_sends_the_file_unchanged_and_says_where_it_stands(
    run: Run, registry: FakeRegistry, person: Path
) -> None:
    result = run("register", person)
    assert (result.exit_code, result.output) == (0, "Registered: schema 1, version 1\n")
    assert sent(registry) == {
        "name": "person",
        "schema_type": "json",
        "specification": person.read_bytes().decode(),
        "description": "",
        "publisher_id": "",
        "references": [],
    }


def test_register_sends_every_option(run: Run, registry: FakeRegistry, person: Path) -> None:
    options = (
        "--name n --format AVRO --description d --publisher p --compatibility full-transitive --validity syntax-only"
    )
    assert run("register", person, *options.split()).exit_code == 0
    assert sent(registry) | {"specification": ""} == {
        "name": "n",
        "schema_type": "avro",
        "specification": "",
        "description": "d",
        "publisher_id": "p",
        "compatibility_mode": "FULL_TRANSITIVE",
        "validity_mode": "SYNTAX_ONLY",
        "references": [],
    }


@pytest.mark.parametrize(
    ("ending", "schema_format"),
    [
        (".json", "json"),
        (".avsc", "avro"),
        (".proto", "protobuf"),
        (".xsd", "xml"),
        (".csvs", "csv"),
        (".JSON", "json"),
    ],
)
def test_the_ending_tells_the_format(
    run: Run, registry: FakeRegistry, tmp_path: Path, ending: str, schema_format: str
) -> None:
    file = tmp_path / f"order{ending}"
    file.write_text("text")
    assert run("register", file).exit_code == 0
    assert (sent(registry)["schema_type"], sent(registry)["name"]) == (schema_format, "order")


def test_an_ending_that_tells_nothing_needs_a_format(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "order.txt"
    file.write_text("text")
    result = run("register", file)
    assert result.exit_code == 2
    assert "--format: json, avro" in result.stderr


def test_registering_again_is_no_failure_and_says_so(run: Run, person: Path) -> None:
    run("register", person)
    result = run("register", person)
    assert (result.exit_code, result.output) == (0, "Already registered: schema 1 (person), version 1\n")
    again = run("register", person, "--json")
    assert again.exit_code == 0
    assert json.loads(again.stdout) == {
        "identification": "1",
        "version": "1",
        "message": "schema already exists at id=1",
        "created": False,
        "name": "person",
    }


def test_standard_input_needs_a_name_and_a_format(run: Run, registry: FakeRegistry) -> None:
    assert "--name" in run("register", "-", stdin=b"{}").stderr
    assert "--format" in run("register", "-", "--name", "n", stdin=b"{}").stderr
    assert run("register", "-", "--name", "n", "--format", "json", stdin=b"{}\r\n").exit_code == 0
    assert sent(registry)["specification"] == "{}\r\n"


def test_a_refusal_shows_each_finding(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "bad.json"
    file.write_text(f'{{"title": "{INVALID_WORD}"}}')
    result = run("register", file)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.splitlines()[0] == "Error: Schema is not valid"
    assert [cell for cell in ("/properties/age", "type_narrowed", "Keep it one") if cell not in result.stderr] == []


def test_a_refusal_is_the_registrys_own_json(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "bad.json"
    file.write_text(INVALID_WORD)
    result = run("register", file, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["errors"][0]["code"] == "type_narrowed"
    assert result.stderr == ""


def test_a_name_past_the_limit_is_refused_before_it_is_sent(run: Run, registry: FakeRegistry, person: Path) -> None:
    result = run("register", person, "--name", "n" * 257)
    assert result.exit_code == 2
    assert "The name must have at most 256 characters." in result.stderr
    assert registry.requests == []


def test_a_nul_in_the_text_is_refused_before_it_is_sent(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "nul.json"
    file.write_bytes(b"{}\0")
    result = run("register", file)
    assert result.exit_code == 2
    assert "The specification must not contain a NUL character." in result.stderr


def test_update_adds_a_version(run: Run, registry: FakeRegistry, person: Path) -> None:
    registry.add("{}")
    result = run("update", 1, person, "--description", "with a title")
    assert (result.exit_code, result.output) == (0, "Registered: schema 1, version 2\n")
    assert sent(registry)["description"] == "with a title"
    assert json.loads(run("update", 1, person, "--json").stdout)["created"] is True


def test_update_shows_why_it_is_not_compatible(run: Run, registry: FakeRegistry, tmp_path: Path) -> None:
    registry.add("{}")
    file = tmp_path / "next.json"
    file.write_text(REFUSED_WORD)
    result = run("update", 1, file)
    assert result.exit_code == 1
    assert "Schemas are not compatible" in result.stderr
    assert "Keep it one" in result.stderr


def test_update_of_an_unknown_schema_says_so(run: Run, person: Path) -> None:
    result = run("update", 7, person)
    assert (result.exit_code, result.stderr) == (1, "Error: Schema with id=7 doesn't exist\n")


def test_delete_refuses_to_guess_when_nobody_can_be_asked(run: Run, registry: FakeRegistry) -> None:
    registry.add("{}")
    result = run("delete", 1)
    assert result.exit_code == 2
    assert "Pass --yes" in result.stderr
    assert registry.requests == []


@pytest.mark.parametrize(("answer", "code", "active"), [(b"y\n", 0, 0), (b"n\n", 1, 1), (b"", 1, 1)])
def test_delete_asks_a_person(run: Run, registry: FakeRegistry, answer: bytes, code: int, active: int) -> None:
    registry.add("{}")
    result = run("delete", 1, stdin=Terminal(answer))
    assert result.exit_code == code
    assert "Delete schema 1 with all its versions?" in result.stderr
    versions = registry.schemas[1]["schemas"]
    assert sum(not version["version_deactivated"] for version in versions) == active


def test_delete_of_one_version_leaves_the_others(run: Run, registry: FakeRegistry) -> None:
    registry.add("{}", '{"type": "object"}')
    result = run("delete", 1, "--version", 2, "--yes", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"message": "schema with id=1 successfully deleted"}
    assert [version["version_deactivated"] for version in registry.schemas[1]["schemas"]] == [False, True]


def test_delete_of_what_is_gone_is_refused(run: Run, registry: FakeRegistry) -> None:
    registry.add("{}")
    run("delete", 1, "--yes")
    assert run("delete", 1, "--yes").exit_code == 1


REFERENCES = ("--reference", "address.json=3:1", "--reference", "https://example.com/a=b:c.json=14:2")
SENT = [
    {"name": "address.json", "schema_id": "3", "version": "1"},
    {"name": "https://example.com/a=b:c.json", "schema_id": "14", "version": "2"},
]


def test_references_are_sent(run: Run, registry: FakeRegistry, person: Path) -> None:
    """The name may hold both signs: it may be a URL."""
    assert run("register", person, *REFERENCES).exit_code == 0
    assert sent(registry)["references"] == SENT
    assert run("update", 1, person, *REFERENCES).exit_code == 0
    assert sent(registry)["references"] == SENT
    assert "address.json=3:1, https://example.com/a=b:c.json=14:2" in run("get", 1, "--version", 2).output


@pytest.mark.parametrize(
    "reference", ["", "x", "x=", "x=3", "x=3:", "x=:1", "=3:1", "x=3:latest", "x=0:1", "x=3:0", "x=3:-1", "x=3:1:2", "x=" + "9" * 30 + ":1"]
)  # fmt: skip
def test_a_reference_that_is_none_is_wrong_usage(
    run: Run, registry: FakeRegistry, person: Path, reference: str
) -> None:
    result = run("register", person, "--reference", reference)
    assert result.exit_code == 2
    assert "is not NAME=ID:VERSION, such as common.json=3:1." in " ".join(result.stderr.split())
    assert registry.requests == []


def test_a_reference_with_a_name_that_is_too_long_is_wrong_usage(run: Run, person: Path) -> None:
    result = run("register", person, "--reference", "x" * 513 + "=3:1")
    assert result.exit_code == 2
    assert "at most 512 characters" in result.stderr


def test_too_many_references_are_wrong_usage(run: Run, registry: FakeRegistry, person: Path) -> None:
    options = [word for number in range(101) for word in ("--reference", f"n{number}=3:1")]
    result = run("register", person, *options)
    assert result.exit_code == 2
    assert "The references must have at most 100 entries" in result.stderr
    assert registry.requests == []


@pytest.mark.parametrize("words", [("update",), ("check", "compatibility")])
def test_refused_file_of_another_format_is_told(run: Run, tmp_path: Path, person: Path, words: tuple[str, ...]) -> None:
    run("register", person, "--format", "avro")
    broken = tmp_path / "broken.json"
    broken.write_text(INVALID_WORD)
    result = run(*words, 1, broken)
    assert result.exit_code == 1
    assert f"By its name, {broken} is json; schema 1 is avro." in result.output

    unnamed = run(*words, 1, "-", stdin=INVALID_WORD.encode())
    assert "By its name" not in unnamed.output
