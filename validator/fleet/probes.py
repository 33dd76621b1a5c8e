"""Answers of the health server for all worker processes, from their last reports.

Nothing here waits.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from sluicegate.validator.fleet.exposition import summed
from sluicegate.validator.fleet.process import WorkerProcess
from sluicegate.validator.telemetry.fleet import FleetMetrics

FRESH_SECONDS: Final = 5.0
"""A process whose last answer is older is not ready."""


class Watched(Protocol):
    """The state of a member that probes read."""

    @property
    def process(self) -> WorkerProcess | None:
        """The process that runs now."""
        ...

    def metrics(self) -> bytes:
        """Return its metrics in Prometheus' text format."""
        ...


class Fleet:
    """All members. Any thread."""

    def __init__(self, members: Sequence[Watched], metrics: FleetMetrics) -> None:
        """Read these."""
        self._members = members
        self._metrics = metrics

    def alive(self) -> bool:
        """Return whether no worker has stalled.

        One that is being replaced is no reason to end the others.
        """
        states = (process.state for process in self._processes())
        return all(state is None or state.alive for state in states)

    def ready(self) -> Mapping[str, bool]:
        """Return the state of each part in every process; `processes`: all of them answer."""
        processes = self._processes()
        answering = [each for each in processes if each.state is not None and each.silence <= FRESH_SECONDS]
        found: dict[str, bool] = {"processes": len(answering) == len(self._members)}
        for process in processes:
            for part, good in process.state.ready.items() if process.state is not None else ():
                found[part] = found.get(part, True) and good
        return found

    def metrics(self) -> bytes:
        """Return the sums, and the metrics of the processes themselves."""
        answering = sum(each.state is not None and each.silence <= FRESH_SECONDS for each in self._processes())
        self._metrics.answering.set(answering)
        return summed(member.metrics() for member in self._members) + self._metrics.exposition()

    def _processes(self) -> list[WorkerProcess]:
        return [process for member in self._members if (process := member.process) is not None]
