"""A Kafka source on confluent-kafka."""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import cast

import orjson
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka import Message as Record

from sluicegate.shared.clock import Clock, SystemClock
from sluicegate.shared.logs import logger
from sluicegate.validator.brokers.kafka.commits import Commits
from sluicegate.validator.brokers.kafka.config import KafkaSourceConfig, Options
from sluicegate.validator.brokers.kafka.gaps import Gaps
from sluicegate.validator.brokers.kafka.librdkafka import missing_offsets
from sluicegate.validator.brokers.kafka.librdkafka.missing_offsets import MissingOffsets
from sluicegate.validator.brokers.kafka.librdkafka.records import messages_of, place
from sluicegate.validator.brokers.kafka.logs import logs_of, names_of
from sluicegate.validator.brokers.kafka.standstill import Standstill
from sluicegate.validator.brokers.kafka.vacancy import Vacancy
from sluicegate.validator.brokers.settlements import Log, Settlements
from sluicegate.validator.errors import SourceFailed
from sluicegate.validator.model import Gap, Lane, Message
from sluicegate.validator.ports import OnRevoke

_OURS = {
    # with the default of a second, a consumer without backlog would pause for a second
    "fetch.queue.backoff.ms": 5,
    "queued.min.messages": 10_000,  # fetched ahead: five batches. More is memory, and no speed
    "queued.max.messages.kbytes": 16_384,
    "partition.assignment.strategy": "cooperative-sticky",
    # with the default of ten seconds, a broker that is back is found up to ten seconds later
    "reconnect.backoff.max.ms": 1_000,
    "statistics.interval.ms": 3_000,  # they contain the state of the group's coordinator
}
_ALWAYS = {
    "enable.auto.commit": False,
    "enable.auto.offset.store": False,
    "enable.partition.eof": False,
    **missing_offsets.ALWAYS,
}
_FORBIDDEN = frozenset({KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.GROUP_AUTHORIZATION_FAILED})
_FILL_SECONDS = 0.005
"""How long a batch that has begun waits for more: the price of larger batches is paid in latency."""
_UNKNOWN = -1
"""In the place of a leader's epoch."""


class ConfluentSource:
    """A member of a consumer group.

    Positions are committed in the background by the next `receive`; at a rebalance and at the end,
    before the partitions are given back.
    """

    def __init__(self, config: KafkaSourceConfig, clock: Clock | None = None) -> None:
        """Prepare; nothing connects until `open`."""
        self._config = config
        self._settlements = Settlements(place)
        self._consumer: Consumer | None = None
        self._on_revoke: OnRevoke | None = None
        # received from the client, not by the worker yet; a loss removes its records from here
        self._spare: list[Record] = []
        self._held: frozenset[Log] = frozenset()
        self._paused: set[Log] = set()
        self._fresh: set[Log] = set()  # assigned since the last check: they may be paused
        # stored here, because the client asks another thread for its assignment and waits
        self._owned: set[Log] = set()
        self._member: str | None = None
        # epochs of the leaders that wrote the last read records
        self._epochs: dict[Log, int | None] = {}
        self._gaps = Gaps(config)
        self._missing = MissingOffsets(self._gaps, eager=_is_eager(config.options))
        self._joined = False
        self._reached = False
        self._vacancy = Vacancy(config, clock := clock or SystemClock())
        self._standstill = Standstill(clock)
        self._commits = Commits(clock)

    @property
    def assigned(self) -> bool:
        """Return whether the group has accepted this member, and its coordinator is reachable."""
        return self._joined and self._reached

    def open(self, on_revoke: OnRevoke) -> None:
        """Subscribe."""
        ours = {"bootstrap.servers": self._config.bootstrap, "group.id": self._config.group, **_OURS}
        settings = ours | dict(self._config.options) | _ALWAYS
        try:
            self._consumer = Consumer(
                settings,
                logger=logging.getLogger("librdkafka"),
                error_cb=self._report,
                stats_cb=self._observe,
                on_commit=self._answered,
            )
        except KafkaException as error:
            raise SourceFailed(f"source: Kafka refuses the configuration: {error}") from error
        self._on_revoke = on_revoke
        self._consumer.subscribe(
            list(self._config.topics), on_assign=self._assigned, on_revoke=self._revoked, on_lost=self._lost
        )

    def receive(self, limit: int, seconds: float) -> Sequence[Message]:
        """Wait for a first message, and then a moment for more."""
        consumer = self._opened()
        self._vacancy.look(len(self._owned), member=self._joined)
        self._commit(consumer, self._commits.due(self._settlements.take()), background=True)
        if self._commits.refused:
            self._idle(consumer, seconds)
            return []
        if self._missing:
            self._fresh |= self._missing.put_right(consumer, self._owned)
        self._pause(self._held)
        if not self._spare:
            self._consume(consumer, limit, seconds)
        records, self._spare = self._spare, []
        if any(map(Record.error, records)):
            records = list(self._without_errors(records))
        if not records:
            return []
        # `_ends` is read before the next poll, so positions belong to exactly these records.
        messages = messages_of(records)
        self._settlements.received(messages, self._ends(consumer))
        return messages

    def settle(self, messages: Sequence[Message]) -> None:
        """Record them; the next `receive` commits."""
        self._settlements.settle(messages)

    def keep_alive(self) -> None:
        """Poll with every partition paused, which keeps the membership."""
        self._idle(self._opened(), 0)

    def hold(self, lanes: Collection[Lane]) -> None:
        """Pause these partitions from the next `receive` on."""
        self._held = frozenset(cast("Collection[Log]", lanes))

    def close(self) -> None:
        """Commit, and leave the group."""
        consumer, self._consumer = self._consumer, None
        if consumer is None:
            return
        try:
            self._give_back(consumer, logs_of(consumer.assignment()))
            self._on_revoke = None  # called already; closing would call it again
            consumer.close()
        except (KafkaException, RuntimeError) as error:
            logger().warning("leaving the group failed", detail=str(error))
        self._joined = False

    def offsets_after(self, batches: Sequence[Sequence[Message]]) -> list[TopicPartition] | None:
        """Return the offsets that a transaction commits with these messages.

        None if a message is of a partition that is no longer assigned.
        """
        positions = self._settlements.after(batches)
        return None if positions is None else self._offsets(positions)

    def membership(self) -> object | None:
        """Return the member and generation of the group that fence a transaction.

        None if the member id has changed since the assignment, even without a callback: the client
        would then send no generation, and the broker would accept that.
        """
        if self._consumer is None:
            return None
        found: object = self._consumer.consumer_group_metadata()
        # read last: unchanged since
        return found if self._consumer.memberid() == self._member else None

    def lane(self, message: Message) -> Lane:
        """The partition."""
        return place(message)[0]

    def address(self, message: Message) -> str:
        """`kafka://topic/partition/offset`."""
        record = cast("Record", message.position)
        return f"kafka://{record.topic()}/{record.partition()}/{record.offset()}"

    def lag(self) -> int | None:
        """Return the messages between our positions and the ends in the last fetch."""
        consumer = self._opened()
        places: dict[Log, tuple[int, int]] = {}
        try:
            for partition in consumer.position(consumer.assignment()):
                _, high = consumer.get_watermark_offsets(partition, cached=True)
                if partition.offset >= 0 and high >= 0:
                    places[partition.topic, partition.partition] = (partition.offset, high)
        except KafkaException:
            return None
        self._standstill.look(places, places if self._commits.refused else self._held)
        return sum(max(0, end - position) for position, end in places.values())

    def gaps(self) -> Sequence[Gap]:
        """Return logs that expired before they were read, or were truncated."""
        return self._gaps.take()

    def _opened(self) -> Consumer:
        assert self._consumer is not None, "the source is not open"
        return self._consumer

    def _idle(self, consumer: Consumer, seconds: float) -> None:
        self._pause(set(logs_of(consumer.assignment())))
        found = consumer.consume(1, seconds)  # apart, because a rebalance in this call replaces `_spare`
        self._spare += found

    def _consume(self, consumer: Consumer, limit: int, seconds: float) -> None:
        """Fill `_spare`.

        The second call can run a rebalance that takes away the partition of the first record.
        """
        try:
            self._spare = consumer.consume(1, seconds)
            if self._spare and limit > 1:
                more = consumer.consume(limit - 1, _FILL_SECONDS)
                self._spare += more
        except KafkaException as error:
            raise SourceFailed(f"source: Kafka failed for good: {error}") from error

    def _ends(self, consumer: Consumer) -> dict[Log, int]:
        """Return the client's own positions: the offsets after the last received messages."""
        reached = [each for each in consumer.position(_partitions(self._owned)) if each.offset >= 0]
        self._epochs.update({(each.topic, each.partition): each.leader_epoch for each in reached})
        return {(each.topic, each.partition): each.offset for each in reached}

    def _offsets(self, positions: Mapping[Log, int]) -> list[TopicPartition]:
        """Return offsets for a commit, with the epochs that detect a replaced log (KIP-320)."""
        epochs = self._epochs
        return [
            TopicPartition(*log, offset, leader_epoch=_UNKNOWN if (epoch := epochs.get(log)) is None else epoch)
            for log, offset in positions.items()
        ]

    def _without_errors(self, records: Iterable[Record]) -> Iterable[Record]:
        """Yield the records; log errors among them, or raise permanent ones."""
        for record in records:
            error = record.error()
            if error is None:
                yield record
            elif error.fatal():
                raise SourceFailed(f"source: Kafka failed for good: {error.str()}")
            elif MissingOffsets.told_by(error):
                self._missing.note(record, error)
            else:
                logger().warning("Kafka reports", code=error.name(), detail=error.str(), topic=record.topic())

    def _pause(self, logs: Collection[Log]) -> None:
        """Pause exactly these of the assigned partitions."""
        if not logs and not self._paused and not self._fresh:
            return
        consumer = self._opened()
        ours = set(logs_of(consumer.assignment()))
        wanted, paused, fresh = ours & set(logs), self._paused & ours, self._fresh & ours
        to_pause, to_resume = wanted - (paused - fresh), (paused | fresh) - wanted
        if to_pause:
            consumer.pause(_partitions(to_pause))
        if to_resume:
            consumer.resume(_partitions(to_resume))
        self._paused, self._fresh = wanted, set()

    def _commit(self, consumer: Consumer, positions: Mapping[Log, int], *, background: bool) -> None:
        if not positions or not self._config.commits:
            return
        offsets = self._offsets(positions)
        try:
            if background:
                consumer.commit(offsets=offsets, asynchronous=True)
            else:
                consumer.commit(offsets=offsets, asynchronous=False)
        except KafkaException as error:
            logger().warning("offset commit failed; delivered messages may be redelivered", detail=str(error))

    def _answered(self, error: KafkaError | None, partitions: list[TopicPartition]) -> None:
        """Record the answer to a commit. Its own error, or that of the first partition that has one."""
        error = error or next((each.error for each in partitions if each.error is not None), None)
        positions = {log: each.offset for each in partitions if (log := (each.topic, each.partition)) in self._owned}
        if error is None:
            self._commits.accepted(positions)
        else:
            self._commits.rejected(positions, error.str(), forbidden=error.code() in _FORBIDDEN)

    def _report(self, error: KafkaError) -> None:
        logger().warning("Kafka reports", code=error.name(), detail=error.str())
        if error.code() == KafkaError._ALL_BROKERS_DOWN:
            self._reached = False

    def _observe(self, statistics: str) -> None:
        self._reached = orjson.loads(statistics).get("cgrp", {}).get("state") == "up"

    def _assigned(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._member = consumer.memberid()
        self._joined = self._reached = True
        self._owned |= set(logs_of(partitions))
        # the client remembers the pause of an earlier assignment
        self._fresh |= set(logs_of(partitions))
        logger().info("partitions assigned", partitions=names_of(logs_of(partitions)))

    def _revoked(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        logger().info("partitions revoked", partitions=names_of(logs_of(partitions)))
        self._give_back(consumer, logs_of(partitions))

    def _lost(self, _: Consumer, partitions: list[TopicPartition]) -> None:
        """Drop the logs without a commit: another member may own them already."""
        self._joined, self._member = False, None
        logger().warning("partitions lost", partitions=names_of(logs_of(partitions)))
        logs = logs_of(partitions)
        self._settlements.forget(logs)
        self._tell(logs)
        self._forget(logs)

    def _give_back(self, consumer: Consumer, logs: Sequence[Log]) -> None:
        self._tell(logs)
        # The order matters: the callback acknowledges delivered messages, then they are committed,
        # and only then forgotten. The commit blocks, because the partitions are gone afterwards.
        self._commit(consumer, self._commits.last(self._settlements.take(set(logs)), logs), background=False)
        self._forget(logs)

    def _tell(self, logs: Sequence[Log]) -> None:
        if logs and self._on_revoke is not None:
            self._on_revoke(set(logs))

    def _forget(self, logs: Sequence[Log]) -> None:
        gone = set(logs)
        self._settlements.forget(gone)
        self._commits.forget(gone)
        self._owned -= gone
        self._paused -= gone
        # Records that the worker has not seen yet belong to the next owner.
        self._spare = [record for record in self._spare if (record.topic(), record.partition()) not in gone]


def _is_eager(options: Options) -> bool:
    """Return whether members give all partitions back at each rebalance."""
    sharing = str(options.get("partition.assignment.strategy", _OURS["partition.assignment.strategy"]))
    return "cooperative" not in sharing and options.get("group.protocol") != "consumer"


def _partitions(logs: Iterable[Log]) -> list[TopicPartition]:
    return [TopicPartition(topic, number) for topic, number in logs]
