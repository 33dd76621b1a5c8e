"""The supervisor starts worker processes, restarts those that end, and stops all in a time limit."""

import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import connection
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Final, TypeAlias

from sluicegate.shared.clock import Clock, SystemClock
from sluicegate.shared.errors import SluicegateError
from sluicegate.shared.logs import logger

FIRST_PAUSE_SECONDS: Final = 0.5
MAX_PAUSE_SECONDS: Final = 30.0
STEADY_SECONDS: Final = 60.0
"""A worker that ran for this time is restarted without regard to its history."""
_KILL_MARGIN_SECONDS: Final = 0.5
"""Killed workers are gone before the time limit, not at it."""


class WorkersFailed(SluicegateError):
    """The workers do not start."""


@dataclass(frozen=True, slots=True)
class Started:
    """A process that was started, and the connection over which it says that it is ready."""

    process: BaseProcess
    ready: "connection.Connection[bool, bool]"


Start: TypeAlias = Callable[[int], Started]
"""From a worker's number to its process. Raises `OSError` when the machine does not allow another
one.
"""


@dataclass(eq=False, slots=True)
class _Slot:
    """The place of one worker: its process, or the time at which it is started."""

    number: int
    current: Started | None = None
    awaited: bool = True
    """Whether it has not said yet that it is ready."""
    since: float = 0.0
    due: float = 0.0
    failures: int = 0


@dataclass(slots=True)
class _Signals:
    """Signals that ask the server to stop; a pipe wakes up the one that waits for processes."""

    reader: int
    writer: int
    count: int = 0
    previous: Mapping[signal.Signals, object] = field(default_factory=dict)

    @property
    def insist(self) -> bool:
        """Whether a second signal has asked for it."""
        return self.count > 1

    def hear(self, _number: int, _frame: FrameType | None) -> None:
        """Note a signal."""
        self.count += 1
        os.write(self.writer, b"x")


class Supervisor:
    """Runs the workers until SIGTERM or SIGINT. For the main thread of a process."""

    def __init__(
        self,
        start: Start,
        workers: int,
        stop_seconds: float,
        ended: Callable[[int], None],
        clock: Clock | None = None,
    ) -> None:
        """Take the way to start a worker.

        `ended` receives the process id of each worker that has ended.
        """
        self._start = start
        self._stop_seconds = stop_seconds
        self._ended = ended
        self._clock = clock or SystemClock()
        self._slots = [_Slot(number) for number in range(1, workers + 1)]
        self._served = False

    def run(self, listening: Callable[[], None], stopping: Callable[[], None]) -> None:
        """Return when all workers have ended after a signal.

        `listening` is called when the first worker is ready, `stopping` when no new connections are
        to be accepted. Raises `WorkersFailed` when a worker ends before any was ready.
        """
        with _heard() as signals:
            try:
                while not signals.count:
                    self._start_due()
                    connection.wait([signals.reader, *self._awaited()], self._pause())
                    self._note_ready(listening)
                    self._note_ended()
            finally:
                stopping()
                self._stop(signals)

    def _start_due(self) -> None:
        now = self._clock.monotonic()
        for slot in self._slots:
            if slot.current is None and slot.due <= now:
                slot.awaited, slot.since = True, now
                try:
                    slot.current = self._start(slot.number)
                except OSError as error:
                    self._postpone(slot)
                    logger().error("worker does not start", worker=slot.number, reason=str(error))

    def _awaited(self) -> Iterator["connection.Connection[bool, bool] | int"]:
        for slot in self._slots:
            if slot.current is not None:
                yield slot.current.process.sentinel
                if slot.awaited:
                    yield slot.current.ready

    def _pause(self) -> float | None:
        due = [slot.due for slot in self._slots if slot.current is None]
        return max(min(due) - self._clock.monotonic(), 0.0) if due else None

    def _note_ready(self, listening: Callable[[], None]) -> None:
        for slot in self._slots:
            if slot.current is not None and slot.awaited and slot.current.ready.poll():
                slot.awaited = False
                if _is_ready(slot.current) and not self._served:
                    self._served = True
                    listening()

    def _note_ended(self) -> None:
        for slot in self._slots:
            if slot.current is not None and not slot.current.process.is_alive():
                process = self._let_go(slot, slot.current)
                if not self._served:
                    raise WorkersFailed(f"a worker process ended with code {process.exitcode} while it started")
                self._postpone(slot)
                logger().error(
                    "worker ended",
                    worker=slot.number,
                    pid=process.pid,
                    code=process.exitcode,
                    restart_seconds=round(slot.due - self._clock.monotonic(), 1),
                )

    def _postpone(self, slot: _Slot) -> None:
        now = self._clock.monotonic()
        slot.failures = 1 if now - slot.since >= STEADY_SECONDS else slot.failures + 1
        slot.due = now + min(FIRST_PAUSE_SECONDS * 2 ** min(slot.failures - 1, 10), MAX_PAUSE_SECONDS)

    def _let_go(self, slot: _Slot, ended: Started) -> BaseProcess:
        process = ended.process
        process.join()
        ended.ready.close()
        slot.current = None
        if process.pid is not None:
            self._ended(process.pid)
        return process

    def _stop(self, signals: _Signals) -> None:
        """Ask the workers to end; kill the rest after the time limit or at a second signal."""
        running = [slot.current for slot in self._slots if slot.current is not None]
        for each in running:
            each.process.terminate()
        until = self._clock.monotonic() + max(self._stop_seconds - _KILL_MARGIN_SECONDS, self._stop_seconds / 2)
        while (alive := [each.process for each in running if each.process.is_alive()]) and not signals.insist:
            left = until - self._clock.monotonic()
            if left <= 0:
                break
            _drain(signals.reader)
            connection.wait([signals.reader, *(process.sentinel for process in alive)], left)
        for process in alive:
            logger().warning("worker killed", pid=process.pid, stop_timeout=self._stop_seconds)
            process.kill()
        for slot in self._slots:
            if slot.current is not None:
                self._let_go(slot, slot.current)


def _is_ready(started: Started) -> bool:
    try:
        return started.ready.recv()
    except EOFError:  # it ended; the sentinel reports it
        return False


def _drain(reader: int) -> None:
    try:
        os.read(reader, 1024)
    except BlockingIOError:
        return


@contextmanager
def _heard() -> Iterator[_Signals]:
    assert threading.current_thread() is threading.main_thread(), "only the main thread hears signals"
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    signals = _Signals(reader, writer)
    before = {number: signal.signal(number, signals.hear) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield signals
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(reader)
        os.close(writer)
