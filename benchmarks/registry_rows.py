"""Rows of the registry's table: loads that take turns, and the processor time of each request."""

import resource
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rich.table import Table

from benchmarks import machine, wrk

_TRIAL: Final = b"sluicegate.registry_api.trial.child"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `cost`: milliseconds of processor time for each request, by process."""

    what: str
    rate: float | None = None
    p50: float | None = None
    p99: float | None = None
    failed: int | None = None
    cost: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Processes:
    """A server, with its trial processes, and its database if there is one."""

    server: int
    postgres: int | None = None

    def used(self) -> dict[str, float]:
        """Return the seconds of processor time so far, by process."""
        whole, trials = machine.tree_cpu_seconds(self.server), machine.tree_cpu_seconds(self.server, _TRIAL)
        if self.postgres is None:
            return {"server": whole}
        return {
            "server": whole - trials,
            "trials": trials,
            "Postgres": machine.tree_cpu_seconds(self.postgres),
        }


@dataclass(frozen=True, slots=True)
class Contender:
    """A load of one kind on one server. `run` takes the number of the round."""

    name: str
    processes: Processes
    run: Callable[[int], wrk.Load]


@dataclass(frozen=True, slots=True)
class Measured:
    """The rounds of one contender, and its processor time for each request."""

    name: str
    loads: Sequence[wrk.Load]
    cost: Mapping[str, float]

    @property
    def rate(self) -> float:
        """The median."""
        return statistics.median(load.rate for load in self.loads)

    def of(self, other: "Measured") -> str:
        """Return the median and the range of the ratios of the rates within a round."""
        ratios = [one.rate / two.rate for one, two in zip(self.loads, other.loads, strict=True)]
        return f"{statistics.median(ratios):.0%} ({min(ratios):.0%} to {max(ratios):.0%}) of {other.name}"

    def row(self, against: "Measured | None" = None) -> Row:
        """Return a line of the table."""
        return Row(
            self.name,
            self.rate,
            statistics.median(load.p50 for load in self.loads),
            statistics.median(load.p99 for load in self.loads),
            sum(load.failed for load in self.loads),
            written(self.cost),
            "" if against is None else self.of(against),
        )


def turns(contenders: Sequence[Contender], rounds: int) -> list[Measured]:
    """Let contenders take turns, after a round that does not count."""
    for contender in contenders:
        contender.run(0)
    loads: list[list[wrk.Load]] = [[] for _ in contenders]
    spent: list[dict[str, float]] = [{} for _ in contenders]
    for number in range(1, rounds + 1):
        for place, contender in enumerate(contenders):
            before = contender.processes.used()
            loads[place].append(contender.run(number))
            for who, used in contender.processes.used().items():
                spent[place][who] = spent[place].get(who, 0.0) + used - before[who]
    return [
        Measured(contender.name, made, costs(used, sum(load.requests for load in made)))
        for contender, made, used in zip(contenders, loads, spent, strict=True)
    ]


def costs(seconds: Mapping[str, float], requests: int) -> dict[str, float]:
    """Return milliseconds for each request."""
    return {who: used / max(requests, 1) * 1000 for who, used in seconds.items()}


def written(cost: Mapping[str, float]) -> str:
    """Return the sum, and its parts."""
    digits = 3 if sum(cost.values()) < 0.5 else 2
    parts = ", ".join(f"{who} {each:.{digits}f}" for who, each in cost.items())
    return f"{sum(cost.values()):.{digits}f} ({parts})"


def clients() -> float:
    """Return the seconds of processor time of the programs that ended, which send the requests."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def table(rows: Sequence[Row]) -> Table:
    """Return the lines as a table."""
    made = Table("", "requests/s", "p50 ms", "p99 ms", "failed", "CPU ms each", "")
    for row in rows:
        made.add_row(
            row.what,
            "" if row.rate is None else f"{row.rate:,.0f}",
            "" if row.p50 is None else f"{row.p50:.2f}",
            "" if row.p99 is None else f"{row.p99:.2f}",
            "" if row.failed is None else str(row.failed),
            row.cost,
            row.note,
        )
    return made
