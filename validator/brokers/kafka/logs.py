"""Partitions as the settlements know them, and as people do."""

from collections.abc import Iterable
from typing import Protocol

from sluicegate.validator.brokers.settlements import Log


class Partition(Protocol):
    """The common part of both clients' `TopicPartition`."""

    @property
    def topic(self) -> str:
        """Its topic."""
        ...

    @property
    def partition(self) -> int:
        """Its number."""
        ...


def logs_of(partitions: Iterable[Partition]) -> list[Log]:
    """The logs of these partitions."""
    return [(each.topic, each.partition) for each in partitions]


def names_of(logs: Iterable[Log]) -> list[str]:
    """`topic/partition` of each, in order."""
    return [f"{topic}/{number}" for topic, number in sorted(logs)]
