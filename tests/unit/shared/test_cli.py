"""The program's front door."""

import pytest
from click.testing import CliRunner

from sluicegate.shared.cli import sluicegate


@pytest.mark.parametrize("name", ["quickstart", "registry", "schema", "validate", "validator"])
def test_every_command_loads_and_tells_its_use(name: str) -> None:
    result = CliRunner().invoke(sluicegate, [name, "--help"])

    assert result.exit_code == 0, result.output
    assert "Usage:" in result.output


def test_an_unknown_command_is_named() -> None:
    result = CliRunner().invoke(sluicegate, ["schemas"])

    assert result.exit_code == 2
    assert "schemas" in result.output
