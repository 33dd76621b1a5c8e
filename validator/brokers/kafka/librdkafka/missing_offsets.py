"""Partitions that librdkafka has stopped, because the offset does not exist, and their repair."""

import re
from collections.abc import Collection, Mapping
from typing import cast

from confluent_kafka import OFFSET_BEGINNING, OFFSET_END, Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka import Message as Record

from sluicegate.shared.logs import logger
from sluicegate.validator.brokers.kafka.gaps import Gaps, Start
from sluicegate.validator.brokers.settlements import Log

ALWAYS = {"auto.offset.reset": "error"}
"""Have the client ask us. It asks for groups that were nowhere yet, too."""

_STARTS = {Start.FIRST: OFFSET_BEGINNING, Start.END: OFFSET_END}
_SECONDS = 5.0
_DIVERGENCE = re.compile(r"broker end offset is (\d+)")
"""The client's only information about the end of a truncated log (rdkafka_offset.c).

Without it, the end of the log is used.
"""


class MissingOffsets:
    """The partitions, until they are put right."""

    def __init__(self, gaps: Gaps, *, eager: bool) -> None:
        """None. `eager`: the group hands everything back at each rebalance."""
        self._gaps = gaps
        self._eager = eager
        self._errors: dict[Log, tuple[int, str]] = {}

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._errors)

    @staticmethod
    def told_by(error: KafkaError) -> bool:
        """Whether an error says that a partition was given up."""
        return bool(error.code() == KafkaError._AUTO_OFFSET_RESET)

    def note(self, record: Record, error: KafkaError) -> None:
        """A partition was given up."""
        offset = record.offset()
        log = (cast("str", record.topic()), cast("int", record.partition()))
        self._errors[log] = (-1 if offset is None else offset, error.str())

    def put_right(self, consumer: Consumer, owned: Collection[Log]) -> set[Log]:
        """Have the client continue, and return the partitions with a new start.

        Failed requests are repeated at the next call. Raises `SourceFailed`.
        """
        errors, self._errors = {log: error for log, error in self._errors.items() if log in owned}, {}
        try:
            starts = self._starts(consumer, errors)
            return _restart(consumer, starts, eager=self._eager) if starts else set()
        except KafkaException as error:
            self._errors = errors | self._errors
            logger().warning("where to read on cannot be found out yet", detail=str(error))
            return set()

    def _starts(self, consumer: Consumer, errors: Mapping[Log, tuple[int, str]]) -> dict[Log, int]:
        """Partition -> offset."""
        positions = _positions(consumer, errors) if errors else {}
        starts: dict[Log, int] = {}
        for log, (offset, text) in errors.items():
            position = offset if offset >= 0 else positions.get(log)
            if position is None:
                starts[log] = _STARTS[self._gaps.first([log])]
            else:
                ends = consumer.get_watermark_offsets(TopicPartition(*log), timeout=_SECONDS)
                found = _DIVERGENCE.search(text)
                starts[log] = self._gaps.after(log, position, ends, int(found[1]) if found else None)
        return starts


def _positions(consumer: Consumer, logs: Collection[Log]) -> dict[Log, int]:
    """Return the positions of the client or the group; logs without either are left out."""
    partitions = [TopicPartition(*log) for log in logs]
    found = consumer.committed(partitions, timeout=_SECONDS) + consumer.position(partitions)
    for each in found:
        if each.error is not None:
            raise KafkaException(each.error)
    return {(each.topic, each.partition): each.offset for each in found if each.offset >= 0}


def _restart(consumer: Consumer, starts: Mapping[Log, int], *, eager: bool) -> set[Log]:
    """In a partition that was given up one cannot seek: it is handed back and taken anew."""
    wanted = [TopicPartition(*log, offset) for log, offset in starts.items()]
    if not eager:
        consumer.incremental_unassign(wanted)
        consumer.incremental_assign(wanted)
        return set(starts)
    # the client accepts the whole assignment, or nothing
    every = consumer.position(consumer.assignment())
    consumer.assign(wanted + [each for each in every if (each.topic, each.partition) not in starts])
    return {(each.topic, each.partition) for each in every}
