"""Worker processes as one program: started, restarted after an end, watched, and stopped together."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from sluicegate.shared.clock import Clock, SystemClock
from sluicegate.shared.logs import logger
from sluicegate.validator.errors import WorkerFailed
from sluicegate.validator.fleet.caution import CautionPolicy, in_hand
from sluicegate.validator.fleet.exposition import counting, sample, summed
from sluicegate.validator.fleet.member import FAILED, settings_of
from sluicegate.validator.fleet.probes import Fleet
from sluicegate.validator.fleet.process import WorkerProcess
from sluicegate.validator.pipeline.limits import Backoff, BackoffTimes
from sluicegate.validator.settings.validator import ValidatorSettings
from sluicegate.validator.telemetry.fleet import FleetMetrics, RestartCause
from sluicegate.validator.telemetry.health import HealthServer, Probes

_RESTARTS: Final = BackoffTimes(first=0.5, longest=30.0)
_STEADY: Final = 60.0
"""Seconds after which a process has started well: the next pause is the first one again."""
_LOOK: Final = 0.25
_MORE: Final = 10.0
"""Seconds to end, in addition to those that a process may drain for."""

_SETTLED: Final = b"sluicegate_validator_messages_settled_total"
_CRASHES: Final = b'sluicegate_validator_messages_rejected_total{code="payload_crashes_checker"}'


class Member:
    """One worker process after another.

    `state`, `silence` and `metrics` may be read from any thread.
    """

    def __init__(self, settings: ValidatorSettings, clock: Clock, metrics: FleetMetrics) -> None:
        """Nothing runs until `look`."""
        self.name = settings.worker.name
        self._settings = settings
        self._clock = clock
        self._metrics = metrics
        self._backoff = Backoff(_RESTARTS)
        self._policy = CautionPolicy(in_hand(settings))
        self._process: WorkerProcess | None = None
        self._due = 0.0
        self._base = b""  # counts of processes that have ended
        self._changing = threading.Lock()
        # crashes that the cautious process has found, and its messages until then
        self._found = 0.0
        self._passed = 0.0
        self._since = 0.0
        self.failure: str | None = None

    @property
    def process(self) -> WorkerProcess | None:
        """The process that runs now."""
        return self._process

    def metrics(self) -> bytes:
        """Return the metrics of all processes of this member, in Prometheus' text format.

        Counters never decrease, also after the end of a process.
        """
        with self._changing:
            state = None if self._process is None else self._process.state
            return summed([b"" if state is None else state.metrics, self._base])

    def look(self) -> None:
        """Start, replace or end the process, as its state demands."""
        process = self._process
        if process is None:
            if self._clock.monotonic() >= self._due:
                self._start()
        elif not process.running:
            self._ended(process)
        elif process.silence > self._settings.worker.stall_seconds:
            logger().error("worker process silent and killed", worker=self.name, seconds=round(process.silence, 1))
            self._metrics.restarted(RestartCause.SILENT)
            process.kill()
            process.wait(_MORE)
        elif process.caution is not None and not process.leaving:
            self._look_at_caution(process)

    def stop(self) -> None:
        """Tell the process to end."""
        if self._process is not None:
            self._process.stop()

    def wait(self, seconds: float) -> None:
        """Wait for the end of the process; one that has not ended by then is killed."""
        if self._process is None:
            return
        if not self._process.wait(seconds):
            logger().warning("worker process killed: it did not stop", worker=self.name)
            self._process.kill()
            self._process.wait(_MORE)
        self._close(self._process)

    def _start(self) -> None:
        caution = self._policy.current
        process = WorkerProcess(self._settings, caution, self._clock)
        self._found = self._passed = 0.0
        self._since = process.started
        with self._changing:
            self._process = process
        if caution is not None:
            logger().warning("worker process cautious", worker=self.name, in_hand=caution.in_hand)

    def _look_at_caution(self, process: WorkerProcess) -> None:
        """End a cautious process that is past the trouble.

        A payload that it finds starts its time again.
        """
        assert process.caution is not None
        state, now = process.state, self._clock.monotonic()
        if state is None:
            return
        found, passed = sample(state.metrics, _CRASHES), sample(state.metrics, _SETTLED)
        if found > self._found:
            self._found, self._passed, self._since = found, passed, now
        if process.caution.over(passed - self._passed, now - self._since):
            logger().info("worker process past the trouble and replaced", worker=self.name, found=int(found))
            self._policy.passed()
            process.leave()

    def _ended(self, process: WorkerProcess) -> None:
        code, lived = process.exit_code, self._clock.monotonic() - process.started
        self._close(process)
        if process.leaving:
            return
        if code not in (0, FAILED):
            self._policy.died(lived)
        if process.silence <= self._settings.worker.stall_seconds:
            self._metrics.restarted(RestartCause.FAILED if code == FAILED else RestartCause.ENDED)
        if lived >= _STEADY:
            self._backoff.reset()
        pause = self._backoff.pause()
        self._due = self._clock.monotonic() + pause
        logger().error(
            "worker process ended and is started again", worker=self.name, code=code, seconds=round(pause, 2)
        )

    def _close(self, process: WorkerProcess) -> None:
        process.close()
        self.failure = process.failure
        with self._changing:
            self._process = None
            if process.state is not None:
                self._base = summed([self._base, counting(process.state.metrics)])


def supervise(settings: ValidatorSettings, stop: threading.Event) -> None:
    """Keep the configured number of worker processes until `stop` is set; then drain and end them.

    A process that dies is started again. If the only process cannot continue, the program ends,
    too. Raises `HealthFailed` and `WorkerFailed`.
    """
    clock, metrics = SystemClock(), FleetMetrics()
    alone = settings.worker.processes == 1
    members = [
        Member(settings_of(settings, number), clock, metrics) for number in range(1, settings.worker.processes + 1)
    ]
    with _served(settings, Fleet(members, metrics)):
        try:
            while not stop.is_set() and not (alone and members[0].failure):
                for member in members:
                    member.look()
                clock.wait(_LOOK, stop)
        finally:
            _end(members, settings.worker.drain_seconds + _MORE, clock)
    if alone and members[0].failure:
        raise WorkerFailed(members[0].failure)


def _end(members: Sequence[Member], seconds: float, clock: Clock) -> None:
    deadline = clock.monotonic() + seconds
    for member in members:
        member.stop()
    for member in members:
        member.wait(max(0.0, deadline - clock.monotonic()))


@contextmanager
def _served(settings: ValidatorSettings, fleet: Fleet) -> Iterator[None]:
    if not settings.health.enabled:
        yield
        return
    probes = Probes(fleet.alive, fleet.ready, fleet.metrics)
    with HealthServer(probes, settings.health.host, settings.health.port) as server:
        logger().info("health server listens", address=server.address)
        yield
