"""A source whose broker goes down after it was let in says so, and says so when it is back."""

import pytest

from sluicegate.validator.brokers.kafka.settings import Source
from tests.fixtures.apache_kafka import MakeKafka
from tests.fixtures.kafka_topics import topic_maker
from tests.fixtures.programs import until


@pytest.mark.parametrize(
    "client", ["confluent"]
)  # kafka-python leaves sockets of tries that failed to the collector, which complains
def test_a_broker_that_goes_down_is_noticed(make_kafka: MakeKafka, client: str) -> None:
    node = make_kafka().start()
    topic = topic_maker(node.bootstrap)("t", 1)
    settings = {"bootstrap": node.bootstrap, "topics": [topic], "group": topic, "client": client}
    source = Source.model_validate(settings).make()
    source.open(lambda lanes: None)

    def stands(assigned: bool) -> bool:
        source.receive(10, 0.1)
        return source.assigned is assigned

    until(lambda: stands(True), "it is let in")
    node.kill()
    until(lambda: stands(False), "it notices that the broker is down", 45)
    node.start()
    until(lambda: stands(True), "it notices that the broker is back", 60)
    source.close()

    assert not source.assigned
