"""`sluicegate validator check-config` and `sluicegate validate`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sluicegate.shared.errors import SettingsInvalid
from sluicegate.validator.cli import validate, validator
from tests.fakes.validator import SETTINGS

PERSON = '{"type":"object","properties":{"age":{"type":"integer","minimum":0}}}'


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    file = tmp_path / "person.json"
    file.write_text(PERSON)
    return file


def message(folder: Path, name: str, content: bytes) -> str:
    file = folder / name
    file.write_bytes(content)
    return str(file)


def run(*arguments: object, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(validate, [str(each) for each in arguments], input=stdin)


def test_messages_that_all_fit_give_zero(schema: Path, tmp_path: Path) -> None:
    found = run("--schema", schema, message(tmp_path, "a", b'{"age":1}'), message(tmp_path, "b", b"{}"))

    assert found.exit_code == 0, found.output


def test_one_that_does_not_fit_gives_one_and_is_explained(schema: Path, tmp_path: Path) -> None:
    found = run("--schema", schema, message(tmp_path, "a", b'{"age":1}'), message(tmp_path, "b", b'{"age":-1}'))

    assert found.exit_code == 1
    assert "minimum" in found.output


def test_programs_get_json(schema: Path, tmp_path: Path) -> None:
    names = [message(tmp_path, "a", b"{}"), message(tmp_path, "b", b'{"age":-1}'), message(tmp_path, "c", b"{")]

    found = json.loads(run("--schema", schema, "--json", *names).output)

    assert [each["fits"] for each in found] == [True, False, False]
    assert [each.get("code") for each in found] == [None, "payload_invalid", "payload_malformed"]
    assert found[1]["errors"][0]["path"] == "/age"


def test_standard_input_is_a_message(schema: Path) -> None:
    assert run("--schema", schema, "-", stdin=b'{"age":-1}').exit_code == 1


def test_avro_is_told_by_its_ending(tmp_path: Path) -> None:
    schema = tmp_path / "number.avsc"
    schema.write_text('"int"')

    assert run("--schema", schema, message(tmp_path, "a", b"\x02")).exit_code == 0
    assert run("--schema", schema, message(tmp_path, "b", b"\x02\x02")).exit_code == 1


def test_the_format_can_be_given(tmp_path: Path, schema: Path) -> None:
    other = schema.rename(tmp_path / "person.schema")

    assert run("--schema", other, "--format", "JSON", message(tmp_path, "a", b"{}")).exit_code == 0
    without = run("--schema", other, message(tmp_path, "a", b"{}"))
    assert without.exit_code == 2
    assert "--format" in without.output


@pytest.mark.parametrize("text", ["{", '{"type": 7}', "\xff"])
def test_a_schema_that_cannot_be_used_gives_two(schema: Path, tmp_path: Path, text: str) -> None:
    schema.write_bytes(text.encode("latin-1"))

    found = run("--schema", schema, message(tmp_path, "a", b"{}"))

    assert found.exit_code == 2
    assert str(schema) in found.output


def test_a_file_that_is_not_there_gives_two(schema: Path, tmp_path: Path) -> None:
    assert run("--schema", schema, tmp_path / "none").exit_code == 2
    assert run("--schema", tmp_path / "none.json", schema).exit_code == 2
    assert run("--schema", schema).exit_code == 2


def test_check_config_says_what_would_run(tmp_path: Path) -> None:
    file = tmp_path / "validator.toml"
    file.write_text(SETTINGS)

    found = CliRunner().invoke(validator, ["check-config", "-f", str(file)])

    assert found.exit_code == 0
    assert json.loads(found.output)["source"]["topics"] == ["input"]


def test_check_config_fails_with_the_mistakes(tmp_path: Path) -> None:
    found = CliRunner().invoke(validator, ["check-config", "-f", str(tmp_path / "none.toml")])

    assert isinstance(found.exception, SettingsInvalid)


def test_each_line_can_be_a_message(schema: Path, tmp_path: Path) -> None:
    file = message(tmp_path, "all.jsonl", b'{"age":1}\n\n{"age":-1}\r\n')
    found = json.loads(run("--schema", schema, "--lines", "--json", file).output)
    assert [(each["message"], each["fits"]) for each in found] == [(f"{file}:1", True), (f"{file}:3", False)]
    assert run("--schema", schema, "--lines", "-", stdin=b'{"age":1}\n').exit_code == 0


def test_json_for_a_binary_schema_is_explained(tmp_path: Path) -> None:
    schema = tmp_path / "person.avsc"
    schema.write_text('{"type":"record","name":"p","fields":[{"name":"age","type":"int"}]}')
    found = run("--schema", schema, message(tmp_path, "a", b'{"age":1}'))
    assert (found.exit_code, "This is JSON, and the schema is Avro" in found.stderr) == (1, True)


def test_results_are_for_build_systems_too(schema: Path, tmp_path: Path) -> None:
    found = run("--schema", schema, "--output", "junit", message(tmp_path, "b", b'{"age":-1}'))
    assert (found.exit_code, 'failures="1"' in found.output) == (1, True)


FORMATS = {
    "json": ('{"type":"integer"}', b"1", b'"x"'),
    "avro": ('"int"', b"\x02", b""),
    "protobuf": ('syntax = "proto3"; message A { int32 a = 1; }', b"\x08\x01", b"\x08"),
    "xml": (
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a" type="xs:int"/></xs:schema>',
        b"<a>1</a>",
        b"<a>x</a>",
    ),
    "csv": ("version 1.0\n@totalColumns 1\na: positiveInteger\n", b"a\n1\n", b"a\nx\n"),
    "table": ('{"table":"t","columns":{"a":"integer"}}', b'{"a":1}', b'{"a":"x"}'),
}


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_is_checked(tmp_path: Path, name: str) -> None:
    text, good, bad = FORMATS[name]
    schema = tmp_path / "schema"
    schema.write_text(text)
    passed = run("--schema", schema, "--format", name, message(tmp_path, "good", good))
    assert passed.exit_code == 0, passed.output
    assert run("--schema", schema, "--format", name, message(tmp_path, "bad", bad)).exit_code == 1
