"""Behaviour of every transactional sink with its source."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from sluicegate.shared.clock import SystemClock
from sluicegate.validator.brokers.kafka.config import KafkaSinkConfig, KafkaSourceConfig
from sluicegate.validator.brokers.kafka.librdkafka.sink import ConfluentSink
from sluicegate.validator.brokers.kafka.librdkafka.source import ConfluentSource
from sluicegate.validator.brokers.kafka.librdkafka.transactions import ConfluentTransactions
from sluicegate.validator.brokers.memory import MemoryBroker, MemorySink, MemorySource, MemoryTransactions
from sluicegate.validator.errors import SinkFailed
from sluicegate.validator.model import DELIVERED, Delivered, Destination, Message, TooLarge, Undelivered
from sluicegate.validator.ports import OnRevoke, Sink, Source, TransactionalSink
from tests.contracts.brokers.conftest import WAIT_SECONDS, batches, committed, received, sent_until_decided
from tests.fixtures.kafka_topics import MakeTopic, topic_maker

LARGEST = 20_000

MakePair = Callable[[str, str, str, str], tuple[Source, TransactionalSink]]


@dataclass
class Broker:
    """A broker with an input and an output topic."""

    make_pair: MakePair
    make_source: Callable[[str, str], Source]
    make_sink: Callable[[str], Sink]
    input: str = "input"
    output: str = "output"
    group: str = field(default_factory=lambda: f"group-{uuid.uuid4().hex[:8]}")
    opened: list[Any] = field(default_factory=list)

    def pair(self, name: str = "worker", on_revoke: OnRevoke = lambda lanes: None) -> tuple[Source, TransactionalSink]:
        """An open source of the input, and a sink to the output, as a worker of that name has them."""
        source, sink = self.make_pair(self.input, self.output, self.group, f"{self.group}-{name}")
        source.open(on_revoke)
        self.opened += [sink, source]
        return source, sink

    def put(self, *numbers: int) -> None:
        """Have messages on the input."""
        sink = self.make_sink(self.input)
        sink.send(Destination.VALID, [message(number) for number in numbers])
        while sink.confirm(1) is None:
            pass
        sink.close()

    def output_numbers(self, count: int) -> list[int]:
        """Return the committed messages of the output, after `count` have arrived."""
        reader = self.make_source(self.output, f"reader-{uuid.uuid4().hex[:8]}")
        reader.open(lambda lanes: None)
        found = received(reader, count) if count else list(reader.receive(1000, 1.0))
        reader.close()
        return sorted(numbers(found))

    def close(self) -> None:
        for each in self.opened:
            each.close()


def message(number: int, size: int = 0) -> Message:
    return Message(b"%05d" % number + b"." * size, b"k%d" % number, [], 0, None)


def numbers(messages: Sequence[Message]) -> list[int]:
    return [int((each.payload or b"")[:5]) for each in messages]


def _memory(request: pytest.FixtureRequest) -> Broker:
    broker = MemoryBroker(largest=LARGEST)

    def pair(source: str, output: str, group: str, name: str) -> tuple[Source, TransactionalSink]:
        reader = MemorySource(broker, [source], group)
        return reader, MemoryTransactions(broker, dict.fromkeys(Destination, output), reader)

    return Broker(
        make_pair=pair,
        make_source=lambda topic, group: MemorySource(broker, [topic], group),
        make_sink=lambda topic: MemorySink(broker, dict.fromkeys(Destination, topic)),
    )


def _confluent(request: pytest.FixtureRequest) -> Broker:
    bootstrap: str = request.getfixturevalue("apache_bootstrap")
    make: MakeTopic = topic_maker(bootstrap)

    def pair(source: str, output: str, group: str, name: str) -> tuple[Source, TransactionalSink]:
        reader = ConfluentSource(KafkaSourceConfig(bootstrap, (source,), group, commits=False))
        config = KafkaSinkConfig(bootstrap, dict.fromkeys(Destination, output), {"message.max.bytes": 10 * LARGEST})
        return reader, ConfluentTransactions(config, reader, name)

    return Broker(
        make_pair=pair,
        make_source=lambda topic, group: ConfluentSource(KafkaSourceConfig(bootstrap, (topic,), group)),
        make_sink=lambda topic: ConfluentSink(KafkaSinkConfig(bootstrap, dict.fromkeys(Destination, topic))),
        input=make("input"),
        output=make("output", config={"max.message.bytes": str(LARGEST)}),
    )


@pytest.fixture(params=[_memory, _confluent], ids=["memory", "confluent-apache"])
def broker(request: pytest.FixtureRequest) -> Iterator[Broker]:
    made: Broker = request.param(request)
    yield made
    made.close()


def test_what_is_committed_arrives_and_does_not_come_again(broker: Broker) -> None:
    broker.put(1, 2, 3)
    source, sink = broker.pair()
    for batch in batches(source, 3):
        sink.send(Destination.VALID, batch)
        assert isinstance(committed(sink, [batch]), Delivered)
        source.settle(batch)
    sink.close()
    source.close()
    broker.put(4)
    source, sink = broker.pair()

    assert broker.output_numbers(3) == [1, 2, 3]
    assert numbers(received(source, 1)) == [4]


def test_what_is_not_committed_never_arrives_and_comes_again(broker: Broker) -> None:
    broker.put(1, 2, 3)
    source, sink = broker.pair()
    sink.send(Destination.VALID, received(source, 3))
    sink.close()
    source.close()
    source, sink = broker.pair()

    assert sorted(numbers(received(source, 3))) == [1, 2, 3]
    assert broker.output_numbers(0) == []


def test_after_an_abort_the_same_messages_can_be_sent_again(broker: Broker) -> None:
    broker.put(1, 2, 3)
    source, sink = broker.pair()
    found = batches(source, 3)
    for batch in found:
        sink.send(Destination.VALID, batch)
    assert sink.abort()
    assert isinstance(committed(sink, found), Undelivered)
    for batch in found:
        sink.send(Destination.DEAD_LETTER, batch)

    assert committed(sink, found) == DELIVERED
    assert broker.output_numbers(3) == [1, 2, 3]


def test_a_message_that_is_too_large_undoes_its_transaction_and_no_later_one(broker: Broker) -> None:
    broker.put(1, 2)
    source, sink = broker.pair()
    found = batches(source, 2)
    sink.send(Destination.VALID, [message(1), message(2, size=2 * LARGEST)])
    assert isinstance(committed(sink, found), TooLarge)

    assert isinstance(sent_until_decided(sink, [message(1)], found), Delivered)
    assert broker.output_numbers(1) == [1]


def test_a_part_of_what_was_received_can_be_committed(broker: Broker) -> None:
    broker.put(1, 2, 3, 4)
    source, sink = broker.pair()
    found = received(source, 4)
    sink.send(Destination.VALID, found[:3])
    assert committed(sink, [found[:2], found[2:3]]) == DELIVERED
    sink.close()
    source.close()
    source, sink = broker.pair()

    assert numbers(received(source, 1)) == numbers(found[3:])


@pytest.mark.parametrize("broker", [_confluent], indirect=True, ids=["confluent-apache"])
def test_a_worker_that_comes_back_ends_what_it_had_left_open(broker: Broker) -> None:
    """The first one was taken for dead, and is not: it can do no harm any more."""
    broker.put(1, 2)
    source, sink = broker.pair("same-name")
    found = batches(source, 2)
    for batch in found:
        sink.send(Destination.VALID, batch)
    again, other = broker.pair("same-name")
    found_again = _moved(source, again, 2)
    for batch in found_again:
        other.send(Destination.VALID, batch)
    assert committed(other, found_again) == DELIVERED

    with pytest.raises(SinkFailed, match="taken over"):
        sent_until_decided(sink, found[0], found)
    assert broker.output_numbers(len(numbers(found_again[0]))) == sorted(numbers(found_again[0]))


@pytest.mark.parametrize("broker", [_confluent], indirect=True, ids=["confluent-apache"])
def test_a_member_that_was_taken_for_dead_cannot_commit(broker: Broker) -> None:
    """A zombie: the group has gone on without it, and it has not heard of that."""
    broker.put(1, 2)
    lost: list[object] = []
    source, sink = broker.pair("zombie", lost.extend)
    assert isinstance(source, ConfluentSource)
    found = batches(source, 2)
    for batch in found:
        sink.send(Destination.VALID, batch)
    stale = source.membership()
    source.membership = lambda: stale  # type: ignore[method-assign]  # what it knew before
    heir, _ = broker.pair("heir")
    offsets = source.offsets_after(found)
    source.offsets_after = lambda batches: offsets  # type: ignore[method-assign]  # only the broker is to notice
    _moved(source, heir, 1)

    assert isinstance(committed(sink, found), Undelivered)
    assert broker.output_numbers(0) == []
    assert lost


def test_transaction_that_begins_after_a_loss_cannot_commit_earlier_messages(broker: Broker) -> None:
    """A worker that had the messages in hand during the rebalance, and forgot to drop them."""
    broker.put(*range(1, 20))
    source, sink = broker.pair("one")
    found = batches(source, 19)
    heir, _ = broker.pair("other")
    _moved(source, heir, 1)
    for batch in found:
        sink.send(Destination.VALID, batch)

    assert isinstance(committed(sink, found), Undelivered)
    assert broker.output_numbers(0) == []


@pytest.mark.parametrize("broker", [_confluent], indirect=True, ids=["confluent-apache"])
def test_what_was_begun_before_partitions_were_taken_away_cannot_be_committed(broker: Broker) -> None:
    broker.put(1, 2)
    source, sink = broker.pair("one")
    found = batches(source, 2)
    for batch in found:
        sink.send(Destination.VALID, batch)
    heir, _ = broker.pair("other")
    _moved(source, heir, 1)

    assert isinstance(committed(sink, found), Undelivered)


def _moved(first: Source, second: Source, least: int) -> list[Sequence[Message]]:
    """Both receive, until the second one has messages: so partitions have moved."""
    found: list[Sequence[Message]] = []
    deadline = SystemClock().monotonic() + 2 * WAIT_SECONDS
    while sum(map(len, found)) < least:
        assert SystemClock().monotonic() < deadline, "no partition moved"
        first.receive(100, 0.05)
        found += [batch for batch in [second.receive(100, 0.05)] if batch]
    return found
