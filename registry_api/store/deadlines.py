"""Deadlines of statements on the client's side.

A frozen server keeps no timeout and sends no answer.
"""

import socket
import threading
from contextlib import suppress
from os import dup
from typing import Any, Final, Self

import psycopg

from sluicegate.shared.clock import Clock, SystemClock

_TICK_SECONDS: Final = 0.25


class Deadlines:
    """Breaks each connection whose statement takes too long.

    One thread watches all of them. `close` ends it.

    Noting a statement costs a microsecond; a timer of its own would cost a thread for each.
    """

    def __init__(self, seconds: float, clock: Clock | None = None) -> None:
        """Take the seconds that a statement may take."""
        self._seconds = seconds
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._running: dict[Deadline, float] = {}
        self._closed = threading.Event()
        threading.Thread(target=self._watch, name="statement-deadlines", daemon=True).start()

    def begin(self, deadline: "Deadline") -> None:
        """Note that a statement starts."""
        until = self._clock.monotonic() + self._seconds
        with self._lock:
            self._running[deadline] = until

    def end(self, deadline: "Deadline") -> None:
        """Note that a statement has ended. From here on its connection is left alone."""
        with self._lock:
            self._running.pop(deadline, None)

    def close(self) -> None:
        """Stop watching. Idempotent."""
        self._closed.set()

    def _watch(self) -> None:
        while not self._clock.wait(_TICK_SECONDS, self._closed):
            now = self._clock.monotonic()
            with self._lock:
                for deadline in [each for each, until in self._running.items() if until <= now]:
                    del self._running[deadline]
                    deadline.cut()


class Deadline:
    """The deadline of one connection's statements, as a context manager around each. Not reentrant."""

    def __init__(self, deadlines: Deadlines, connection: psycopg.Connection[Any]) -> None:
        """Duplicate the handle of the connection's socket.

        No other socket can get its number then.
        """
        self._deadlines = deadlines
        self._socket = socket.socket(fileno=dup(connection.fileno()))
        self.passed = False
        """Whether the connection was broken."""

    def cut(self) -> None:
        """Break the connection: the thread that waits on it gets an error at once."""
        self.passed = True
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Give the handle back. Idempotent."""
        self._socket.close()

    def __enter__(self) -> Self:
        """Start a statement."""
        self._deadlines.begin(self)
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._deadlines.end(self)
