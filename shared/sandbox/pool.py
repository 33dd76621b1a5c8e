"""Reused sandboxes: a start costs a thousand times more than a question."""

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Generic, Protocol, TypeVar

from sluicegate.shared.clock import Clock, SystemClock
from sluicegate.shared.logs import logger

_SWEEP_SECONDS: Final = 1.0


class NoneIdle(Exception):
    """No process is idle in time, or none can be started."""


class PooledProcess(Protocol):
    """The part of `Sandbox` that the pool uses."""

    @property
    def spent(self) -> bool:
        """Return whether it must get no further question."""
        ...

    def end(self) -> int:
        """End it, and return its exit code. Idempotent."""
        ...


P = TypeVar("P", bound=PooledProcess)


class ProcessPool(Generic[P]):
    """A fixed number of processes, each for one thread at a time.

    A spent one is replaced. Thread-safe; `close` ends all of them.
    """

    def __init__(self, start: Callable[[], P], size: int, wait_seconds: float) -> None:
        """Start the processes without waiting for them.

        A caller waits at most `wait_seconds` for an idle one. `start` raises `OSError` if no
        process can start now.
        """
        self._start = start
        self._wait_seconds = wait_seconds
        self._lock = threading.Lock()
        self._closed = False
        self._stopped = threading.Event()
        self._running: list[P] = []
        # The last one used is the next one: its memory is warm. None stands for one that could not
        # be started.
        self._idle: queue.LifoQueue[P | None] = queue.LifoQueue()
        for _ in range(size):
            self._idle.put(self._started())

    @contextmanager
    def lent(self) -> Iterator[P]:
        """Lend a process, which may end meanwhile. Raises `NoneIdle`."""
        process = self._next()
        try:
            yield process
        finally:
            self._idle.put(self._replaced(process) if process.spent else process)

    def keep_swept(self, clock: Clock | None = None) -> None:
        """Call `sweep` each second in a thread, until the pool is closed."""
        clock = clock or SystemClock()

        def run() -> None:
            while not clock.wait(_SWEEP_SECONDS, self._stopped):
                self.sweep()

        threading.Thread(target=run, name="sandbox-sweep", daemon=True).start()

    def sweep(self) -> None:
        """Replace idle processes that have ended, so that the system can forget them.

        Something outside may end them, and a registry that only answers reads lends none.
        """
        taken: list[P | None] = []
        while True:
            try:
                taken.append(self._idle.get_nowait())
            except queue.Empty:
                break
        for process in reversed(taken):
            self._idle.put(self._replaced(process) if process is not None and process.spent else process)

    def close(self) -> None:
        """End every process, also lent ones. Idempotent."""
        self._stopped.set()
        with self._lock:
            self._closed = True
            running, self._running = self._running, []
        for process in running:
            process.end()

    def _next(self) -> P:
        try:
            kept = self._idle.get(timeout=self._wait_seconds)
        except queue.Empty:
            raise NoneIdle from None
        if kept is not None and not kept.spent:
            return kept
        fresh = self._started() if kept is None else self._replaced(kept)
        if fresh is None:
            # The place is kept: the next caller tries again to start a process.
            self._idle.put(None)
            raise NoneIdle
        return fresh

    def _replaced(self, process: P) -> P | None:
        with self._lock:
            if process in self._running:
                self._running.remove(process)
        logger().info("sandbox ended", code=process.end())
        return self._started()

    def _started(self) -> P | None:
        with self._lock:
            if self._closed:
                return None
            try:
                process = self._start()
            except OSError as error:
                logger().error("sandbox does not start", reason=str(error))
                return None
            self._running.append(process)
            return process
