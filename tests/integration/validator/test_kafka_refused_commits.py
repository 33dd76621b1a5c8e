"""Commits that the broker refuses for a while: reading stops, so nothing more is doubled later."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from confluent_kafka.admin import AclOperation, ResourceType
from structlog.testing import capture_logs

from sluicegate.validator.brokers.kafka.settings import Destination, Source
from sluicegate.validator.model import DELIVERED, Message
from sluicegate.validator.model import Destination as Goal
from sluicegate.validator.ports import Source as SourcePort
from tests.contracts.brokers.conftest import confirmed, received
from tests.fixtures.kafka_acls import denied
from tests.fixtures.kafka_node import ApacheKafka
from tests.fixtures.kafka_topics import MakeTopic
from tests.fixtures.programs import until


@pytest.mark.parametrize("client", ["confluent", "kafka-python"])
def test_nothing_is_received_while_commits_are_refused(
    apache_kafka: ApacheKafka, make_apache_topic: MakeTopic, group_id: str, client: str
) -> None:
    """Else all of it would be delivered twice: the group goes on at the last commit after a loss of membership."""
    topic = make_apache_topic("t", 1)
    side = {"bootstrap": apache_kafka.bootstrap, "client": client}
    sink = Destination.model_validate({**side, "valid": topic, "dead_letter": "never-used"}).make()

    def put(*numbers: int) -> None:
        sink.send(Goal.VALID, [Message(b"%d" % number, b"k", [], 0, None) for number in numbers])
        assert list(confirmed(sink)) == [DELIVERED] * len(numbers)

    put(1, 2)
    with _opened(side, topic, group_id) as source, capture_logs() as logs:
        first = received(source, 2)
        with denied(apache_kafka.bootstrap, AclOperation.READ, ResourceType.GROUP, group_id):
            source.settle(first)

            def refused() -> bool:
                assert not source.receive(10, 0.1)
                return any("no message is received" in each["event"] for each in logs)

            until(refused, "the refusal is in the log")
            put(3, 4)
            assert [each for _ in range(10) for each in source.receive(10, 0.1)] == []
            source.keep_alive()
            assert [each for _ in range(10) for each in source.receive(10, 0.1)] == []

        rest = received(source, 2)
        source.settle(rest)
        assert [each.payload for each in rest] == [b"3", b"4"]
    sink.close()

    with _opened(side, topic, group_id) as source:
        put_back = [each.payload for _ in range(20) for each in source.receive(10, 0.1)]
        assert put_back == []


@contextmanager
def _opened(side: dict[str, str], topic: str, group: str) -> Iterator[SourcePort]:
    source = Source.model_validate({**side, "topics": [topic], "group": group}).make()
    source.open(lambda lanes: None)
    try:
        yield source
    finally:
        source.close()
