"""Several worker processes as one: the parts without a process."""

import subprocess
import sys
from pathlib import Path

import pytest

from sluicegate.validator.brokers.kafka import settings as kafka
from sluicegate.validator.fleet.exposition import summed
from sluicegate.validator.fleet.member import settings_of
from sluicegate.validator.settings import validator as settings
from sluicegate.validator.telemetry.metrics import Metrics
from tests.fakes.validator import SETTINGS


@pytest.fixture
def read(tmp_path: Path) -> settings.ValidatorSettings:
    file = tmp_path / "validator.toml"
    file.write_text(SETTINGS + '[source.config]\n"group.instance.id" = "me"\n[worker]\nname = "w"\nprocesses = 3\n')
    return settings.read(file)


def test_metrics_add_up() -> None:
    first, second = Metrics(), Metrics()
    first.received.inc(2)
    second.received.inc(3)
    second.lag.set(7)
    first.batch_seconds.observe(0.2)
    second.batch_seconds.observe(0.2)

    lines = summed([first.exposition(), second.exposition()]).decode().splitlines()

    assert "sluicegate_validator_messages_received_total 5.0" in lines
    assert "sluicegate_validator_source_lag 7.0" in lines
    assert "sluicegate_validator_batch_seconds_count 2.0" in lines
    assert len(lines) == len(first.exposition().splitlines()), "each metric stands there once"
    alone = first.exposition().decode().splitlines()
    assert summed([first.exposition()]).decode().splitlines() == alone


def test_no_sample_is_a_time_that_cannot_be_added() -> None:
    """In a process of its own: the registry's module has the same effect on the library."""
    code = "from sluicegate.validator.telemetry.metrics import Metrics; print(Metrics().exposition().decode())"

    text = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout

    assert "sluicegate_validator_messages_received_total" in text
    assert "_created" not in text


def test_nobody_is_nothing() -> None:
    assert summed([]) == b""


def test_processes_differ_in_what_must_be_their_own(read: settings.ValidatorSettings) -> None:
    found = [settings_of(read, number) for number in (1, 2)]

    assert [each.worker.name for each in found] == ["w-1", "w-2"]
    assert not any(each.health.enabled for each in found)
    assert [each.worker.processes for each in found] == [1, 1]
    sources = [each.source for each in found]
    assert [each.config for each in sources if isinstance(each, kafka.Source)] == [
        {"group.instance.id": "me-1"},
        {"group.instance.id": "me-2"},
    ]


def test_the_command_line_says_how_many(read: settings.ValidatorSettings) -> None:
    assert settings.with_processes(read, 8).worker.processes == 8
