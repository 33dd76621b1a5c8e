"""Tools of deliveries, and their wait for a destination."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sluicegate.shared.clock import Clock
from sluicegate.shared.logs import logger
from sluicegate.validator.model import Destination, Message, Undelivered
from sluicegate.validator.pipeline.budget import DeadLetterBudget
from sluicegate.validator.pipeline.deadletter import DeadLetters, timestamp
from sluicegate.validator.pipeline.limits import Backoff
from sluicegate.validator.pipeline.ownership import Ownership
from sluicegate.validator.pipeline.route import About
from sluicegate.validator.ports import Positions
from sluicegate.validator.telemetry.metrics import Metrics

_SIGN_SECONDS = 0.25
"""Seconds between two signs of life while the destination makes us wait."""
_WORRY_SECONDS = 5.0
"""Seconds after which a destination that makes us wait counts as failing."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Means:
    """Tools of a delivery.

    `idle` is called during waits; its error ends the wait, not the delivery.
    """

    letters: DeadLetters
    positions: Positions
    ownership: Ownership
    backoff: Backoff
    clock: Clock
    metrics: Metrics
    idle: Callable[[], None]
    budget: DeadLetterBudget | None = None

    def letters_about(self, rejected: Sequence[About]) -> list[Message]:
        """The dead letters about these, of this moment."""
        now = timestamp(self.clock.now())
        write, address = self.letters.write, self.positions.address
        return [write(message, verdict, address(message), now) for message, verdict in rejected]


class Patience:
    """Waits for a destination, showing signs of life, and knows whether it is failing.

    That may be read from any thread.
    """

    def __init__(self, means: Means) -> None:
        """Nothing is failing."""
        self._means = means
        self._never = threading.Event()
        self._stopped_at: float | None = None
        self.failing = False

    @property
    def outage_seconds(self) -> float:
        """Return the seconds since the last accepted message.

        0 while messages are accepted or refused.
        """
        return 0.0 if self._stopped_at is None else self._means.clock.monotonic() - self._stopped_at

    def answer(self, ask: Callable[[float], Answer | None], taken: Callable[[], int] = lambda: 0) -> Answer:
        """Ask with a time limit until there is an answer.

        Raises the errors of `ask` and `idle`. `taken`: number of accepted messages; while it grows,
        the destination is not failing.
        """
        clock = self._means.clock
        since, before = clock.monotonic(), taken()
        while (found := ask(_SIGN_SECONDS)) is None:
            if (now := taken()) > before:
                since, before = clock.monotonic(), now
                self.progressed()
            elif clock.monotonic() - since > _WORRY_SECONDS:
                self._silent(since)
            self._means.idle()
        return found

    def refused(self, destination: Destination | None, failure: Undelivered) -> None:
        """The destination did not take something; None: more than one message."""
        self.failing = True
        self._stopped(self._means.clock.monotonic())
        where = destination.value if destination else "several"
        if failure.permanent:
            logger().error("destination rejects messages until it is changed", destination=where, detail=failure.detail)
        else:
            logger().warning("the destination does not take a message", destination=where, detail=failure.detail)

    def pause(self) -> None:
        """Wait out the back-off."""
        clock = self._means.clock
        until = clock.monotonic() + self._means.backoff.pause()
        while (left := until - clock.monotonic()) > 0:
            self._means.idle()
            clock.wait(min(left, _SIGN_SECONDS), self._never)

    def progressed(self) -> None:
        """Record that the destination took a message."""
        self._stopped_at = None

    def rewarded(self) -> None:
        """The destination has taken everything."""
        self.failing = False
        self._stopped_at = None
        self._means.backoff.reset()

    def _silent(self, since: float) -> None:
        if not self.failing:
            logger().warning("the destination does not confirm what it was sent")
        self.failing = True
        self._stopped(since)

    def _stopped(self, since: float) -> None:
        if self._stopped_at is None:
            self._stopped_at = since
