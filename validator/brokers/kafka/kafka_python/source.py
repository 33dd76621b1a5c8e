"""A Kafka source on kafka-python: pure Python, for places where no wheel of confluent-kafka fits."""

import threading
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from kafka import (  # type: ignore[import-untyped]  # has no types
    AsyncConsumerRebalanceListener,
    KafkaConsumer,
    OffsetAndMetadata,
    TopicPartition,
)
from kafka.coordinator.assignors.range import (  # type: ignore[import-untyped]  # has no types
    RangePartitionAssignor,
)
from kafka.coordinator.assignors.roundrobin import (  # type: ignore[import-untyped]  # has no types
    RoundRobinPartitionAssignor,
)
from kafka.errors import (  # type: ignore[import-untyped]  # has no types
    AuthorizationError,
    KafkaError,
    LogTruncationError,
    NoOffsetForPartitionError,
    OffsetOutOfRangeError,
)

from sluicegate.shared.clock import Clock, SystemClock
from sluicegate.shared.logs import logger
from sluicegate.validator.brokers.kafka.commits import Commits
from sluicegate.validator.brokers.kafka.config import KafkaSourceConfig, told
from sluicegate.validator.brokers.kafka.gaps import Gaps, Start
from sluicegate.validator.brokers.kafka.kafka_python.joining import persist
from sluicegate.validator.brokers.kafka.kafka_python.messages import message_of, place
from sluicegate.validator.brokers.kafka.kafka_python.records import tolerate
from sluicegate.validator.brokers.kafka.kafka_python.resuming import resume
from sluicegate.validator.brokers.kafka.logs import logs_of, names_of
from sluicegate.validator.brokers.kafka.standstill import Standstill
from sluicegate.validator.brokers.kafka.vacancy import Vacancy
from sluicegate.validator.brokers.settlements import Log, Settlements
from sluicegate.validator.errors import SourceFailed, ValidatorError
from sluicegate.validator.model import Gap, Lane, Message
from sluicegate.validator.ports import OnRevoke

_ALWAYS = {"enable_auto_commit": False, "auto_offset_reset": "none"}
_ASSIGNORS = {"range": RangePartitionAssignor, "roundrobin": RoundRobinPartitionAssignor}
_ASTRAY = (NoOffsetForPartitionError, OffsetOutOfRangeError, LogTruncationError)
_COMMIT_MS = 10_000
_REFUSED_SECONDS = 0.5
_SILENT_SECONDS = 10.0
"""Heartbeats go every three seconds."""
_SPARE_LIMIT = 1
_NEVER = threading.Event()


class KafkaPythonSource:
    """A member of a consumer group. Positions are committed like those of the confluent source."""

    def __init__(self, config: KafkaSourceConfig, clock: Clock | None = None) -> None:
        """Prepare; nothing connects until `open`."""
        tolerate()
        persist()
        resume()
        self._config = config
        self._clock = clock or SystemClock()
        self._settlements = Settlements(place)
        self._commits = Commits(self._clock)
        self._asked: deque[tuple[dict[Log, int], Any]] = deque()  # commits without an answer
        self._consumer: Any = None
        self._on_revoke: OnRevoke | None = None
        # received from the client, not by the worker yet; a loss removes its records from here
        self._spare: list[Any] = []
        self._held: frozenset[Log] = frozenset()
        self._paused: set[Log] = set()
        self._rewind: dict[Log, int] = {}
        self._epochs: dict[Log, int] = {}  # epochs of the leaders that wrote the last read records
        self._reached: dict[Log, int] = {}
        self._gaps = Gaps(config)
        self._joined = False
        self._vacancy = Vacancy(config, self._clock)
        self._standstill = Standstill(self._clock)

    @property
    def assigned(self) -> bool:
        """Whether the group has let us in, and its coordinator has answered lately."""
        consumer = self._consumer
        if not self._joined or consumer is None:
            return False
        coordinator = consumer.metrics().get("consumer-coordinator-metrics", {})
        return bool(coordinator.get("last-heartbeat-seconds-ago", 0) < _SILENT_SECONDS)

    def open(self, on_revoke: OnRevoke) -> None:
        """Connect and subscribe."""
        names = {"bootstrap_servers": self._config.bootstrap.split(","), "group_id": self._config.group}
        options = dict(self._config.options)
        strategy = options.get("partition_assignment_strategy")
        chosen = {"partition_assignment_strategy": [_ASSIGNORS[strategy]]} if strategy in _ASSIGNORS else {}
        try:
            self._consumer = KafkaConsumer(**names | options | chosen | _ALWAYS)
        except (KafkaError, ValueError, AssertionError) as error:
            reason = told(error, options)
            raise SourceFailed(f"source: Kafka at {self._config.bootstrap} cannot be used: {reason}") from error
        self._on_revoke = on_revoke
        self._consumer.subscribe(list(self._config.topics), listener=_Listener(self))

    def receive(self, limit: int, seconds: float) -> Sequence[Message]:
        """Wait for messages."""
        self._vacancy.look(len(self._consumer.assignment()), member=self._joined)
        self._look_at_commits()
        self._commit(self._commits.due(self._settlements.take()), background=True)
        if self._commits.refused:
            self._idle(seconds)
            return []
        self._pause(self._held)
        records, self._spare = self._spare, []
        if not records:
            records = self._poll(limit, seconds)
        if not records:
            return []
        messages = [message_of(record) for record in records]
        ends = {(record.topic, record.partition): record.offset + 1 for record in records}
        self._reached.update(ends)
        self._epochs.update({(record.topic, record.partition): record.leader_epoch for record in records})
        self._settlements.received(messages, ends)
        return messages

    def settle(self, messages: Sequence[Message]) -> None:
        """Remember them as done."""
        self._settlements.settle(messages)

    def keep_alive(self) -> None:
        """Poll with every partition paused, so that the group does not take us for dead."""
        self._idle(0)

    def hold(self, lanes: Collection[Lane]) -> None:
        """Pause these partitions from the next `receive` on."""
        self._held = frozenset(cast("Collection[Log]", lanes))

    def close(self) -> None:
        """Commit, and leave the group."""
        consumer = self._consumer
        if consumer is None:
            return
        try:
            logs = logs_of(consumer.assignment())
            self._tell(logs)
            self._commit(self._commits.last(self._settlements.take(set(logs)), logs), background=False)
            self.forget(logs)
            self._on_revoke = None  # called already; closing would call it again
            consumer.close(autocommit=False)
        except KafkaError as error:
            logger().warning("leaving the group failed", detail=repr(error))
        self._consumer, self._joined = None, False

    def lane(self, message: Message) -> Lane:
        """The partition."""
        return place(message)[0]

    def address(self, message: Message) -> str:
        """`kafka://topic/partition/offset`."""
        (topic, partition), offset = place(message)
        return f"kafka://{topic}/{partition}/{offset}"

    def lag(self) -> int | None:
        """Return the messages between our positions and the ends in the last fetch."""
        states = self._consumer._subscription.assignment  # `position` waits for the coordinator, without a limit
        places = {
            (partition.topic, partition.partition): (int(state.position.offset), int(state.highwater))
            for partition, state in list(states.items())
            if state.position is not None and state.highwater
        }
        self._standstill.look(places, places if self._commits.refused else self._held)
        return sum(max(0, end - position) for position, end in places.values())

    def gaps(self) -> Sequence[Gap]:
        """Logs that expired before they were read, or were cut short."""
        return self._gaps.take()

    def _poll(self, limit: int, seconds: float) -> list[Any]:
        try:
            found = self._consumer.poll(timeout_ms=int(seconds * 1000), max_records=limit)
        except _ASTRAY as error:
            self._go_on(error)
            return []
        except KafkaError as error:
            if isinstance(error.__cause__, ValidatorError):  # raised by `on_revoke`
                raise error.__cause__ from None
            if not getattr(error, "retriable", False) and not isinstance(error, AuthorizationError):
                raise SourceFailed(f"source: Kafka failed for good: {error!r}") from error
            logger().warning("Kafka reports", detail=repr(error))
            self._clock.wait(_REFUSED_SECONDS, _NEVER)  # the client asks again at once
            return []
        return [record for records in found.values() for record in records]

    def _idle(self, seconds: float) -> None:
        self._pause(set(logs_of(self._consumer.assignment())))
        # a separate variable, because a rebalance in this call cleans `_spare`
        found = self._poll(_SPARE_LIMIT, seconds)
        self._spare += found

    def _look_at_commits(self) -> None:
        """Read the answers, in the order of the commits."""
        while self._asked and self._asked[0][1].is_done:
            positions, answer = self._asked.popleft()
            if answer.exception is None:
                self._commits.accepted(positions)
            else:
                forbidden = isinstance(answer.exception, AuthorizationError)
                self._commits.rejected(positions, repr(answer.exception), forbidden=forbidden)

    def _go_on(self, missing: Any) -> None:
        """Continue at an offset that exists.

        Failed requests are repeated at the next poll, which raises the same error again.
        """
        consumer = self._consumer
        try:
            if isinstance(missing, NoOffsetForPartitionError):
                partitions = sorted(missing.args[0])
                first = self._gaps.first(logs_of(partitions))
                seek = consumer.seek_to_beginning if first is Start.FIRST else consumer.seek_to_end
                seek(*partitions)
                return
            cut = isinstance(missing, LogTruncationError)
            places = missing.divergent_offsets if cut else missing.args[0]
            lows, highs = consumer.beginning_offsets(list(places)), consumer.end_offsets(list(places))
            for partition, place in places.items():
                log, ends = (partition.topic, partition.partition), (lows[partition], highs[partition])
                position = self._reached.get(log, ends[1]) if cut else place
                divergence = place.offset if cut and place else None
                consumer.seek(partition, self._gaps.after(log, position, ends, divergence))
        except KafkaError as error:
            logger().warning("where to read on cannot be found out yet", detail=repr(error))

    def _pause(self, logs: Collection[Log]) -> None:
        """Pause exactly these partitions, of those that we have."""
        if not logs and not self._paused:
            return
        ours = set(logs_of(self._consumer.assignment()))
        wanted, paused = ours & set(logs), self._paused & ours
        self._consumer.pause(*_partitions(wanted - paused))
        self._consumer.resume(*_partitions(paused - wanted))
        self._paused = wanted

    def _commit(self, positions: Mapping[Log, int], *, background: bool) -> None:
        if not positions:
            return
        try:
            if background:
                self._asked.append((dict(positions), self._consumer.commit_async(self._offsets(positions))))
            else:
                self._consumer.commit(self._offsets(positions), timeout_ms=_COMMIT_MS)
        except KafkaError as error:
            _log_commit(error)

    def _offsets(self, positions: Mapping[Log, int]) -> dict[Any, Any]:
        return {
            TopicPartition(*log): OffsetAndMetadata(offset, "", self._epochs.get(log, -1))
            for log, offset in positions.items()
        }

    def gained(self, logs: Sequence[Log]) -> None:
        """Begin at the first unacknowledged message.

        The library keeps the position of a partition, and its pause, if it is revoked and assigned
        at once.
        """
        self._joined = True
        for log in logs:
            if log in self._rewind:
                self._consumer.seek(TopicPartition(*log), self._rewind[log])
        self._rewind.clear()
        self._consumer.resume(*_partitions(logs))
        logger().info("partitions assigned", partitions=names_of(logs))

    async def give_back(self, logs: Sequence[Log]) -> None:
        """Settle, commit, forget.

        In the client's own thread, where a commit may be awaited, and nothing else may be waited
        for.
        """
        self._tell(logs)
        try:
            if positions := self._commits.last(self._settlements.take(set(logs)), logs):
                await self._consumer.commit_async(self._offsets(positions))
        except KafkaError as error:
            _log_commit(error)
        self.forget(logs)

    def forget(self, logs: Sequence[Log]) -> None:
        """Keep nothing of partitions that are gone."""
        gone = set(logs)
        self._rewind |= dict(self._unsettled(gone))
        self._settlements.forget(gone)
        for positions, _ in self._asked:
            for log in gone:
                positions.pop(log, None)
        self._commits.forget(gone)
        self._paused -= gone
        self._spare = [record for record in self._spare if (record.topic, record.partition) not in gone]

    def lose(self, logs: Sequence[Log]) -> None:
        """Drop the logs without a commit: another member may own them already."""
        logger().warning("partitions lost", partitions=names_of(set(logs)))
        self._joined = False
        self._tell(logs)
        self.forget(logs)

    def _tell(self, logs: Sequence[Log]) -> None:
        logger().info("partitions revoked", partitions=names_of(set(logs)))
        if logs and self._on_revoke is not None:
            self._on_revoke(set(logs))

    def _unsettled(self, logs: Collection[Log]) -> Iterator[tuple[Log, int]]:
        """The first offset of each partition that was read and not settled, where there is one."""
        for log in logs:
            offsets = [record.offset for record in self._spare if (record.topic, record.partition) == log]
            first = self._settlements.first_open(log)
            if first is not None or offsets:
                yield log, min(offsets if first is None else [first, *offsets])


class _Listener(AsyncConsumerRebalanceListener):  # type: ignore[misc]  # the base has no types
    """Forwards the client's callbacks to a source, in the client's thread."""

    def __init__(self, source: KafkaPythonSource) -> None:
        self._source = source

    async def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
        self._source.gained(logs_of(assigned))

    async def on_partitions_revoked(self, revoked: Iterable[Any]) -> None:
        await self._source.give_back(logs_of(revoked))

    async def on_partitions_lost(self, lost: Iterable[Any]) -> None:
        self._source.lose(logs_of(lost))


def _log_commit(error: KafkaError) -> None:
    logger().warning("offset commit failed; delivered messages may be redelivered", detail=repr(error))


def _partitions(logs: Iterable[Log]) -> list[Any]:
    return [TopicPartition(topic, number) for topic, number in logs]
