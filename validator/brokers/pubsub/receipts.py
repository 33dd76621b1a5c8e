"""Exactly-once subscriptions: what comes is ours when the service has confirmed it."""

import threading
from collections.abc import Sequence

from sluicegate.shared.clock import Clock
from sluicegate.validator.brokers.pubsub.acknowledgements import Acknowledgements
from sluicegate.validator.brokers.pubsub.leases import delivery_of
from sluicegate.validator.model import Message
from sluicegate.validator.pipeline.limits import Backoff, BackoffTimes

_ASK_AGAIN = BackoffTimes(first=0.1, longest=2.0)


class Receipts:
    """Asks for the leases of what has come, and waits for the answer."""

    def __init__(self, acknowledgements: Acknowledgements, lease: int, clock: Clock, closing: threading.Event) -> None:
        """`closing` ends the waiting."""
        self._acknowledgements = acknowledgements
        self._lease = lease
        self._clock = clock
        self._closing = closing

    def confirmed(self, messages: Sequence[Message]) -> Sequence[Message]:
        """Those that are surely ours: the others were taken back while they were on their way, and come again.

        With one of them goes what is after it of its key, which must come again after it.
        """
        lost = self._lost([delivery_of(message).ack_id for message in messages])
        if not lost:
            return messages
        ours: list[Message] = []
        back: list[str] = []
        keys: set[str] = set()
        for message in messages:
            delivery = delivery_of(message)
            if delivery.ack_id in lost:
                keys.add(delivery.key)
            elif delivery.key and delivery.key in keys:
                back.append(delivery.ack_id)
            else:
                ours.append(message)
        self._acknowledgements.give_back(back)
        return ours

    def _lost(self, names: list[str]) -> set[str]:
        """Ask until the service has answered: what comes later must not be given before these."""
        backoff = Backoff(_ASK_AGAIN)
        lost: set[str] = set()
        while names and not self._closing.is_set():
            names, gone = self._acknowledgements.extend(names, self._lease)
            lost.update(gone)
            if names:
                self._clock.wait(backoff.pause(), self._closing)
        return lost.union(names)
