"""The course of a soak: a backlog at full speed, then a steady rate, looked at all the while."""

import os
import time
from dataclasses import dataclass
from threading import Event

from rich.console import Console

from benchmarks import machine
from benchmarks.soak.crew import Crew
from benchmarks.soak.outcome import Outcome
from benchmarks.soak.plant import Kind, Worker, WorkerKind
from benchmarks.soak.reader import Report
from benchmarks.soak.registrar import Registrar
from benchmarks.soak.traffic import Schedule
from sluicegate.shared.clock import SystemClock

_SAMPLE_SECONDS = 0.5
_STALLED_SECONDS = 30.0
_LEAD_SECONDS = 1.0
_NEVER = Event()
_ROW = "{:>9} {:>11} {:>9} {:>8} {:>8} {:>8} {:>9} {:>10} {:>6}"
_HEAD = ("time", "arrived", "behind", "p50 ms", "p99 ms", "max ms", "memory MB", "us/message", "load")


@dataclass(frozen=True, slots=True)
class Plan:
    """How long, how much."""

    minutes: float
    rate: float
    kind: Kind
    small: int
    large: int
    worker: WorkerKind = WorkerKind()  # noqa: RUF009 - a frozen value

    @property
    def steady(self) -> int:
        return round(self.minutes * 60 * self.rate)

    @property
    def total(self) -> int:
        return self.small + self.large + self.steady

    @property
    def renewal(self) -> float:
        """Seconds between two new versions."""
        return min(5.0, max(1.0, self.minutes * 60 / 200))

    @property
    def cache(self) -> int:
        """Versions that the worker keeps: all are replaced several times in a run."""
        return max(5, round(self.minutes * 60 / self.renewal / 8))

    @property
    def row(self) -> float:
        """Seconds between two rows."""
        return min(60.0, max(2.0, self.minutes * 60 / 10))


class Soak:
    """One run."""

    def __init__(self, plan: Plan, worker: Worker, crew: Crew, registrar: Registrar, console: Console) -> None:
        self._plan = plan
        self._worker = worker
        self._crew = crew
        self._registrar = registrar
        self._console = console
        self.outcome = Outcome(sent=plan.total)

    def backlog(self) -> None:
        """Wait until all that was there before is worked off."""
        count = self._plan.small + self._plan.large
        report = self._await(count)
        seconds = time.monotonic() - self._worker.started
        self.outcome.backlog_memory = self._worker.memory.highest
        self._console.print(
            f"backlog of {count:,} messages, {self._plan.large:,} of them large: {report.arrived:,} arrived within"
            f" {seconds:.1f} s; highest memory {self.outcome.backlog_memory:.0f} MB"
        )

    def steady(self) -> None:
        """Keep the rate, then wait for messages in flight."""
        plan, memory, clock = self._plan, self._worker.memory, SystemClock()
        memory.begin()
        begin = time.monotonic() + _LEAD_SECONDS
        self._crew.keep(Schedule(plan.small + plan.large, plan.steady, plan.rate, int(begin * 1e9)))
        self._console.print(_ROW.format(*_HEAD))
        rows, versions, cpu = 1, 1, machine.tree_cpu_seconds(memory.pid)
        before = self._report()
        while not self._crew.kept():
            clock.wait(_SAMPLE_SECONDS, _NEVER)
            self._worker.look()
            elapsed = time.monotonic() - begin
            if elapsed > versions * plan.renewal:
                self._crew.name(self._registrar.register())
                versions += 1
            if elapsed > rows * plan.row:
                report, used = self._report(), machine.tree_cpu_seconds(memory.pid)
                self._row(elapsed, report, (used - cpu) / max(1, report.arrived - before.arrived))
                rows, before, cpu = rows + 1, report, used
        self.outcome.late = self._crew.lateness()
        self._await(plan.total)
        self.outcome.memory, self.outcome.slope, self.outcome.growth = memory.highest, memory.slope, memory.growth

    def _row(self, elapsed: float, report: Report, cpu: float) -> None:
        due = min(self._plan.steady, int(elapsed * self._plan.rate)) + self._plan.small + self._plan.large
        behind = max(0, due - report.arrived)  # the report is a little younger
        p50, p99, largest = _milliseconds(report)
        clock = f"{int(elapsed) // 60}:{int(elapsed) % 60:02}"
        values = (clock, f"{report.arrived:,}", f"{behind:,}", p50, p99, largest)
        figures = (f"{self._worker.memory.megabytes[-1]:.0f}", f"{cpu * 1e6:.1f}", f"{os.getloadavg()[0]:.1f}")
        self._console.print(_ROW.format(*values, *figures))

    def _await(self, count: int) -> Report:
        """Until so many have arrived, or nothing more comes."""
        clock = SystemClock()
        report = self._report()
        progress = time.monotonic()
        while report.arrived < count and time.monotonic() - progress < _STALLED_SECONDS:
            clock.wait(_SAMPLE_SECONDS, _NEVER)
            before, report = report, self._report()
            self._worker.look()
            if report.arrived > before.arrived:
                progress = time.monotonic()
        return report

    def _report(self) -> Report:
        report, outcome = self._crew.report(), self.outcome
        outcome.latencies.merge(report.latencies)
        outcome.bare.merge(report.bare)
        outcome.arrived, outcome.repeated = report.arrived, report.repeated
        outcome.misplaced, outcome.disordered = report.misplaced, report.disordered
        return report


def _milliseconds(report: Report) -> tuple[str, str, str]:
    latencies = report.latencies
    values = (latencies.percentile(50), latencies.percentile(99), latencies.largest)
    return f"{values[0] / 1000:.1f}", f"{values[1] / 1000:.1f}", f"{values[2] / 1000:.1f}"
