"""Outcomes of sent messages: several senders write them, the worker reads them."""

import threading
from collections.abc import Sequence

from sluicegate.validator.errors import SinkFailed
from sluicegate.validator.model import DELIVERED, Destination, Outcome


class Ledger:
    """Outcomes by number, until all of them are known."""

    def __init__(self) -> None:
        """Nothing was sent."""
        self._outcomes: list[Outcome | None] = []
        self._unknown = 0
        self._broken: set[Destination] = set()
        self._failure: SinkFailed | None = None
        self._changed = threading.Condition()

    def open(self, count: int) -> int:
        """Make room for so many outcomes. The number of the first one."""
        with self._changed:
            first = len(self._outcomes)
            self._outcomes += [None] * count
            self._unknown += count
            return first

    def enter(self, numbers: Sequence[int], outcome: Outcome) -> None:
        """Record the outcome of messages."""
        with self._changed:
            for number in numbers:
                self._outcomes[number] = outcome
            self._unknown -= len(numbers)
            if not self._unknown:
                self._changed.notify()

    def delivered(self) -> int:
        """How many of the messages are delivered."""
        with self._changed:
            return self._outcomes.count(DELIVERED)

    def break_off(self, destination: Destination) -> None:
        """Stop sending to a destination until all outcomes are known.

        Failed messages are sent first.
        """
        with self._changed:
            self._broken.add(destination)

    def broken(self, destination: Destination) -> bool:
        """Whether nothing is sent there."""
        with self._changed:
            return destination in self._broken

    def fail(self, failure: SinkFailed) -> None:
        """Nothing can ever be sent."""
        with self._changed:
            self._failure = failure
            self._changed.notify()

    def check(self) -> None:
        """Raise `SinkFailed` when nothing can ever be sent."""
        with self._changed:
            if self._failure is not None:
                raise self._failure

    def close(self, seconds: float) -> Sequence[Outcome] | None:
        """All outcomes, and begin anew; None when some are not known within so many seconds.

        Raises `SinkFailed`.
        """
        with self._changed:
            self._changed.wait_for(lambda: not self._unknown or self._failure, seconds)
            if self._failure is not None:
                raise self._failure
            if self._unknown:
                return None
            outcomes = [outcome for outcome in self._outcomes if outcome is not None]
            self._outcomes = []
            self._broken.clear()
            return outcomes
