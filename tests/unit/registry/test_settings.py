"""Settings: defaults, file, environment, and every mistake at once."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from sluicegate.registry_api import settings
from sluicegate.registry_api.settings import RegistrySettings
from sluicegate.shared.errors import SettingsInvalid
from sluicegate.shared.model import CompatibilityMode, ValidityMode

URL = "postgresql://u:secret@localhost/db"


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings but the test's own."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("SLUICEGATE_REGISTRY_DATABASE_URL", URL)


def fields(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, Any]]:
    for name, field in model.model_fields.items():
        yield f"{path}{name}", field
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from fields(field.annotation, f"{path}{name}.")


def mistakes(file: Path | None = None) -> tuple[str, ...]:
    with pytest.raises(SettingsInvalid) as caught:
        settings.read(file)
    return caught.value.mistakes


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("", "BACKWARD"),
        ('profile = "event-streams"', "NONE"),
        ('profile = "event-streams"\ndefault_compatibility = "FULL"', "FULL"),
        ('default_compatibility = "FORWARD"', "FORWARD"),
    ],
)
def test_a_profile_chooses_the_defaults_that_are_not_given(lines: str, expected: str, tmp_path: Path) -> None:
    file = tmp_path / "registry.toml"
    file.write_text(lines)
    assert settings.read(file).general_compatibility == expected


def test_the_defaults_are_safe() -> None:
    found = settings.read()
    assert (found.host, found.port, found.workers, found.body_limit) == ("127.0.0.1", 8080, 1, 10 * 1024 * 1024)
    assert (found.default_compatibility, found.default_validity) == (CompatibilityMode.BACKWARD, ValidityMode.FULL)
    assert not found.migrate


def test_every_setting_says_what_it_is() -> None:
    assert [path for path, field in fields(RegistrySettings) if not field.description] == []


def test_a_file_is_read_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "registry.toml"
    file.write_text('port = 1\nworkers = 2\ndefault_compatibility = "full-transitive"\n[pool]\nmax_size = 9\n')
    monkeypatch.setenv("SLUICEGATE_REGISTRY_PORT", "3")
    monkeypatch.setenv("SLUICEGATE_REGISTRY_POOL__MIN_SIZE", "2")
    found = settings.read(file)
    assert (found.port, found.workers, found.pool.min_size, found.pool.max_size) == (3, 2, 2, 9)
    assert found.default_compatibility is CompatibilityMode.FULL_TRANSITIVE


def test_the_database_may_be_named_as_everybody_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://other")
    assert settings.read().database_url.get_secret_value() == URL
    monkeypatch.delenv("SLUICEGATE_REGISTRY_DATABASE_URL")
    assert settings.read().database_url.get_secret_value() == "postgresql://other"


def test_the_database_may_be_named_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SLUICEGATE_REGISTRY_DATABASE_URL")
    file = tmp_path / "registry.toml"
    file.write_text('database_url = "postgresql://file"')
    assert settings.read(file).database_url.get_secret_value() == "postgresql://file"


@pytest.mark.parametrize("url", [None, ""])
def test_a_database_must_be_named(url: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SLUICEGATE_REGISTRY_DATABASE_URL")
    if url is not None:
        monkeypatch.setenv("SLUICEGATE_REGISTRY_DATABASE_URL", url)
    (mistake,) = mistakes()
    assert mistake.startswith("database_url: ")


def test_all_mistakes_are_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "registry.toml"
    file.write_text(
        'prot = 1\nport = "x"\npage_size = 1001\n[pool]\nmin_size = 5\nmax_size = 1\n[tls]\ncert = "/nowhere"\n'
    )
    monkeypatch.setenv("SLUICEGATE_REGISTRY_WORKRES", "2")
    found = mistakes(file)
    in_file = {tuple(each.removeprefix(f"{file}:").split(": ")[:2]) for each in found if each.startswith(str(file))}
    assert in_file == {("1", "prot"), ("2", "port"), ("3", "page_size"), ("4", "pool"), ("7", "tls")}
    (other,) = (each for each in found if not each.startswith(str(file)))
    assert other.startswith("SLUICEGATE_REGISTRY_WORKRES: ")


def test_no_mistake_tells_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLUICEGATE_REGISTRY_PORT", "x")
    assert "secret" not in str(mistakes())
    monkeypatch.delenv("SLUICEGATE_REGISTRY_PORT")
    assert "secret" not in repr(settings.read())


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "registry.example"])
def test_an_open_registry_is_not_shown_to_other_machines(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLUICEGATE_REGISTRY_HOST", host)
    (mistake,) = mistakes()
    assert mistake.startswith("auth: ")
    assert host in mistake
    monkeypatch.setenv("SLUICEGATE_REGISTRY_AUTH__ALLOW_OPEN", "true")
    assert settings.read().host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost"])
def test_loopback_is_safe(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLUICEGATE_REGISTRY_HOST", host)
    assert settings.read().host == host


def test_a_worker_finds_what_the_command_line_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "registry.toml"
    file.write_text("page_size = 7")
    for name in (settings.CONFIG_VARIABLE, "SLUICEGATE_REGISTRY_PORT"):
        monkeypatch.setenv(name, "")  # so that it is taken back afterwards
    monkeypatch.delenv("SLUICEGATE_REGISTRY_PORT")
    settings.hand_over(file, {"port": 4, "host": None})
    found = settings.read_in_worker()
    assert (found.page_size, found.port, found.host) == (7, 4, "127.0.0.1")


def test_metrics_folders_of_killed_servers_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    abandoned = tmp_path / f"sluicegate-metrics-{ended.pid}-abc"
    abandoned.mkdir()
    other = tmp_path / "sluicegate-metrics-other"
    other.mkdir()
    with settings.share_metrics() as first, settings.share_metrics() as second:
        assert Path(first).is_dir()
        assert Path(second).is_dir()
    assert [*tmp_path.iterdir()] == [other]
