"""A topic without the right to write for a while: no loss, and keys keep their order."""

from collections.abc import Callable
from typing import Any

import pytest
from confluent_kafka.admin import AclOperation, ResourceType

from sluicegate.validator.brokers.kafka.config import KafkaSinkConfig, KafkaSourceConfig
from sluicegate.validator.brokers.kafka.librdkafka.sink import ConfluentSink
from sluicegate.validator.brokers.kafka.librdkafka.source import ConfluentSource
from sluicegate.validator.brokers.kafka.librdkafka.transactions import ConfluentTransactions
from sluicegate.validator.brokers.kafka.settings import Destination, Source
from sluicegate.validator.model import DELIVERED, Message, Undelivered
from sluicegate.validator.model import Destination as Goal
from tests.contracts.brokers.conftest import committed, confirmed, received, sent_until_decided
from tests.fixtures.kafka_acls import denied, write_denied
from tests.fixtures.kafka_node import ApacheKafka
from tests.fixtures.kafka_topics import MakeTopic
from tests.fixtures.programs import until

# before `confirm` reports it; the port has no sign of it
REFUSED: dict[str, Callable[[Any], bool]] = {
    "confluent": lambda sink: bool(sink._outbox.failures or sink._outbox.producer.poll(0.1)),
    "kafka-python": lambda sink: all(each.is_done for each in sink._sent),
}


def messages(*numbers: int) -> list[Message]:
    return [Message(b"%d" % number, b"k", [], 0, None) for number in numbers]


@pytest.mark.parametrize("client", ["confluent", "kafka-python"])
def test_what_is_refused_is_told_and_what_comes_after_it_waits(
    apache_kafka: ApacheKafka, make_apache_topic: MakeTopic, group_id: str, client: str
) -> None:
    """Else it would arrive before it."""
    topic = make_apache_topic("t", 1)
    side = {"bootstrap": apache_kafka.bootstrap, "client": client}
    sink = Destination.model_validate({**side, "valid": topic, "dead_letter": "never-used"}).make()
    source = Source.model_validate({**side, "topics": [topic], "group": group_id}).make()
    sink.send(Goal.VALID, messages(0))
    assert list(confirmed(sink)) == [DELIVERED]

    with write_denied(apache_kafka.bootstrap, topic):
        sink.send(Goal.VALID, messages(1, 2))
        until(lambda: REFUSED[client](sink), "it is refused")
    sink.send(Goal.VALID, messages(3))
    assert [type(outcome) for outcome in confirmed(sink)] == [Undelivered] * 3

    def all_arrive() -> bool:
        """Clients remember for a moment that they may not."""
        sink.send(Goal.VALID, messages(1, 2, 3))
        return list(confirmed(sink)) == [DELIVERED] * 3

    until(all_arrive, "it is taken")
    sink.close()
    source.open(lambda lanes: None)
    assert [each.payload for each in received(source, 4)] == [b"0", b"1", b"2", b"3"]
    source.close()


@pytest.mark.parametrize("running", [False, True], ids=["at-start", "running"])
@pytest.mark.parametrize("kind", [ResourceType.TOPIC, ResourceType.TRANSACTIONAL_ID], ids=["topic", "transactional-id"])
def test_a_transaction_that_is_refused_is_told_and_the_next_one_counts(
    apache_kafka: ApacheKafka,
    make_apache_topic: MakeTopic,
    group_id: str,
    caplog: pytest.LogCaptureFixture,
    kind: ResourceType,
    running: bool,
) -> None:
    """Though librdkafka's producer fails for good, and another one must take its place."""
    bootstrap, name = apache_kafka.bootstrap, f"worker-of-{group_id}"
    input_, output = make_apache_topic("input", 1), make_apache_topic("output", 1)
    _put(bootstrap, input_, messages(1, 2))
    source = ConfluentSource(KafkaSourceConfig(bootstrap, (input_,), group_id, commits=False))
    source.open(lambda lanes: None)
    found = received(source, 2)

    def sink() -> ConfluentTransactions:
        return ConfluentTransactions(KafkaSinkConfig(bootstrap, dict.fromkeys(Goal, output)), source, name)

    first = sink() if running else None
    if first is not None:
        assert sent_until_decided(first, found[:1], [found[:1]]) == DELIVERED
    rest = found[running:]

    with denied(bootstrap, AclOperation.WRITE, kind, output if kind is ResourceType.TOPIC else name):
        writer = first or sink()

        def refused() -> bool:
            writer.send(Goal.VALID, rest)
            outcome = committed(writer, [rest])
            assert isinstance(outcome, Undelivered)
            return "authorization failed" in outcome.detail + caplog.text

        for _ in range(3):
            until(refused, "it is refused, and said why")
            caplog.clear()
    assert sent_until_decided(writer, rest, [rest]) == DELIVERED

    writer.close()
    source.close()
    reader = ConfluentSource(KafkaSourceConfig(bootstrap, (output,), f"reader-of-{group_id}"))
    reader.open(lambda lanes: None)
    assert [each.payload for each in received(reader, 2)] == [b"1", b"2"]
    reader.close()


def _put(bootstrap: str, topic: str, messages: list[Message]) -> None:
    sink = ConfluentSink(KafkaSinkConfig(bootstrap, dict.fromkeys(Goal, topic)))
    sink.send(Goal.VALID, messages)
    assert list(confirmed(sink)) == [DELIVERED] * len(messages)
    sink.close()
