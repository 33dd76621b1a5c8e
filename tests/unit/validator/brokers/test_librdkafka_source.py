"""Rebalances inside calls of the confluent source: no record of a lost partition stays with it."""

from collections.abc import Callable, Collection, Sequence

from confluent_kafka import Message as Record
from confluent_kafka import TopicPartition

from sluicegate.validator.brokers.kafka.config import KafkaSourceConfig
from sluicegate.validator.brokers.kafka.librdkafka.source import ConfluentSource

A, B = ("t", 0), ("t", 1)


class ScriptedConsumer:
    """A consumer whose `consume` calls are scripted by the test."""

    def __init__(self, *calls: Callable[[], Sequence[Record]]) -> None:
        self._calls = iter(calls)
        self.owned: list[TopicPartition] = []

    def consume(self, count: int, seconds: float) -> list[Record]:
        return list(next(self._calls)())

    def assignment(self) -> list[TopicPartition]:
        return self.owned

    def position(self, partitions: Sequence[TopicPartition]) -> list[TopicPartition]:
        return [TopicPartition(each.topic, each.partition, 100) for each in partitions]

    def pause(self, partitions: Sequence[TopicPartition]) -> None:
        pass

    def resume(self, partitions: Sequence[TopicPartition]) -> None:
        pass

    def memberid(self) -> str:
        return "member"


class Scene:
    """A source on a scripted consumer. The client calls `lose` and `gain` inside its calls."""

    def __init__(self, *calls: Callable[["Scene"], Sequence[Record]]) -> None:
        self.consumer = ScriptedConsumer(*(lambda each=each: each(self) for each in calls))
        self.source = ConfluentSource(KafkaSourceConfig("host:9092", ("t",), "group", commits=False))
        self.source._consumer = self.consumer  # type: ignore[assignment]  # as far as the source uses it
        self.gain([A, B])

    def gain(self, logs: Collection[tuple[str, int]]) -> None:
        self.consumer.owned += [TopicPartition(*log) for log in logs]
        self.source._assigned(self.consumer, [TopicPartition(*log) for log in logs])  # type: ignore[arg-type]  # as above

    def lose(self, logs: Collection[tuple[str, int]]) -> None:
        self.source._revoked(self.consumer, [TopicPartition(*log) for log in logs])  # type: ignore[arg-type]  # as above
        self.consumer.owned = [each for each in self.consumer.owned if (each.topic, each.partition) not in logs]

    def received(self) -> list[tuple[int, int]]:
        """Return partition and offset of received messages."""
        records = [each.position for each in self.source.receive(10, 0.0)]
        return [(each.partition() or 0, each.offset() or 0) for each in records if isinstance(each, Record)]


def record(log: tuple[str, int], offset: int) -> Record:
    return Record(topic=log[0], partition=log[1], offset=offset, value=b"", timestamp=(1, 1), headers=[])


def test_receive_drops_first_record_whose_partition_is_revoked_while_it_waits_for_more() -> None:
    def more(scene: Scene) -> Sequence[Record]:
        scene.lose([A])
        return [record(B, 7)]

    assert Scene(lambda scene: [record(A, 3)], more).received() == [(1, 7)]


def test_receive_gives_record_of_lost_and_regained_partition_once() -> None:
    def more(scene: Scene) -> Sequence[Record]:
        scene.lose([A])
        scene.gain([A])
        return [record(A, 3), record(A, 4)]

    assert Scene(lambda scene: [record(A, 3)], more).received() == [(0, 3), (0, 4)]


def test_keep_alive_drops_kept_records_of_revoked_partitions() -> None:
    def again(scene: Scene) -> Sequence[Record]:
        scene.lose([A])
        return [record(B, 7)]

    scene = Scene(lambda scene: [record(A, 3)], again)
    scene.source.keep_alive()
    scene.source.keep_alive()

    assert scene.received() == [(1, 7)]
