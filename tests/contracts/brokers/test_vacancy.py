"""Kafka consumers without partitions say so in the log."""

from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from sluicegate.shared.clock import SystemClock
from sluicegate.validator.brokers.kafka.config import KafkaSourceConfig
from sluicegate.validator.brokers.kafka.kafka_python.source import KafkaPythonSource
from sluicegate.validator.brokers.kafka.librdkafka.source import ConfluentSource
from sluicegate.validator.brokers.kafka.vacancy import SILENT_SECONDS, Vacancy
from sluicegate.validator.ports import Source
from tests.contracts.brokers.conftest import WAIT_SECONDS
from tests.fakes.clock import FakeClock
from tests.fixtures.kafka_topics import MakeTopic

MakeSource = Callable[[KafkaSourceConfig, FakeClock], Source]


@pytest.mark.parametrize("make", [ConfluentSource, KafkaPythonSource])
def test_consumer_without_partitions_says_so(
    make: MakeSource, kafka_bootstrap: str, make_topic: MakeTopic, group_id: str
) -> None:
    topic = make_topic("input", 1)
    alone = make(KafkaSourceConfig(kafka_bootstrap, (topic,), group_id), clock := FakeClock())
    with capture_logs() as logs:
        alone.open(lambda lanes: None)
        alone.receive(1, 0.0)
        clock.advance(SILENT_SECONDS + 1)
        alone.receive(1, 0.0)
        (line,) = [each for each in logs if each["event"] == "worker has no partitions"]
        deadline = SystemClock().monotonic() + WAIT_SECONDS
        while not alone.assigned:
            assert SystemClock().monotonic() < deadline, "the group does not let it in"
            alone.receive(1, 0.1)
        logs.clear()
        clock.advance(10 * SILENT_SECONDS)
        alone.receive(1, 0.0)
    alone.close()

    assert (line["group"], line["topics"], line["seconds"]) == (group_id, [topic], round(SILENT_SECONDS + 1))
    assert "not a member" in line["reason"]
    assert "worker has no partitions" not in [each["event"] for each in logs]


def test_consumer_without_partitions_repeats_itself_ever_more_rarely() -> None:
    clock = FakeClock()
    vacancy = Vacancy(KafkaSourceConfig("host:9092", ("a",), "g"), clock)
    with capture_logs() as logs:
        for _ in range(3_600):
            clock.advance(1.0)
            vacancy.look(0, member=True)
        vacancy.look(1, member=True)
        clock.advance(SILENT_SECONDS - 1)
        vacancy.look(0, member=True)

    assert [each["seconds"] for each in logs] == [30, 60, 120, 240, 480, 960, 1920, 2880]
    assert all("more members" in each["reason"] for each in logs)
