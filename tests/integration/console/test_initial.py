"""`sluicegate init`: settings files that programs accept as they are written."""

import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pydantic import SecretStr

from sluicegate.registry_api import settings as registry_settings
from sluicegate.registry_api.cli import registry
from sluicegate.registry_api.settings import RegistrySettings
from sluicegate.shared.cli import sluicegate
from sluicegate.shared.errors import SettingsInvalid, SluicegateError
from sluicegate.validator.cli import validator
from sluicegate.validator.settings import validator as validator_settings

DATABASE = "postgresql://registry:secret@127.0.0.1:5432/registry"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with nothing in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(sluicegate, words, catch_exceptions=False)


def test_file_of_a_registry_says_the_defaults(folder: Path) -> None:
    assert "check-config" in run("init", "registry").output
    file = folder / "registry.toml"
    assert registry_settings.read(file) == RegistrySettings(database_url=SecretStr(DATABASE))
    assert "# The port to listen on; 0 takes a free one.\n# port = 8080\n" in file.read_text()


def test_every_default_is_valid_when_its_comment_is_removed(folder: Path) -> None:
    run("init", "registry")
    # an issuer in `[[auth.oidc]]` has required settings
    text = re.sub(r"^# \[\[.*?(?=^\[)", "", (folder / "registry.toml").read_text(), flags=re.MULTILINE | re.DOTALL)
    lines = text.splitlines()
    chosen = [line.removeprefix("# ") if " = " in line and "..." not in line else line for line in lines]
    text = "\n".join(line for line in chosen if "`" not in line)
    (folder / "all.toml").write_text(text)
    found = tomllib.loads(text)
    assert (found["port"], found["pool"]["max_size"], found["formats"]["json"]["default_draft"]) == (
        8080,
        4,
        "draft-07",
    )
    assert registry_settings.read(folder / "all.toml") == RegistrySettings(database_url=SecretStr(DATABASE))


@pytest.mark.parametrize("broker", ["kafka", "pubsub", "servicebus"])
def test_file_of_a_validator_is_accepted(folder: Path, broker: str) -> None:
    run("init", "validator", "--broker", broker)
    assert validator_settings.read(folder / "validator.toml").source.broker == broker


def test_unknown_broker_is_refused() -> None:
    with pytest.raises(SettingsInvalid, match="kafka, pubsub, servicebus"):
        run("init", "validator", "--broker", "rabbit")


def test_existing_file_is_kept(folder: Path) -> None:
    (folder / "registry.toml").write_text("mine")
    with pytest.raises(SluicegateError, match="there already"):
        run("init", "registry")
    assert (folder / "registry.toml").read_text() == "mine"
    run("init", "registry", "--force")
    assert "database_url" in (folder / "registry.toml").read_text()


def test_programs_find_their_file(folder: Path) -> None:
    (folder / "registry.toml").write_text(f'database_url = "{DATABASE}"\nport = 4711\n')
    found = CliRunner().invoke(registry, ["check-config"], catch_exceptions=False)
    assert '"port": 4711' in found.output
    run("init", "validator")
    found = CliRunner().invoke(validator, ["check-config"], catch_exceptions=False)
    assert '"group": "sluicegate"' in found.output


def test_address_in_the_settings_of_a_registry_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLUICEGATE_REGISTRY_URL", "http://elsewhere")
    with pytest.raises(SettingsInvalid, match="SLUICEGATE_URL"):
        CliRunner().invoke(registry, ["check-config"], catch_exceptions=False)
