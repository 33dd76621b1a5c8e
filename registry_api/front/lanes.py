"""Threads for requests, in lanes: slow work of one kind does not hold up another kind."""

import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Final, NamedTuple

from sluicegate.shared.clock import Clock, SystemClock

Work = Callable[[], None]

_TICK_SECONDS: Final = 0.25
"""Time between two checks for jobs that have waited too long."""


class _Waiting(NamedTuple):
    until: float
    run: Work
    refuse: Work


class Lane:
    """A few threads and a queue before them.

    Thread-safe. Neither `run` nor `refuse` of a job may raise.

    A job that waits longer than the lane's patience is refused, also while every thread is busy:
    one more thread sees to that.
    """

    def __init__(
        self, name: str, threads: int, max_waiting: int, patience_seconds: float, clock: Clock | None = None
    ) -> None:
        """Start the threads. At most `max_waiting` jobs wait, each for at most `patience_seconds`."""
        self._max_waiting = max_waiting
        self._patience = patience_seconds
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._waiting: deque[_Waiting] = deque()
        # one for each job, and one for each thread at the end
        self._wakes: SimpleQueue[bool] = SimpleQueue()
        self._closed = threading.Event()
        targets = (self._refuse_late, *(self._work,) * threads)
        self._threads = [
            threading.Thread(target=target, name=f"{name}-{number}", daemon=True)
            for number, target in enumerate(targets)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, run: Work, refuse: Work) -> None:
        """Queue a job: a thread calls `run`, or `refuse` if the job cannot start in time."""
        job = _Waiting(self._clock.monotonic() + self._patience, run, refuse)
        with self._lock:
            accepted = not self._closed.is_set() and len(self._waiting) < self._max_waiting
            if accepted:
                self._waiting.append(job)
        if accepted:
            self._wakes.put(True)
        else:
            refuse()

    def close(self) -> None:
        """Refuse the jobs that wait, and return when the others have ended."""
        with self._lock:
            self._closed.set()
            waiting = [*self._waiting]
            self._waiting.clear()
        for job in waiting:
            job.refuse()
        for _ in self._threads:
            self._wakes.put(False)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while self._wakes.get():
            with self._lock:
                job = self._waiting.popleft() if self._waiting else None
            if job is not None:  # else it was refused meanwhile
                job.run()

    def _refuse_late(self) -> None:
        while not self._clock.wait(_TICK_SECONDS, self._closed):
            for job in self._late():
                job.refuse()

    def _late(self) -> list[_Waiting]:
        now = self._clock.monotonic()
        late = []
        with self._lock:
            while self._waiting and self._waiting[0].until <= now:
                late.append(self._waiting.popleft())
        return late
