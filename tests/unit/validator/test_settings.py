"""The worker's settings: file, environment, and every mistake at once."""

from pathlib import Path

import pytest

from sluicegate.shared.addresses import HIDDEN
from sluicegate.shared.errors import SettingsInvalid
from sluicegate.validator.brokers.catalog import catalog
from sluicegate.validator.brokers.kafka import settings as kafka
from sluicegate.validator.settings import validator as settings
from tests.fakes.validator import SETTINGS


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "validator.toml"
    file.write_text(SETTINGS)
    return file


def mistakes(file: Path) -> str:
    with pytest.raises(SettingsInvalid) as caught:
        settings.read(file)
    return caught.value.message


def test_what_is_not_said_has_a_default(file: Path) -> None:
    read = settings.read(file)

    assert isinstance(read.source, kafka.Source)
    assert (read.source.client, read.worker.batch_messages, read.health.host) == ("confluent", 2_000, "127.0.0.1")
    assert read.worker.name


def test_relative_paths_work_like_absolute_ones(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file.parent)

    assert settings.read(Path(file.name)) == settings.read(file)


def test_the_environment_wins_over_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLUICEGATE_VALIDATOR_SOURCE__GROUP", "other")
    monkeypatch.setenv("SLUICEGATE_VALIDATOR_SOURCE__TOPICS", '["a","b"]')
    monkeypatch.setenv("SLUICEGATE_VALIDATOR_LOG__LEVEL", "debug")

    read = settings.read(file)

    assert isinstance(read.source, kafka.Source)
    assert (read.source.group, read.source.topics, read.log.level) == ("other", ("a", "b"), "debug")
    assert read.source.bootstrap == "localhost:9092"


def test_every_mistake_is_told_at_once(file: Path) -> None:
    file.write_text('[source]\ntopics = []\nextra = 1\n[registry]\nurl = "nonsense"\n[surprise]\n')

    told = mistakes(file)

    for part in (
        "source.topics",
        "source.extra",
        "source.group",
        "destination",
        "registry.url",
        "surprise",
    ):
        assert part in told


def test_a_broker_that_is_not_there_is_told_with_those_that_are(file: Path) -> None:
    file.write_text(SETTINGS.replace("[source]", '[source]\nbroker = "rabbit"'))

    told = mistakes(file)

    assert "source.broker" in told
    assert "'kafka'" in told


def test_source_and_destination_are_made_by_their_brokers(file: Path) -> None:
    read = settings.read(file)

    assert isinstance(read.source, catalog()["kafka"].source)
    assert isinstance(read.destination, catalog()["kafka"].destination)


def test_a_mistake_names_its_variable(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLUICEGATE_VALIDATOR_HEALTH__PORT", "x")

    assert "SLUICEGATE_VALIDATOR_HEALTH__PORT" in mistakes(file)


def test_the_two_topics_must_differ(file: Path) -> None:
    file.write_text(SETTINGS.replace('"dead-letter"', '"valid"'))

    assert "different topics" in mistakes(file)


def test_client_settings_pass_through_and_their_secrets_are_hidden(file: Path) -> None:
    file.write_text(
        SETTINGS + '[source.config]\n"sasl.password" = "pa55"\n"fetch.min.bytes" = 5\nsasl_plain_password = "pa55"\n'
    )

    read = settings.read(file)
    shown = settings.shown(read)

    assert isinstance(read.source, kafka.Source)
    assert read.source.config["sasl.password"] == "pa55"
    assert shown["source"]["config"] == {  # type: ignore[index]
        "sasl.password": HIDDEN,
        "fetch.min.bytes": 5,
        "sasl_plain_password": HIDDEN,
    }


EXACTLY_ONCE = 'delivery = "exactly_once"\n'


def test_exactly_once_needs_one_cluster_and_the_confluent_client(file: Path) -> None:
    file.write_text(EXACTLY_ONCE + SETTINGS)
    assert settings.read(file).delivery == "exactly_once"

    apart = SETTINGS.replace('[destination]\nbootstrap = "localhost:9092"', '[destination]\nbootstrap = "b:9092"')
    file.write_text(EXACTLY_ONCE + apart.replace('group = "g"', 'group = "g"\nclient = "kafka-python"'))

    told = mistakes(file)

    assert "delivery: " in told
    assert "in one cluster" in told
    assert "source.client and destination.client to be confluent" in told


def test_exactly_once_reads_nothing_that_may_never_count(file: Path) -> None:
    file.write_text(EXACTLY_ONCE + SETTINGS + '[source.config]\n"isolation.level" = "read_uncommitted"\n')

    assert "source.isolation" in mistakes(file)


def test_mistakes_about_safe_connections_are_told(file: Path) -> None:
    file.write_text(
        SETTINGS + '[source.tls]\nca = "/nowhere.pem"\nkey = "/nowhere.key"\n[source.sasl]\nmechanism = "PLAIN"\n'
        '[destination.sasl]\nmechanism = "OAUTHBEARER"\nclient_id = "me"\n'
    )

    told = mistakes(file)

    assert "source.tls.ca" in told
    assert "PLAIN needs username and password" in told
    assert "OAUTHBEARER needs token_url and client_secret" in told


def test_passwords_of_connections_are_not_shown(file: Path) -> None:
    file.write_text(SETTINGS + '[source.sasl]\nmechanism = "PLAIN"\nusername = "mia"\npassword = "pa55word"\n')

    assert "pa55word" not in str(settings.shown(settings.read(file)))
