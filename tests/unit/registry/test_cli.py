"""`sluicegate registry`: commands without a server."""

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from sluicegate.registry_api.cli import registry
from sluicegate.shared.errors import SettingsInvalid


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings but the test's own."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("SLUICEGATE_REGISTRY_DATABASE_URL", raising=False)


def test_the_settings_are_printed_without_secrets(tmp_path: Path) -> None:
    file = tmp_path / "registry.toml"
    file.write_text('database_url = "postgresql://u:hunter2@localhost/db"\nport = 9\n[tls]\nkey_password = "hunter3"\n')
    result = CliRunner().invoke(registry, ["check-config", "--config", str(file)], catch_exceptions=False)
    assert result.exit_code == 0
    assert json.loads(result.output)["port"] == 9
    assert "hunter" not in result.output


def test_mistakes_in_the_settings_are_our_own_error() -> None:
    with pytest.raises(SettingsInvalid, match="database_url: Field required"):
        CliRunner().invoke(registry, ["check-config"], catch_exceptions=False)


@pytest.mark.parametrize("option", [["--port", "65536"], ["--workers", "0"], ["--nothing"]])
def test_options_that_make_no_sense_are_refused(option: list[str]) -> None:
    assert CliRunner().invoke(registry, ["serve", *option]).exit_code == 2


def test_the_group_has_its_commands() -> None:
    assert set(registry.list_commands(click.Context(registry))) == {
        "serve", "migrate", "check-config", "backup", "restore", "bootstrap-admin", "import", "export", "apply"
    }  # fmt: skip
