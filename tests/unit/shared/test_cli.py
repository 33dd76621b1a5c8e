"""The program's front door."""

import subprocess
import sys
from importlib.metadata import entry_points

import pytest
from click.testing import CliRunner

from sluicegate.shared.cli import SUMMARIES, sluicegate


@pytest.mark.parametrize("name", ["quickstart", "registry", "schema", "validate", "validator"])
def test_every_command_loads_and_tells_its_use(name: str) -> None:
    result = CliRunner().invoke(sluicegate, [name, "--help"])

    assert result.exit_code == 0, result.output
    assert "Usage:" in result.output


def test_an_unknown_command_is_named() -> None:
    result = CliRunner().invoke(sluicegate, ["schemas"])

    assert result.exit_code == 2
    assert "schemas" in result.output


def test_help_imports_no_command() -> None:
    """So `--help` takes as long as click alone."""
    code = (
        "import sys; from sluicegate.shared.cli import sluicegate; sluicegate(['--help'], standalone_mode=False); "
        "sys.exit(any(name.startswith(('sluicegate.registry_api', 'sluicegate.validator', 'pydantic', 'httpx')) "
        "for name in sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "completion" in ran.stdout


def test_every_command_has_a_summary() -> None:
    assert set(SUMMARIES) >= {point.name for point in entry_points(group="sluicegate.commands")}


@pytest.mark.parametrize("words", [["-h"], ["schema", "-h"], ["schema", "get", "-h"]])
def test_short_option_shows_help_everywhere(words: list[str]) -> None:
    """In a process of its own: commands keep the help options of their first call in a process."""
    code = f"from sluicegate.shared.cli import sluicegate; sluicegate({words!r})"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.returncode, "Usage:" in ran.stdout) == (0, True), ran.stderr


@pytest.mark.parametrize(
    ("shell", "sign"), [("bash", "complete -o"), ("zsh", "#compdef sluicegate"), ("fish", "complete")]
)
def test_completion_prints_the_script_of_a_shell(shell: str, sign: str) -> None:
    result = CliRunner().invoke(sluicegate, ["completion", shell])
    assert (result.exit_code, sign in result.output) == (0, True), result.output
