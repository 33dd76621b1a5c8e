import tomllib
from pathlib import Path

import pytest

from sluicegate.shared.quickstart.commands import SluicegateCommands
from sluicegate.shared.quickstart.folder import DataFolder
from sluicegate.shared.quickstart.keys import kept_keys


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SluicegateCommands:
    monkeypatch.setenv("SLUICEGATE_REGISTRY_PAGE_SIZE", "7")
    monkeypatch.setenv("SLUICEGATE_VALIDATOR_SOURCE__GROUP", "other")
    monkeypatch.setenv("HOME", "/home/somebody")
    return SluicegateCommands(DataFolder(tmp_path))


def test_the_registry_gets_its_settings_and_none_of_the_caller_s(commands: SluicegateCommands) -> None:
    environment = commands.registry("postgresql://db", 8081, None).environment
    ours = {name: value for name, value in environment.items() if name.startswith("SLUICEGATE_")}
    assert ours["SLUICEGATE_REGISTRY_DATABASE_URL"] == "postgresql://db"
    assert ours["SLUICEGATE_REGISTRY_PORT"] == "8081"
    assert "SLUICEGATE_REGISTRY_PAGE_SIZE" not in ours
    assert environment["HOME"] == "/home/somebody"


def test_the_validator_reads_a_file_that_names_every_address(commands: SluicegateCommands, tmp_path: Path) -> None:
    command = commands.validator("127.0.0.1:9093", "http://127.0.0.1:8081", 9464, None)
    assert not [name for name in command.environment if name.startswith("SLUICEGATE_")]
    settings = tomllib.loads((tmp_path / "validator.toml").read_text())
    assert settings["source"]["bootstrap"] == settings["destination"]["bootstrap"] == "127.0.0.1:9093"
    assert settings["registry"]["url"] == "http://127.0.0.1:8081"
    assert settings["health"]["port"] == 9464


def test_registry_and_validator_read_the_keys_of_the_folder(commands: SluicegateCommands, tmp_path: Path) -> None:
    keys = kept_keys(DataFolder(tmp_path))
    environment = commands.registry("postgresql://db", 8081, keys).environment
    assert environment["SLUICEGATE_REGISTRY_AUTH__MODE"] == "keys"
    assert environment["SLUICEGATE_REGISTRY_AUTH__BOOTSTRAP_KEY_FILE"] == str(tmp_path / "manager.key")
    assert environment["SLUICEGATE_REGISTRY_AUTH__BOOTSTRAP_READER_KEY_FILE"] == str(tmp_path / "validator.key")
    commands.validator("127.0.0.1:9093", "http://127.0.0.1:8081", 9464, keys)
    settings = tomllib.loads((tmp_path / "validator.toml").read_text())
    assert settings["registry"]["api_key_file"] == str(tmp_path / "validator.key")


def test_folder_of_any_name_gives_a_readable_settings_file(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / 'a "quoted" \\ ü')
    folder.prepare()
    SluicegateCommands(folder).validator("127.0.0.1:9093", "http://127.0.0.1:8081", 9464, kept_keys(folder))
    settings = tomllib.loads(folder.validator_settings.read_text())
    assert settings["registry"]["api_key_file"] == str(folder.validator_key)
