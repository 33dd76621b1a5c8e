"""How careful a worker process is after others died."""

from pathlib import Path

import pytest

from sluicegate.validator.brokers.pubsub.settings import Source as PubSubSource
from sluicegate.validator.brokers.servicebus.settings import Source as ServiceBusSource
from sluicegate.validator.fleet.caution import (
    FIRST_SECONDS,
    IN_HAND,
    MAX_SECONDS,
    PATIENCE,
    Caution,
    CautionPolicy,
    careful,
    in_hand,
)
from sluicegate.validator.settings import validator as settings
from tests.fakes.validator import SETTINGS


@pytest.fixture
def read(tmp_path: Path) -> settings.ValidatorSettings:
    file = tmp_path / "validator.toml"
    file.write_text(SETTINGS)
    return settings.read(file)


def test_an_ordinary_process_comes_first_and_after_a_caution_that_passed() -> None:
    policy = CautionPolicy(8_000)
    found = [policy.current]
    policy.died(1.0)
    found.append(policy.current)
    policy.passed()
    found.append(policy.current)
    assert [each is None for each in found] == [True, False, True]


def test_each_death_in_a_row_leaves_fewer_messages_in_hand() -> None:
    policy = CautionPolicy(8_000)
    found = []
    for _ in range(5):
        policy.died(1.0)
        assert policy.current is not None
        found.append(policy.current.in_hand)
    assert found == [*IN_HAND, 1, 1]


def test_caution_lasts_longer_when_an_ordinary_process_dies_again() -> None:
    policy = CautionPolicy(8_000)
    found = []
    for _ in range(10):
        policy.died(1.0)
        assert policy.current is not None
        found.append(policy.current.seconds)
        policy.passed()
    assert found[:2] == [FIRST_SECONDS, 2 * FIRST_SECONDS]
    assert found[-1] == MAX_SECONDS
    policy.died(PATIENCE * MAX_SECONDS)
    assert policy.current is not None
    assert policy.current.seconds == FIRST_SECONDS


def test_caution_ends_after_enough_messages_and_seconds() -> None:
    caution = Caution(100, 8_000, 20.0)
    assert not caution.over(8_000, 19.0)
    assert not caution.over(7_999, 20.0)
    assert caution.over(8_000, 20.0)
    assert caution.over(0, PATIENCE * 20.0), "where nothing comes"


def test_a_cautious_process_has_few_messages_in_hand(read: settings.ValidatorSettings) -> None:
    found = careful(read, Caution(10, 8_000, 20.0))
    assert (found.worker.batch_messages, found.worker.window_messages) == (10, 10)
    assert found.source == read.source, "Kafka does not count deliveries"
    assert in_hand(read) == read.worker.batch_messages + read.worker.window_messages


def test_brokers_that_count_deliveries_give_fewer_messages() -> None:
    pubsub = PubSubSource(project="project", subscription="subscription", emulator="localhost:1")
    assert pubsub.in_hand == pubsub.max_messages
    assert pubsub.with_in_hand(10).max_messages == 10
    service_bus = ServiceBusSource(broker="servicebus", namespace="n.servicebus.windows.net", queue="q", sessions=100)
    assert service_bus.in_hand == service_bus.in_hand_messages
    fewer = service_bus.with_in_hand(10)
    assert (fewer.in_hand_messages, fewer.prefetch, fewer.sessions) == (10, 10, 10)
