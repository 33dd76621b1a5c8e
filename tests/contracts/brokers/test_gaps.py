"""Kafka sources whose committed offset no longer exists."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from sluicegate.validator.brokers.kafka.settings import Source as Settings
from sluicegate.validator.errors import SourceFailed
from sluicegate.validator.model import Gap, GapCause, Message
from sluicegate.validator.ports import Source
from tests.contracts.brokers.conftest import received
from tests.fixtures.apache_kafka import MakeKafka
from tests.fixtures.kafka_topics import MakeTopic, topic_maker
from tests.fixtures.programs import until

CLIENTS = ("confluent", "confluent-eager", "kafka-python")
EAGER = {"partition.assignment.strategy": "range"}


class Topic:
    """A topic of one partition, and a group that reads it."""

    def __init__(self, bootstrap: str, make_topic: MakeTopic, client: str) -> None:
        self.bootstrap = bootstrap
        self.name = make_topic(partitions=1)
        self._client = client
        self._opened: list[Source] = []
        self._producer = Producer({"bootstrap.servers": self.bootstrap, "log_level": 0})

    def put(self, *numbers: int) -> None:
        for number in numbers:
            self._producer.produce(self.name, b"%d" % number, partition=0)
        while self._producer.flush(1.0):
            pass

    def expire(self, before: int) -> None:
        """Delete the messages before an offset, as retention does."""
        admin = AdminClient({"bootstrap.servers": self.bootstrap, "log_level": 0})
        for future in admin.delete_records([TopicPartition(self.name, 0, before)]).values():
            future.result(15)

    def source(self, **settings: object) -> Source:
        client = self._client.removesuffix("-eager")
        config = dict(EAGER) if self._client.endswith("-eager") else {}
        more = settings.pop("config", {})
        assert isinstance(more, dict)
        reading = {"bootstrap": self.bootstrap, "topics": [self.name], "group": f"group-of-{self.name}"}
        made = Settings.model_validate({**reading, "client": client, "config": config | more, **settings}).make()
        made.open(lambda lanes: None)
        self._opened.append(made)
        return made

    def read(self, count: int) -> list[int]:
        """Have a member of the group read and settle so many, and leave."""
        source = self.source()
        found = received(source, count)
        source.settle(found)
        source.close()
        return numbers(found)

    def close(self) -> None:
        for each in self._opened:
            each.close()


def numbers(messages: Sequence[Message]) -> list[int]:
    return [int(each.payload or b"") for each in messages]


@pytest.fixture(params=CLIENTS)
def topic(request: pytest.FixtureRequest, apache_bootstrap: str) -> Iterator[Topic]:
    made = Topic(apache_bootstrap, topic_maker(apache_bootstrap), request.param)
    yield made
    made.close()


def test_a_group_that_was_nowhere_begins_with_the_first_message(topic: Topic) -> None:
    topic.put(1, 2)
    topic.expire(1)
    source = topic.source()

    assert numbers(received(source, 1)) == [2]
    assert source.gaps() == [], "nothing is missed that was never wanted"


def test_a_group_that_was_nowhere_begins_where_the_settings_say(topic: Topic) -> None:
    name = "auto_offset_reset" if topic._client == "kafka-python" else "auto.offset.reset"
    topic.put(1, 2)
    source = topic.source(config={name: "latest"})
    found: list[int] = []

    def gives() -> bool:
        topic.put(3)
        found.extend(numbers(source.receive(10, 0.2)))
        return bool(found)

    until(gives, "it gives what came after it had come")
    assert set(found) == {3}


def test_what_expired_before_it_was_read_is_counted_and_the_rest_is_read(topic: Topic) -> None:
    topic.put(0, 1, 2, 3)
    assert topic.read(4) == [0, 1, 2, 3]
    topic.put(4, 5, 6, 7)
    topic.expire(6)
    source = topic.source()

    found = received(source, 2)
    assert numbers(found) == [6, 7]
    assert source.gaps() == [Gap(GapCause.EXPIRED, 2)]
    assert source.gaps() == [], "told once"
    source.settle(found)
    source.close()
    topic.put(8)
    assert topic.read(1) == [8]


def test_a_source_that_is_to_stop_at_gaps_says_what_is_there(topic: Topic) -> None:
    topic.put(0, 1)
    topic.read(2)
    topic.put(2, 3)
    topic.expire(3)
    source = topic.source(on_gap="stop")

    with pytest.raises(SourceFailed, match=r"at offset 2 of .*/0, which has 3 to 4.*reset-offsets.*source\.on_gap"):
        received(source, 1)


# kafka-python leaks sockets that were refused during the broker's outage
@pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("stays", [True, False], ids=["there", "away"])
@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.faults
@pytest.mark.timeout(900)
def test_of_a_log_that_was_cut_short_nothing_comes_again(
    make_kafka: MakeKafka, tmp_path: Path, client: str, stays: bool
) -> None:
    """A broker died before it had written everything.

    A consumer that `stays` reads all later messages.
    """
    node = make_kafka().start()
    topic = Topic(node.bootstrap, topic_maker(node.bootstrap), client)
    topic.put(0, 1, 2)
    node.kill()
    log = tmp_path / "kafka-0" / "data" / f"{topic.name}-0"
    shutil.copytree(log, tmp_path / "before")
    node.start()
    topic.put(3, 4, 5)
    source = topic.source()
    source.settle(received(source, 6))
    source.receive(1, 0.5)
    if not stays:
        source.close()
    node.kill()
    shutil.rmtree(log)
    shutil.copytree(tmp_path / "before", log)
    node.start()
    topic.put(100)
    source = source if stays else topic.source()
    gaps: list[Gap] = []
    found: list[int] = []

    def noticed() -> bool:
        found.extend(numbers(source.receive(10, 0.2)))
        gaps.extend(source.gaps())
        return bool(gaps)

    until(noticed, "it is noticed")
    topic.put(101)
    while 101 not in found:
        found += numbers(received(source, 1))

    assert found == [100, 101] or (not stays and found == [101])
    assert gaps == [Gap(GapCause.TRUNCATED, 0)]
    topic.close()
