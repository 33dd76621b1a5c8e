"""The reader of both destinations, as a process: counts messages and measures latencies."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import TypeAlias

from confluent_kafka import OFFSET_BEGINNING, Consumer, Message, TopicPartition

from benchmarks.soak.latencies import Latencies
from benchmarks.soak.traffic import KEYS, PARTITIONS, Schedule, Topics, bad, number_of

_AT_ONCE = 1000
_WAIT_SECONDS = 0.02
_MOST = 255

Asked: TypeAlias = Schedule | bool
"""Requests to a reader: a schedule from now on; True: a report; False: the end."""


@dataclass(slots=True)
class Report:
    """State: distinct messages, other messages, and latencies since the last report.

    `bare`: latencies of messages on the worker's source, without the worker.
    """

    arrived: int = 0
    repeated: int = 0
    misplaced: int = 0
    disordered: int = 0
    latencies: Latencies = field(default_factory=Latencies)
    bare: Latencies = field(default_factory=Latencies)


class Account:
    """Every message by its number."""

    def __init__(self, count: int) -> None:
        """So many are going to come."""
        self.report = Report()
        self.schedule: Schedule | None = None
        self._seen = bytearray(count)
        self._last = [-1] * (2 * KEYS)

    def add(self, number: int, *, dead_letter: bool, now: int) -> None:
        """One that arrived, at `now` on the clock of the schedule."""
        report = self.report
        if self._seen[number]:
            self._seen[number] = min(self._seen[number] + 1, _MOST)
            report.repeated += 1
            return
        self._seen[number] = 1
        report.arrived += 1
        report.misplaced += dead_letter != bad(number)
        line = number % KEYS + KEYS * dead_letter
        report.disordered += number < self._last[line]
        self._last[line] = number
        self._measure(report.latencies, number, now)

    def add_bare(self, number: int, now: int) -> None:
        """One that was seen on the worker's source."""
        self._measure(self.report.bare, number, now)

    def _measure(self, latencies: Latencies, number: int, now: int) -> None:
        if self.schedule is not None and number >= self.schedule.first:
            latencies.add((now - self.schedule.due(number)) // 1000)

    def handed_over(self) -> Report:
        """The report; its latencies begin anew."""
        report, self.report = self.report, Report()
        self.report.arrived, self.report.repeated = report.arrived, report.repeated
        self.report.misplaced, self.report.disordered = report.misplaced, report.disordered
        return report


def read(bootstrap: str, topics: Topics, fetch_wait: int, count: int, asked: Connection) -> None:
    """Read from the beginning until the end is requested.

    `fetch_wait` is in milliseconds. A part of the worker's source is read, too, for the latency
    without the worker.
    """
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": topics.valid,
            "enable.auto.commit": False,
            "fetch.queue.backoff.ms": 1,
            "fetch.wait.max.ms": fetch_wait,
        }
    )
    consumer.assign(
        [
            TopicPartition(topic, number, OFFSET_BEGINNING)
            for topic in (topics.valid, topics.dead_letter)
            for number in range(PARTITIONS)
        ]
        + [TopicPartition(topics.source, 0, OFFSET_BEGINNING)]
    )
    account = Account(count)
    while _goes_on(account, asked):
        batch = consumer.consume(1, _WAIT_SECONDS)
        _count(account, batch, topics)
        _count(account, consumer.consume(_AT_ONCE, 0), topics)
    consumer.close()


def _count(account: Account, batch: Sequence[Message], topics: Topics) -> None:
    now = time.monotonic_ns()
    for message in batch:
        error, value, topic = message.error(), message.value(), message.topic()
        if error is not None or value is None:
            raise RuntimeError(f"reading failed: {error}")
        if topic == topics.source:
            account.add_bare(number_of(value), now)
        else:
            account.add(number_of(value), dead_letter=topic == topics.dead_letter, now=now)


def _goes_on(account: Account, asked: Connection) -> bool:
    """Execute a request; return whether to continue."""
    while asked.poll():
        question: Asked = asked.recv()
        if question is False:
            return False
        if isinstance(question, Schedule):
            account.schedule = question
        else:
            asked.send(account.handed_over())
    return True
