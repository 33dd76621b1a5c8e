"""The program's front door."""

import subprocess
import sys
from importlib.metadata import entry_points

import click
import pytest
from click.testing import CliRunner

from sluicegate.shared.cli import SUMMARIES, sluicegate
from sluicegate.shared.console.lazy_group import LazyGroup


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


HEAVY = {
    "confluent_kafka", "cryptography", "fastavro", "flask", "google.protobuf", "granian", "jsonschema_rs", "kafka",
    "lxml", "psycopg", "pydantic_settings", "structlog", "xml.etree.ElementTree", "xmlschema",
}  # fmt: skip
NETWORK = {"httpx", "pydantic"}
MOST_MODULES = 450
"""As many are imported in 0.3 s."""


def modules_of_help(*words: str) -> set[str]:
    """The modules of the program that prints the help of a command."""
    code = f"import sys; from sluicegate.shared.cli import sluicegate; sluicegate({[*words, '--help']!r}, standalone_mode=False)"
    told = f"{code}; print(*sys.modules, sep='\\n', file=sys.stderr)"
    ran = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert "Usage:" in ran.stdout
    return set(ran.stderr.split())


@pytest.mark.parametrize(
    "words", ["schema", "registry", "validator", "validator deadletters", "validate", "infer", "init", "completion"]
)
def test_help_of_a_group_imports_no_work(words: str) -> None:
    assert modules_of_help(*words.split()) & (HEAVY | NETWORK) == set()


@pytest.mark.parametrize(
    "words",
    ["audit", "grants", "keys", "login", "logout", "quickstart", "receive", "send",
     "registry serve", "registry import", "schema register", "schema diff", "validator run", "validator dry-run"],
)  # fmt: skip
def test_help_of_a_command_imports_little(words: str) -> None:
    found = modules_of_help(*words.split())
    assert found & HEAVY == set()
    assert len(found) <= MOST_MODULES


@pytest.mark.parametrize("group", ["schema", "registry"])
def test_lazy_commands_are_there_and_have_a_summary(group: str) -> None:
    command = sluicegate.get_command(click.Context(sluicegate), group)
    assert isinstance(command, LazyGroup)
    ctx = click.Context(command)
    shown = CliRunner().invoke(sluicegate, [group, "--help"]).output
    for name in command.list_commands(ctx):
        below = command.get_command(ctx, name)
        assert below is not None
        assert below.name == name
    for lazy in command.summaries():
        assert lazy in " ".join(shown.split())


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
