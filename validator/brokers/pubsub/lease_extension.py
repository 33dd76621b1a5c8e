"""The thread that acknowledges finished messages, and extends the leases of the others."""

import threading

from sluicegate.shared.clock import Clock
from sluicegate.validator.brokers.pubsub.acknowledgements import Acknowledgements
from sluicegate.validator.brokers.pubsub.leases import Leases
from sluicegate.validator.pipeline.limits import Backoff, BackoffTimes

_FRACTION = 4
"""Checks of leases in one lease time; they are extended after half of it."""
_CLOSE_SECONDS = 5.0


class LeaseExtension:
    """Acknowledges finished messages at once, and extends the other leases in time.

    Invariant: `changed` guards `leases` and the queued requests, and is never held during a
    request.
    """

    def __init__(
        self, acknowledgements: Acknowledgements, leases: Leases, changed: threading.Condition, lease: int, clock: Clock
    ) -> None:
        """`lease`: seconds that a lease lasts."""
        self._acknowledgements = acknowledgements
        self._leases = leases
        self._changed = changed
        self._lease = lease
        self._clock = clock
        self._done: list[str] = []
        self._backoff = Backoff(BackoffTimes(first=0.1, longest=5.0))
        self._closing = threading.Event()
        self._looked = clock.monotonic()
        self._thread = threading.Thread(target=self._run, name="pubsub-leases", daemon=True)

    def open(self) -> None:
        """Begin."""
        self._thread.start()

    def acknowledge(self, names: list[str]) -> None:
        """These are done. The caller holds `changed`."""
        self._done += names
        self._changed.notify_all()

    def close(self) -> None:
        """Acknowledge the rest within a few seconds, and end.

        Messages without an acknowledgement are redelivered.
        """
        with self._changed:
            self._closing.set()
            self._changed.notify_all()
        self._thread.join()

    def _run(self) -> None:
        while not self._closing.is_set():
            with self._changed:
                self._changed.wait_for(lambda: self._done or self._closing.is_set(), self._lease / _FRACTION)
            if not self._tell():
                self._clock.wait(self._backoff.pause(), self._closing)
            if self._clock.monotonic() - self._looked >= self._lease / _FRACTION:
                self._keep()
        self._finish()

    def _tell(self) -> bool:
        """Acknowledge; whether all of it could be said."""
        with self._changed:
            names, self._done = self._done, []
        again = self._acknowledgements.acknowledge(names)
        if not again:
            self._backoff.reset()
            return True
        with self._changed:
            self._done += again
        return False

    def _keep(self) -> None:
        self._looked = now = self._clock.monotonic()
        with self._changed:
            due = self._leases.due(now, self._lease / 2)
        again, lost = self._acknowledgements.extend([delivery.ack_id for delivery in due], self._lease)
        not_kept = {*again, *lost}
        for delivery in due:
            if delivery.ack_id not in not_kept:
                delivery.until = now + self._lease

    def _finish(self) -> None:
        until = self._clock.monotonic() + _CLOSE_SECONDS
        never = threading.Event()
        while not self._tell() and self._clock.monotonic() < until:
            self._clock.wait(self._backoff.pause(), never)
