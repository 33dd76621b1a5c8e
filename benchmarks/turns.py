"""Contenders that take turns with the same messages, and the table of results.

The order is reversed each time. Ratios are taken within a round, and their median counts.
"""

import statistics
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Run:
    """One measurement: messages per second, and CPU microseconds for a message.

    With those of the broker, if known.
    """

    rate: float
    client: float
    broker: float | None = None


Contender: TypeAlias = Callable[[], Run]


@dataclass(frozen=True, slots=True)
class Target:
    """Minimum of a contender: a share of a yardstick's rate, or messages per second."""

    contender: str
    least: float
    yardstick: str | None = None


@dataclass(frozen=True, slots=True)
class Heat:
    """Contenders that take turns, and their yardsticks; a missing contender is no yardstick."""

    title: str
    contenders: Mapping[str, Contender]
    yardsticks: Sequence[str]
    targets: Sequence[Target] = ()

    def run(self, rounds: int) -> "Found":
        """Everybody, so many times."""
        return Found(self, [self._round(number) for number in range(rounds)])

    def _round(self, number: int) -> dict[str, Run]:
        found: dict[str, Run] = {}
        for name in list(self.contenders)[:: -1 if number % 2 else 1]:
            found[name] = self.contenders[name]()
            print(f"{self.title}, round {number + 1}: {name}: {found[name].rate:,.0f}/s", file=sys.stderr)
        return found


@dataclass(frozen=True, slots=True)
class Found:
    """A heat's runs by contender, round by round."""

    heat: Heat
    rounds: Sequence[Mapping[str, Run]]

    def rows(self) -> Iterator[Sequence[str]]:
        """A row for each contender."""
        for name in self.heat.contenders:
            runs = [each[name] for each in self.rounds]
            yardsticks = [name for name in self.heat.yardsticks if name in self.heat.contenders]
            ratios = [_spread(self._ratios(name, yardstick)) for yardstick in yardsticks]
            yield (name, f"{self._rate(name):,.0f}", _micros([run.client for run in runs]), _broker(runs), *ratios)

    def verdicts(self) -> Iterator[str]:
        """A line for each target."""
        for target in self.heat.targets:
            if target.yardstick is None:
                reached, of = self._rate(target.contender), f"{target.least:,.0f} messages a second"
            elif target.yardstick in self.heat.contenders:
                ratios = self._ratios(target.contender, target.yardstick)
                reached, of = statistics.median(ratios), f"{target.least:.0%} of the {target.yardstick}"
            else:
                continue
            judged = "reached" if reached >= target.least else f"missed ({reached / target.least:.0%} of it)"
            yield f"{self.heat.title}: target {of}: {target.contender} {judged}"

    def _rate(self, name: str) -> float:
        return statistics.median(each[name].rate for each in self.rounds)

    def _ratios(self, name: str, yardstick: str) -> list[float]:
        return [each[name].rate / each[yardstick].rate for each in self.rounds]


def report(console: Console, every: Sequence[Found]) -> None:
    """Print heats with the same yardsticks, and whether targets were reached."""
    console.print(_table(every))
    for line in chain.from_iterable(found.verdicts() for found in every):
        console.print(line, highlight=False)


def _table(every: Sequence[Found]) -> Table:
    """A section for each."""
    made = Table("")
    of = (f"of the {name}" for name in every[0].heat.yardsticks if name in every[0].heat.contenders)
    for heading in ("messages/s", "client us/message", "broker us/message", *of):
        made.add_column(heading, justify="right")
    for found in every:
        made.add_section()
        made.add_row(f"[bold]{found.heat.title}")
        for row in found.rows():
            made.add_row(*row)
    return made


def _broker(runs: Sequence[Run]) -> str:
    known = [run.broker for run in runs if run.broker is not None]
    return _micros(known) if known else ""


def _micros(values: Sequence[float]) -> str:
    """Three digits that count."""
    median = statistics.median(values)
    return f"{median:.0f}" if median >= 100 else f"{median:.3g}"


def _spread(ratios: Sequence[float]) -> str:
    median = f"{statistics.median(ratios):.0%}"
    return median if len(ratios) == 1 else f"{median} ({min(ratios):.0%} to {max(ratios):.0%})"
