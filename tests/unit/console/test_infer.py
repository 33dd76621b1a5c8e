"""`sluicegate infer` on files."""

import io
import json
from pathlib import Path

import fastavro
import pytest
from click.testing import CliRunner, Result

from sluicegate.shared.console.infer import infer
from sluicegate.shared.errors import SampleUnusable


def run(*args: object, stdin: bytes = b"") -> Result:
    """The command; our own errors come out as they are, and `sluicegate` shows their message alone."""
    return CliRunner().invoke(infer, [str(arg) for arg in args], input=stdin)


def refused(*args: object) -> SampleUnusable:
    """The error that ends a command."""
    error = run(*args).exception
    assert isinstance(error, SampleUnusable)
    assert "\n" not in error.message
    return error


@pytest.fixture
def person(tmp_path: Path) -> Path:
    """A JSON sample."""
    file = tmp_path / "person.json"
    file.write_text('{"name": "Ada", "age": 36}')
    return file


def test_the_ending_tells_the_format(person: Path) -> None:
    result = run(person)
    assert result.exit_code == 0
    assert set(json.loads(result.output)["properties"]) == {"name", "age"}
    assert result.output.endswith("}\n")


def test_several_files_make_one_schema(person: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text('{"name": null}')
    schema = json.loads(run(person, other).output)
    assert schema["required"] == ["name"]
    assert schema["properties"]["name"]["type"] == ["null", "string"]


def test_standard_input_is_a_sample() -> None:
    result = run("--format", "JSON", "-", stdin=b'{"a": 1}')
    assert json.loads(result.output)["required"] == ["a"]


def test_avro_files(tmp_path: Path) -> None:
    file = tmp_path / "orders.avro"
    data = io.BytesIO()
    fastavro.writer(data, {"type": "record", "name": "R", "fields": []}, [])
    file.write_bytes(data.getvalue())
    assert json.loads(run(file).output)["name"] == "R"


def test_csv_files(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("id,name\n1,Ada\n")
    result = run(file)
    assert result.exit_code == 0
    assert "name:" in result.output


def test_a_file_at_fault_is_named(person: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    assert str(broken) in refused(person, broken).message
    assert refused("--format", "avro", person).message.startswith(f"{person}: ")
    assert (
        refused(tmp_path / "missing.json").message
        == f"{tmp_path / 'missing.json'}: cannot be read: No such file or directory"
    )


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("sample.bin",),
        ("--from", "postgresql://"),
        ("--table", "orders"),
        ("--format", "table"),
        ("--format", "table", "orders.json"),
        ("--format", "json", "--from", "postgresql://", "--table", "orders"),
        ("--from", "postgresql://", "--table", "orders", "orders.json"),
        ("--format", "nonsense", "a.json"),
    ],
)
def test_wrong_usage_is_said_so(args: tuple[str, ...]) -> None:
    result = run(*args)
    assert result.exit_code == 2
    assert "Error: " in result.output


def test_a_database_that_does_not_answer_ends_the_command() -> None:
    assert "cannot be read" in refused("--from", "postgresql://127.0.0.1:1/x", "--table", "orders").message
