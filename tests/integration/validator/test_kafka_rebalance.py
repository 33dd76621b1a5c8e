"""Partitions that go and come back while their messages wait for a destination."""

from functools import partial

import pytest

from sluicegate.validator.brokers.kafka.config import KafkaSourceConfig
from sluicegate.validator.brokers.kafka.kafka_python.source import KafkaPythonSource
from sluicegate.validator.brokers.kafka.settings import Destination, Source
from sluicegate.validator.model import Destination as Goal
from sluicegate.validator.model import Message
from sluicegate.validator.ports import Receiver
from tests.fixtures.kafka_topics import MakeTopic
from tests.fixtures.programs import until

SESSIONS = {
    "confluent": {"session.timeout.ms": 6000, "heartbeat.interval.ms": 500},
    "kafka-python": {"session_timeout_ms": 6000, "heartbeat_interval_ms": 500},
}


@pytest.mark.parametrize("client", ["confluent", "kafka-python"])
def test_partitions_that_were_paused_when_they_went_give_again_when_they_are_back(
    apache_bootstrap: str, make_apache_topic: MakeTopic, group_id: str, client: str
) -> None:
    """While a worker waits, it pauses everything.

    The client remembers a pause even while the partition is another member's.
    """
    topic = make_apache_topic()
    side = {"bootstrap": apache_bootstrap, "client": client}
    reading = {**side, "topics": [topic], "group": group_id, "config": SESSIONS[client]}
    first, second = (Source.model_validate(reading).make() for _ in range(2))
    sink = Destination.model_validate({**side, "valid": topic, "dead_letter": "never-used"}).make()
    lost: list[object] = []
    first.open(lost.extend)
    until(lambda: bool(first.receive(1, 0.1)) or first.assigned, "the first one is let in")

    def partitions_go() -> bool:
        first.keep_alive()
        second.receive(1, 0.1)
        return bool(lost) and second.assigned

    second.open(lambda lanes: None)
    until(partitions_go, "partitions go")
    second.close()
    found: set[object] = set()

    def all_give() -> bool:
        """One message to each partition, again and again, until every one of them has given one."""
        sink.send(Goal.VALID, [Message(b"m", b"k%d" % number, [], 0, None) for number in range(40)])
        while sink.confirm(0.5) is None:
            pass
        found.update(first.lane(each) for each in first.receive(1000, 0.2))
        return len(found) == 4

    until(all_give, "they give again when they are back")
    first.close()
    sink.close()


def test_of_partitions_that_were_lost_and_come_straight_back_nothing_is_left_out(
    apache_bootstrap: str, make_apache_topic: MakeTopic, group_id: str
) -> None:
    """Neither messages in the worker, nor those that arrived during a pause.

    kafka-python keeps its position.
    """
    topic = make_apache_topic("t", 1)
    side = {"bootstrap": apache_bootstrap, "client": "kafka-python"}
    sink = Destination.model_validate({**side, "valid": topic, "dead_letter": "never-used"}).make()
    sink.send(Goal.VALID, [Message(b"%d" % number, b"k", [], 0, None) for number in range(4)])
    until(lambda: sink.confirm(0.5) is not None, "messages are there")
    sink.close()
    source = KafkaPythonSource(KafkaSourceConfig(apache_bootstrap, (topic,), group_id))
    source.open(lambda lanes: None)
    found: list[Message] = []

    def receives(limit: int, count: int) -> bool:
        found.extend(source.receive(limit, 0.1))
        return len(found) >= count

    def keeps() -> bool:
        """As `keep_alive` when a partition has just been given, and is not paused yet."""
        source._spare += source._poll(1, 0.1)
        return bool(source._spare)

    until(lambda: receives(1, 1), "the first one is in its hands")
    until(keeps, "the next one arrives")
    found.clear()

    source.lose([(topic, 0)])
    source.gained([(topic, 0)])

    until(lambda: receives(10, 4), "they come again")
    assert [each.payload for each in found] == [b"0", b"1", b"2", b"3"]
    source.close()


def _gives(source: Receiver) -> bool:
    return bool(source.receive(10, 0.003))


@pytest.mark.parametrize("client", ["confluent", "kafka-python"])
def test_a_member_that_asks_in_short_moments_is_let_in_all_the_same(
    apache_bootstrap: str, make_apache_topic: MakeTopic, group_id: str, client: str
) -> None:
    """A join takes several polls. kafka-python forgot one that ended between two steps."""
    topic = make_apache_topic()
    side = {"bootstrap": apache_bootstrap, "client": client}
    sink = Destination.model_validate({**side, "valid": topic, "dead_letter": "never-used"}).make()
    sink.send(Goal.VALID, [Message(b"m", b"k%d" % number, [], 0, None) for number in range(40)])
    until(lambda: sink.confirm(0.5) is not None, "messages are there")
    for number in range(5):
        reading = {**side, "topics": [topic], "group": f"{group_id}-{number}", "config": SESSIONS[client]}
        source = Source.model_validate(reading).make()
        source.open(lambda lanes: None)
        until(partial(_gives, source), "it is let in, and given messages")
        source.close()
    sink.close()
