"""Payload checks by every format's engine, against the bare parser and against a peer.

CPU time of one thread; repetitions take turns; medians. `python -m benchmarks.formats [--quick]
[FORMAT ...]`.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks import machine
from benchmarks.contest import Contest, Effort, Row, held
from sluicegate.shared.model import SchemaFormat

CONTESTS: Mapping[SchemaFormat, str] = {
    SchemaFormat.JSON: "json_schema",
    SchemaFormat.AVRO: "avro",
    SchemaFormat.PROTOBUF: "protobuf",
    SchemaFormat.XML: "xsd",
    SchemaFormat.CSV: "csv_schema",
    SchemaFormat.TABLE: "table",
}
QUICK, WHOLE = Effort(0.005, 5), Effort(0.05, 15)


@dataclass(frozen=True, slots=True)
class Target:
    """Minimum for valid payloads of each size: a multiple of the peer, or a rate of the first one."""

    times: float | None = None
    rate: float | None = None


TARGETS: Mapping[SchemaFormat, Target] = {
    SchemaFormat.JSON: Target(times=30),
    SchemaFormat.AVRO: Target(times=1.4),
    SchemaFormat.XML: Target(times=30),
    SchemaFormat.CSV: Target(rate=100_000),
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a second for each format; less exact")
    parser.add_argument("formats", nargs="*", type=SchemaFormat, metavar="FORMAT", help="only these")
    arguments = parser.parse_args()
    console = Console()
    console.print(f"[bold]Formats[/] on {machine.name()}")
    for each in arguments.formats or SchemaFormat:
        contest: Contest = import_module(f"benchmarks.contests.{CONTESTS[each]}").CONTEST
        rows = held(contest, QUICK if arguments.quick else WHOLE)
        console.print(f"bare: {contest.bare_name}; peer: {contest.peer.name if contest.peer else 'none'}")
        console.print(_table(contest, rows))
        for line in _targets(contest, rows):
            console.print(line)


def _table(contest: Contest, rows: Sequence[Row]) -> Table:
    """`of bare`: our time as a multiple of the bare parser's.

    `x peer`: the peer's time as a multiple of ours.
    """
    headings = (contest.format, "bytes", "", "us", "a second", "bare us", "of bare", "peer us", "x peer")
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 0, 0, 1), pad_edge=False)
    for heading in headings:
        table.add_column(heading, no_wrap=True, justify="left" if heading in (contest.format, "") else "right")
    for row in rows:
        theirs = ("", "") if row.peer is None else (_short(row.peer), _short(row.peer / row.ours))
        ours = (_short(row.ours), f"{1e6 / row.ours:,.0f}", _short(row.bare), _short(row.ours / row.bare))
        table.add_row(row.payload, f"{row.size:,}", row.operation, *ours, *theirs)
    return table


def _short(number: float) -> str:
    """Three digits that count."""
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def _targets(contest: Contest, rows: Sequence[Row]) -> list[str]:
    target = TARGETS.get(contest.format)
    valid = [row for row in rows if row.operation == "validate"]
    if target is None:
        return []
    if target.rate is not None:
        reached = 1e6 / valid[0].ours
        return [f"  target {target.rate:,.0f} a second: {valid[0].payload} {_judged(reached, target.rate)}"]
    assert contest.peer is not None
    assert target.times is not None
    found = [(row.payload, row.peer / row.ours) for row in valid if row.peer is not None]
    verdicts = ", ".join(f"{name} {_judged(times, target.times)}" for name, times in found)
    return [f"  target {target.times:g} times {contest.peer.name}: {verdicts}"]


def _judged(reached: float, target: float) -> str:
    return "reached" if reached >= target else f"missed ({reached / target:.0%} of it)"


if __name__ == "__main__":
    main()
