"""Partitions that are held one after another, as by messages that wait for their schema."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from sluicegate.validator.brokers.kafka.config import KafkaSourceConfig
from sluicegate.validator.brokers.kafka.kafka_python.source import KafkaPythonSource
from sluicegate.validator.brokers.kafka.librdkafka.source import ConfluentSource
from sluicegate.validator.brokers.kafka.settings import Destination, Source
from sluicegate.validator.model import Destination as Goal
from sluicegate.validator.model import Message
from tests.fakes.clock import FakeClock
from tests.fixtures.kafka_topics import MakeTopic
from tests.fixtures.programs import until

COUNT = 400
BATCH = 5


@pytest.mark.parametrize("client", ["confluent", "kafka-python"])
@pytest.mark.parametrize("partitions", [2, 4])
def test_partitions_held_one_after_another_give_all_their_messages_after_the_release(
    apache_bootstrap: str, make_apache_topic: MakeTopic, group_id: str, client: str, partitions: int
) -> None:
    """Each has more messages than a batch when it is held: the client has the rest in its memory."""
    topic = make_apache_topic("t", partitions)
    side = {"bootstrap": apache_bootstrap, "client": client}
    sink = Destination.model_validate({**side, "valid": topic, "dead_letter": "never-used"}).make()
    sink.send(Goal.VALID, [Message(b"%d" % number, b"k%d" % number, [], 0, None) for number in range(COUNT)])
    until(lambda: sink.confirm(0.5) is not None, "messages are there")
    sink.close()
    source = Source.model_validate({**side, "topics": [topic], "group": group_id}).make()
    source.open(lambda lanes: None)
    found: list[Message] = []
    held: set[object] = set()

    def holds_every_partition() -> bool:
        batch = source.receive(BATCH, 0.1)
        source.keep_alive()  # the check of a batch takes long
        found.extend(batch)
        held.update(map(source.lane, batch))
        source.hold(held)
        return len(held) == partitions

    def receives_the_rest() -> bool:
        found.extend(source.receive(COUNT, 0.1))
        return len(found) >= COUNT

    until(holds_every_partition, "every partition is held")
    assert not source.receive(BATCH, 0.5)
    source.hold([])

    until(receives_the_rest, "the rest comes", 30, explain=lambda: f"{len(found)} of {COUNT}")
    assert {each.payload for each in found} == {b"%d" % number for number in range(COUNT)}
    assert len(found) == COUNT
    source.close()


@pytest.mark.parametrize(
    ("make", "client"),
    [(ConfluentSource, "confluent"), (KafkaPythonSource, "kafka-python")],
    ids=["confluent", "python"],
)
def test_a_partition_that_gives_none_of_its_messages_is_told(
    apache_bootstrap: str, make_apache_topic: MakeTopic, group_id: str, make: Any, client: str
) -> None:
    """Its client keeps it paused, and nothing of the worker has asked for that."""
    topic = make_apache_topic("t", 1)
    side = {"bootstrap": apache_bootstrap, "client": client}
    sink = Destination.model_validate({**side, "valid": topic, "dead_letter": "never-used"}).make()
    sink.send(Goal.VALID, [Message(b"m", b"k", [], 0, None) for _ in range(COUNT)])
    until(lambda: sink.confirm(0.5) is not None, "messages are there")
    sink.close()
    source = make(KafkaSourceConfig(apache_bootstrap, (topic,), group_id), clock := FakeClock())
    source.open(lambda lanes: None)
    until(lambda: bool(source.receive(BATCH, 0.1)), "the first messages come")
    assigned = source._consumer.assignment()
    source._consumer.pause(*assigned) if client == "kafka-python" else source._consumer.pause(assigned)

    def told(times: int) -> list[Any]:
        with capture_logs() as logs:
            for _ in range(times):
                clock.advance(5.0)
                assert not source.receive(BATCH, 0.05)
                source.lag()
        return [each for each in logs if each["event"] == "partition has messages and gives none"]

    assert not told(12)
    (line,) = told(2)
    assert (line["partition"], line["end"]) == (f"{topic}/0", COUNT)
    source.hold([(topic, 0)])
    assert not told(40)
    source.close()
