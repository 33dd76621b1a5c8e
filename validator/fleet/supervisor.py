"""Several worker processes as one: started, started again when they end, asked how they are, and stopped together."""

import multiprocessing
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Final

from shared.clock import Clock, SystemClock
from shared.logs import logger
from validator.fleet.exposition import summed
from validator.fleet.member import State, run, settings_of
from validator.health import HealthServer, Probes
from validator.pipeline.limits import Backoff, BackoffTimes
from validator.settings import ValidatorSettings

_RESTARTS: Final = BackoffTimes(first=0.5, longest=30.0)
_STEADY: Final = 60.0
"""Seconds after which a process has started well: the next pause is the first one again."""
_LOOK: Final = 0.25
_ANSWER: Final = 1.0
"""Seconds that processes have to say how they are."""
_MORE: Final = 10.0
"""Seconds to end, beyond those that a process may drain for."""


class Member:
    """One worker process, whichever it is at the moment. `ask` and `state` may be called from any thread, one at a time."""

    def __init__(self, settings: ValidatorSettings, clock: Clock) -> None:
        """Nothing runs until `look`."""
        self.name = settings.worker.name
        self._settings = settings
        self._clock = clock
        self._backoff = Backoff(_RESTARTS)
        self._process: BaseProcess | None = None
        self._channel: Connection | None = None
        self._started = 0.0
        self._due = 0.0
        self._answers = False  # it has begun to
        self._changing = threading.Lock()

    def look(self) -> None:
        """Start it if it does not run, once it is time."""
        if self._process is not None and not self._process.is_alive():
            self._ended(self._process.exitcode)
        if self._process is None and self._clock.monotonic() >= self._due:
            self._start()

    def ask(self) -> None:
        """Have it say how it is, if it can."""
        with self._changing, suppress(EOFError, OSError):
            while (
                self._channel is not None and self._channel.poll()
            ):  # that it answers now, or an answer that came too late
                self._channel.recv()
                self._answers = True
            if self._channel is not None and self._answers:
                self._channel.send(None)

    def state(self, seconds: float) -> State | None:
        """What it says, for which it has so long; None when it does not run, or does not say."""
        with self._changing, suppress(EOFError, OSError):
            if self._channel is not None and self._answers and self._channel.poll(seconds):
                answer = self._channel.recv()
                return answer if isinstance(answer, State) else None
        return None

    def stop(self) -> None:
        """Tell it to end."""
        if self._process is not None:
            self._process.terminate()

    def wait(self, seconds: float) -> None:
        """Wait for its end; what has not ended by then is killed."""
        if self._process is None:
            return
        self._process.join(seconds)
        if self._process.is_alive():
            logger().warning("a worker process does not stop and is killed", worker=self.name)
            self._process.kill()
            self._process.join()
        self._close()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")  # no thread, lock or connection of this process comes along
        ours, theirs = context.Pipe()
        process = context.Process(target=run, args=(self._settings, theirs), name=self.name)
        process.start()
        theirs.close()
        with self._changing:
            self._process, self._channel, self._answers = process, ours, False
            self._started = self._clock.monotonic()

    def _ended(self, code: int | None) -> None:
        if self._clock.monotonic() - self._started >= _STEADY:
            self._backoff.reset()
        pause = self._backoff.pause()
        self._due = self._clock.monotonic() + pause
        logger().error(
            "a worker process ended and is started again", worker=self.name, code=code, seconds=round(pause, 2)
        )
        self._close()

    def _close(self) -> None:
        with self._changing:
            process, self._process = self._process, None
            channel, self._channel = self._channel, None
        if channel is not None:
            channel.close()
        if process is not None:
            process.close()


def supervise(settings: ValidatorSettings, stop: threading.Event) -> None:
    """Keep as many worker processes as the settings say until `stop` is set; then let them drain, and end. Raises `HealthFailed`."""
    clock = SystemClock()
    members = [Member(settings_of(settings, number), clock) for number in range(1, settings.worker.processes + 1)]
    with _served(settings, members):
        try:
            while not stop.is_set():
                for member in members:
                    member.look()
                clock.wait(_LOOK, stop)
        finally:
            _end(members, settings.worker.drain_seconds + _MORE, clock)


def _end(members: Sequence[Member], seconds: float, clock: Clock) -> None:
    deadline = clock.monotonic() + seconds
    for member in members:
        member.stop()
    for member in members:
        member.wait(max(0.0, deadline - clock.monotonic()))


@contextmanager
def _served(settings: ValidatorSettings, members: Sequence[Member]) -> Iterator[None]:
    if not settings.health.enabled:
        yield
        return
    fleet = Fleet(members, SystemClock())
    with HealthServer(
        Probes(fleet.alive, fleet.ready, fleet.metrics), settings.health.host, settings.health.port
    ) as server:
        logger().info("health server listens", address=server.address)
        yield


class Fleet:
    """What is to be said of all processes together. Any thread."""

    def __init__(self, members: Sequence[Member], clock: Clock) -> None:
        """Ask these."""
        self._members = members
        self._clock = clock
        self._asking = threading.Lock()

    def alive(self) -> bool:
        """Whether no process stands still. One that is being started again is no reason to end the others."""
        return all(state is None or state.alive for state in self._states())

    def ready(self) -> Mapping[str, bool]:
        """What every process says of a part; and whether all of them say anything."""
        states = self._states()
        found: dict[str, bool] = {"processes": None not in states}
        for state in states:
            for part, good in state.ready.items() if state is not None else ():
                found[part] = found.get(part, True) and good
        return found

    def metrics(self) -> bytes:
        """The sums."""
        return summed(state.metrics for state in self._states() if state is not None)

    def _states(self) -> list[State | None]:
        with self._asking:
            for member in self._members:
                member.ask()
            deadline = self._clock.monotonic() + _ANSWER
            return [member.state(max(0.0, deadline - self._clock.monotonic())) for member in self._members]
