"""Settings of Pub/Sub, and messages about mistakes."""

import sys
from pathlib import Path

import pytest

from sluicegate.shared.errors import SettingsInvalid
from sluicegate.validator.brokers.pubsub.settings import Destination, Source
from sluicegate.validator.settings import validator as settings

SETTINGS = """
[source]
broker = "pubsub"
project = "my-project"
subscription = "input"

[destination]
broker = "pubsub"
project = "my-project"
valid = "valid"
dead_letter = "projects/other/topics/dead-letter"

[registry]
url = "http://127.0.0.1:8080"
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("PUBSUB_EMULATOR_HOST", raising=False)
    path = tmp_path / "validator.toml"
    path.write_text(SETTINGS)
    return path


def mistakes(file: Path) -> str:
    with pytest.raises(SettingsInvalid) as caught:
        settings.read(file)
    return str(caught.value)


def test_a_name_may_say_its_project(file: Path) -> None:
    read = settings.read(file)

    assert isinstance(read.source, Source)
    assert isinstance(read.destination, Destination)
    assert read.source.address == "pubsub://my-project/input"
    assert read.destination.dead_letter == "projects/other/topics/dead-letter"
    assert read.source.emulator is None


def test_the_emulator_is_the_one_that_google_s_libraries_use(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", "127.0.0.1:8085")

    read = settings.read(file)

    assert isinstance(read.source, Source)
    assert read.source.emulator == "127.0.0.1:8085"


def test_every_mistake_is_told_at_once(file: Path) -> None:
    wrong = SETTINGS.replace('subscription = "input"', 'subscription = "a"\nlease_seconds = 5\nmax_messages = 0')
    file.write_text(wrong.replace('valid = "valid"', 'valid = "1 topic"\nbatch_messages = 2000'))

    told = mistakes(file)

    for part in ("subscription", "lease_seconds", "max_messages", "destination.valid", "batch_messages"):
        assert part in told


def test_the_two_topics_are_told_apart_whatever_they_are_called(file: Path) -> None:
    file.write_text(SETTINGS.replace("projects/other/topics/dead-letter", "projects/my-project/topics/valid"))

    assert "different topics" in mistakes(file)


def test_a_library_that_is_missing_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "google.pubsub_v1", None)

    assert "sluicegate[pubsub]" in mistakes(file)
