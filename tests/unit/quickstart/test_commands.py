import tomllib
from pathlib import Path

import pytest

from sluicegate.shared.quickstart.commands import SluicegateCommands
from sluicegate.shared.quickstart.folder import DataFolder


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SluicegateCommands:
    monkeypatch.setenv("SLUICEGATE_REGISTRY_PAGE_SIZE", "7")
    monkeypatch.setenv("SLUICEGATE_VALIDATOR_SOURCE__GROUP", "other")
    monkeypatch.setenv("HOME", "/home/somebody")
    return SluicegateCommands(DataFolder(tmp_path))


def test_the_registry_gets_its_settings_and_none_of_the_caller_s(commands: SluicegateCommands) -> None:
    environment = commands.registry("postgresql://db", 8081).environment
    ours = {name: value for name, value in environment.items() if name.startswith("SLUICEGATE_")}
    assert ours["SLUICEGATE_REGISTRY_DATABASE_URL"] == "postgresql://db"
    assert ours["SLUICEGATE_REGISTRY_PORT"] == "8081"
    assert "SLUICEGATE_REGISTRY_PAGE_SIZE" not in ours
    assert environment["HOME"] == "/home/somebody"


def test_the_validator_reads_a_file_that_names_every_address(commands: SluicegateCommands, tmp_path: Path) -> None:
    command = commands.validator("127.0.0.1:9093", "http://127.0.0.1:8081", 9464)
    assert not [name for name in command.environment if name.startswith("SLUICEGATE_")]
    settings = tomllib.loads((tmp_path / "validator.toml").read_text())
    assert settings["source"]["bootstrap"] == settings["destination"]["bootstrap"] == "127.0.0.1:9093"
    assert settings["registry"]["url"] == "http://127.0.0.1:8081"
    assert settings["health"]["port"] == 9464
