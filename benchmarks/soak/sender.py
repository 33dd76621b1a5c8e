"""The sender, as a process: at a steady rate, independent of the others (an open loop)."""

import threading
import time
from collections import deque
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TypeAlias

from confluent_kafka import KafkaError, Message, Producer

from benchmarks.soak.latencies import Latencies
from benchmarks.soak.traffic import Named, Payloads, Schedule, key_of, turn
from sluicegate.shared.clock import SystemClock

_TICK_SECONDS = 0.001
_ACTIVE = 4
"""The newest versions, which messages name."""
_NEVER = threading.Event()


@dataclass(frozen=True, slots=True)
class Fill:
    """Send so many messages at full speed, numbered from `first` on."""

    first: int
    count: int
    large: bool


Order: TypeAlias = Named | Fill | Schedule | None
"""Requests to a sender: a new version, a fill, a rate; or the end."""


def send(bootstrap: str, topic: str, orders: Connection) -> None:
    """Follow orders until there are no more.

    Each `Fill` and each `Schedule` is answered, when it is done, with how late it was.
    """
    sender = _Sender(bootstrap, topic, orders)
    while (order := orders.recv()) is not None:
        sender.follow(order)


class _Sender:
    def __init__(self, bootstrap: str, topic: str, orders: Connection) -> None:
        self._topic = topic
        self._orders = orders
        self._payloads = Payloads()
        self._named: deque[Named] = deque(maxlen=_ACTIVE)
        self._failure: str | None = None
        self._producer = Producer(
            {
                "bootstrap.servers": bootstrap,
                "linger.ms": 5,
                "enable.idempotence": True,
                "delivery.report.only.error": True,
            },
            on_delivery=self._failed,
        )

    def follow(self, order: Named | Fill | Schedule) -> None:
        match order:
            case Named():
                self._named.append(order)
            case Fill():
                self._fill(order)
                self._answer(Latencies())
            case Schedule():
                self._answer(self._keep(order))

    def _fill(self, order: Fill) -> None:
        payload = self._payloads.large if order.large else self._payloads.small
        for number in range(order.first, order.first + order.count):
            self._produce(number, payload(number))

    def _keep(self, schedule: Schedule) -> Latencies:
        """Send due messages, a thousand times a second.

        A late one is sent at once; its latency begins at its due time.
        """
        late, clock = Latencies(), SystemClock()
        number, end = schedule.first, schedule.first + schedule.count
        while number < end:
            now = time.monotonic_ns()
            reached = schedule.reached(now)
            if reached > number:
                late.add((now - schedule.due(number)) // 1000, reached - number)
            for each in range(number, reached):
                self._produce(each, self._payloads.small(each))
            number = reached
            self._producer.poll(0)
            self._listen()
            clock.wait(_TICK_SECONDS, _NEVER)
        return late

    def _produce(self, number: int, payload: bytes) -> None:
        headers: list[tuple[str, str | bytes | None]] = [*self._named[turn(number, len(self._named))].headers]
        while True:
            try:
                self._producer.produce(self._topic, payload, key_of(number), headers=headers)
            except BufferError:  # the client's queue is full
                self._producer.poll(0.01)
            else:
                return

    def _listen(self) -> None:
        while self._orders.poll():
            self.follow(self._orders.recv())

    def _answer(self, late: Latencies) -> None:
        left = self._producer.flush(60)
        if left or self._failure:
            raise RuntimeError(f"the broker did not take {left} messages: {self._failure}")
        self._orders.send(late)

    def _failed(self, error: KafkaError, _: Message) -> None:
        self._failure = error.str()
