"""A payload with an endless check, on the command line."""

import json
from pathlib import Path

from click.testing import CliRunner

from sluicegate.validator.checking.checker import TOO_EXPENSIVE
from sluicegate.validator.cli import validate
from tests.hostile.checks import compact, doubling, nested


def test_the_check_is_given_up_and_the_next_message_is_checked(tmp_path: Path) -> None:
    schema, hostile, plain = tmp_path / "schema.json", tmp_path / "hostile", tmp_path / "plain"
    schema.write_text(doubling(60))
    hostile.write_bytes(compact(nested(60)))
    plain.write_bytes(b"1")

    found = CliRunner().invoke(validate, ["--json", "--schema", str(schema), str(hostile), str(plain)])

    assert found.exit_code == 1, found.output
    refused, fits = json.loads(found.output)
    assert refused["code"] == "payload_invalid"
    assert refused["errors"][0]["keyword"] == TOO_EXPENSIVE
    assert fits["fits"]
