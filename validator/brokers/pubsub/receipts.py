"""Exactly-once subscriptions: a message counts after the service has confirmed its lease."""

import threading
from collections.abc import Sequence

from sluicegate.shared.clock import Clock
from sluicegate.validator.brokers.pubsub.acknowledgements import Acknowledgements
from sluicegate.validator.brokers.pubsub.leases import delivery_of
from sluicegate.validator.model import Message
from sluicegate.validator.pipeline.limits import Backoff, BackoffTimes

_ASK_AGAIN = BackoffTimes(first=0.1, longest=2.0)


class Receipts:
    """Requests the leases of received messages, and waits for the answer."""

    def __init__(self, acknowledgements: Acknowledgements, lease: int, clock: Clock, closing: threading.Event) -> None:
        """`closing` ends the waiting."""
        self._acknowledgements = acknowledgements
        self._lease = lease
        self._clock = clock
        self._closing = closing

    def confirmed(self, messages: Sequence[Message]) -> Sequence[Message]:
        """Return the messages with a confirmed lease; the others expired in transit.

        Later messages of the key of an expired one are dropped, too: they must be redelivered after
        it.
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
        """Request until the service has answered: later messages must not precede these."""
        backoff = Backoff(_ASK_AGAIN)
        lost: set[str] = set()
        while names and not self._closing.is_set():
            names, gone = self._acknowledgements.extend(names, self._lease)
            lost.update(gone)
            if names:
                self._clock.wait(backoff.pause(), self._closing)
        return lost.union(names)
