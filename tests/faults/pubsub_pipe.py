"""Pub/Sub in the suite of faults, on the project's emulator.

The test reads and writes messages also while the server is down.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from google.pubsub_v1 import types

from tests.faults.account import VALID, Arrival, Sent
from tests.fixtures.pubsub.admin import PubSubAdmin
from tests.fixtures.pubsub.emulator import Emulator

_GOALS = ("valid", "dead")
_LEASE_SECONDS = 10
_READ_SECONDS = 0.2
PubsubMessage = types.PubsubMessage.pb()


class PubSubPipe:
    """A subscription with message ordering, and two topics, each with a subscription of the test."""

    once = False

    def __init__(self, emulator: Emulator, admin: PubSubAdmin, *, exactly_once: bool) -> None:
        self._emulator = emulator
        self._admin = admin
        self.input = admin.make("input", exactly_once=exactly_once)
        self._topics = {goal: admin.make(goal) for goal in _GOALS}

    def settings(self) -> str:
        where = f'broker = "pubsub"\nproject = "{self._admin.project}"\nemulator = "{self._emulator.host}"'
        return f"""
[source]
{where}
subscription = "{self.input}"
lease_seconds = {_LEASE_SECONDS}
[destination]
{where}
valid = "{self._topics["valid"]}"
dead_letter = "{self._topics["dead"]}"
"""

    def send(self, messages: Sequence[Sent]) -> None:
        broker = self._emulator.broker
        with broker.change():
            for each in messages:
                broker.publish(self._admin.topic_path(self.input), [_message(each)])

    def read(self) -> Sequence[Arrival]:
        found = [arrival for goal in _GOALS for arrival in self._read(goal)]
        if not found:
            with self._emulator.broker.changed:
                self._emulator.broker.changed.wait(_READ_SECONDS)
        return found

    def forget_worker(self) -> None:
        """A worker was killed: its leases end, without the wait."""
        with self._emulator.broker.change():
            self._emulator.queue(self.input).end_leases()

    def drained(self) -> bool:
        """Whether everything that was read is acknowledged."""
        return self._emulator.queue(self.input).waiting == 0

    def _read(self, goal: str) -> Iterator[Arrival]:
        topic = self._topics[goal]
        with self._emulator.broker.change():
            queue = self._emulator.queue(topic)
            taken = queue.take(10_000, 1 << 40, 3600, self)
            queue.acknowledge([each.ack_id for each in taken])
        for each in taken:
            yield _arrival(each.message, topic, goal)


def _message(sent: Sent) -> Any:
    attributes = {name: value.decode() for name, value in sent.attributes}
    return PubsubMessage(data=sent.payload, attributes=attributes, ordering_key=sent.key)


def _arrival(message: Any, topic: str, goal: str) -> Arrival:
    attributes = message.attributes
    fate = VALID if goal == "valid" else attributes["deadLetterErrorCode"]
    number, place = int(attributes["id"]), int(message.message_id)
    return Arrival(number, message.ordering_key, message.data, fate, topic, place)
