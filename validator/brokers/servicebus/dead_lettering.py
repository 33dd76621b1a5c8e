"""Dead letters in the dead-letter queue of their own entity."""

import threading
from collections.abc import Sequence
from typing import cast

from sluicegate.validator.brokers.servicebus.config import LIMITS
from sluicegate.validator.brokers.servicebus.delivery import Burial, Delivery
from sluicegate.validator.brokers.translation import attributes_of, fitted
from sluicegate.validator.model import DELIVERED, Destination, Message, Outcome
from sluicegate.validator.pipeline import deadletter
from sluicegate.validator.ports import Reachable, Sink, Withdrawing

_ADDED = "deadLetter"
_REASON_LIMIT = 4096
"""Characters of a reason or description that the service takes."""


class OwnDeadLetters:
    """A sink for valid messages, with dead letters moved instead of sent.

    The source that they came from must be a Service Bus source.

    Closing it closes the sink.
    """

    def __init__(self, sink: Sink) -> None:
        """`sink` has the valid messages."""
        self._sink = sink
        # in order: messages of the sink, and those moved to the dead-letter queue
        self._sent: list[int | list[Outcome | None]] = []
        self._told: Sequence[Outcome] | None = None
        self._changed = threading.Condition()

    def send(self, destination: Destination, messages: Sequence[Message]) -> None:
        """Send valid messages; have the owners of the locks move the others."""
        if destination is not Destination.DEAD_LETTER:
            self._sink.send(destination, messages)
            self._sent.append(len(messages))
            return
        outcomes: list[Outcome | None] = [None] * len(messages)
        self._sent.append(outcomes)
        for number, message in enumerate(messages):
            self._bury(message, outcomes, number)

    def confirm(self, seconds: float) -> Sequence[Outcome] | None:
        """Return the outcomes of both, in the order of `send`."""
        if self._told is None:
            self._told = self._sink.confirm(seconds)
        with self._changed:
            if self._told is None or not self._changed.wait_for(self._all_buried, seconds):
                return None
        told, self._told = iter(self._told), None
        sent, self._sent = self._sent, []
        found: list[Outcome] = []
        for each in sent:
            if isinstance(each, int):
                found += [next(told) for _ in range(each)]
            else:
                found += [outcome for outcome in each if outcome is not None]
        return found

    def taken(self) -> int:
        """Return how many messages the sink's destination has, and how many are buried."""
        with self._changed:
            buried = sum(each.count(DELIVERED) for each in self._sent if isinstance(each, list))
        return buried + (self._sink.taken() if self._told is None else self._told.count(DELIVERED))

    def withdraw(self) -> None:
        """Have the sink do so, if its client needs that."""
        if isinstance(self._sink, Withdrawing):
            self._sink.withdraw()

    def reachable(self, seconds: float) -> bool:
        """Ask the sink, if it can be asked."""
        return not isinstance(self._sink, Reachable) or self._sink.reachable(seconds)

    def close(self) -> None:
        """Close the sink."""
        self._sink.close()

    def _bury(self, message: Message, outcomes: list[Outcome | None], number: int) -> None:
        added = [header for header in message.headers if header[0].startswith(_ADDED)]
        properties = fitted(attributes_of(added, None, LIMITS), LIMITS)
        reason, text = properties.get(deadletter.CODE, ""), properties.get(deadletter.REASON, "")

        def tell(outcome: Outcome) -> None:
            with self._changed:
                outcomes[number] = outcome
                self._changed.notify()

        delivery = cast("Delivery", message.position)
        delivery.keeper.bury(Burial(delivery, reason[:_REASON_LIMIT], text[:_REASON_LIMIT], properties, tell))

    def _all_buried(self) -> bool:
        return not any(None in each for each in self._sent if isinstance(each, list))
