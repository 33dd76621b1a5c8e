"""A limit for each wait on a connection to Service Bus.

The client library waits without a limit for some answers, and a connection through a proxy can be
silent forever without breaking. A thread cannot be interrupted while it waits in the library, so
the watchdog shuts the socket down: the library then raises, and the waiting thread connects again.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from sluicegate.shared.clock import Clock
from sluicegate.shared.logs import logger

_LOOK_SECONDS = 0.5


@dataclass(eq=False, slots=True)
class Wait:
    """One wait: purpose, end on the monotonic clock, and the library's receiver or sender."""

    purpose: str
    deadline: float
    link: Any
    expired: bool = False


class Watchdog:
    """Watches the waits of several threads. Start it, and stop it with the event that it was given."""

    def __init__(self, clock: Clock, stop: threading.Event) -> None:
        """Nothing is waited for."""
        self._clock = clock
        self._stop = stop
        self._waits: set[Wait] = set()
        self._lock = threading.Lock()
        self._pause = threading.Event()  # never set: the thread must watch the last waits as well
        self._thread = threading.Thread(target=self._run, name="servicebus-watchdog", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def join(self) -> None:
        """Wait until the thread has ended. The stop event is set before, and nothing waits."""
        self._thread.join()

    @contextmanager
    def limit(self, purpose: str, seconds: float, link: Any) -> Iterator[Wait]:
        """Shut the connection of a receiver or sender down if the body takes longer than `seconds`."""
        wait = Wait(purpose, self._clock.monotonic() + seconds, link)
        with self._lock:
            self._waits.add(wait)
        try:
            yield wait
        finally:
            with self._lock:
                self._waits.discard(wait)

    def _run(self) -> None:
        while True:
            self._look()
            with self._lock:
                over = self._stop.is_set() and not self._waits
            if over:
                return
            self._pause.wait(_LOOK_SECONDS)

    def _look(self) -> None:
        now = self._clock.monotonic()
        with self._lock:
            late = [wait for wait in self._waits if wait.deadline <= now]
        for wait in late:
            if not wait.expired:
                logger().warning("Service Bus connection silent; it is closed", waiting_for=wait.purpose)
            wait.expired = True
            abort(wait.link)  # again and again: the library may just have opened another socket


def abort(link: Any) -> None:
    """Shut down the socket of a receiver or sender, from any thread."""
    connection = getattr(getattr(link, "_handler", None), "_connection", None)
    found = getattr(getattr(connection, "_transport", None), "sock", None)
    if found is not None:
        with suppress(OSError, ValueError):
            found.shutdown(socket.SHUT_RDWR)
